import type { Decider, Id, Money, Ms, Price, SignedQuantity } from '@ballast/domain';
import type { EquityObserved } from '@ballast/events';
import { accountLeverageOf, distanceToLiquidation, grossNotionalOf } from './margin.js';

export interface ObservedPosition {
  readonly instrument: string;
  readonly quantity: SignedQuantity;
  readonly markPrice: Price;
  readonly oraclePrice: Price;
  /** Absent where this position alone cannot be liquidated at any price. */
  readonly liquidationPrice?: Price;
}

/** What the venue said of an account, with the prices of that moment. */
export interface ObserveEquity {
  readonly type: 'ObserveEquity';
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly botId: Id;
  readonly trigger: EquityObserved['trigger'];
  /** Start of the interval or day that this observation is of, ms; START and TRIP: of the moment itself. */
  readonly slot: Ms;
  readonly collateral: Money;
  readonly equity: Money;
  readonly initialMarginHealth: Money;
  readonly maintenanceMarginHealth: Money;
  readonly positions: readonly ObservedPosition[];
  readonly venueTime: Ms;
}

export interface EquityState {
  /** Venue time of the last observation of an interval or day, ms; -1 before the first. */
  readonly intervalAt: Ms;
  /** Last UTC day that was opened with an observation, days since 1970. */
  readonly day: number;
  readonly venueTime: Ms;
}

const DAY_MS = 86_400_000;

function isRepeat(state: EquityState, { trigger, slot, venueTime }: ObserveEquity): boolean {
  if (venueTime < state.venueTime) return true;
  switch (trigger) {
    case 'INTERVAL':
      return slot <= state.intervalAt;
    case 'DAY':
      return Math.floor(slot / DAY_MS) <= state.day;
    case 'START':
    case 'TRIP':
      return venueTime === state.venueTime;
  }
}

function observed(command: ObserveEquity): EquityObserved {
  const { accountId, portfolioId, botId, trigger, collateral, equity, initialMarginHealth, maintenanceMarginHealth, positions, venueTime } = command;
  const grossNotional = grossNotionalOf(positions);
  // Nothing is deposited as protection yet, so all collateral is eligible (C-10).
  const eligibleCollateral = collateral;
  return {
    type: 'EquityObserved', accountId, portfolioId, botId, trigger, collateral, eligibleCollateral, equity, initialMarginHealth, maintenanceMarginHealth, grossNotional,
    accountLeverage: accountLeverageOf(grossNotional, eligibleCollateral),
    marks: positions.map(({ instrument, markPrice, oraclePrice }) => ({ instrument, markPrice, oraclePrice })),
    positions: positions.map(({ instrument, quantity, oraclePrice, liquidationPrice }) => ({
      instrument, quantity, ...(liquidationPrice ? { liquidationPrice, distanceToLiquidation: distanceToLiquidation(quantity, oraclePrice, liquidationPrice) } : {}),
    })),
    venueTime,
  };
}

/** What one account is worth, once per interval, day, start and trip; the only way marks reach a fold. */
export const equityDecider: Decider<EquityState, ObserveEquity, EquityObserved> = {
  kind: 'equity',
  writer: 'collateral',
  initial: { intervalAt: -1, day: -1, venueTime: -1 },
  decide: (state, command) => (isRepeat(state, command) ? [] : [observed(command)]),
  evolve: (state, { venueTime, trigger }) => ({
    intervalAt: trigger === 'INTERVAL' || trigger === 'DAY' ? venueTime : state.intervalAt,
    day: trigger === 'DAY' ? Math.floor(venueTime / DAY_MS) : state.day,
    venueTime,
  }),
};
