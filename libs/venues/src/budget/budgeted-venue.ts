import type { Book, Instrument, Money, Ms } from '@ballast/domain';
import { type CollateralOutcome, CollateralPort, type CollateralRequest, type CollateralTransfer } from '../collateral-port.js';
import { type AccountEvent, type AccountState, type Capabilities, type Door, type FundingPayment, type Liquidation, type MarketEvent, type OrderView, type SignedOrder, type Unsubscribe, type VenueAccount, VenueAdapter, VenueError, type VenueFill, type VenueOrderId, type VenueTransfer } from '../venue-adapter.js';
import type { BudgetQueue } from './budget-queue.js';
import type { BudgetWatch, CallOutcome } from './budget-watch.js';
import { type BudgetRequest, type BudgetView, type CallBudget, type Priority, PROTECTION, TRADE } from './call-budget.js';
import { type Caller, isCheck, priorityOf, type VenueCall, type VenueCosts } from './venue-costs.js';

export interface BudgetDeskOptions {
  readonly venue: string;
  readonly caller: Caller;
  readonly costs: VenueCosts;
  readonly budget: CallBudget;
  readonly queue: BudgetQueue;
  readonly watch: BudgetWatch;
}

const MS_PER_S = 1_000;
/** What protects asks a venue that limits it so often by itself, as soon as the budget lets it: seconds count, and whoever asked would wait for longer. */
const LIMITED_TRIES = 5;
const NOTHING_KEEPS_IT = (): void => undefined;

/** Has every call of one service go through the budget, at the priority of its method or a more urgent one. */
export class BudgetDesk {
  constructor(private readonly options: BudgetDeskOptions, private readonly atLeast: Priority = 5, private readonly life = { isOver: false }) {}

  at(priority: Priority): BudgetDesk {
    return new BudgetDesk(this.options, priority, this.life);
  }

  /** What an adapter's own requests go through. */
  readonly door: Door = (call, run) => this.ask(call, run);

  /** Waits for the budget, then calls, unless `leaves` throws by then. @throws VenueError of kind `rate` where the call is skipped */
  async ask<T>(call: VenueCall, run: () => Promise<T>, leaves: () => void = NOTHING_KEEPS_IT): Promise<T> {
    const requests = this.requestsOf(call);
    const again = requests.some(({ priority }) => priority === PROTECTION) ? LIMITED_TRIES : 1;
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.once(call, requests, run, leaves);
      } catch (error) {
        if (!isLimited(error) || tried === again) throw error;
      }
    }
  }

  /** Calls at once and charges it: cancels never wait. */
  now<T>(call: VenueCall, run: () => Promise<T>): Promise<T> {
    const requests = this.requestsOf(call);
    return this.answered(call, requests, requests.map((request) => this.options.budget.spend(request)), run);
  }

  /** What waits for the budget then is not asked any more: somebody else may be the one to ask it by now. */
  close(): Promise<void> {
    this.life.isOver = true;
    return this.options.budget.close();
  }

  private async once<T>(call: VenueCall, requests: readonly BudgetRequest[], run: () => Promise<T>, leaves: () => void): Promise<T> {
    const passed: Promise<BudgetView>[] = [];
    for (const request of requests) {
      const view = this.options.queue.pass(request, call);
      await view;
      passed.push(view);
    }
    if (this.life.isOver) throw new VenueError('unreachable', 'notPlaced', `${call}: the venue was closed while it waited for the call budget`);
    leaves();
    return this.answered(call, requests, passed, run);
  }

  private requestsOf(call: VenueCall): readonly BudgetRequest[] {
    const { venue, caller, costs } = this.options;
    const own = priorityOf(caller, call);
    const priority = own < this.atLeast ? own : this.atLeast;
    return costs[call].map(({ bucket, weight }) => ({ venue, bucket, weight, priority, check: isCheck(call) }));
  }

  private async answered<T>(call: VenueCall, requests: readonly BudgetRequest[], passed: readonly Promise<BudgetView>[], run: () => Promise<T>): Promise<T> {
    try {
      const answer = await this.measured(call, run);
      this.taken(call, requests);
      requests.forEach((request, index) => void this.succeeded(request, passed[index]));
      return answer;
    } catch (error) {
      if (isLimited(error)) await Promise.all(requests.map((request) => this.limited(request)));
      else this.taken(call, requests);
      throw error;
    }
  }

  /** Only what is asked of the venue counts: what is skipped for want of budget is no call. */
  private async measured<T>(call: VenueCall, run: () => Promise<T>): Promise<T> {
    const { watch } = this.options;
    const began = performance.now();
    const seconds = (): number => (performance.now() - began) / MS_PER_S;
    try {
      const answer = await run();
      watch.called(call, 'accepted', seconds());
      return answer;
    } catch (error) {
      watch.called(call, outcomeOf(error), seconds());
      throw error;
    }
  }

  private taken(call: VenueCall, requests: readonly BudgetRequest[]): void {
    for (const request of requests) this.options.watch.taken(request, call);
  }

  private async limited(request: BudgetRequest): Promise<void> {
    this.options.watch.limited(request, await this.options.budget.limited(request));
  }

  private async succeeded(request: BudgetRequest, passed: Promise<BudgetView> | undefined): Promise<void> {
    const view = await passed;
    if (view && view.backoffMs > 0) this.options.watch.left(request, await this.options.budget.succeeded(request));
  }
}

