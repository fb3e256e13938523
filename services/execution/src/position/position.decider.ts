import { addMoney, Decimal, type Decider, type Id, type Money, type Ms, type Price, type Quantity, type Ratio, type Side, signOf, type SignedQuantity, ZERO_MONEY } from '@ballast/domain';
import type { FundingSettled, PositionClosed, PositionFlipped, PositionIncreased, PositionLiquidated, PositionOpened, PositionReduced } from '@ballast/events';

export interface PositionState {
  /** LONG > 0, SHORT < 0. */
  readonly quantity: SignedQuantity;
  /** Average price of what is open, for people to read; no result is computed from it. */
  readonly entryPrice: Price | undefined;
  /** What the open quantity was bought for, quote currency; negative for a short: what it was sold for. 0 when flat. */
  readonly cost: Money;
  /** The newest fills, payments and liquidations: redelivery repeats recent ones only. */
  readonly known: readonly string[];
}

export interface ApplyFill {
  readonly type: 'ApplyFill';
  readonly accountId: Id;
  readonly instrument: string;
  readonly fillId: string;
  readonly tradeId: Id;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Money;
  readonly venueTime: Ms;
}

export type PositionCommand =
  | ApplyFill
  | { readonly type: 'SettleFunding'; readonly accountId: Id; readonly instrument: string; readonly paymentId: string; readonly amount: Money; readonly rateHourly: Ratio; readonly venueTime: Ms }
  | { readonly type: 'ApplyLiquidation'; readonly accountId: Id; readonly instrument: string; readonly liquidationId: string; readonly side: Side; readonly quantity: Quantity; readonly price: Price; readonly fee: Money; readonly venueTime: Ms };

type ByFill = PositionOpened | PositionIncreased | PositionReduced | PositionClosed | PositionFlipped;
export type PositionEvent = ByFill | FundingSettled | PositionLiquidated;

const KNOWN_MAX = 5_000;
const ENTRY_PLACES = 18;
/** The venue's smallest unit: its amounts are whole numbers of 10^-18 of the quote currency (venues.md §1). */
const UNIT_PLACES = 18;
const FLAT = ZERO_MONEY as Decimal as SignedQuantity;

export const positionIdOf = (accountId: Id, instrument: string): Id => `${accountId}-${instrument.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`;

/**
 * Position of one account in one instrument: exactly one event per fill (architecture, "Events"). Results are cash less cost,
 * and only a partial close rounds: the part of the cost that it takes along, in proportion to the quantity, is rounded to the
 * venue's smallest unit (10^-18 of the quote currency) against us, as the venue does; what is left keeps the rest. So the
 * results of a round from flat to flat are its cash to the last digit (architecture, "What must always hold", 3).
 */
export const positionDecider: Decider<PositionState, PositionCommand, PositionEvent> = {
  kind: 'position',
  writer: 'execution',
  initial: { quantity: FLAT, entryPrice: undefined, cost: ZERO_MONEY, known: [] },

  decide(state, command) {
    switch (command.type) {
      case 'ApplyFill': return state.known.includes(command.fillId) ? [] : [fillEvent(state, command)];
      case 'SettleFunding': return state.known.includes(command.paymentId) ? [] : [{ ...command, type: 'FundingSettled', position: state.quantity }];
      case 'ApplyLiquidation': return state.known.includes(command.liquidationId) ? [] : [liquidationEvent(state, command)];
    }
  },

  evolve(state, event) {
    switch (event.type) {
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped': return { quantity: event.position, entryPrice: event.entryPrice, cost: costAfter(state, event), known: remember(state, event.fillId) };
      case 'FundingSettled': return { ...state, known: remember(state, event.paymentId) };
      case 'PositionLiquidated': return { quantity: event.position, entryPrice: event.position.isZero() ? undefined : state.entryPrice, cost: costAfter(state, event), known: remember(state, event.liquidationId) };
    }
  },
};

const remember = (state: PositionState, id: string): readonly string[] => [...state.known.slice(state.known.length >= KNOWN_MAX ? 1 : 0), id];

interface Step {
  readonly kind: ByFill['type'];
  readonly position: SignedQuantity;
  readonly entryPrice: Price | undefined;
  readonly realisedPnl: Money;
}

/** Cost moves by what was paid and by what was gained: cost = cost before + signed quantity x price + realised. */
const costAfter = ({ cost }: PositionState, { side, quantity, price, position, realisedPnl }: Omit<ByFill | PositionLiquidated, 'type'>): Money =>
  position.isZero() ? ZERO_MONEY : addMoney(addMoney(cost, quantity.times(price).times(signOf(side)) as Money), realisedPnl);

/** The cost that `closed` of the position takes along; rounded up where it is a part of it. */
const costOf = ({ quantity, cost }: PositionState, closed: Decimal): Decimal =>
  closed.eq(quantity.abs()) ? cost : cost.times(closed).div(quantity.abs()).toDecimalPlaces(UNIT_PLACES, Decimal.ROUND_CEIL);

/** Realised = cash of what was closed - its cost; the entry price moves only when the position grows. */
function step(state: PositionState, side: Side, quantity: Quantity, price: Price): Step {
  const held = state.quantity;
  const position = held.plus(quantity.times(signOf(side))) as SignedQuantity;
  if (held.isZero()) return { kind: 'PositionOpened', position, entryPrice: price, realisedPnl: ZERO_MONEY };
  if (held.isPositive() === (side === 'BUY')) {
    const cost = state.cost.plus(quantity.times(price).times(signOf(side)));
    return { kind: 'PositionIncreased', position, entryPrice: cost.div(position).toDecimalPlaces(ENTRY_PLACES) as Price, realisedPnl: ZERO_MONEY };
  }
  const closed = Decimal.min(held.abs(), quantity);
  const realisedPnl = closed.times(price).times(-signOf(side)).minus(costOf(state, closed)) as Money;
  if (position.isZero()) return { kind: 'PositionClosed', position: FLAT, entryPrice: undefined, realisedPnl };
  const flips = position.isNegative() !== held.isNegative();
  return flips ? { kind: 'PositionFlipped', position, entryPrice: price, realisedPnl } : { kind: 'PositionReduced', position, entryPrice: state.entryPrice, realisedPnl };
}

function fillEvent(state: PositionState, { accountId, instrument, fillId, tradeId, side, quantity, price, fee, venueTime }: ApplyFill): ByFill {
  const { kind, position, entryPrice, realisedPnl } = step(state, side, quantity, price);
  return { type: kind, accountId, instrument, fillId, tradeId, side, quantity, price, fee, position, ...(entryPrice ? { entryPrice } : {}), realisedPnl, venueTime };
}

function liquidationEvent(state: PositionState, { accountId, instrument, liquidationId, side, quantity, price, fee, venueTime }: Extract<PositionCommand, { type: 'ApplyLiquidation' }>): PositionLiquidated {
  const { position, realisedPnl } = step(state, side, quantity, price);
  return { type: 'PositionLiquidated', accountId, instrument, liquidationId, side, quantity, price, fee, position, realisedPnl, venueTime };
}
