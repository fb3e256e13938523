import { Injectable } from '@nestjs/common';
import { contentId, Decimal, type Id, type Ms } from '@ballast/domain';
import { EventStreams, Pacer } from '@ballast/bus';
import { type AccountState, type OrderView, VenueAdapter } from '@ballast/venues';
import { Accounts, AccountsContext, OrderWork } from '../account/accounts.service.js';
import { positionDecider, positionIdOf } from '../position/position.decider.js';
import type { KnownAccount } from '../ledger.projection.js';
import { OutsideFacts } from '../venue/outside-facts.js';
import { VenueCalls } from '../venue/venue-calls.js';
import { type Difference, reconciliationDecider } from './reconciliation.decider.js';

@Injectable()
export class ReconciliationContext {
  constructor(readonly streams: EventStreams, readonly pacer: Pacer, readonly accounts: AccountsContext, readonly facts: OutsideFacts) {}
}

/** Compares venue and log every minute of market time, where nothing is under way that explains a difference. */
@Injectable()
export class Reconciliation {
  private readonly underWay = new Set<Id>();

  constructor(
    private readonly venue: VenueAdapter,
    private readonly calls: VenueCalls,
    private readonly accounts: Accounts,
    private readonly work: OrderWork,
    private readonly context: ReconciliationContext,
  ) {
    context.streams.own(positionDecider);
    context.streams.own(reconciliationDecider);
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
      if (this.work.behindSince(accountId) !== undefined) await this.accounts.catchUp(accountId);
      else await this.compare(account, at);
    } finally {
      this.underWay.delete(accountId);
    }
  }

  private async compare(account: KnownAccount, at: Ms): Promise<void> {
    const { accountId } = account;
    const seen = this.context.accounts.settings.accountOf(accountId);
    await this.calls.inLaneUntilDone(`${accountId} history`, async (turn) => {
      const changes = this.context.accounts.ledger.changesOf(accountId);
      const state = await turn.untilAnswered(() => this.venue.accountState(seen));
      const open = await turn.untilAnswered(() => this.venue.openOrders(seen));
      this.context.pacer.whenOpen(() => {
        // What changed since may explain what differs: the next round compares again.
        if (changes === this.context.accounts.ledger.changesOf(accountId)) void this.record(account, state, open, at);
      });
    });
  }

  private async record(account: KnownAccount, state: AccountState, open: readonly OrderView[], at: Ms): Promise<void> {
    const { accountId, portfolioId, botId } = account;
    const done = this.context.pacer.busy('work');
    try {
      if (this.work.behindSince(accountId) !== undefined) return;
      const stream = { partition: this.context.accounts.ledger.partitionOf(account), id: accountId };
      const told = await this.context.streams.load(reconciliationDecider, stream);
      const differences = [...(await this.positionDifferences(account, state)), ...this.orderDifferences(open), ...this.fillDifferences(accountId, Object.values(told.state.open))];
      const cause = { causationId: contentId('reconcile', accountId, at), correlationId: botId, lane: accountId };
      await this.context.streams.execute(reconciliationDecider, stream, { type: 'Compare', accountId, portfolioId, differences }, cause);
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

  private orderDifferences(open: readonly OrderView[]): readonly Difference[] {
    return open.filter((order) => !this.context.accounts.ledger.orderOf(order.venueOrderId))
      .map((order) => ({ what: 'ORDER', subject: order.venueOrderId, expected: 'no order', found: `${order.instrument} ${order.quantity.toString()}` }));
  }

  /** A fill without its order stays a difference until its order is found, also when a new process never heard of it again. */
  private fillDifferences(accountId: Id, told: readonly Difference[]): readonly Difference[] {
    const unexplained = this.context.facts.unexplained(accountId).map((fill): Difference => ({ what: 'FILL', subject: fill.fillId, expected: 'no fill', found: `${fill.side} ${fill.quantity.toString()} ${fill.instrument}` }));
    const { fillIds } = this.context.accounts.ledger.state;
    const standing = told.filter(({ what, subject }) => what === 'FILL' && !fillIds.has(subject) && !unexplained.some((difference) => difference.subject === subject));
    return [...unexplained, ...standing];
  }
}
