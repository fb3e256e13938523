import { Decimal, type Book, type Bps, type Instrument, midOf, type Ms, type Notional, type Price, type Side, type SignedQuantity, ZERO_MONEY } from '@ballast/domain';
import type { SeenPrice } from '@ballast/events';
import type { PolicyInForce } from '@ballast/policy';
import { brokenOf, termsFault } from './inputs.js';
import type { PlanTrade, Refusal } from './plan.types.js';

/** A wanted leg with a book and contract terms that may be decided on. */
export interface ReadyLeg {
  readonly leg: number;
  readonly side: Side;
  readonly book: Book;
  readonly terms: Instrument;
  /** Mid of the book: the reference price of the plan. */
  readonly reference: Price;
  readonly bestBid: Price;
  readonly bestAsk: Price;
  readonly markPrice?: Price | undefined;
  /** Left open by earlier trades, signed as a position; 0 where nothing is. */
  readonly residual: SignedQuantity;
  /** Where the signal wants the leg left. */
  readonly stopPrice?: Price | undefined;
  readonly targetPrice?: Price | undefined;
}

/** A pair, or one leg that nothing is balanced against. */
export type ReadyLegs = readonly [ReadyLeg, ...([ReadyLeg] | [])];
export const isPair = (legs: ReadyLegs): legs is readonly [ReadyLeg, ReadyLeg] => legs.length === 2;

export const seenOf = (leg: ReadyLeg): SeenPrice => ({
  instrument: leg.book.instrument,
  bestBid: leg.bestBid,
  bestAsk: leg.bestAsk,
  ...(leg.markPrice ? { markPrice: leg.markPrice } : {}),
  exchangeTime: leg.book.exchangeTime,
  bookSequence: leg.book.sequence,
});

function readyLeg(command: PlanTrade, index: number, bookAgeMaxMs: Ms, at: Ms): ReadyLeg | Refusal {
  const wanted = command.signal.legs[index];
  const { book, instrument, markPrice, residual = ZERO_MONEY as Decimal as SignedQuantity } = command.seen[index] ?? {};
  const name = wanted?.instrument ?? `leg ${index}`;
  const stale = (detail: string): Refusal => ({ reason: 'STALE_DATA', detail: `${name}: ${detail}` });
  if (!wanted || !book) return stale('no book has been seen');
  if (!instrument) return stale('the contract terms are not known');
  const fault = termsFault(instrument);
  if (fault) return stale(fault);
  const age = at - book.exchangeTime;
  // A book from ahead of the clock can't be told to be fresh either, however long it stays.
  if (!(Math.abs(age) <= bookAgeMaxMs)) return stale(`the book is ${age} ms old, allowed are ${bookAgeMaxMs} ms`);
  if (!residual.isFinite()) return stale('what earlier trades left open is not known');
  const [bid, ask, reference] = [book.bids[0], book.asks[0], midOf(book)];
  if (!bid || !ask || !reference) return stale('one side of the book is empty');
  const broken = brokenOf([...book.bids, ...book.asks].flatMap((level): [string, Decimal][] => [['price', level.price], ['quantity', level.quantity]]));
  if (broken.length > 0) return stale(`the book holds a ${broken[0] ?? ''} that is not finite`);
  if (bid.price.gte(ask.price)) return stale(`the book is crossed: bid ${bid.price.toString()}, ask ${ask.price.toString()}`);
  return { leg: index, side: wanted.side, book, terms: instrument, reference, bestBid: bid.price, bestAsk: ask.price, markPrice, residual, stopPrice: wanted.stopPrice, targetPrice: wanted.targetPrice };
}

/** Both legs of the signal, or its only one, or why one of them can't be decided on (R39). */
export function readyLegs(command: PlanTrade, policy: PolicyInForce, at: Ms): ReadyLegs | Refusal {
  const { legs } = command.signal;
  if (legs.length < 1 || legs.length > 2 || legs[0]?.instrument === legs[1]?.instrument) return { reason: 'NO_PAIR', detail: `found legs ${legs.map((leg) => leg.instrument).join(', ') || 'none'}, allowed are two different instruments` };
  const a = readyLeg(command, 0, policy.bookAgeMaxMs.value, at);
  if ('reason' in a) return a;
  if (legs.length === 1) return [a];
  const b = readyLeg(command, 1, policy.bookAgeMaxMs.value, at);
  return 'reason' in b ? b : [a, b];
}

/**
 * The venue's minimum as a notional at the reference price: an order may leave at a price as low as the best bid less the
 * slippage limit, and must still reach the minimum there (W-16).
 */
export const minimumAtReference = (leg: ReadyLeg, slippageMax: Bps): Notional =>
  leg.terms.notionalMin.times(leg.reference).div(leg.bestBid.times(new Decimal(1).minus(slippageMax.div(10_000)))).toDecimalPlaces(6, Decimal.ROUND_UP) as Notional;
