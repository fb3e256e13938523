import { Injectable } from '@nestjs/common';
import { contentId, Decimal, type Id, type Ms } from '@ballast/domain';
import { EventStreams, isOutage, Pacer } from '@ballast/bus';
import { type AccountState, type OrderView, type VenueAccount, VenueAdapter } from '@ballast/venues';
import { Accounts, AccountsContext, OrderWork } from '../account/accounts.service.js';
import { positionDecider, positionIdOf } from '../position/position.decider.js';
import type { KnownAccount } from '../ledger.projection.js';
import { isLive } from '../trade/quantities.js';
import { tradeDecider } from '../trade/trade.decider.js';
import { OutsideFacts } from '../venue/outside-facts.js';
import { type Turn, VenueCalls } from '../venue/venue-calls.js';
import { CashBooks } from './cash.projection.js';
import { type Difference, reconciliationDecider } from './reconciliation.decider.js';

@Injectable()
export class ReconciliationContext {
  constructor(readonly streams: EventStreams, readonly pacer: Pacer, readonly accounts: AccountsContext, readonly facts: OutsideFacts, readonly cash: CashBooks) {}
}

/** Compares venue and log every minute of market time, where nothing is under way that explains a difference. */
@Injectable()
export class Reconciliation {
  private readonly underWay = new Set<Id>();
  /** Orders that the venue has been asked to cancel, and has not answered. */
  private readonly withdrawing = new Set<string>();

  constructor(
    private readonly venue: VenueAdapter,
    private readonly calls: VenueCalls,
    private readonly accounts: Accounts,
    private readonly work: OrderWork,
    private readonly context: ReconciliationContext,
  ) {
    context.streams.own(positionDecider);
    context.streams.own(reconciliationDecider);
    context.accounts.runtime.project(context.cash);
    context.accounts.runtime.onRecovered(async () => this.arm());
  }

  private arm(): void {
    const { clock, settings } = this.context.accounts;
    const every = settings.reconcileEveryMs;
    const next = (Math.floor(clock.now() / every) + 1) * every;
    clock.at(next, () => {
      this.arm();
      this.round(next);
    });
  }

  /** Each account by itself: one that the venue does not answer for holds up no other. */
  private round(at: Ms): void {
    const { ledger, runtime } = this.context.accounts;
    for (const account of ledger.accounts(runtime.partitions)) if (!this.underWay.has(account.accountId)) void this.roundOf(account, at);
  }

  private async roundOf(account: KnownAccount, at: Ms): Promise<void> {
    const { accountId } = account;
    this.underWay.add(accountId);
    try {
      if (this.work.isUnderWay(accountId) || !(await this.compare(account, at))) await this.accounts.catchUp(accountId);
    } catch (error) {
      afterOutage(error);
    } finally {
      this.underWay.delete(accountId);
    }
  }

  /** False where what rests at the venue is not as the log has it: something was missed, or is on its way. */
  private async compare(account: KnownAccount, at: Ms): Promise<boolean> {
    const { accountId } = account;
    const seen = this.context.accounts.settings.accountOf(accountId);
    let isAsLogged = true;
    await this.calls.inLaneUntilDone(`${accountId} history`, async (turn) => {
      if (this.work.isUnderWay(accountId)) return;
      const changes = this.context.accounts.ledger.changesOf(accountId);
      // What it has no room for leaves the lane and comes back: missed fills may wait behind it.
      const state = await turn.call(() => this.venue.accountState(seen));
      const orders = await turn.call(() => this.venue.openOrders(seen));
      // Asked after the account: what rests had done no more by then than the log knows, or this round compares nothing.
      isAsLogged = this.work.restsAsIn(accountId, orders);
      if (!isAsLogged) return;
      const open = await this.unexpected(turn, seen, orders);
      for (const { instrument, venueOrderId, tradeId } of open) if (tradeId !== undefined) void this.withdraw(seen, instrument, venueOrderId);
      this.context.pacer.whenOpen(() => {
        // What changed since may explain what differs: the next round compares again.
        if (changes === this.context.accounts.ledger.changesOf(accountId)) void this.record(account, state, open, at);
      });
    });
    return isAsLogged;
  }

