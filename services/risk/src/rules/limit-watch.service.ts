import { Inject, Injectable } from '@nestjs/common';
import { EventStreams, Runtime } from '@ballast/bus';
import { Clock, type Id, minOf, partitionOf } from '@ballast/domain';
import type { HardStop, StopScope } from '@ballast/events';
import { type GaugeName, type LabelsOf, type Metrics, toGauge } from '@ballast/observability';
import { inForceByName, ladderOf, rungNamed, UNBOUND } from '@ballast/policy';
import { ladderDecider } from '../ladder/ladder.decider.js';
import { RiskSettings } from '../risk.settings.js';
import { stopsDecider } from '../stops/stops.decider.js';
import { StopsWatch } from '../stops/stops-watch.service.js';

/** Wall time between two looks; only metrics follow from it. */
const LOOK_MS = 10_000;

/** One line of one gauge. */
interface Line {
  /** Name and labels. */
  readonly key: string;
  set(metrics: Metrics): void;
  unset(metrics: Metrics): void;
}

const lineOf = <Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number): Line => ({ key: JSON.stringify([name, labels]), set: (metrics) => metrics.set(name, labels, value), unset: (metrics) => metrics.unset(name, labels) });

/** Shows which hard stops are latched, what they judge, and which rung each portfolio is on, as the log has it. */
@Injectable()
export class LimitWatch {
  /** By key: what is no longer so is taken away. */
  private shown = new Map<string, Line>();

  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(StopsWatch) private readonly stops: StopsWatch,
    @Inject(RiskSettings) private readonly settings: RiskSettings,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Runtime) runtime: Runtime,
  ) {
    const { metrics } = settings;
    if (!metrics) return;
    runtime.onRecovered(() => Promise.resolve(this.look(metrics)));
    const looks = setInterval(() => this.look(metrics), LOOK_MS);
    looks.unref();
    runtime.onStop(() => Promise.resolve(clearInterval(looks)));
  }

  private look(metrics: Metrics): void {
    const lines = this.stops.facts.portfolios().flatMap((portfolioId) => [...this.stopsOf(portfolioId), ...this.figuresOf(portfolioId), ...this.volumeOf(portfolioId), ...this.rungOf(portfolioId)]);
    const now = new Map(lines.map((line) => [line.key, line]));
    for (const [key, line] of this.shown) if (!now.has(key)) line.unset(metrics);
    for (const line of now.values()) line.set(metrics);
    this.shown = now;
  }

  /** Every one in force, and those that are latched though no profile binds them any more. */
  private stopsOf(portfolioId: Id): readonly Line[] {
    const held = this.streams.held(stopsDecider, { partition: partitionOf(portfolioId), id: portfolioId });
    const latched = Object.values(held?.state.tripped ?? {});
    return [...this.stops.limitsOf(portfolioId).map((limit) => stopLine(portfolioId, limit, 0)), ...latched.map((tripped) => stopLine(portfolioId, tripped, 1))];
  }

  private figuresOf(portfolioId: Id): readonly Line[] {
    const figures = this.stops.facts.figures('PORTFOLIO', portfolioId, this.clock.now());
    if (!figures) return [];
    return [lineOf('ballast_portfolio_equity_quote', { portfolio: portfolioId }, toGauge(figures.equity)), lineOf('ballast_drawdown_ratio', { portfolio: portfolioId }, toGauge(figures.peak.drawdownRatio))];
  }

  /** The tightest that any of its bots is bound by. */
  private volumeOf(portfolioId: Id): readonly Line[] {
    const rung = this.stops.facts.rungOf(portfolioId);
    const [most, ...others] = this.stops.facts.botsOf(portfolioId).map(({ profiles }) => inForceByName(profiles, this.settings.profiles, rung)?.dailyVolumeMax.value ?? UNBOUND);
    return most?.lt(UNBOUND) ? [lineOf('ballast_daily_volume_bound_quote', { portfolio: portfolioId, bound: 'most' }, toGauge(minOf(most, ...others)))] : [];
  }

  private rungOf(portfolioId: Id): readonly Line[] {
    const standing = this.streams.held(ladderDecider, { partition: partitionOf(portfolioId), id: portfolioId })?.state.standing;
    if (!standing) return [];
    const { profile, rung } = standing;
    const ladder = profile.slice(0, profile.lastIndexOf('@'));
    const known = ladderOf([ladder], this.settings.profiles)?.ladder;
    const target = known && rungNamed(known, rung)?.gate.dailyVolumeMin;
    return [
      lineOf('ballast_ladder_rung', { portfolio: portfolioId, ladder, rung }, (known?.rungs ?? []).findIndex(({ name }) => name === rung) + 1),
      ...(target ? [lineOf('ballast_daily_volume_bound_quote', { portfolio: portfolioId, bound: 'target' }, toGauge(target))] : []),
    ];
  }
}

const stopLine = (portfolio: Id, { scope, scopeId, stop }: { readonly scope: StopScope; readonly scopeId: Id; readonly stop: HardStop }, value: 0 | 1): Line => lineOf('ballast_hard_stop_tripped', { portfolio, scope: scope === 'PORTFOLIO' ? 'portfolio' : `bot/${scopeId}`, stop }, value);
