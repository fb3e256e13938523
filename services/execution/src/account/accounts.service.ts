import { Injectable } from '@nestjs/common';
import { Clock, type Id, type Ms } from '@ballast/domain';
import { AwayConcern, type LifeEnd, Runtime } from '@ballast/bus';
import { type AccountEvent, type OrderView, type Priority, RECONCILIATION, TRADE, type Unsubscribe, type VenueAccount, venueAt, VenueAdapter } from '@ballast/venues';
import { Ledger } from '../ledger.projection.js';
import { ExecutionSettings } from '../options.js';
import { RECEIVE_MS } from '../trade/order.builders.js';
import { isAtRest, isLive, liveInOrder, unsettledOf } from '../trade/quantities.js';
import type { OrderState } from '../trade/trade.state.js';
import { Trades } from '../trade/trades.service.js';
import { type Ended, OrderGateway } from '../venue/order.gateway.js';
import { OutsideFacts } from '../venue/outside-facts.js';
import { type Turn, VenueCalls } from '../venue/venue-calls.js';

/** Fills are asked for again from this long before the newest one known: the venue's own order of them is not ours. */
const OVERLAP_MS = 60_000;

/** Orders of trades that are not over, as the account's stream and a recovery ask for them. */
@Injectable()
export class OrderWork {
  constructor(private readonly trades: Trades, private readonly gateway: OrderGateway, private readonly ledger: Ledger) {}

  /** Orders that were recorded without their identity at the venue get it computed. */
  identifyAll(): void {
    for (const { stream, state } of this.trades.owned()) {
      for (const order of Object.values(state.orders)) {
        if (order.venueOrderId !== undefined) continue;
        this.ledger.identified(this.gateway.identify(state, order), { clientOrderId: order.clientOrderId, tradeId: stream.id, accountId: state.ids.accountId, partition: stream.partition });
      }
    }
  }

  /** All are looked up before any of them is sent again: the answer to that may need a market that waits for this. What follows does so in the order of decisions. */
  async recover(accountId: Id): Promise<void> {
    const trades = this.trades.owned().filter(({ state }) => state.ids.accountId === accountId);
    await Promise.all(trades.flatMap(({ state }) => liveInOrder(state).map((order) => this.gateway.recover(state, order))));
  }

  async settle(venueOrderId: string, ended: Ended): Promise<void> {
    const known = this.ledger.orderOf(venueOrderId);
    const trade = known && this.trades.held({ partition: known.partition, id: known.tradeId });
    const order = known && trade?.state.orders[known.clientOrderId];
    if (trade && order && isLive(order)) await this.gateway.settle(trade.state, order, ended);
  }

  /** What rests and adds risk is cancelled at the venue; what reduces stays. */
  cancelEntries(): Promise<void> {
    return this.trades.cancelEntries();
  }

  /** When the oldest order was sent that has not ended, or whose promised fills are missing; undefined where there is none. */
  behindSince(accountId: Id): Ms | undefined {
    const sent = this.unsettled(accountId).map((order) => order.receiveBy - RECEIVE_MS);
    return sent.length > 0 ? Math.min(...sent) : undefined;
  }

  /** Is anything under way that explains a difference with the venue? A target at rest explains none. */
  isUnderWay(accountId: Id): boolean {
    return this.unsettled(accountId).some((order) => !isAtRest(order));
  }

  /** Does what rests stand at the venue as the log has it? */
  restsAsIn(accountId: Id, open: readonly OrderView[]): boolean {
    return this.unsettled(accountId).filter(isAtRest).every((order) => open.some(({ venueOrderId, filled }) => venueOrderId === order.venueOrderId && filled.eq(order.filled)));
  }

  private unsettled(accountId: Id): readonly OrderState[] {
    return this.trades.owned().flatMap(({ state }) => (state.ids.accountId === accountId ? unsettledOf(state) : []));
  }
}

@Injectable()
export class AccountsContext {
  readonly streams: AwayConcern;

  constructor(readonly runtime: Runtime, readonly ledger: Ledger, readonly settings: ExecutionSettings, readonly clock: Clock) {
    this.streams = new AwayConcern('account-streams', settings.concern);
  }
}

export interface Followed {
  /** The stream stands. */
  readonly subscribed: Promise<void>;
  /** What was missed before is read, too. */
  readonly caughtUp: Promise<void>;
}

/** Follows what the venue tells of our accounts; a start, and every lost stream, is made up for from the venue's history. */
@Injectable()
export class Accounts {
  private readonly streams = new Map<Id, Followed>();
  /** What ends the streams that the venue has given. */
  private readonly ends: Unsubscribe[] = [];
  private stopped = false;

  constructor(
    private readonly venue: VenueAdapter,
    private readonly calls: VenueCalls,
    private readonly facts: OutsideFacts,
    private readonly work: OrderWork,
    private readonly context: AccountsContext,
  ) {
    context.runtime.project(context.ledger);
    context.runtime.onRecovered(() => this.recover());
    context.runtime.onStop((life) => this.stop(life));
  }

