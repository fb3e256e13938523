import type { Ms } from '@ballast/domain';
import { type MarketInput, type MarketSource, type PriceLevel, type Provenance, x18 } from '@ballast/venues';
import { PRODUCTS, STILL_START } from './still-market.js';

const STEP_MS: Ms = 500;
const LEVELS = 5;
type Instrument = keyof typeof PRODUCTS;
const QUOTED: Readonly<Record<Instrument, { readonly mid: bigint; readonly tick: bigint; readonly size: bigint }>> = {
  'ETH-PERP': { mid: x18('2756.9'), tick: x18('0.1'), size: x18('40') },
  'SOL-PERP': { mid: x18('115.86'), tick: x18('0.01'), size: x18('1000') },
};

/** A market in which nobody trades with what rests, and in which the two instruments of a pair part when the test says so. */
export class PartedMarket implements MarketSource {
  readonly productIds = Object.values(PRODUCTS);
  readonly startTime = STILL_START;
  readonly endTime: Ms;
  private readonly percentOf: Record<Instrument, bigint> = { 'ETH-PERP': 100n, 'SOL-PERP': 100n };

  constructor(durationMs: Ms) {
    this.endTime = STILL_START + durationMs;
  }

  /** From the next step on, this instrument is quoted at so many hundredths of where it began. */
  move(instrument: Instrument, percentOf: bigint): void {
    this.percentOf[instrument] = percentOf;
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    for (let time = this.startTime; time <= this.endTime; time += STEP_MS) {
      if (time < from) continue;
      for (const instrument of Object.keys(PRODUCTS) as Instrument[]) {
        yield { type: 'snapshot', time, productId: PRODUCTS[instrument], bids: this.levels(instrument, -1n), asks: this.levels(instrument, 1n) };
      }
    }
  }

  provenance(): Provenance {
    return { kind: 'generated', files: [], statements: ['Quotes of two instruments that part when a test says so.'] };
  }

  private levels(instrument: Instrument, direction: bigint): readonly PriceLevel[] {
    const { mid, tick, size } = QUOTED[instrument];
    const moved = ((mid * this.percentOf[instrument]) / 100n / tick) * tick;
    return Array.from({ length: LEVELS }, (_, depth) => [moved + direction * tick * BigInt(depth + 1), size] as const);
  }
}
