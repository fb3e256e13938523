import type { Decimal } from '@ballast/domain';
import type { DecisionRecord } from '@ballast/bus';
import type { BallastEvent } from '@ballast/events';
import { pairRound, type WrittenDecision } from '../pair-round.builders.js';
import type { Breach } from './breach.js';
import { Verifier } from './verifier.js';

export type Of<Type extends BallastEvent['type']> = Extract<BallastEvent, { type: Type }>;

/** Changes the first event of a type, as a wrong decider would have. */
export function altered<Type extends BallastEvent['type']>(type: Type, change: (event: Of<Type>) => Partial<Of<Type>>): readonly WrittenDecision[] {
  let done = false;
  const changed = (event: BallastEvent): BallastEvent => {
    if (event.type !== type || done) return event;
    done = true;
    return { ...event, ...change(event as Of<Type>) } as BallastEvent;
  };
  return pairRound().map((decision) => ({ ...decision, events: decision.events.map(changed) }));
}

export const without = (type: BallastEvent['type']): readonly WrittenDecision[] => pairRound().filter(({ events }) => events[0]?.type !== type);
export const withExtra = (after: BallastEvent['type'], ...extra: readonly BallastEvent[]): readonly WrittenDecision[] => pairRound().flatMap((decision) => (decision.events[0]?.type === after ? [decision, ...extra.map((event) => ({ ...decision, events: [event] }))] : [decision]));
export const more = <Value extends Decimal>(value: Value, by = '0.1'): Value => value.plus(by) as Value;

/** The breaches of a log, in its order. */
export function verified(records: readonly DecisionRecord[]): readonly Breach[] {
  const verifier = new Verifier();
  for (const record of records) verifier.see(record);
  return verifier.report().breaches;
}
