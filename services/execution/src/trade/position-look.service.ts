import { Injectable } from '@nestjs/common';
import { contentId, Decimal, type SignedQuantity } from '@ballast/domain';
import { Pacer } from '@ballast/bus';
import { TRADE, venueAt, VenueAdapter } from '@ballast/venues';
import { Ledger } from '../ledger.projection.js';
import { ExecutionSettings } from '../options.js';
import { VenueCalls } from '../venue/venue-calls.js';
import { triesInVain } from './quantities.js';
import { type RefusedReduction, Trades } from './trades.service.js';

@Injectable()
export class PositionLookContext {
  constructor(readonly pacer: Pacer, readonly settings: ExecutionSettings) {}
}

/**
 * A reduction that the venue refuses as one would be refused for ever where the account holds less than the trade believes: a person
 * or a late fill has reduced it. The trade then leaves what is there, and records what is not.
 */
@Injectable()
export class PositionLook {
  constructor(
    private readonly trades: Trades,
    private readonly venue: VenueAdapter,
    private readonly calls: VenueCalls,
    private readonly ledger: Ledger,
    private readonly context: PositionLookContext,
  ) {
    trades.onRefusedReduction((refused) => this.look(refused));
  }

  private look({ stream, state, order }: RefusedReduction): void {
    const { accountId } = state.ids;
    const { pacer, settings } = this.context;
    if (!triesInVain(state, order.leg)) return;
    void this.calls.inLane(`${accountId} history`, async (turn) => {
      const changes = this.ledger.changesOf(accountId);
      const { positions } = await turn.untilAnswered(() => venueAt(this.venue, TRADE).accountState(settings.accountOf(accountId)));
      const position = positions.find(({ instrument }) => instrument === order.instrument)?.quantity ?? (new Decimal(0) as SignedQuantity);
      pacer.whenOpen(() => {
        if (changes === this.ledger.changesOf(accountId)) this.tell(stream, state, order, position);
      });
    });
  }

  private tell(stream: RefusedReduction['stream'], { legs, ids }: RefusedReduction['state'], { clientOrderId, instrument }: RefusedReduction['order'], position: SignedQuantity): void {
    const cause = { causationId: contentId('position', clientOrderId), correlationId: stream.id, lane: ids.accountId };
    this.trades.aside(async () => void (await this.trades.execute(stream, { type: 'SeePosition', instrument, position }, cause, legs.map((leg) => leg.instrument))));
  }
}