  /** Follows one account from now on, and reads once what it may have missed before; harmless when it is followed already. */
  watch(accountId: Id): Followed {
    const known = this.streams.get(accountId);
    const stream = known ?? this.follow(accountId);
    this.streams.set(accountId, stream);
    return stream;
  }

  /** Everything that may have been missed: orders without a final outcome, and fills. What orders wait for is as urgent as they are (R82). */
  async catchUp(accountId: Id, urgency: Priority = RECONCILIATION): Promise<void> {
    await this.work.recover(accountId);
    await this.missedFills(accountId, urgency);
  }

  /** What the call budget has no room for leaves the lane and goes on later where it was: what is more urgent may wait behind it. */
  private async missedFills(accountId: Id, urgency: Priority): Promise<void> {
    const venue = venueAt(this.venue, urgency);
    const { lastFillTime: newest, lastFundingTime } = this.context.ledger.state.accounts.get(accountId) ?? { lastFillTime: this.context.clock.now(), lastFundingTime: this.context.clock.now() };
    const from = Math.max(0, Math.min(newest, this.work.behindSince(accountId) ?? newest) - OVERLAP_MS);
    // A fill may be known that is younger than a payment which nobody heard of.
    const paidFrom = Math.max(0, lastFundingTime - OVERLAP_MS);
    const account = this.context.settings.accountOf(accountId);
    const histories = [
      async (turn: Turn): Promise<void> => { for (const fill of await turn.call(() => venue.fillsSince(account, from))) this.facts.fill(accountId, fill); },
      async (turn: Turn): Promise<void> => { for (const payment of await turn.call(() => venue.fundingSince(account, paidFrom))) this.facts.funding(accountId, payment); },
      async (turn: Turn): Promise<void> => { for (const liquidation of await turn.call(() => venue.liquidationsSince(account, from))) this.facts.liquidation(accountId, liquidation); },
    ];
    let read = 0;
    await this.calls.inLaneUntilDone(`${accountId} history`, async (turn) => {
      for (; read < histories.length; read += 1) await histories[read]?.(turn);
    });
  }

  private async recover(): Promise<void> {
    const { ledger, runtime, settings } = this.context;
    await this.calls.untilAnsweredWithin(settings.connectWithinMs, () => this.venue.connect());
    this.work.identifyAll();
    // All at once: one account waits for the venue's answers, and what is recovered is taken over only with the last of them.
    await Promise.all(ledger.accounts(runtime.partitions).map(({ accountId }) => this.watch(accountId).caughtUp));
    await this.facts.flush();
  }

  private follow(accountId: Id): Followed {
    const subscribed = this.subscribe(accountId);
    return { subscribed, caughtUp: subscribed.then(() => (this.stopped ? undefined : this.catchUp(accountId, TRADE))) };
  }

  /** Never over where the venue has not answered before the stop. */
  private async subscribe(accountId: Id): Promise<void> {
    const account = this.context.settings.accountOf(accountId);
    const end = await this.calls.untilAnswered(() => (this.stopped ? new Promise<never>(() => undefined) : this.stream(account)));
    if (this.stopped) end();
    else this.ends.push(end);
  }

  /** What was missed before a stream comes up for the first time is read once it stands. */
  private stream(account: VenueAccount): Promise<Unsubscribe> {
    let isFirst = true;
    return this.venue.subscribeAccount(account, (event) => {
      const isOpening = isFirst && event.type === 'stream' && event.state === 'UP';
      if (event.type === 'stream') isFirst = false;
      if (!isOpening && !this.stopped) this.onEvent(event);
    });
  }

  private onEvent(event: AccountEvent): void {
    switch (event.type) {
      case 'fill': return this.facts.fill(event.accountId, event.fill);
      case 'funding': return this.facts.funding(event.accountId, event.payment);
      case 'liquidation': return this.facts.liquidation(event.accountId, event.liquidation);
      case 'order': return event.state === 'OPEN' ? undefined : void this.work.settle(event.venueOrderId, event.state);
      case 'stream': return this.onStream(event);
    }
  }

  /** What a stream did not tell while it was away is asked for. */
  private onStream({ accountId, state, reason }: Extract<AccountEvent, { readonly type: 'stream' }>): void {
    this.context.streams.say(accountId, state === 'UP' ? undefined : `${state}: ${reason}`);
    if (state === 'UP') void this.catchUp(accountId, TRADE);
  }

  /** What this process may not do any more the next owner does: a life that is over asks the venue for nothing. */
  private async stop({ over }: LifeEnd): Promise<void> {
    if (this.context.settings.onStopOrders === 'cancel' && !over) await this.work.cancelEntries();
    this.stopped = true;
    for (const end of this.ends) end();
    await this.venue.close();
  }
}
