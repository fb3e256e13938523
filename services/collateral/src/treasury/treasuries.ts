import type { Cause, EventStreams, Pacer, Runtime } from '@ballast/bus';
import { type Clock, contentId, type Disarm, type Id, InvariantError, type Money, type Ms, partitionOf } from '@ballast/domain';
import { toGauge } from '@ballast/observability';
import { TradeRecordFold } from '@ballast/performance';
import { treasuryInForce } from '@ballast/policy';
import { MoneyFold } from './money.projection.js';
import { shareFault } from './split.js';
import { treasuryDecider, withdrawalFault } from './treasury.decider.js';
import type { TreasurySettings } from './treasury.settings.js';
import { balancesOf, type BoundTreasury, setAsideOf, type Treasury, type Withdraw } from './treasury.types.js';
import { winsBefore } from './wins-before.js';

export interface TreasuryPorts {
  readonly streams: EventStreams;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly runtime: Runtime;
}

/** What a person asked for cannot be booked, with the reason. */
export class TreasuryRefusal extends Error {
  override readonly name = 'TreasuryRefusal';
}

const RETRY_MS = 5_000;

/** The treasury of every portfolio whose bots bind a profile with one (W-18): opened, kept up to the log, and closed day by day. */
export class Treasuries {
  readonly money: MoneyFold;
  private readonly record: TradeRecordFold;
  private readonly timers = new Map<Id, Disarm>();
  private stopped = false;

  constructor(
    private readonly settings: TreasurySettings,
    private readonly ports: TreasuryPorts,
  ) {
    this.money = new MoneyFold(settings.dayBoundaryMs);
    this.record = new TradeRecordFold(settings.dayBoundaryMs);
    ports.streams.own(treasuryDecider);
    ports.runtime.project(this.money);
    ports.runtime.project(this.record);
    ports.runtime.onRecovered(() => this.start());
    ports.runtime.onStop(() => this.stop());
  }

  /** What of the account's money is set aside; undefined where its portfolio has no treasury. */
  setAsideOf(portfolioId: Id, accountId: Id): Money | undefined {
    const held = this.ports.streams.held(treasuryDecider, placeOf(portfolioId));
    return held && setAsideOf(held.state, accountId);
  }

  /** Brings a portfolio's treasury up to the log: opens it, closes every day that is over, books what came since. Harmless when repeated. */
  async settle(portfolioId: Id, cause: Cause): Promise<void> {
    const bound = this.boundIn(portfolioId);
    if (bound === undefined || typeof bound === 'string') return;
    const { streams, clock } = this.ports;
    const { dayBoundaryMs } = this.settings;
    const place = placeOf(portfolioId);
    let { state } = await streams.load(treasuryDecider, place);
    if (!state.opened) ({ state } = await streams.execute(treasuryDecider, place, { type: 'OpenTreasury', portfolioId, bound, money: this.money.before(portfolioId, Infinity), dayBoundaryMs }, cause));
    while (state.nextBoundaryAt <= clock.now()) {
      const { nextBoundaryAt: boundaryAt } = state;
      const winsInARow = winsBefore(this.record.portfolio(portfolioId), boundaryAt);
      ({ state } = await streams.execute(treasuryDecider, place, { type: 'CloseDay', portfolioId, boundaryAt, bound, money: this.money.before(portfolioId, boundaryAt), winsInARow, dayBoundaryMs }, cause));
      if (state.nextBoundaryAt === boundaryAt) throw new InvariantError(`treasury of portfolio ${portfolioId}: the day that ended at ${boundaryAt} did not close`);
    }
    ({ state } = await streams.execute(treasuryDecider, place, { type: 'BookMoney', portfolioId, money: this.money.before(portfolioId, state.nextBoundaryAt) }, cause));
    this.show(portfolioId, state);
    this.arm(portfolioId, state.nextBoundaryAt);
  }

  settleAccount(accountId: Id, cause: Cause): Promise<void> {
    const portfolioId = this.money.portfolioOf(accountId);
    return portfolioId === undefined ? Promise.resolve() : this.settle(portfolioId, cause);
  }

  /** @throws TreasuryRefusal saying why, and what is allowed */
  async withdraw(command: Withdraw, cause: Cause): Promise<Treasury> {
    const place = placeOf(command.portfolioId);
    const { state: now } = await this.ports.streams.load(treasuryDecider, place);
    const fault = withdrawalFault(now, command);
    if (fault !== undefined) throw new TreasuryRefusal(fault);
    const { state } = await this.ports.streams.execute(treasuryDecider, place, command, cause);
    this.show(command.portfolioId, state);
    return state;
  }

  async stateOf(portfolioId: Id): Promise<Treasury> {
    return (await this.ports.streams.load(treasuryDecider, placeOf(portfolioId))).state;
  }

  /** Why the treasury that is bound cannot be run, in words; '' where it can, or none is bound. */
  faultOf(portfolioId: Id): string {
    const bound = this.boundIn(portfolioId);
    return typeof bound === 'string' ? bound : '';
  }

  /** The split in force; a text where one is bound that nobody can carry out: nothing is split then, and what is set aside stays so. */
  private boundIn(portfolioId: Id): BoundTreasury | string | undefined {
    const names = this.money.profiles(portfolioId);
    const unknown = names.filter((name) => !this.settings.profiles.has(name));
    const bound = treasuryInForce(names.flatMap((name) => this.settings.profiles.get(name) ?? []));
    if (!bound) return unknown.length > 0 ? `profiles: found ${unknown.join(', ')}, which this service does not know` : undefined;
    return shareFault(bound.value) ?? { profile: bound.profile, policy: bound.value };
  }

  private async start(): Promise<void> {
    for (const portfolioId of this.money.portfolios()) {
      this.show(portfolioId, await this.stateOf(portfolioId));
      await this.settleNow(portfolioId);
    }
  }

  private show(portfolio: Id, { opened, funds, chestCounts }: Treasury): void {
    const { metrics } = this.settings;
    if (!opened || !metrics) return;
    const { trading, chest, operating, withdrawal } = balancesOf(funds, chestCounts);
    for (const [fund, amount] of Object.entries({ trading, chest, operating, withdrawal })) metrics.set('ballast_treasury_funds_usd', { portfolio, fund }, toGauge(amount));
  }

  private stop(): Promise<void> {
    this.stopped = true;
    for (const disarm of this.timers.values()) disarm();
    return Promise.resolve();
  }

  private arm(portfolioId: Id, at: Ms): void {
    this.timers.get(portfolioId)?.();
    if (this.stopped) return;
    this.timers.set(portfolioId, this.ports.clock.at(at, () => void this.settleNow(portfolioId)));
  }

  private async settleNow(portfolioId: Id): Promise<void> {
    if (this.stopped) return;
    const done = this.ports.pacer.busy('work');
    const now = this.ports.clock.now();
    try {
      await this.settle(portfolioId, { causationId: contentId('treasury', portfolioId, now), correlationId: portfolioId, lane: portfolioId });
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      this.arm(portfolioId, now + RETRY_MS);
    } finally {
      done();
    }
  }
}

const placeOf = (portfolioId: Id): { readonly partition: number; readonly id: Id } => ({ partition: partitionOf(portfolioId), id: portfolioId });
