import { AwayConcern, type Cause, type EventStreams, type Market, type Pacer, type Runtime } from '@ballast/bus';
import { type Clock, contentId, type Disarm, type Id, InvariantError, type Ms, partitionOf } from '@ballast/domain';
import type { HardStopTripped, MarkSeen } from '@ballast/events';
import type { RiskSettings } from '../risk.settings.js';
import { BY_HARD_STOP, tradingStateDecider } from '../trading-state/trading-state.decider.js';
import { StopFacts } from './stop-facts.projection.js';
import { stopText } from './stop-text.js';
import type { StopsSeen } from './stop-verdicts.js';
import { stopsDecider } from './stops.decider.js';
import { StopsInForce } from './stops-in-force.js';
import type { ObserveStops, StopLimit } from './stops.types.js';

export interface StopsPorts {
  readonly streams: EventStreams;
  readonly market: Market;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly runtime: Runtime;
}

/** Older prices value nothing: the marks of the log do. */
const PRICE_AGE_MS_MAX: Ms = 10_000;
const RETRY_MS: Ms = 5_000;

/** Judges the hard stops of every portfolio that binds one: with every event that changes a result, every price, and at day boundaries. */
export class StopsWatch {
  readonly facts: StopFacts;
  private readonly inForce: StopsInForce;
  private readonly looking = new Set<Id>();
  /** Portfolios whose last look failed, and when they are looked at again. */
  private readonly retries = new Map<Id, Disarm>();
  private readonly failing: AwayConcern;
  private disarm: Disarm | undefined;
  private stopped = false;

  constructor(
    private readonly ports: StopsPorts,
    settings: RiskSettings,
  ) {
    this.facts = new StopFacts(settings.dayBoundaryMs);
    this.inForce = new StopsInForce(this.facts, settings.profiles);
    this.failing = new AwayConcern('hard-stops', (check, detail) => settings.concern?.(check, detail));
    ports.streams.own(stopsDecider);
    ports.runtime.project(this.facts);
    ports.runtime.onRecovered(() => this.start());
    ports.runtime.onStop(() => {
      this.stopped = true;
      this.disarm?.();
      for (const disarm of this.retries.values()) disarm();
      return Promise.resolve();
    });
  }

  limitsOf(portfolioId: Id): readonly StopLimit[] {
    return this.inForce.of(portfolioId);
  }

  /** Judges with the newest prices; what trips is in force when this ends. */
  async observe(portfolioId: Id, cause: Cause): Promise<void> {
    const command = this.commandFor(portfolioId);
    if (!command) return;
    const { events, decisionId } = await this.ports.streams.execute(stopsDecider, { partition: partitionOf(portfolioId), id: portfolioId }, command, cause);
    for (const event of events) if (event.type === 'HardStopTripped') await this.enforce(event, { ...cause, causationId: decisionId });
  }

  /** A stop that has tripped takes new risk away: of all accounts, so in no account's lane. A repeat, or one that was resumed since, changes nothing. */
  async enforce(tripped: HardStopTripped, cause: Cause): Promise<void> {
    const { portfolioId, scope, scopeId, stop, state } = tripped;
    const id = { partition: partitionOf(portfolioId), id: portfolioId };
    const { state: stops } = await this.ports.streams.load(stopsDecider, id);
    const latched = Object.values(stops.tripped).some((each) => each.stop === stop && each.scope === scope && each.scopeId === scopeId);
    if (latched) await this.ports.streams.execute(tradingStateDecider, id, { type: 'Tighten', portfolioId, scope, scopeId, state, reason: stopText(tripped), by: BY_HARD_STOP }, { ...cause, lane: portfolioId });
  }

  /** A price moved: only where that trips something is anything decided. */
  onPrice(instrument: string): void {
    for (const portfolioId of this.facts.open.holdersOf(instrument)) this.look(portfolioId, instrument);
  }

