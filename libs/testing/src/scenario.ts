import { isDeepStrictEqual } from 'node:util';
import { type DecisionContext, type Decider, Decimal } from '@ballast/domain';

/** What happened, what is asked, and what must follow: `scenario(decider).given(opened()).when(fill()).then(closed())`. */
export interface Scenario<State, Command, Event> {
  /** Appends to the history before the command. */
  given(...events: readonly Event[]): Scenario<State, Command, Event>;
  /** Decides at market time `at` (ms, default 0). */
  when(command: Command, at?: number): Outcome<State, Event>;
}

export interface Outcome<State, Event> {
  /** The events decided, for checks of a part of them. */
  readonly events: readonly Event[];
  /** The fold of the history and of what was decided. */
  readonly state: State;
  /** @throws where exactly these events were not decided, in this order. */
  then(...expected: readonly Event[]): void;
  /** @throws where any event was decided. */
  thenNothing(): void;
}

/** Given, when, then for a decider: pure, no clock, no store. Decimals compare by value. */
export function scenario<State, Command, Event extends { readonly type: string }>(decider: Decider<State, Command, Event>, context: Partial<DecisionContext> = {}): Scenario<State, Command, Event> {
  return withHistory(decider, context, []);
}

function withHistory<State, Command, Event extends { readonly type: string }>(decider: Decider<State, Command, Event>, context: Partial<DecisionContext>, history: readonly Event[]): Scenario<State, Command, Event> {
  return {
    given: (...events) => withHistory(decider, context, [...history, ...events]),
    when: (command, at = context.at ?? 0) => {
      const before = history.reduce((state, event) => decider.evolve(state, event), decider.initial);
      const events = decider.decide(before, command, { decisionId: context.decisionId ?? 'decision', at });
      return {
        events,
        state: events.reduce((state, event) => decider.evolve(state, event), before),
        then: (...expected) => demandSame(events, expected),
        thenNothing: () => demandSame(events, []),
      };
    },
  };
}

function demandSame(found: readonly unknown[], expected: readonly unknown[]): void {
  const [decided, wanted] = [plain(found), plain(expected)];
  if (!isDeepStrictEqual(decided, wanted)) throw new Error(`decided ${JSON.stringify(decided, undefined, 2)}\nexpected ${JSON.stringify(wanted, undefined, 2)}`);
}

function plain(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined).map(([field, member]) => [field, plain(member)]));
}
