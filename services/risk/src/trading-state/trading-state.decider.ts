import { type Decider, type Id, strictest, type TradingState } from '@ballast/domain';
import type { TradingStateChanged } from '@ballast/events';

export type Scope = TradingStateChanged['scope'];

/** What may be traded, by scope; a scope that is absent is ACTIVE. Keys are `<scope>:<scopeId>`. */
export interface TradingStates {
  readonly scopes: Readonly<Record<string, { readonly state: TradingState; readonly reason: string; readonly by: string }>>;
}

export interface TradingStateCommand {
  /** `Tighten` never loosens: what is stricter already stays. Only `Resume` does, by a person (latched). */
  readonly type: 'Tighten' | 'Resume';
  readonly portfolioId: Id;
  readonly scope: Scope;
  readonly scopeId: string;
  /** Wanted state of Tighten. */
  readonly state: TradingState;
  readonly reason: string;
  readonly by: string;
}

const keyOf = (scope: Scope, scopeId: string): string => `${scope}:${scopeId}`;
export const stateOf = (states: TradingStates, scope: Scope, scopeId: string): TradingState => states.scopes[keyOf(scope, scopeId)]?.state ?? 'ACTIVE';
export const hasState = (states: TradingStates, scope: Scope, scopeId: string): boolean => keyOf(scope, scopeId) in states.scopes;

/** Who set it last; undefined where nobody ever did. */
export const setBy = (states: TradingStates, scope: Scope, scopeId: string): string | undefined => states.scopes[keyOf(scope, scopeId)]?.by;

/** The strictest of the portfolio, the bot and every instrument. */
export const stateFor = (states: TradingStates, portfolioId: Id, botId: Id, instruments: readonly string[]): TradingState =>
  instruments.reduce<TradingState>((state, instrument) => strictest(state, stateOf(states, 'INSTRUMENT', instrument)), strictest(stateOf(states, 'PORTFOLIO', portfolioId), stateOf(states, 'BOT', botId)));

/** Halting, reducing and resuming of one portfolio's scopes; one stream per portfolio. A repeated command decides nothing. */
export const tradingStateDecider: Decider<TradingStates, TradingStateCommand, TradingStateChanged> = {
  kind: 'trading-state',
  writer: 'risk',
  initial: { scopes: {} },

  decide(states, { type, portfolioId, scope, scopeId, state, reason, by }) {
    const now = stateOf(states, scope, scopeId);
    const next = type === 'Resume' ? 'ACTIVE' : strictest(now, state);
    return next === now ? [] : [{ type: 'TradingStateChanged', portfolioId, scope, scopeId, state: next, reason, by }];
  },

  evolve: (states, { scope, scopeId, state, reason, by }) => ({ scopes: { ...states.scopes, [keyOf(scope, scopeId)]: { state, reason, by } } }),
};
