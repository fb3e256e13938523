import { ceilTo, type Decimal, floorTo, type Price } from '@ballast/domain';
import type { PlannedLeg } from '@ballast/events';
import type { ReadyLeg } from './legs.js';
import type { Refusal } from './plan.types.js';

/**
 * Stop and target of a leg on the tick that is nearer to the entry, so that a loss is never larger and a gain never further away than
 * the signal said; or why they can't be held: one that the book has passed already would leave as soon as it is armed.
 */
export function heldPrices({ side, book, bestBid, bestAsk, terms, stopPrice, targetPrice }: ReadyLeg): Pick<PlannedLeg, 'stopPrice' | 'targetPrice'> | Refusal {
  const above = (price: Price): Price => floorTo(price, terms.tickSize) as Decimal as Price;
  const below = (price: Price): Price => ceilTo(price, terms.tickSize) as Decimal as Price;
  const [up, down] = side === 'BUY' ? [targetPrice, stopPrice] : [stopPrice, targetPrice];
  const [upName, downName] = side === 'BUY' ? ['target', 'stop'] : ['stop', 'target'];
  const [high, low] = [up && above(up), down && below(down)];
  const refuse = (name: string, found: Price, allowed: string): Refusal => ({ reason: 'STOP_OR_TARGET', detail: `${book.instrument}: found ${name} ${found.toString()} for a ${side}, allowed is ${allowed}` });
  if (high && !high.gt(bestAsk)) return refuse(upName, high, `above the best ask ${bestAsk.toString()}`);
  if (low && !(low.gt(0) && low.lt(bestBid))) return refuse(downName, low, `below the best bid ${bestBid.toString()}, above 0`);
  const [stop, target] = side === 'BUY' ? [low, high] : [high, low];
  return { ...(stop ? { stopPrice: stop } : {}), ...(target ? { targetPrice: target } : {}) };
}
