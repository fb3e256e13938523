import type { Ms } from '@ballast/domain';
import { type Engine, type MarketInput, type MarketSource, type OrderRecord, type PriceLevel, type Provenance, x18 } from '@ballast/venues';

/** 2026-01-05T00:00:00Z. */
export const STILL_START: Ms = 1_767_571_200_000;
const STEP_MS: Ms = 500;
const LEVELS = 5;
const ETH = { productId: 4, mid: x18('2756.9'), tick: x18('0.1'), size: x18('40') };
const SOL = { productId: 8, mid: x18('115.86'), tick: x18('0.01'), size: x18('1000') };
export const PRODUCTS = { 'ETH-PERP': ETH.productId, 'SOL-PERP': SOL.productId } as const;
/** Less than any lot: a level that differs by it is a new level to the exchange, and trades nothing by itself. */
const BREATH = x18('0.0001');
const HUGE = x18('1000000');

/** Of a resting order, how much the market may fill; undefined = all of it. */
export type FillLimit = (order: OrderRecord) => bigint | undefined;

/**
 * A market in which nothing moves, and which trades with whatever rests at the touch: every difference between two runs is then
 * the fault that was put in. What was taken from the book is back at the next step.
 */
export class StillMarket implements MarketSource {
  readonly productIds = [ETH.productId, SOL.productId];
  readonly startTime = STILL_START;
  readonly endTime: Ms;
  private engine: Engine | undefined;
  private limit: FillLimit = () => undefined;
  private prints = 0;
  private percentOf = 100n;

  constructor(private readonly durationMs: Ms) {
    this.endTime = STILL_START + durationMs;
  }

  /** From now on the market sees who rests in this exchange. */
  watch(engine: Engine, limit: FillLimit): void {
    this.engine = engine;
    this.limit = limit;
  }

  /** From the next step on, everything is quoted at so many hundredths of where it began. */
  move(percentOf: bigint): void {
    this.percentOf = percentOf;
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    for (let time = this.startTime; time <= this.endTime; time += STEP_MS) {
      const step = (time - this.startTime) / STEP_MS;
      if (time < from) continue;
      for (const market of [ETH, SOL]) {
        const { productId } = market;
        yield { type: 'snapshot', time, productId, bids: levels(this.moved(market), -1n, step), asks: levels(this.moved(market), 1n, step) };
        for (const order of this.resting(productId)) yield* this.print(order, time, market.size);
      }
    }
  }

  provenance(): Provenance {
    return { kind: 'generated', files: [], statements: [`A still market of ${this.durationMs} ms.`] };
  }

  private moved(market: typeof ETH): typeof ETH {
    return { ...market, mid: ((market.mid * this.percentOf) / 100n / market.tick) * market.tick };
  }

  private resting(productId: number): readonly OrderRecord[] {
    return this.engine ? this.engine.openOrders('pair-1', productId) : [];
  }

  /** First what is ahead in the queue, then as much of the order as the limit says. */
  private *print(order: OrderRecord, time: Ms, displayed: bigint): IterableIterator<MarketInput> {
    const { productId, price } = order;
    const limit = this.limit(order);
    const size = limit === undefined ? HUGE : limit > order.filled ? limit - order.filled : 0n;
    if (size === 0n) return;
    const side = order.side === 'BUY' ? 'SELL' : 'BUY';
    for (const amount of [displayed + BREATH, size]) {
      this.prints += 1;
      yield { type: 'trade', time, productId, tradeId: `still-${this.prints}`, side, price, size: amount };
    }
  }
}

function levels({ mid, tick, size }: typeof ETH, direction: bigint, step: number): readonly PriceLevel[] {
  const shown = step % 2 === 0 ? size : size + BREATH;
  return Array.from({ length: LEVELS }, (_, depth) => [mid + direction * tick * BigInt(depth + 1), shown] as const);
}