  private async record(account: KnownAccount, state: AccountState, open: readonly Unexpected[], at: Ms): Promise<void> {
    const { accountId, portfolioId, botId } = account;
    const done = this.context.pacer.busy('work');
    try {
      if (this.work.isUnderWay(accountId)) return;
      const stream = { partition: this.context.accounts.ledger.partitionOf(account), id: accountId };
      const told = await this.context.streams.load(reconciliationDecider, stream);
      const standing = Object.values(told.state.open);
      const differences = [...(await this.positionDifferences(account, state)), ...orderDifferences(open), ...this.fillDifferences(accountId, standing), ...this.context.cash.differences(state, standing)];
      const cause = { causationId: contentId('reconcile', accountId, at), correlationId: botId, lane: accountId };
      const { state: found } = await this.context.streams.execute(reconciliationDecider, stream, { type: 'Compare', accountId, portfolioId, differences }, cause);
      this.context.accounts.settings.metrics?.count('ballast_reconciliations_total', { account: accountId, outcome: differences.length === 0 ? 'agreed' : 'different' });
      this.context.accounts.settings.metrics?.set('ballast_reconciliation_open_differences', { account: accountId }, Object.keys(found.open).length);
    } catch (error) {
      afterOutage(error);
    } finally {
      done();
    }
  }

  private async positionDifferences(account: KnownAccount, state: AccountState): Promise<readonly Difference[]> {
    const partition = this.context.accounts.ledger.partitionOf(account);
    const differences: Difference[] = [];
    for (const instrument of this.instrumentsOf(account.accountId, state)) {
      const { state: ours } = await this.context.streams.load(positionDecider, { partition, id: positionIdOf(account.accountId, instrument) });
      const theirs = state.positions.find((position) => position.instrument === instrument)?.quantity ?? new Decimal(0);
      if (!theirs.eq(ours.quantity)) differences.push({ what: 'POSITION', subject: instrument, expected: ours.quantity.toString(), found: theirs.toString() });
    }
    return differences;
  }

  private instrumentsOf(accountId: Id, state: AccountState): readonly string[] {
    const ours = this.context.accounts.ledger.state.instruments.get(accountId) ?? new Set<string>();
    return [...new Set([...state.positions.map((position) => position.instrument), ...ours])].sort();
  }

  /** Orders at the venue that nobody here sent, or that the log says have ended: those are looked up again before it is believed. */
  private async unexpected(turn: Turn, account: VenueAccount, orders: readonly OrderView[]): Promise<readonly Unexpected[]> {
    const found: Unexpected[] = [];
    for (const order of orders) {
      const known = this.context.accounts.ledger.orderOf(order.venueOrderId);
      const trade = known && (await this.context.streams.load(tradeDecider, { partition: known.partition, id: known.tradeId }));
      const ours = known && trade?.state.orders[known.clientOrderId];
      if (ours && isLive(ours)) continue;
      const now = ours ? await turn.untilAnswered(() => this.venue.findOrder(account, order.instrument, order.venueOrderId)) : order;
      if (now?.state === 'OPEN') found.push({ ...order, tradeId: ours && known.tradeId });
    }
    return found;
  }

  /** Nobody follows it any more: its trade takes what it is filled with until then for a late fill. */
  private async withdraw(account: VenueAccount, instrument: string, venueOrderId: string): Promise<void> {
    if (this.withdrawing.has(venueOrderId)) return;
    this.withdrawing.add(venueOrderId);
    await this.calls.inLaneUntilDone(account.accountId, async (turn) => void (await turn.call(() => this.venue.cancel(account, instrument, venueOrderId))));
    this.withdrawing.delete(venueOrderId);
  }

  /** A fill without its order stays a difference until its order is found, also when a new process never heard of it again. */
  private fillDifferences(accountId: Id, told: readonly Difference[]): readonly Difference[] {
    const unexplained = this.context.facts.unexplained(accountId).map((fill): Difference => ({ what: 'FILL', subject: fill.fillId, expected: 'no fill', found: `${fill.side} ${fill.quantity.toString()} ${fill.instrument}` }));
    const { fillIds } = this.context.accounts.ledger.state;
    const standing = told.filter(({ what, subject }) => what === 'FILL' && !fillIds.has(subject) && !unexplained.some((difference) => difference.subject === subject));
    return [...unexplained, ...standing];
  }
}

/** Where the log was away the next round compares again. @throws what else went wrong */
function afterOutage(error: unknown): void {
  if (!isOutage(error)) throw error;
}

/** An open order, with the trade that it was of if it is ours. */
type Unexpected = OrderView & { readonly tradeId: Id | undefined };

const orderDifferences = (open: readonly Unexpected[]): readonly Difference[] =>
  open.map(({ venueOrderId, tradeId, instrument, quantity }) => ({ what: 'ORDER', subject: venueOrderId, expected: tradeId === undefined ? 'no order' : `ended: an order of trade ${tradeId}`, found: `${instrument} ${quantity.toString()}` }));
