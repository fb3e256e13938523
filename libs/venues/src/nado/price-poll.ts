import type { Clock, Ms, Price } from '@ballast/domain';
import type { Door, MarketEvent } from '../venue-adapter.js';
import { objectOf } from './json.js';
import type { NadoHttp } from './nado-http.js';
import { weightsOf } from './products.js';
import { priceFromX18 } from './x18.js';

export interface PricePollOptions {
  readonly http: NadoHttp;
  readonly clock: Clock;
  /** What every question goes through. */
  readonly door: Door;
  /** Wall time between polls, ms. */
  readonly everyMs: number;
  /** Instruments by product. */
  readonly instruments: ReadonlyMap<number, string>;
}

interface Mark {
  readonly price: Price;
  readonly time: Ms;
}

/**
 * Prices of some instruments, polled. Oracle and mark come from two services of the venue, so each is asked for by itself: the oracle price,
 * which the venue liquidates on, is told while nobody answers for marks, with the last mark and its time. Each price is as old as its question.
 */
export class PricePoll {
  private readonly marks = new Map<number, Mark>();
  private readonly asking = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: PricePollOptions, private readonly emit: (event: MarketEvent) => void) {}

  /** Marks first: no price is told before there is one. */
  start(): void {
    void this.pollMarks().then(() => this.pollOracle());
    this.timer = setInterval(() => {
      void this.pollMarks();
      void this.pollOracle();
    }, this.options.everyMs);
  }

  /** Tells nothing from here on, also of what was asked before. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private pollMarks(): Promise<void> {
    return this.once('markPrices', async () => {
      const { http, clock, instruments } = this.options;
      const time = clock.now();
      const answer = await http.archive('perp_prices', { product_ids: [...instruments.keys()] });
      for (const productId of instruments.keys()) this.marks.set(productId, { price: priceFromX18(objectOf(answer[String(productId)], 'perp_prices')['mark_price_x18'], 'mark_price_x18'), time });
    });
  }

  private pollOracle(): Promise<void> {
    return this.once('oraclePrices', async () => {
      const time = this.options.clock.now();
      const weights = weightsOf(await this.options.http.query('all_products'));
      for (const [productId, instrument] of this.options.instruments) {
        const oraclePrice = weights.get(productId)?.oraclePrice;
        const mark = this.marks.get(productId);
        if (this.timer && oraclePrice && mark) this.emit({ type: 'price', instrument, markPrice: mark.price, markTime: mark.time, oraclePrice, time });
      }
    });
  }

  /** One that still waits is not asked beside itself. One that fails is a price that does not come: consumers judge prices by their age. */
  private async once(call: Parameters<Door>[0], run: () => Promise<void>): Promise<void> {
    if (this.asking.has(call)) return;
    this.asking.add(call);
    await this.options.door(call, run).then(
      () => this.asking.delete(call),
      () => this.asking.delete(call),
    );
  }
}
