import type { RandomGenerator } from 'pure-rand';
import type { Ms } from '@ballast/domain';
import type { EngineInstrument, MarketInput, PriceLevel } from '../engine/engine.api.js';
import { generatorOf, normal, uniform } from '../engine/chance.js';
import { exactExp } from '../engine/fixed.js';

const DEPTH = 20;
/** Median notional of a best level, quote; deeper levels hold more. */
const LEVEL_NOTIONAL = 25_000;
const LEVEL_GROWTH = 0.15;
const SIZE_SIGMA = 0.8;
const CHANGE_CHANCE = 0.12;
const EMPTY_TICKS = 0.3;
const TRADES_PER_SECOND = 2.5;
const TRADE_NOTIONAL = 1500;
const TRADE_SIGMA = 1.3;
const LEVELS_KEPT = 400;

/**
 * One coin's order book around a moving mid: whole ticks and whole lots, sizes that stay until they change, and prints that
 * explain why a best level went away. A float mid becomes `round(mid / tick)` ticks, a float size `round(size / lot)` lots, at least 1.
 */
export class GeneratedBook {
  readonly #chance: RandomGenerator;
  readonly #tick: number;
  readonly #lot: number;
  readonly #sizes = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  #best: { readonly bid: number; readonly ask: number } | undefined;
  #trades = 0;

  constructor(
    private readonly terms: EngineInstrument,
    private readonly seed: number,
  ) {
    this.#chance = generatorOf('book', seed, terms.base);
    this.#tick = asFloat(terms.priceIncrement);
    this.#lot = asFloat(terms.sizeIncrement);
  }

  /** Prints since the last book and the book at `time`, for this mid. */
  step(mid: number, time: Ms, step: Ms): MarketInput[] {
    const centre = Math.round((mid / this.#tick) * 2) / 2;
    const extra = uniform(this.#chance) < 0.12 ? 1 : 0;
    const bid = Math.ceil(centre) - 1 - extra;
    const ask = Math.max(Math.floor(centre) + 1 + extra, bid + 1);
    const inputs = this.#best ? [...this.#prints(bid, ask, time, step)] : [];
    this.#best = { bid, ask };
    const { productId } = this.terms;
    inputs.push({ type: 'snapshot', time, productId, bids: this.#side('bid', bid, mid), asks: this.#side('ask', ask, mid) });
    return inputs;
  }

  #side(side: 'bid' | 'ask', best: number, mid: number): PriceLevel[] {
    const sizes = this.#sizes[side];
    const direction = side === 'bid' ? -1 : 1;
    const levels: PriceLevel[] = [];
    for (let tick = best; levels.length < DEPTH; tick += direction) {
      if (tick !== best && this.#isEmpty(tick)) continue;
      let size = sizes.get(tick);
      if (size === undefined || uniform(this.#chance) < CHANGE_CHANCE) {
        const wanted = LEVEL_NOTIONAL * (1 + LEVEL_GROWTH * levels.length) * exactExp(SIZE_SIGMA * normal(this.#chance));
        size = Math.max(1, Math.round(wanted / mid / this.#lot));
        sizes.set(tick, size);
      }
      levels.push([BigInt(tick) * this.terms.priceIncrement, BigInt(size) * this.terms.sizeIncrement]);
    }
    for (const tick of sizes.keys()) if ((tick - best) * direction < 0 || sizes.size > LEVELS_KEPT) sizes.delete(tick);
    return levels;
  }

  /** A tick that nobody uses at the moment of the day does not fill up by itself: the same tick is always empty or never. */
  #isEmpty(tick: number): boolean {
    return ((Math.imul(tick ^ this.seed, 0x9e3779b1) >>> 8) & 0xffff) / 0x10000 < EMPTY_TICKS;
  }

  *#prints(bid: number, ask: number, time: Ms, step: Ms): IterableIterator<MarketInput> {
    const old = this.#best ?? { bid, ask };
    const expected = (TRADES_PER_SECOND * step) / 1000;
    const count = Math.floor(expected) + (uniform(this.#chance) < expected - Math.floor(expected) ? 1 : 0);
    const offsets = Array.from({ length: count }, () => 1 + Math.floor(uniform(this.#chance) * (step - 1))).sort((a, b) => a - b);
    for (const offset of offsets) {
      const isBuy = uniform(this.#chance) < 0.5;
      const tick = isBuy ? old.ask : old.bid;
      const wanted = (TRADE_NOTIONAL * exactExp(TRADE_SIGMA * normal(this.#chance))) / (tick * this.#tick) / this.#lot;
      yield this.#print(isBuy, tick, Math.max(1, Math.min(Math.round(wanted), this.#sizeAt(isBuy, tick))), time - step + offset);
    }
    if (ask > old.ask) yield this.#print(true, old.ask, this.#sizeAt(true, old.ask), time);
    if (bid < old.bid) yield this.#print(false, old.bid, this.#sizeAt(false, old.bid), time);
  }

  #sizeAt(isBuy: boolean, tick: number): number {
    return (isBuy ? this.#sizes.ask : this.#sizes.bid).get(tick) ?? 1;
  }

  #print(isBuy: boolean, tick: number, lots: number, time: Ms): MarketInput {
    this.#trades += 1;
    const { productId, base, priceIncrement, sizeIncrement } = this.terms;
    return { type: 'trade', time, productId, tradeId: `${base}-${this.#trades}`, side: isBuy ? 'BUY' : 'SELL', price: BigInt(tick) * priceIncrement, size: BigInt(lots) * sizeIncrement };
  }
}

/** Ticks and lots are short decimals: the nearest double of n / 10^18 is the same everywhere. */
const asFloat = (value: bigint): number => Number(value) / 1e18;
