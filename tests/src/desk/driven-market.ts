import type { Ms } from '@ballast/domain';
import { type MarketInput, type PriceLevel, x18 } from '@ballast/venues';
import { PRODUCTS, STILL_START } from './still-market.js';

const STEP_MS: Ms = 500;
const LEVELS = 5;
/** Prints go so far through the touch that whatever rests there is filled. */
const THROUGH_TICKS = 3n;
const HUGE = x18('1000000');
const PART = 100_000n;
type Instrument = keyof typeof PRODUCTS;
const QUOTED: Readonly<Record<Instrument, { readonly mid: bigint; readonly tick: bigint; readonly size: bigint }>> = {
  'ETH-PERP': { mid: x18('2756.9'), tick: x18('0.1'), size: x18('400') },
  'SOL-PERP': { mid: x18('115.86'), tick: x18('0.01'), size: x18('10000') },
};

interface Slide {
  readonly from: bigint;
  readonly to: bigint;
  readonly begin: Ms;
  readonly end: Ms;
}

/**
 * A market for processes: it goes on by itself, trades with whatever rests, and its ETH, book and oracle alike, slides or jumps to where a test
 * says, while it runs. Prices are parts of where it began: 1 = there.
 */
export class DrivenMarket {
  readonly startTime = STILL_START;
  readonly endTime: Ms;
  private slide: Slide = { from: PART, to: PART, begin: 0, end: 0 };
  private silent = false;
  /** Market time of the last step that was read. */
  private readUpTo: Ms = STILL_START;

  constructor(durationMs: Ms) {
    this.endTime = STILL_START + durationMs;
  }

  /** ETH goes there in a straight line from the next step on; at once where `overMs` is 0. Returns when it will be there, market time. */
  slideTo(part: number, overMs: Ms): Ms {
    const begin = this.readUpTo;
    this.slide = { from: this.partAt(begin), to: BigInt(Math.round(part * Number(PART))), begin, end: begin + overMs };
    return begin + overMs + STEP_MS;
  }

  /** From now on nothing is quoted or traded, or again. */
  hush(silent: boolean): void {
    this.silent = silent;
  }

  *events(): IterableIterator<MarketInput> {
    for (let time = this.startTime; time <= this.endTime; time += STEP_MS) {
      this.readUpTo = time;
      for (const instrument of Object.keys(PRODUCTS) as Instrument[]) yield* this.stepOf(instrument, time);
    }
  }

  private *stepOf(instrument: Instrument, time: Ms): IterableIterator<MarketInput> {
    const productId = PRODUCTS[instrument];
    if (this.silent) {
      yield { type: 'snapshot', time, productId, bids: [], asks: [] };
      return;
    }
    const { mid, tick, size } = QUOTED[instrument];
    const breath = BigInt(((time - this.startTime) / STEP_MS) % 4 < 2 ? 0 : 1);
    const at = ((instrument === 'ETH-PERP' ? (mid * this.partAt(time)) / PART : mid) / tick + breath) * tick;
    const side = (direction: bigint): readonly PriceLevel[] => Array.from({ length: LEVELS }, (_, depth) => [at + direction * tick * BigInt(depth + 1), size] as const);
    yield { type: 'snapshot', time, productId, bids: side(-1n), asks: side(1n) };
    yield { type: 'oracle', time, productId, price: at };
    yield { type: 'trade', time, productId, tradeId: `s${time}`, side: 'SELL', price: at - THROUGH_TICKS * tick, size: HUGE };
    yield { type: 'trade', time, productId, tradeId: `b${time}`, side: 'BUY', price: at + THROUGH_TICKS * tick, size: HUGE };
  }

  private partAt(time: Ms): bigint {
    const { from, to, begin, end } = this.slide;
    if (time >= end) return to;
    return from + ((to - from) * BigInt(time - begin)) / BigInt(end - begin);
  }
}
