import { type Decider, type Id, strictest, type TradingState } from '@ballast/domain';
import type { HoldCause, TradingHold, TradingStateChanged } from '@ballast/events';

export type Scope = TradingStateChanged['scope'];

/** What one cause asks of a scope, and why. */
export interface Hold {
  readonly state: TradingState;
  readonly reason: string;
  readonly by: string;
}
type Holds = Readonly<Partial<Record<HoldCause, Hold>>>;

/** What may be traded, by scope; a scope that is absent is ACTIVE. Keys are `<scope>:<scopeId>`. */
export interface TradingStates {
  /** The strictest hold of each scope, and where it is not ACTIVE every hold. */
  readonly scopes: Readonly<Record<string, Hold & { readonly holds?: Holds }>>;
}

export interface TradingStateCommand {
  /** `Tighten` never loosens: what is stricter already stays. Only `Resume` does, by a person (latched). */
  readonly type: 'Tighten' | 'Resume';
  readonly portfolioId: Id;
  readonly scope: Scope;
  readonly scopeId: string;
  /** Wanted state of Tighten. */
  readonly state: TradingState;
  /** Who holds the scope; of a resume: whose holds it lifts, and no other. Absent: the cause that `by` is. */
  readonly causes?: readonly HoldCause[];
  readonly reason: string;
  readonly by: string;
}

/** Who halts or reduces where a hard stop trips. */
export const BY_HARD_STOP = 'policy:hard-stop';
/** Who reduces where the venue and the log disagree. */
export const BY_RECONCILIATION = 'policy:reconciliation-difference';

const keyOf = (scope: Scope, scopeId: string): string => `${scope}:${scopeId}`;
export const stateOf = (states: TradingStates, scope: Scope, scopeId: string): TradingState => states.scopes[keyOf(scope, scopeId)]?.state ?? 'ACTIVE';
export const hasState = (states: TradingStates, scope: Scope, scopeId: string): boolean => keyOf(scope, scopeId) in states.scopes;

/** The strictest of the portfolio, the bot and every instrument. */
export const stateFor = (states: TradingStates, portfolioId: Id, botId: Id, instruments: readonly string[]): TradingState =>
  instruments.reduce<TradingState>((state, instrument) => strictest(state, stateOf(states, 'INSTRUMENT', instrument)), strictest(stateOf(states, 'PORTFOLIO', portfolioId), stateOf(states, 'BOT', botId)));

const causeOf = (by: string): HoldCause => (by === BY_HARD_STOP ? 'HARD_STOP' : by === BY_RECONCILIATION ? 'RECONCILIATION' : 'PERSON');
const stateOfHolds = (holds: Holds): TradingState => Object.values(holds).reduce<TradingState>((state, hold) => strictest(state, hold.state), 'ACTIVE');
const without = (holds: Holds, causes: readonly HoldCause[]): Holds => Object.fromEntries(Object.entries(holds).filter(([cause]) => !causes.includes(cause as HoldCause)));

/** Everything that holds a scope, by cause; nothing where it is ACTIVE. */
export function holdsOf({ scopes }: TradingStates, scope: Scope, scopeId: string): Holds {
  const known = scopes[keyOf(scope, scopeId)];
  if (!known || known.state === 'ACTIVE') return {};
  return known.holds ?? { [causeOf(known.by)]: { state: known.state, reason: known.reason, by: known.by } };
}

function tighten(states: TradingStates, { portfolioId, scope, scopeId, state, reason, by, causes = [causeOf(by)] }: TradingStateCommand): readonly TradingStateChanged[] {
  const holds = holdsOf(states, scope, scopeId);
  const changed = causes.filter((cause) => {
    const now = holds[cause]?.state ?? 'ACTIVE';
    return strictest(now, state) !== now;
  });
  if (changed.length === 0) return [];
  return [{ type: 'TradingStateChanged', portfolioId, scope, scopeId, state: strictest(stateOfHolds(holds), state), reason, by, hold: { causes: changed, state } }];
}

function resume(states: TradingStates, { portfolioId, scope, scopeId, reason, by, causes = [causeOf(by)] }: TradingStateCommand): readonly TradingStateChanged[] {
  const holds = holdsOf(states, scope, scopeId);
  const lifted = causes.filter((cause) => holds[cause] !== undefined);
  if (lifted.length === 0) return [];
  return [{ type: 'TradingStateChanged', portfolioId, scope, scopeId, state: stateOfHolds(without(holds, lifted)), reason, by, hold: { causes: lifted, state: 'ACTIVE' } }];
}

function heldAfter(holds: Holds, { causes, state }: TradingHold, reason: string, by: string): Holds {
  const others = without(holds, causes);
  return state === 'ACTIVE' ? others : { ...others, ...Object.fromEntries(causes.map((cause) => [cause, { state, reason, by }])) };
}

/** Halting, reducing and resuming of one portfolio's scopes; one stream per portfolio. A repeated command decides nothing. */
export const tradingStateDecider: Decider<TradingStates, TradingStateCommand, TradingStateChanged> = {
  kind: 'trading-state',
  writer: 'risk',
  initial: { scopes: {} },

  decide: (states, command) => (command.type === 'Tighten' ? tighten(states, command) : resume(states, command)),

  evolve(states, { scope, scopeId, state, reason, by, hold = { causes: [causeOf(by)], state } }) {
    const told: Hold = { state, reason, by };
    if (state === 'ACTIVE') return { scopes: { ...states.scopes, [keyOf(scope, scopeId)]: told } };
    const holds = heldAfter(holdsOf(states, scope, scopeId), hold, reason, by);
    return { scopes: { ...states.scopes, [keyOf(scope, scopeId)]: { ...(Object.values(holds).find((each) => each.state === state) ?? told), holds } } };
  },
};