  /** What a plan of this bot is judged by: the stops of its portfolio and its own; undefined where no profile has one (W-18). */
  seenBy(portfolioId: Id, botId: Id): StopsSeen | undefined {
    const now = this.ports.clock.now();
    return this.inForce.seenBy(portfolioId, botId, now, (instrument) => this.markOf(instrument, now)?.markPrice);
  }

  private look(portfolioId: Id, instrument: string): void {
    if (this.stopped || this.looking.has(portfolioId) || !this.wouldDecide(portfolioId, instrument)) return;
    this.looking.add(portfolioId);
    this.ports.pacer.whenOpen(() => void this.observeBusily(portfolioId, 'marks'));
  }

  /** A look that fails is a concern until one of this portfolio does not; a broken invariant ends the process. */
  private async observeBusily(portfolioId: Id, why: string): Promise<void> {
    const done = this.ports.pacer.busy('work');
    try {
      if (this.stopped) return;
      await this.observe(portfolioId, { causationId: contentId('stops', why, portfolioId, this.ports.clock.now()), correlationId: portfolioId, lane: portfolioId });
      this.failing.say(portfolioId, undefined);
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      this.failing.say(portfolioId, `could not be judged (${why}), is tried again: ${error instanceof Error ? error.message : String(error)}`);
      this.retry(portfolioId, why);
    } finally {
      this.looking.delete(portfolioId);
      done();
    }
  }

  private retry(portfolioId: Id, why: string): void {
    this.retries.get(portfolioId)?.();
    if (this.stopped) return;
    this.retries.set(portfolioId, this.ports.clock.at(this.ports.clock.now() + RETRY_MS, () => {
      this.retries.delete(portfolioId);
      void this.observeBusily(portfolioId, why);
    }));
  }

  /** By what this instrument's price has changed. */
  private wouldDecide(portfolioId: Id, instrument: string): boolean {
    const { clock, streams } = this.ports;
    const command = this.commandFor(portfolioId, this.limitsOf(portfolioId).filter(({ scope, scopeId }) => this.facts.open.holds(scope, scopeId, instrument)));
    const held = streams.held(stopsDecider, { partition: partitionOf(portfolioId), id: portfolioId });
    return command !== undefined && stopsDecider.decide(held?.state ?? stopsDecider.initial, command, { decisionId: '', at: clock.now() }).length > 0;
  }

  private commandFor(portfolioId: Id, limits = this.limitsOf(portfolioId)): ObserveStops | undefined {
    if (limits.length === 0) return undefined;
    const now = this.ports.clock.now();
    const marks = this.facts.open.heldIn('PORTFOLIO', portfolioId).toSorted().flatMap((instrument) => this.markOf(instrument, now) ?? []);
    const priceOf = new Map(marks.map(({ instrument, markPrice }) => [instrument, markPrice]));
    const scopes = new Map(limits.map(({ scope, scopeId }) => [`${scope}:${scopeId}`, { scope, scopeId }]));
    const figures = [...scopes.values()].flatMap(({ scope, scopeId }) => this.facts.figures(scope, scopeId, now, (instrument) => priceOf.get(instrument)) ?? []);
    return { type: 'ObserveStops', portfolioId, day: this.facts.day(now), week: this.facts.week(now), figures, limits, marks };
  }

  private markOf(instrument: string, now: Ms): MarkSeen | undefined {
    const price = this.ports.market.latest('price', instrument);
    return price && Math.abs(now - (price.markTime ?? price.time)) <= PRICE_AGE_MS_MAX ? { instrument, markPrice: price.markPrice, oraclePrice: price.oraclePrice } : undefined;
  }

  private async start(): Promise<void> {
    this.armBoundary();
    for (const portfolioId of this.facts.portfolios()) await this.observeBusily(portfolioId, 'start');
  }

  /** A day and a week begin when market time says so, whatever else happens. */
  private armBoundary(): void {
    if (this.stopped) return;
    const { endsAt } = this.facts.day(this.ports.clock.now());
    this.disarm = this.ports.clock.at(endsAt, () => {
      for (const portfolioId of this.facts.portfolios()) void this.observeBusily(portfolioId, 'boundary');
      this.armBoundary();
    });
  }
}
