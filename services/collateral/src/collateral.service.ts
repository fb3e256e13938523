import type { Cause, EventStreams, Runtime } from '@ballast/bus';
import { contentId, type Disarm, type Id, InvariantError, type Ms, partitionOf } from '@ballast/domain';
import type { EquityObserved } from '@ballast/events';
import { toGauge } from '@ballast/observability';
import type { VenueTransfer } from '@ballast/venues';
import { AccountsFold, type AccountView } from './account/accounts-fold.js';
import { AccountObserver, NotObserved, type ObserverPorts, type Occasion } from './account/observer.js';
import type { CollateralOptions } from './collateral.options.js';
import { equityDecider, type ObserveEquity } from './equity/equity.decider.js';
import { ledgerDecider } from './ledger/ledger.decider.js';
import type { Protections } from './protection/protections.js';
import type { Treasuries } from './treasury/treasuries.js';

export interface CollateralPorts extends ObserverPorts {
  readonly streams: EventStreams;
  readonly runtime: Runtime;
  readonly treasury: Pick<Treasuries, 'setAsideOf'>;
  readonly protection: Pick<Protections, 'depositedAt' | 'whenMoved'>;
}

const INTERVAL_MS = 60_000;
const DAY_MS = 86_400_000;
const RETRY_MS = 5_000;

/** Observes every bot's account and keeps the ledger of what came and went. */
export class CollateralService {
  readonly fold = new AccountsFold();
  private readonly observer: AccountObserver;
  private readonly intervalMs: Ms;
  /** By account and call. */
  private readonly faults = new Map<string, string>();
  private readonly timers = new Set<Disarm>();
  private stopped = false;

  constructor(
    private readonly options: CollateralOptions,
    private readonly ports: CollateralPorts,
  ) {
    this.intervalMs = options.intervalMs ?? INTERVAL_MS;
    this.observer = new AccountObserver(options, ports);
    ports.streams.own(equityDecider);
    ports.streams.own(ledgerDecider);
    ports.runtime.project(this.fold);
    ports.protection.whenMoved((accountId) => this.lookForTransfersOf(accountId));
    ports.runtime.onRecovered(() => this.start());
    ports.runtime.onStop(() => this.stop());
  }

  /** Observes one account soon; harmless for an account that is not known. */
  observe(accountId: Id, trigger: EquityObserved['trigger']): void {
    this.attempt(accountId, { trigger, slot: this.ports.clock.now() });
  }

  observePortfolio(portfolioId: Id, trigger: EquityObserved['trigger']): void {
    for (const account of this.fold.state.values()) if (account.portfolioId === portfolioId) this.observe(account.accountId, trigger);
  }

  /** What is known of every account, how old that is, and why it is not younger. */
  reports(): readonly { readonly accountId: Id; readonly ageMs?: Ms; readonly fault: string }[] {
    const now = this.ports.clock.now();
    return [...this.fold.state.values()].map(({ accountId, observedAt }) => ({ accountId, ...(observedAt === undefined ? {} : { ageMs: now - observedAt }), fault: ['accountState', 'transfersSince'].flatMap((call) => this.faults.get(`${accountId} ${call}`) ?? []).join('; ') }));
  }

  /** Who was observed in this interval already needs no other observation: a restart changes nothing that anybody decides on. */
  private async start(): Promise<void> {
    this.nextSlot();
    await this.connect();
    const slot = Math.floor(this.ports.clock.now() / this.intervalMs) * this.intervalMs;
    for (const { accountId, observedAt = 0 } of this.fold.state.values()) if (observedAt < slot) this.observe(accountId, 'START');
  }

  /** A venue that is away is asked again at the next observation; connecting is its adapter's own affair. */
  private async connect(): Promise<void> {
    const done = this.ports.pacer.busy('venue');
    try {
      await this.options.venue.connect();
    } catch (error) {
      this.fail('venue', 'connect', error);
      this.at(this.ports.clock.now() + RETRY_MS, () => void this.connect());
    } finally {
      done();
    }
  }

  private async stop(): Promise<void> {
    this.stopped = true;
    for (const disarm of this.timers) disarm();
    await this.options.venue.close();
  }

  private nextSlot(): void {
    const slot = (Math.floor(this.ports.clock.now() / this.intervalMs) + 1) * this.intervalMs;
    this.at(slot, () => {
      for (const account of this.fold.state.values()) {
        this.reportAge(account);
        this.attempt(account.accountId, { trigger: (slot - (this.options.dayBoundaryMs ?? 0)) % DAY_MS === 0 ? 'DAY' : 'INTERVAL', slot });
      }
      this.nextSlot();
    });
  }

  private attempt(accountId: Id, occasion: Occasion): void {
    const account = this.fold.state.get(accountId);
    if (!account || this.stopped) return;
    this.observer.ask(account, occasion, (observed) => {
      if (observed instanceof Error) this.tryAgain(accountId, occasion, observed);
      else void this.record(observed);
    });
    this.lookForTransfers(account);
  }

