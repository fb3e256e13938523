import { Injectable } from '@nestjs/common';
import { Clock } from '@ballast/domain';
import { Market } from '@ballast/bus';
import { VenueAdapter } from '@ballast/venues';
import { Ledger } from './ledger.projection.js';
import { ExecutionSettings } from './options.js';
import type { Identify, IsTaken, Sight, Surroundings, Touch } from './trade/trade.commands.js';
import { signedOrderOf } from './venue/signed-order.js';

/**
 * The touch of fresh books. A stale or one-sided book is absent, also for what reduces: an order priced from the past would
 * either miss or pay more than the slippage limit; it waits for data instead.
 */
@Injectable()
export class Sights {
  constructor(private readonly market: Market, private readonly clock: Clock, private readonly settings: ExecutionSettings, private readonly venue: VenueAdapter, private readonly ledger: Ledger) {}

  of(instruments: readonly string[]): Sight {
    return Object.fromEntries(instruments.flatMap((instrument): readonly [string, Touch][] => {
      const book = this.market.latest('book', instrument);
      const bid = book?.bids[0]?.price;
      const ask = book?.asks[0]?.price;
      // A book from ahead of the clock can't be told to be fresh either, however long it stays.
      const fresh = book !== undefined && Math.abs(this.clock.now() - book.exchangeTime) <= this.settings.staleAfterMs;
      return fresh && bid && ask && bid.lt(ask) ? [[instrument, { bid, ask, sequence: book.sequence }]] : [];
    }));
  }

  /** What a trade in these instruments decides with. */
  around(instruments: readonly string[]): Surroundings {
    return { sight: this.of(instruments), identify: this.identify, isTaken: this.isTaken };
  }

  private readonly identify: Identify = (order) => this.venue.identify(signedOrderOf(this.settings.accountOf(order.accountId), order));

  private readonly isTaken: IsTaken = (venueOrderId) => this.ledger.knows(venueOrderId);
}
