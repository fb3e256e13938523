import { type Decider, type Id, type Money, type Ms, type Price, type SignedQuantity, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { EquityObserved } from '@ballast/events';
import { distanceToLiquidation } from '@ballast/protection';
import { accountLeverageOf, grossNotionalOf } from './margin.js';

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
  /** What the portfolio's treasury has set aside in this account; absent where none is bound. */
  readonly setAside?: Money;
  /** Deposited as protection; absent where nothing is. */
  readonly protection?: Money;
  readonly initialMarginHealth: Money;
  readonly maintenanceMarginHealth: Money;
  readonly positions: readonly ObservedPosition[];
  readonly venueTime: Ms;
}

export interface EquityState {
  /** Venue time of the last observation of an interval or day, ms; -1 before the first. */
  readonly intervalAt: Ms;
  /** Venue time of the last observation that opened a day, ms; -1 before the first. */
  readonly dayAt: Ms;
  readonly venueTime: Ms;
}

function isRepeat(state: EquityState, { trigger, slot, venueTime }: ObserveEquity): boolean {
  if (venueTime < state.venueTime) return true;
  switch (trigger) {
    case 'INTERVAL':
      return slot <= state.intervalAt;
    case 'DAY':
      return slot <= state.dayAt;
    case 'START':
    case 'TRIP':
      return venueTime === state.venueTime;
  }
}

function observed(command: ObserveEquity): EquityObserved {
  const { accountId, portfolioId, botId, trigger, collateral, setAside, protection, equity, initialMarginHealth, maintenanceMarginHealth, positions, venueTime } = command;
  const grossNotional = grossNotionalOf(positions);
  // Neither protection (C-10) nor what the treasury has set aside (W-8) is trading equity.
  const eligibleCollateral = subMoney(subMoney(collateral, setAside ?? ZERO_MONEY), protection ?? ZERO_MONEY);
  return {
    type: 'EquityObserved', accountId, portfolioId, botId, trigger, collateral, eligibleCollateral, ...(setAside ? { setAside } : {}), ...(protection ? { protection } : {}), equity, initialMarginHealth, maintenanceMarginHealth, grossNotional,
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
  initial: { intervalAt: -1, dayAt: -1, venueTime: -1 },
  decide: (state, command) => (isRepeat(state, command) ? [] : [observed(command)]),
  evolve: (state, { venueTime, trigger }) => ({
    intervalAt: trigger === 'INTERVAL' || trigger === 'DAY' ? venueTime : state.intervalAt,
    dayAt: trigger === 'DAY' ? venueTime : state.dayAt,
    venueTime,
  }),
};