  /** Until the next interval brings an observation of its own. */
  private tryAgain(accountId: Id, occasion: Occasion, error: Error): void {
    this.fail(accountId, 'accountState', error);
    const next = this.ports.clock.now() + RETRY_MS;
    if (occasion.trigger === 'DAY' || next < occasion.slot + this.intervalMs) this.at(next, () => this.attempt(accountId, occasion));
  }

  private async record(observed: ObserveEquity): Promise<void> {
    const done = this.ports.pacer.busy('work');
    const { accountId, portfolioId, botId, trigger, slot, venueTime } = observed;
    const cause: Cause = { causationId: contentId('equity', accountId, trigger, slot, venueTime), correlationId: botId, lane: accountId };
    try {
      const setAside = this.ports.treasury.setAsideOf(portfolioId, accountId);
      const protection = this.ports.protection.depositedAt(accountId, venueTime);
      if (protection === 'UNSETTLED') return this.tryAgain(accountId, { trigger, slot }, new NotObserved('a transfer of protection is under way'));
      const { events } = await this.ports.streams.execute(equityDecider, { partition: partitionOf(portfolioId), id: accountId }, { ...observed, ...(setAside ? { setAside } : {}), ...(protection ? { protection } : {}) }, cause);
      for (const event of events) this.show(event);
      await this.open(observed, cause);
      this.faults.delete(`${accountId} accountState`);
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      this.fail(accountId, 'accountState', error);
    } finally {
      done();
    }
  }

  /** An account's first balance is its opening transfer, where it is flat at the venue and in the log: what came later is the venue's to tell. */
  private async open({ accountId, portfolioId, positions, equity, venueTime }: ObserveEquity, cause: Cause): Promise<void> {
    const account = this.fold.state.get(accountId);
    if (!account || account.funded !== undefined || positions.length > 0 || account.positions.size > 0) return;
    await this.ports.streams.execute(ledgerDecider, { partition: partitionOf(portfolioId), id: portfolioId }, { type: 'OpenAccount', accountId, portfolioId, balance: equity, results: account.results, venueTime }, cause);
  }

  private lookForTransfersOf(accountId: Id): void {
    const account = this.fold.state.get(accountId);
    if (account && !this.stopped) this.lookForTransfers(account);
  }

  private lookForTransfers(account: AccountView): void {
    this.observer.askTransfers(account, (transfers) => {
      if (transfers instanceof Error) this.fail(account.accountId, 'transfersSince', transfers);
      else void this.recordTransfers(account, transfers);
    });
  }

  private async recordTransfers({ accountId, portfolioId, botId }: AccountView, transfers: readonly VenueTransfer[]): Promise<void> {
    this.faults.delete(`${accountId} transfersSince`);
    if (transfers.length === 0) return;
    const done = this.ports.pacer.busy('work');
    const cause: Cause = { causationId: contentId('transfers', accountId, ...transfers.map(({ transferId }) => transferId)), correlationId: botId, lane: accountId };
    try {
      await this.ports.streams.execute(ledgerDecider, { partition: partitionOf(portfolioId), id: portfolioId }, { type: 'RecordTransfers', accountId, portfolioId, transfers }, cause);
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      this.fail(accountId, 'transfersSince', error);
    } finally {
      done();
    }
  }

  private show({ botId, accountLeverage, eligibleCollateral, equity, positions, marks }: EquityObserved): void {
    const { metrics } = this.options;
    metrics?.set('ballast_account_leverage_ratio', { bot: botId }, toGauge(accountLeverage));
    metrics?.set('ballast_equity_quote', { bot: botId }, toGauge(equity));
    metrics?.set('ballast_collateral_quote', { bot: botId }, toGauge(eligibleCollateral));
    metrics?.set('ballast_account_observation_age_seconds', { bot: botId }, 0);
    for (const { instrument, markPrice } of marks) {
      const held = positions.find((position) => position.instrument === instrument)?.quantity;
      metrics?.set('ballast_position_notional_quote', { bot: botId, instrument }, held ? toGauge(held.times(markPrice)) : 0);
      metrics?.unset('ballast_distance_to_liquidation_ratio', { bot: botId, instrument });
    }
    for (const { instrument, distanceToLiquidation } of positions) if (distanceToLiquidation) metrics?.set('ballast_distance_to_liquidation_ratio', { bot: botId, instrument }, toGauge(distanceToLiquidation));
  }

  private reportAge({ botId, observedAt, positions }: AccountView): void {
    const { metrics } = this.options;
    if (observedAt === undefined) return;
    const ageMs = this.ports.clock.now() - observedAt;
    metrics?.set('ballast_account_observation_age_seconds', { bot: botId }, ageMs / 1_000);
    if (positions.size > 0 && ageMs > 2 * this.intervalMs) metrics?.count('ballast_unguarded_position_seconds_total', { bot: botId, reason: 'no_account_state' }, this.intervalMs / 1_000);
  }

  private fail(accountId: Id, call: string, error: unknown): void {
    this.faults.set(`${accountId} ${call}`, error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  }

  private at(time: Ms, run: () => void): void {
    if (this.stopped) return;
    const disarm = this.ports.clock.at(time, () => {
      this.timers.delete(disarm);
      if (!this.stopped) run();
    });
    this.timers.add(disarm);
  }
}
