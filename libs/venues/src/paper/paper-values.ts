import { Decimal, type Bps, type Instrument, type Level, type Money, type Notional, type Price, type Quantity, type Ratio, type SignedQuantity } from '@ballast/domain';
import type { EngineFill, EngineFunding, EngineInstrument, EngineLiquidation, EngineTransfer, OrderRecord, PriceLevel, X18 } from '../engine/engine.api.js';
import { formatX18, ONE, parseX18 } from '../engine/fixed.js';
import { VenueError, type FundingPayment, type Liquidation, type OrderView, type VenueFill, type VenueTransfer } from '../venue-adapter.js';

const decimal = (value: X18): Decimal => new Decimal(formatX18(value));
export const priceOf = (value: X18): Price => decimal(value) as Price;
export const quantityOf = (value: X18): Quantity => decimal(value) as Quantity;
export const signedQuantityOf = (value: X18): SignedQuantity => decimal(value) as SignedQuantity;
export const moneyOf = (value: X18): Money => decimal(value) as Money;
export const ratioOf = (value: X18): Ratio => decimal(value) as Ratio;

/** The engine's number of a domain value. @throws VenueError where it has more than 18 decimal digits */
export function x18Of(value: Decimal, what: string): X18 {
  const parsed = parseX18(value.toFixed());
  if (parsed === undefined) throw new VenueError('unknown', 'notPlaced', `${what}: found ${value.toFixed()}, allowed are at most 18 decimal digits`);
  return parsed;
}

const levels = new WeakMap<PriceLevel, Level>();

/** The domain's level; the same object for the same engine level, because most levels do not change between two books. */
export function domainLevel(level: PriceLevel): Level {
  const known = levels.get(level);
  if (known) return known;
  const made = { price: priceOf(level[0]), quantity: quantityOf(level[1]) };
  levels.set(level, made);
  return made;
}

const BPS = 10_000n;

/** Contract terms as every adapter gives them; margin ratios are the distance of the long weights from 1. */
export function instrumentOf(terms: EngineInstrument, venue: string, quote: string): Instrument {
  return {
    instrument: terms.symbol,
    venue,
    base: terms.base,
    quote,
    lotSize: quantityOf(terms.sizeIncrement),
    tickSize: priceOf(terms.priceIncrement),
    notionalMin: decimal(terms.minNotional) as Notional,
    makerFeeBps: decimal(terms.makerFeeRate * BPS) as Bps,
    takerFeeBps: decimal(terms.takerFeeRate * BPS) as Bps,
    initialMarginRatio: ratioOf(ONE - terms.longWeightInitial),
    maintenanceMarginRatio: ratioOf(ONE - terms.longWeightMaintenance),
  };
}

export const orderViewOf = (order: OrderRecord, instrument: string): OrderView => ({
  venueOrderId: order.digest,
  clientOrderId: order.clientId,
  instrument,
  state: order.state,
  quantity: quantityOf(order.original),
  filled: quantityOf(order.filled),
});

export const fillOf = (fill: EngineFill, instrument: string): VenueFill => ({
  fillId: `${fill.submissionIndex}-${fill.digest}`,
  venueOrderId: fill.digest,
  instrument,
  side: fill.side,
  quantity: quantityOf(fill.size),
  price: priceOf(fill.price),
  fee: moneyOf(fill.fee),
  liquidity: fill.isTaker ? 'TAKER' : 'MAKER',
  time: fill.time,
});

export const fundingOf = (payment: EngineFunding, instrument: string): FundingPayment => ({
  paymentId: payment.paymentId,
  instrument,
  amount: moneyOf(payment.amount),
  rateHourly: ratioOf(payment.rateHourly),
  time: payment.time,
});

export const liquidationOf = (liquidation: EngineLiquidation, instrument: string): Liquidation => ({
  liquidationId: liquidation.liquidationId,
  instrument,
  side: liquidation.side,
  quantity: quantityOf(liquidation.size),
  price: priceOf(liquidation.price),
  fee: moneyOf(liquidation.fee),
  time: liquidation.time,
});

export const transferOf = ({ transferId, reason, amount, balance, time, moved }: EngineTransfer): VenueTransfer => ({
  transferId,
  amount: moneyOf(amount),
  balance: moneyOf(balance),
  time,
  ...(moved ? { moved: { digest: moved.digest, fee: moneyOf(amount < 0n ? moved.fee : 0n) } } : {}),
  ...(reason === 'liquidate_subaccount' ? { forgiven: true } : {}),
});
