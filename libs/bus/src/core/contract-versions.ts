import { ContractError } from '@ballast/events';

/** Newest version of the envelope that this build reads, and the one that it writes. */
export const FORMATS_UP_TO = 1;
/** Newest version of the event contracts that this build reads; an envelope has the version that its own events need. 2: `DebtForgiven`. 3: `PartitionOpened`. */
export const CONTRACTS_UP_TO = 3;

/** Written by a newer build than this one: what it means cannot be known here, so nobody may go on as if it were not there. */
export class NewerContract extends ContractError {}

/**
 * Whether a service must stop because of it. A strategy alone may not bring the desk to a stop by what it writes: its messages
 * are filed like any other that cannot be read, and stop nobody but itself.
 */
export const mustStop = (error: unknown, { subject, service }: { readonly subject: string; readonly service: string }): boolean => {
  const writer = subject.split('.')[2] ?? '';
  return error instanceof NewerContract && (writer === service || !writer.startsWith('strategy-'));
};

const isNewer = (version: unknown, known: number): version is number => Number.isSafeInteger(version) && (version as number) > known;

function typesIn(events: unknown): string {
  const types = Array.isArray(events) ? events.map((event) => (event as { readonly type?: unknown } | null)?.type).filter((type) => typeof type === 'string') : [];
  return types.length === 0 ? 'its events' : [...new Set(types)].join(', ');
}

const toRun = (build: unknown): string => `run build ${typeof build === 'string' && build.length <= 200 ? build : 'of whoever wrote it'} or a newer one`;

/** A service whose newer build has written to the log is not for an older one. @throws NewerContract naming both versions and the build to run */
export function demandKnownWriter(service: string, { contract, build }: { readonly contract: number; readonly build: string }): void {
  if (contract > CONTRACTS_UP_TO) throw new NewerContract(`lease.${service}`, { contract: `found version ${contract} written by ${service}, this build knows versions up to ${CONTRACTS_UP_TO}: ${toRun(build)}` });
}

/** @throws NewerContract naming the event types, the version found, the versions known and the build to run. */
export function demandKnownVersion(json: Readonly<Record<string, unknown>>, { subject, sequence }: { readonly subject: string; readonly sequence: number }): void {
  const { format, contract, build, events } = json;
  const place = `${subject} at sequence ${sequence}`;
  const run = toRun(build);
  if (isNewer(format, FORMATS_UP_TO)) throw new NewerContract(place, { format: `found envelope version ${format}, this build knows versions up to ${FORMATS_UP_TO}: ${run}` });
  if (isNewer(contract, CONTRACTS_UP_TO)) throw new NewerContract(place, { contract: `found version ${contract} of ${typesIn(events)}, this build knows versions up to ${CONTRACTS_UP_TO}: ${run}` });
}
