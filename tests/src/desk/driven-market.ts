import { Decimal, type Ms, type Ratio } from '@ballast/domain';
import { type MarketInput, type MarketSource, type PriceLevel, type Provenance, x18 } from '@ballast/venues';
import { PRODUCTS, STILL_START } from './still-market.js';

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
 * A market that goes on by itself, trades with whatever rests, and its ETH, book and oracle alike, slides or jumps to where a test
 * says, while it runs. Prices are parts of where it began: 1 = there.
 */
export class DrivenMarket implements MarketSource {
  readonly productIds = Object.values(PRODUCTS);
  readonly startTime = STILL_START;
  readonly endTime: Ms;
  private slide: Slide = { from: PART, to: PART, begin: 0, end: 0 };
  private silent = false;
  private printing = true;
  /** Market time of the last step that was read. */
  private readUpTo: Ms = STILL_START;

  constructor(durationMs: Ms, private readonly stepMs: Ms = 500) {
    this.endTime = STILL_START + durationMs;
  }

  /** ETH goes there in a straight line from the next step on; at once where `overMs` is 0. Returns when it will be there, market time. */
  slideTo(part: Ratio | Decimal | string | number, overMs: Ms): Ms {
    const begin = this.readUpTo;
    this.slide = { from: this.partAt(begin), to: BigInt(new Decimal(part).times(String(PART)).toFixed(0)), begin, end: begin + overMs };
    return begin + overMs + this.stepMs;
  }

  /** A price as a part of where the instrument began. */
  partOf(instrument: Instrument, price: bigint): Decimal {
    return new Decimal(String(price)).div(String(QUOTED[instrument].mid));
  }

  /** Where ETH is at the step that was read last. */
  get part(): Decimal {
    return new Decimal(String(this.partAt(this.readUpTo))).div(String(PART));
  }

  /** From now on nothing is quoted or traded, or again. */
  hush(silent: boolean): void {
    this.silent = silent;
  }

  /** From now on whatever rests is left alone, while quotes go on; or traded with again. */
  print(printing: boolean): void {
    this.printing = printing;
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    for (let time = this.startTime; time <= this.endTime; time += this.stepMs) {
      if (time < from) continue;
      this.readUpTo = time;
      for (const instrument of Object.keys(PRODUCTS) as Instrument[]) yield* this.stepOf(instrument, time);
    }
  }

  provenance(): Provenance {
    return { kind: 'generated', files: [], statements: ['Quotes and prints of two instruments, one of which goes where a test says.'] };
  }

  private *stepOf(instrument: Instrument, time: Ms): IterableIterator<MarketInput> {
    const productId = PRODUCTS[instrument];
    if (this.silent) {
      yield { type: 'snapshot', time, productId, bids: [], asks: [] };
      return;
    }
    const { mid, tick, size } = QUOTED[instrument];
    const breath = BigInt(((time - this.startTime) / this.stepMs) % 4 < 2 ? 0 : 1);
    const at = ((instrument === 'ETH-PERP' ? (mid * this.partAt(time)) / PART : mid) / tick + breath) * tick;
    const side = (direction: bigint): readonly PriceLevel[] => Array.from({ length: LEVELS }, (_, depth) => [at + direction * tick * BigInt(depth + 1), size] as const);
    yield { type: 'snapshot', time, productId, bids: side(-1n), asks: side(1n) };
    yield { type: 'oracle', time, productId, price: at };
    if (!this.printing) return;
    yield { type: 'trade', time, productId, tradeId: `s${time}`, side: 'SELL', price: at - THROUGH_TICKS * tick, size: HUGE };
    yield { type: 'trade', time, productId, tradeId: `b${time}`, side: 'BUY', price: at + THROUGH_TICKS * tick, size: HUGE };
  }

  private partAt(time: Ms): bigint {
    const { from, to, begin, end } = this.slide;
    if (time >= end) return to;
    return from + ((to - from) * BigInt(time - begin)) / BigInt(end - begin);
  }
}
