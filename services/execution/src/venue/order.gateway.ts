import { Injectable } from '@nestjs/common';
import { Clock, type Id } from '@ballast/domain';
import { type SignedOrder, VenueAdapter, VenueError, type VenueOrderId } from '@ballast/venues';
import { ExecutionSettings } from '../options.js';
import type { OrderState, TradeState } from '../trade/trade.state.js';
import { OutsideFacts } from './outside-facts.js';
import { VenueCalls } from './venue-calls.js';

/**
 * Sends what is durable, and only that: intent event → here → outcome event. An unknown outcome is looked up by the payload's
 * identity; the identical payload, and no other, is sent again; "not found" is final only after the payload's own expiry.
 */
@Injectable()
export class OrderGateway {
  constructor(
    private readonly venue: VenueAdapter,
    private readonly calls: VenueCalls,
    private readonly facts: OutsideFacts,
    private readonly settings: ExecutionSettings,
    private readonly clock: Clock,
  ) {}

  submit(trade: TradeState, order: OrderState): Promise<void> {
    const payload = this.payloadOf(trade, order);
    return this.calls.inLane(payload.account.accountId, () => this.send(payload));
  }

  cancel(trade: TradeState, order: OrderState): Promise<void> {
    const payload = this.payloadOf(trade, order);
    return this.calls.inLane(payload.account.accountId, async () => {
      await this.cancelAtVenue(payload);
      await this.look(payload);
    });
  }

  /** Asks once how the order stands; where it is over, that is a fact. */
  settle(trade: TradeState, order: OrderState): Promise<void> {
    const payload = this.payloadOf(trade, order);
    return this.calls.inLane(payload.account.accountId, () => this.look(payload));
  }

  /** After a start: whatever has no final outcome is looked up, and sent again where it never arrived and still may. */
  recover(trade: TradeState, order: OrderState): Promise<void> {
    const payload = this.payloadOf(trade, order);
    return this.calls.inLane(payload.account.accountId, async () => {
      if (order.venueOrderId === undefined) await this.resolve(payload, false);
      if (order.cancelRequested) await this.cancelAtVenue(payload);
      await this.look(payload);
    });
  }

  identify(trade: TradeState, order: OrderState): VenueOrderId {
    return this.venue.identify(this.payloadOf(trade, order));
  }

  private payloadOf(trade: TradeState, order: OrderState): SignedOrder {
    const { clientOrderId, instrument, side, quantity, limitPrice, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt } = order;
    return { clientOrderId, account: this.settings.accountOf(trade.ids.accountId), instrument, side, quantity, limitPrice, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt };
  }

  private async send(payload: SignedOrder): Promise<void> {
    try {
      const { venueOrderId } = await this.venue.place(payload);
      this.facts.outcome({ type: 'RecordAccepted', clientOrderId: payload.clientOrderId, venueOrderId });
    } catch (error) {
      const refused = refusalOf(error);
      if (refused) return this.rejected(payload.clientOrderId, refused);
      this.facts.outcome({ type: 'RecordUnknown', clientOrderId: payload.clientOrderId, reason: messageOf(error) });
      await this.resolve(payload, false);
      await this.look(payload);
    }
  }

  /** Ends when the venue has said what became of the payload. A definite refusal of the identical payload is such a word. */
  private async resolve(payload: SignedOrder, sentAgain: boolean): Promise<void> {
    const { clientOrderId, account, instrument, receiveBy } = payload;
    const venueOrderId = this.venue.identify(payload);
    for (let attempt = 0, sent = sentAgain; ; attempt += 1) {
      const inTime = this.clock.now() <= receiveBy;
      const found = await this.calls.untilAnswered(() => this.venue.findOrder(account, instrument, venueOrderId));
      if (found) return this.facts.outcome({ type: 'RecordAccepted', clientOrderId, venueOrderId });
      if (!inTime) return this.rejected(clientOrderId, new VenueError('notFound', 'notPlaced', `not found after ${receiveBy}`));
      try {
        await this.venue.place(payload);
        return this.facts.outcome({ type: 'RecordAccepted', clientOrderId, venueOrderId });
      } catch (error) {
        const refused = refusalOf(error);
        if (refused && (refused.kind !== 'late' || sent)) return this.rejected(clientOrderId, refused);
        sent = true;
        await this.calls.pause(attempt);
      }
    }
  }

  private async cancelAtVenue({ account, instrument, ...payload }: SignedOrder): Promise<void> {
    const venueOrderId = this.venue.identify({ account, instrument, ...payload });
    try {
      await this.calls.untilAnswered(() => this.venue.cancel(account, instrument, venueOrderId));
    } catch (error) {
      // Already gone: what became of it is looked up next.
      if (!(error instanceof VenueError) || error.kind !== 'notFound') throw error;
    }
  }

  private async look({ clientOrderId, account, instrument, ...payload }: SignedOrder): Promise<void> {
    const venueOrderId = this.venue.identify({ clientOrderId, account, instrument, ...payload });
    const found = await this.calls.untilAnswered(() => this.venue.findOrder(account, instrument, venueOrderId));
    if (found && found.state !== 'OPEN') this.facts.outcome({ type: 'RecordEnded', clientOrderId, filled: found.filled, reason: `the venue says ${found.state}` });
  }

  private rejected(clientOrderId: Id, { kind, venueCode, message }: VenueError): void {
    this.facts.outcome({ type: 'RecordRejected', clientOrderId, kind, ...(venueCode === undefined ? {} : { venueCode }), message });
  }
}

/** The venue has the word: it did not take the payload, and a repeat of an identity is not a refusal. */
function refusalOf(error: unknown): VenueError | undefined {
  if (!(error instanceof VenueError)) throw error;
  return error.outcome === 'unknown' || error.kind === 'duplicate' ? undefined : error;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 500);
