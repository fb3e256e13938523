import { isDeepStrictEqual } from 'node:util';
import type { Partition } from '@ballast/domain';
import { RequestTimeout, type OwnedState, type Reply } from '@ballast/bus';
import { type Cut, cutText, sameCut, untilOf } from './cut.js';
import type { CliBus } from './io.js';
import { type FoldedBooks, OWNERS, type Owner } from './owned-parts.js';
import { ALL_PARTITIONS } from './read-log.js';

/** What is compared: the books at a cut, with the version of every stream. */
interface Rebuilt extends FoldedBooks {
  readonly hash: string;
  readonly cut: Cut;
  readonly versions: ReadonlyMap<string, number>;
}

interface OwnerResult {
  readonly service: string;
  readonly text: string;
  /** Streams that were compared at the same version. */
  readonly compared: number;
  readonly difference?: string;
  /** It is not there, or not for every partition: nothing is known of what it holds. */
  readonly absent?: true;
}

export interface Comparison {
  /** Nothing differs, and every service was there. */
  readonly equal: boolean;
  /** Services that did not answer, with what they were asked. */
  readonly absent: readonly string[];
  /** The first one. */
  readonly difference?: string;
  readonly owners: readonly OwnerResult[];
}

const ROUNDS_MAX = 6;

/**
 * Compares with independent holders of state: the states that the owners' deciders hold in memory (each stream at its
 * version), and reporting's books (at its cut). While the log moves it is tried again; what moved on every time is said.
 */
export async function compareLive<Found extends Rebuilt>(bus: CliBus, rebuild: (cut?: Cut) => Promise<Found>): Promise<{ readonly rebuilt: Found; readonly comparison: Comparison }> {
  for (let round = 1; ; round += 1) {
    const replies = await Promise.all(OWNERS.map(async (owner) => ({ owner, streams: await statesOf(bus, owner.service) })));
    const reporting = await reportingState(bus);
    const rebuilt = await rebuild();
    const owned = replies.map(({ owner, streams }) => compareOwner(owner, streams, rebuilt));
    const results = [...owned.map(({ result }) => result), await compareReporting(reporting, rebuilt, rebuild)];
    if (round < ROUNDS_MAX && owned.some(({ moved }) => moved > 0)) continue;
    const difference = results.find((result) => result.difference !== undefined)?.difference;
    const absent = results.flatMap(({ service, text, absent: isAbsent }) => (isAbsent ? [`${service}: ${text}`] : []));
    return { rebuilt, comparison: { equal: difference === undefined && absent.length === 0, absent, ...(difference === undefined ? {} : { difference }), owners: results } };
  }
}

type Silent = 'silent';

async function ask({ requests }: CliBus, service: string, partition: Partition): Promise<Reply | Silent> {
  try {
    return await requests.query(service, partition, 'state', {});
  } catch (error) {
    if (error instanceof RequestTimeout) return 'silent';
    throw error;
  }
}

/** Why a service did not say what it holds. */
interface Unsaid {
  readonly text: string;
  readonly absent: boolean;
}

const absentFrom = (text: string): Unsaid => ({ text, absent: true });
const refused = (text: string): Unsaid => ({ text, absent: false });
const unsaid = (service: string, { text, absent }: Unsaid): OwnerResult => ({ service, text, compared: 0, ...(absent ? { absent } : { difference: `${service}: ${text}` }) });

/** What a service's deciders hold, by `<partition>/<stream>`. */
async function statesOf(bus: CliBus, service: string): Promise<ReadonlyMap<string, OwnedState> | Unsaid> {
  const replies = await Promise.all(ALL_PARTITIONS.map((partition) => ask(bus, service, partition)));
  const states = new Map<string, OwnedState>();
  for (const [partition, reply] of replies.entries()) {
    if (reply === 'silent') return absentFrom(`does not answer for partition ${partition}`);
    if (!reply.ok) return refused(reply.error);
    for (const state of (reply.data as { readonly streams: readonly OwnedState[] }).streams) states.set(`${partition}/${state.stream}`, state);
  }
  return states;
}

function compareOwner(owner: Owner, streams: ReadonlyMap<string, OwnedState> | Unsaid, rebuilt: Rebuilt): { readonly result: OwnerResult; readonly moved: number } {
  const { service } = owner;
  if (!(streams instanceof Map)) return { result: unsaid(service, streams as Unsaid), moved: 0 };
  const parts = owner.partsOf(rebuilt);
  let compared = 0;
  let moved = 0;
  for (const [key, held] of streams) {
    if (rebuilt.versions.get(key) !== held.version) {
      moved += 1;
      continue;
    }
    compared += 1;
    const folded = parts(held.stream, held.state);
    if (!isDeepStrictEqual(folded, held.state)) return { result: differing(service, compared, `${held.stream} version ${held.version}: live ${JSON.stringify(held.state)}, the log ${JSON.stringify(folded)}`), moved: 0 };
  }
  const lost = [...rebuilt.versions.keys()].find((key) => owner.always.some((kind) => key.includes(`/${kind}.`)) && !streams.has(key));
  if (lost !== undefined) return { result: differing(service, compared, `${lost} is in the log, ${service} does not hold it`), moved: 1 };
  return { result: { service, compared, text: `equal, ${compared} streams${moved > 0 ? `; ${moved} moved on meanwhile` : ''}` }, moved };
}

const differing = (service: string, compared: number, what: string): OwnerResult => ({ service, compared, text: 'DIFFERENT', difference: `${service}: ${what}` });

interface ReportingState {
  readonly hash: string;
  readonly cut: Cut;
}

async function reportingState(bus: CliBus): Promise<ReportingState | Unsaid> {
  const reply = await ask(bus, 'reporting', 0);
  if (reply === 'silent') return absentFrom('does not answer');
  if (!reply.ok) return refused(reply.error);
  const { hash, cut } = reply.data as { readonly hash: string; readonly cut: string | Readonly<Record<string, number>> };
  return { hash, cut: cutOf(cut) };
}

function cutOf(found: string | Readonly<Record<string, number>>): Cut {
  if (typeof found !== 'string') return new Map(Object.entries(found).map(([partition, sequence]) => [Number(partition), sequence]));
  const until = found === 'empty' || found === '' ? undefined : untilOf('cut', found);
  return until !== undefined && 'cut' in until ? until.cut : new Map<Partition, number>();
}

async function compareReporting<Found extends Rebuilt>(found: ReportingState | Unsaid, rebuilt: Found, rebuild: (cut?: Cut) => Promise<Found>): Promise<OwnerResult> {
  const service = 'reporting';
  if ('text' in found) return unsaid(service, found);
  const there = found.hash === rebuilt.hash || sameCut(found.cut, rebuilt.cut) ? rebuilt : await rebuild(found.cut);
  if (there.hash === found.hash) return { service, compared: 1, text: `equal, books at ${cutText(found.cut)}` };
  return differing(service, 1, `at ${cutText(found.cut)} live ${found.hash}, the log ${there.hash}`);
}
