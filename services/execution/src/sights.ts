import { Injectable } from '@nestjs/common';
import { Clock } from '@ballast/domain';
import { Market } from '@ballast/bus';
import { ExecutionSettings } from './options.js';
import type { Sight, Touch } from './trade/trade.commands.js';

/**
 * The touch of fresh books. A stale or one-sided book is absent, also for what reduces: an order priced from the past would
 * either miss or pay more than the slippage limit; it waits for data instead.
 */
@Injectable()
export class Sights {
  constructor(private readonly market: Market, private readonly clock: Clock, private readonly settings: ExecutionSettings) {}

  of(instruments: readonly string[]): Sight {
    return Object.fromEntries(instruments.flatMap((instrument): readonly [string, Touch][] => {
      const book = this.market.latest('book', instrument);
      const bid = book?.bids[0]?.price;
      const ask = book?.asks[0]?.price;
      const fresh = book !== undefined && this.clock.now() - book.exchangeTime <= this.settings.staleAfterMs;
      return fresh && bid && ask && bid.lt(ask) ? [[instrument, { bid, ask, sequence: book.sequence }]] : [];
    }));
  }
}
