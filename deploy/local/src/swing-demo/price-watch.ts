import type { MarketWire } from '@ballast/bus';
import { type Ms, price, type Price } from '@ballast/domain';

interface Tick {
  readonly time: Ms;
  readonly price: Price;
}

/** The price that the venue liquidates on, as market-data told it. */
export class PriceWatch {
  private readonly ticks: Tick[] = [];

  constructor(wire: Pick<MarketWire, 'subscribe'>, instrument: string) {
    wire.subscribe((subject, message) => {
      if (subject === `mkt.price.${instrument}`) this.see(message);
    });
  }

  get last(): Tick | undefined {
    return this.ticks.at(-1);
  }

  /** The lowest one from a moment on. */
  lowest(from: Ms): Tick | undefined {
    return this.since(from).reduce<Tick | undefined>((least, tick) => (least === undefined || tick.price.lt(least.price) ? tick : least), undefined);
  }

  /** The first one at or below a price, from a moment on: where a long position that is liquidated there meets it. */
  firstAtOrBelow(limit: Price, from: Ms): Tick | undefined {
    return this.since(from).find((tick) => tick.price.lte(limit));
  }

  private since(from: Ms): readonly Tick[] {
    return this.ticks.filter(({ time }) => time >= from);
  }

  private see(message: unknown): void {
    const { oraclePrice, time } = message as { readonly oraclePrice?: unknown; readonly time?: unknown };
    if (oraclePrice === undefined || typeof time !== 'number') return;
    this.ticks.push({ time, price: price(String(oraclePrice)) });
  }
}
