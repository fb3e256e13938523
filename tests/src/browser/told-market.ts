import type { Ms } from '@ballast/domain';
import { type MarketInput, type MarketSource, type Provenance, x18 } from '@ballast/venues';

/** A price that never moves is never told again: it breathes a little, second by second. */
const BREATH = x18('0.01');
const breathOf = (time: Ms): bigint => BigInt(Math.floor(time / 1_000) % 7) * BREATH;

/** Quotes that a test moves, each with the oracle price that belongs to it: so that accounts are valued and prices are told. */
export class ToldMarket<Quotes extends MarketSource> implements MarketSource {
  constructor(readonly quotes: Quotes) {}

  get productIds(): readonly number[] {
    return this.quotes.productIds;
  }

  get startTime(): Ms {
    return this.quotes.startTime;
  }

  get endTime(): Ms {
    return this.quotes.endTime;
  }

  *events(from: Ms = this.startTime): IterableIterator<MarketInput> {
    for (const input of this.quotes.events(from)) {
      yield input;
      const [bid, ask] = input.type === 'snapshot' ? [input.bids[0]?.[0], input.asks[0]?.[0]] : [];
      if (input.type === 'snapshot' && bid !== undefined && ask !== undefined) yield { type: 'oracle', time: input.time, productId: input.productId, price: (bid + ask) / 2n + breathOf(input.time) };
    }
  }

  provenance(): Provenance {
    return { kind: 'generated', files: [], statements: ['Quotes of two instruments that a test moves, with oracle prices in their middle.'] };
  }
}
