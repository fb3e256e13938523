import type { Id } from '@ballast/domain';

type EventClass = new () => { readonly type: string };

/** Who may write an event, and to which kind of stream. */
export interface EventPlace {
  /** The one service that writes it; `strategy-*` stands for every strategy. */
  readonly writer: string;
  readonly kind: string;
  /** Version of the contracts that it came with; a build that knows only older ones refuses a log that has it. Default 1. */
  readonly contract?: number;
}

const CONTRACTS = new Map<string, { readonly contract: EventClass; readonly place: EventPlace }>();

/** Registers an event class under its name: its contract, its writer, its kind of stream. */
export const EventContract = (place: EventPlace) => (contract: EventClass): void => {
  CONTRACTS.set(contract.name, { contract, place });
};

export const contractOf = (type: string): { readonly contract: EventClass; readonly place: EventPlace } | undefined => CONTRACTS.get(type);
/** The version of the contracts that whoever reads these events must know. */
export const contractVersionOf = (events: readonly { readonly type: string }[]): number => events.reduce((newest, { type }) => Math.max(newest, CONTRACTS.get(type)?.place.contract ?? 1), 1);
export const eventTypes = (): readonly string[] => [...CONTRACTS.keys()].sort();

/** True where `writer` may write events of this place: strategies are told apart by their name after `strategy-`. */
export const mayWrite = (place: EventPlace, writer: Id): boolean => (place.writer.endsWith('*') ? writer.startsWith(place.writer.slice(0, -1)) && writer.length >= place.writer.length : place.writer === writer);

/** Subject filters (all partitions of a log are alike) that carry these event types: `evt.*.<writer>.<kind>.*`. */
export function subjectFilters(types: readonly string[]): readonly string[] {
  const filters = new Set<string>();
  for (const type of types) {
    const place = CONTRACTS.get(type)?.place;
    if (place) filters.add(place.writer.endsWith('*') ? `evt.*.*.${place.kind}.*` : `evt.*.${place.writer}.${place.kind}.*`);
  }
  return [...filters].sort();
}
