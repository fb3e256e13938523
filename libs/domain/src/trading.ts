/** The desk's words that every service shares. */
export const SIDES = ['BUY', 'SELL'] as const;
export type Side = (typeof SIDES)[number];
export const opposite = (side: Side): Side => (side === 'BUY' ? 'SELL' : 'BUY');
/** +1 for BUY, -1 for SELL. */
export const signOf = (side: Side): 1 | -1 => (side === 'BUY' ? 1 : -1);

export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

export const LIQUIDITIES = ['MAKER', 'TAKER'] as const;
export type Liquidity = (typeof LIQUIDITIES)[number];

/** ACTIVE: everything; REDUCING: only what reduces risk; HALTED: no new orders but reduce-only, cancels and protection. Later = stricter. */
export const TRADING_STATES = ['ACTIVE', 'REDUCING', 'HALTED'] as const;
export type TradingState = (typeof TRADING_STATES)[number];
export const strictest = (a: TradingState, b: TradingState): TradingState => (TRADING_STATES.indexOf(a) >= TRADING_STATES.indexOf(b) ? a : b);

/** SINGLE: a plan of one leg, which has nothing to be balanced against. */
export const SIZING_OUTCOMES = ['BALANCED', 'BEST_EFFORT', 'INFEASIBLE', 'SINGLE'] as const;
export type SizingOutcome = (typeof SIZING_OUTCOMES)[number];
