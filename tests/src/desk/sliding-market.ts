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

/** A market that breathes by a tick, in which nobody trades with what rests; ETH goes where the test says, and its quotes end when it says so. */
export class SlidingMarket implements MarketSource {
  readonly productIds = Object.values(PRODUCTS);
  readonly startTime = STILL_START;
  readonly endTime: Ms;
  private permille = 1_000n;
  private silent = false;

  constructor(durationMs: Ms) {
    this.endTime = STILL_START + durationMs;
  }

  /** From the next step on, ETH is quoted at so many thousandths of where it began. */
  move(permille: number): void {
    this.permille = BigInt(permille);
  }

  /** From now on nothing is quoted, or again. */
  hush(silent: boolean): void {
    this.silent = silent;
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    for (let time = this.startTime; time <= this.endTime; time += STEP_MS) {
      if (time < from) continue;
      const breath = BigInt(((time - this.startTime) / STEP_MS) % 4 < 2 ? 0 : 1);
      for (const instrument of Object.keys(PRODUCTS) as Instrument[]) {
        if (this.silent) yield { type: 'snapshot', time, productId: PRODUCTS[instrument], bids: [], asks: [] };
        else yield { type: 'snapshot', time, productId: PRODUCTS[instrument], bids: this.levels(instrument, -1n, breath), asks: this.levels(instrument, 1n, breath) };
      }
    }
  }

  provenance(): Provenance {
    return { kind: 'generated', files: [], statements: ['Quotes of two instruments, one of which goes where a test says.'] };
  }

  private levels(instrument: Instrument, direction: bigint, breath: bigint): readonly PriceLevel[] {
    const { mid, tick, size } = QUOTED[instrument];
    const moved = instrument === 'ETH-PERP' ? (mid * this.permille) / 1_000n : mid;
    const quoted = (moved / tick + breath) * tick;
    return Array.from({ length: LEVELS }, (_, depth) => [quoted + direction * tick * BigInt(depth + 1), size] as const);
  }
}