/** A venue that is not reached has refused nothing: it said nothing. */
function outcomeOf(error: unknown): CallOutcome {
  if (!(error instanceof VenueError) || error.outcome === 'unknown' || error.kind === 'unreachable') return 'unknown';
  return error.kind === 'rate' ? 'limited' : 'refused';
}

const isLimited = (error: unknown): error is VenueError => error instanceof VenueError && error.kind === 'rate';

class BudgetedCollateral extends CollateralPort {
  override readonly terms: CollateralPort['terms'];

  constructor(private readonly inner: CollateralPort, private readonly desk: BudgetDesk) {
    super();
    this.terms = inner.terms;
  }

  override identify(transfer: Parameters<CollateralPort['identify']>[0]): string { return this.inner.identify(transfer); }
  override freeFunds(account: VenueAccount): Promise<Money> { return this.desk.ask('freeFunds', () => this.inner.freeFunds(account)); }
  override prepare(request: CollateralRequest): Promise<CollateralTransfer> { return this.desk.ask('prepareTransfer', () => this.inner.prepare(request)); }
  override send(transfer: CollateralTransfer): Promise<void> { return this.desk.ask('sendTransfer', () => this.inner.send(transfer)); }
  override find(transfer: CollateralTransfer): Promise<CollateralOutcome> { return this.inner.find(transfer, this.desk.door); }
}

/**
 * A venue whose calls go through the budget that all processes share: by priority of method and caller, cancels without waiting.
 * Streams are sockets and cost nothing; what a feed asks for beside them goes through the budget too: that of an account as urgently as orders,
 * but for the funding that every account is told of at a full hour.
 */
export class BudgetedVenue extends VenueAdapter {
  override readonly venue: string;
  override readonly capabilities: Capabilities;
  override readonly collateral: CollateralPort | undefined;

  constructor(private readonly inner: VenueAdapter, private readonly desk: BudgetDesk) {
    super();
    this.venue = inner.venue;
    this.capabilities = inner.capabilities;
    this.collateral = inner.collateral && new BudgetedCollateral(inner.collateral, desk);
  }

  /** The same venue for calls that are at least this urgent: a danger-zone check is priority 2 (C-64). */
  at(priority: Priority): VenueAdapter {
    return new BudgetedVenue(this.inner, this.desk.at(priority));
  }

  override connect(): Promise<void> { return this.desk.ask('connect', () => this.inner.connect()); }
  override async close(): Promise<void> {
    await this.desk.close();
    await this.inner.close();
  }
  override identify(order: SignedOrder): VenueOrderId { return this.inner.identify(order); }
  override subscribeAccount(account: VenueAccount, onEvent: (event: AccountEvent) => void): Promise<Unsubscribe> { return this.inner.subscribeAccount(account, onEvent, (request, run) => (request === 'fundingSince' ? this.desk : this.desk.at(TRADE)).ask(request, run)); }

  override instruments(): Promise<readonly Instrument[]> { return this.desk.ask('instruments', () => this.inner.instruments()); }
  override book(instrument: string, depth: number): Promise<Book> { return this.desk.ask('book', () => this.inner.book(instrument, depth)); }
  override subscribeMarket(instruments: readonly string[], onEvent: (event: MarketEvent) => void): Promise<Unsubscribe> { return this.inner.subscribeMarket(instruments, onEvent, this.desk.door); }
  override place(order: SignedOrder, leaves?: () => void): Promise<{ readonly venueOrderId: VenueOrderId }> { return this.desk.ask('place', () => this.inner.place(order, leaves), leaves); }
  override cancel(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId): Promise<boolean> { return this.desk.now('cancel', () => this.inner.cancel(account, instrument, venueOrderId)); }
  override cancelAll(account: VenueAccount): Promise<number> { return this.desk.now('cancelAll', () => this.inner.cancelAll(account)); }
  override openOrders(account: VenueAccount): Promise<readonly OrderView[]> { return this.desk.ask('openOrders', () => this.inner.openOrders(account)); }
  override findOrder(account: VenueAccount, instrument: string, venueOrderId: VenueOrderId): Promise<OrderView | undefined> { return this.inner.findOrder(account, instrument, venueOrderId, this.desk.door); }
  override fillsSince(account: VenueAccount, from: Ms): Promise<readonly VenueFill[]> { return this.inner.fillsSince(account, from, this.desk.door); }
  override fundingSince(account: VenueAccount, from: Ms): Promise<readonly FundingPayment[]> { return this.inner.fundingSince(account, from, this.desk.door); }
  override liquidationsSince(account: VenueAccount, from: Ms): Promise<readonly Liquidation[]> { return this.inner.liquidationsSince(account, from, this.desk.door); }
  override transfersSince(account: VenueAccount, from: Ms): Promise<readonly VenueTransfer[]> { return this.inner.transfersSince(account, from, this.desk.door); }
  override accountState(account: VenueAccount): Promise<AccountState> { return this.desk.ask('accountState', () => this.inner.accountState(account)); }
}

/** This venue for calls that are at least so urgent; one without a budget as it is. */
export const venueAt = (venue: VenueAdapter, priority: Priority): VenueAdapter => (venue instanceof BudgetedVenue ? venue.at(priority) : venue);
