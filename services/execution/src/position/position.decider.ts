import { Decimal, type Decider, type Id, type Money, type Ms, type Price, type Quantity, type Ratio, type Side, signOf, type SignedQuantity, ZERO_MONEY } from '@ballast/domain';
import type { FundingSettled, PositionClosed, PositionFlipped, PositionIncreased, PositionLiquidated, PositionOpened, PositionReduced } from '@ballast/events';

export interface PositionState {
  /** LONG > 0, SHORT < 0. */
  readonly quantity: SignedQuantity;
  readonly entryPrice: Price | undefined;
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
const FLAT = ZERO_MONEY as Decimal as SignedQuantity;

export const positionIdOf = (accountId: Id, instrument: string): Id => `${accountId}-${instrument.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`;

/** Position of one account in one instrument: average entry price, exactly one event per fill (architecture, "Events"). */
export const positionDecider: Decider<PositionState, PositionCommand, PositionEvent> = {
  kind: 'position',
  writer: 'execution',
  initial: { quantity: FLAT, entryPrice: undefined, known: [] },

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
      case 'PositionFlipped': return { quantity: event.position, entryPrice: event.entryPrice, known: remember(state, event.fillId) };
      case 'FundingSettled': return { ...state, known: remember(state, event.paymentId) };
      case 'PositionLiquidated': return { quantity: event.position, entryPrice: event.position.isZero() ? undefined : state.entryPrice, known: remember(state, event.liquidationId) };
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

/** Realised = (price - entry) x what was closed x direction; the entry price moves only when the position grows. */
function step(state: PositionState, side: Side, quantity: Quantity, price: Price): Step {
  const held = state.quantity;
  const entry = state.entryPrice ?? price;
  const position = held.plus(quantity.times(signOf(side))) as SignedQuantity;
  const grows = held.isZero() || held.isPositive() === (side === 'BUY');
  const closed = grows ? new Decimal(0) : Decimal.min(held.abs(), quantity);
  const realisedPnl = price.minus(entry).times(closed).times(held.isNegative() ? -1 : 1) as Money;
  if (held.isZero()) return { kind: 'PositionOpened', position, entryPrice: price, realisedPnl };
  if (grows) {
    const average = held.abs().times(entry).plus(quantity.times(price)).div(position.abs()).toDecimalPlaces(ENTRY_PLACES) as Price;
    return { kind: 'PositionIncreased', position, entryPrice: average, realisedPnl };
  }
  if (position.isZero()) return { kind: 'PositionClosed', position: FLAT, entryPrice: undefined, realisedPnl };
  const flips = position.isNegative() !== held.isNegative();
  return flips ? { kind: 'PositionFlipped', position, entryPrice: price, realisedPnl } : { kind: 'PositionReduced', position, entryPrice: entry, realisedPnl };
}

function fillEvent(state: PositionState, { accountId, instrument, fillId, tradeId, side, quantity, price, fee, venueTime }: ApplyFill): ByFill {
  const { kind, position, entryPrice, realisedPnl } = step(state, side, quantity, price);
  return { type: kind, accountId, instrument, fillId, tradeId, side, quantity, price, fee, position, ...(entryPrice ? { entryPrice } : {}), realisedPnl, venueTime };
}

function liquidationEvent(state: PositionState, { accountId, instrument, liquidationId, side, quantity, price, fee, venueTime }: Extract<PositionCommand, { type: 'ApplyLiquidation' }>): PositionLiquidated {
  const { position, realisedPnl } = step(state, side, quantity, price);
  return { type: 'PositionLiquidated', accountId, instrument, liquidationId, side, quantity, price, fee, position, realisedPnl, venueTime };
}
