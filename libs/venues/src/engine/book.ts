import type { Side } from '@ballast/domain';
import type { PriceLevel, X18 } from './engine.api.js';
import { floorTo, min } from './fixed.js';
import type { BookLevel, Market } from './state.js';

export const levelOf = (price: X18, size: X18, consumed: X18): BookLevel => ({ price, size, consumed, view: [price, size - consumed] });

const better = (isBid: boolean, a: X18, b: X18): boolean => (isBid ? a > b : a < b);

/** The new side, keeping the level objects (and what was taken of them) wherever price and size are the same. */
function mergeSide(old: readonly BookLevel[], next: readonly PriceLevel[], isBid: boolean): BookLevel[] {
  let index = 0;
  return next.map(([price, size]) => {
    let known = old[index];
    while (known && better(isBid, known.price, price)) known = old[(index += 1)];
    return known && known.price === price && known.size === size ? known : levelOf(price, size, 0n);
  });
}

/** Replaces the displayed book. */
export function applySnapshot(market: Market, bids: readonly PriceLevel[], asks: readonly PriceLevel[]): void {
  market.bids = mergeSide(market.bids, bids, true);
  market.asks = mergeSide(market.asks, asks, false);
}

function setLevel(levels: BookLevel[], price: X18, size: X18, isBid: boolean): void {
  let index = 0;
  while (index < levels.length && better(isBid, (levels[index] as BookLevel).price, price)) index += 1;
  const known = levels[index]?.price === price ? levels[index] : undefined;
  if (size === 0n) {
    if (known) levels.splice(index, 1);
    return;
  }
  if (known?.size === size) return;
  levels.splice(index, known ? 1 : 0, levelOf(price, size, 0n));
}

/** Sets single levels; size 0 removes one. */
export function applyDelta(market: Market, bids: readonly PriceLevel[], asks: readonly PriceLevel[]): void {
  for (const [price, size] of bids) setLevel(market.bids, price, size, true);
  for (const [price, size] of asks) setLevel(market.asks, price, size, false);
}

/** A newer best level of one side: better levels of that side, and levels of the other side that it crosses, are gone. */
export function applyBbo(market: Market, side: 'bid' | 'ask', price: X18, size: X18): void {
  const isBid = side === 'bid';
  const own = isBid ? market.bids : market.asks;
  const other = isBid ? market.asks : market.bids;
  let stale = 0;
  while (stale < own.length && better(isBid, (own[stale] as BookLevel).price, price)) stale += 1;
  if (stale > 0) own.splice(0, stale);
  setLevel(own, price, size, isBid);
  let crossed = 0;
  while (crossed < other.length && !better(isBid, (other[crossed] as BookLevel).price, price)) crossed += 1;
  if (crossed > 0) other.splice(0, crossed);
}

/** Mid of the outside market's best levels; undefined where a side is empty. */
export function midOfMarket(market: Market): X18 | undefined {
  const bid = market.bids[0];
  const ask = market.asks[0];
  return bid && ask ? (bid.price + ask.price) / 2n : undefined;
}

export const opposingLevels = (market: Market, side: Side): BookLevel[] => (side === 'BUY' ? market.asks : market.bids);
export const crosses = (side: Side, limit: X18, price: X18): boolean => (side === 'BUY' ? price <= limit : price >= limit);

/** What an order of `side` can take up to `limit`, in whole lots of each level. */
export function takeable(market: Market, side: Side, limit: X18, lot: X18): X18 {
  let total = 0n;
  for (const level of opposingLevels(market, side)) {
    if (!crosses(side, limit, level.price)) break;
    total += floorTo(level.view[1], lot);
  }
  return total;
}

/** Takes up to `amount`, best level first, and remembers it as consumed; yields what was taken at each level. */
export function takeLevels(market: Market, side: Side, limit: X18, amount: X18, lot: X18): PriceLevel[] {
  const levels = opposingLevels(market, side);
  const taken: PriceLevel[] = [];
  let left = amount;
  for (let index = 0; index < levels.length && left > 0n; index += 1) {
    const level = levels[index] as BookLevel;
    if (!crosses(side, limit, level.price)) break;
    const take = min(left, floorTo(level.view[1], lot));
    if (take === 0n) continue;
    levels[index] = levelOf(level.price, level.size, level.consumed + take);
    taken.push([level.price, take]);
    left -= take;
  }
  return taken;
}

/** Displayed size at a price of one side: 0 where the book shows there is none, undefined beyond the last known level. */
export function displayedAt(market: Market, side: Side, price: X18): X18 | undefined {
  const levels = side === 'BUY' ? market.bids : market.asks;
  const worst = levels.at(-1);
  if (!worst || better(side === 'BUY', worst.price, price)) return undefined;
  return levels.find((level) => level.price === price)?.size ?? 0n;
}

/** What takers can still take, best first. */
export function viewOf(levels: readonly BookLevel[], depth: number): PriceLevel[] {
  const view: PriceLevel[] = [];
  for (const level of levels) {
    if (view.length >= depth) break;
    if (level.view[1] > 0n) view.push(level.view);
  }
  return view;
}

/** Levels that changed from one view to the next, as a delta: size 0 where a level is gone. */
export function diffLevels(previous: readonly PriceLevel[], next: readonly PriceLevel[]): PriceLevel[] {
  const before = new Map(previous);
  const changed: PriceLevel[] = [];
  for (const level of next) {
    if (before.get(level[0]) !== level[1]) changed.push(level);
    before.delete(level[0]);
  }
  for (const price of before.keys()) changed.push([price, 0n]);
  return changed;
}
