import type { Projection, Recorded } from '@ballast/bus';
import { addMoney, type Id, type Ms, subMoney } from '@ballast/domain';
import type { HardStopResumed, StopScope } from '@ballast/events';
import { type Curve, DAY_MS, dayNameOf, dayStartOf, drawdownOf, EquityCurveFold, type EquityCurves, isAccountEvent, lossRatioSince, lossSince, type TradeRecord, TradeRecordFold, type TradeRecords, WEEK_MS, weekStartOf, withCapital, withEarned } from '@ballast/performance';
import { type MarkOf, OpenPositions } from './open-positions.js';
import type { BoundBot } from './stop-limits.js';
import type { Period, StopFigures } from './stops.types.js';

interface Known {
  readonly curves: EquityCurves;
  readonly records: TradeRecords;
  /** By portfolio and bot, in the order in which they were created. */
  readonly bots: Map<Id, Map<Id, BoundBot>>;
  readonly rungs: Map<Id, string>;
  /** By scope. */
  readonly resumes: Map<string, number>;
  /** By scope: trades that had a result when its row of losses was resumed; no loss of before counts again. */
  readonly forgivenAt: Map<string, number>;
}

const keyOf = (scope: StopScope, scopeId: Id): string => `${scope}:${scopeId}`;
const NO_MARKS: MarkOf = () => undefined;
/** As old as every profile lets the state of an account be. */
const MARK_AGE_MS_MAX: Ms = 180_000;

/** What hard stops are judged by: results and equity without transfers, rows of losing trades, what is bound, and what was resumed. */
export class StopFacts implements Projection<Known> {
  readonly name = 'risk-stop-facts';
  readonly reads: readonly string[];
  /** Rises when a limit may have changed. */
  revision = 0;
  /** Of the curves, added up by portfolio, bot and instrument. */
  readonly open = new OpenPositions();
  private readonly curves: EquityCurveFold;
  private readonly records: TradeRecordFold;
  private bots = new Map<Id, Map<Id, BoundBot>>();
  private rungs = new Map<Id, string>();
  private resumes = new Map<string, number>();
  private forgivenAt = new Map<string, number>();

  constructor(private readonly boundaryMs: Ms) {
    this.curves = new EquityCurveFold(boundaryMs);
    this.records = new TradeRecordFold(boundaryMs);
    this.reads = [...new Set([...this.curves.reads, ...this.records.reads, 'BotCreated', 'RungEntered', 'HardStopResumed'])];
  }

  get state(): Known {
    const { bots, rungs, resumes, forgivenAt } = this;
    return { curves: this.curves.state, records: this.records.state, bots, rungs, resumes, forgivenAt };
  }

  set state({ curves, records, bots, rungs, resumes, forgivenAt }: Known) {
    this.curves.state = curves;
    this.records.state = records;
    this.open.countAnew(curves);
    Object.assign(this, { bots, rungs, resumes, forgivenAt });
    this.revision += 1;
  }

  apply(recorded: Recorded): void {
    const { event, decision } = recorded;
    this.curves.apply(recorded);
    this.records.apply(recorded);
    if (event.type === 'BotCreated' || isAccountEvent(event)) this.open.count(this.curves.state, event.accountId);
    switch (event.type) {
      case 'BotCreated': {
        const { portfolioId, botId, profiles } = event;
        const bots = this.bots.get(portfolioId) ?? new Map<Id, BoundBot>();
        bots.delete(botId);
        this.bots.set(portfolioId, bots.set(botId, { botId, profiles }));
        this.revision += 1;
        return;
      }
      case 'RungEntered':
        this.rungs.set(event.portfolioId, event.rung);
        this.revision += 1;
        return;
      case 'HardStopResumed':
        this.resumed(event, decision.occurredAt);
        return;
    }
  }

  portfolios(): readonly Id[] {
    return [...this.bots.keys()];
  }

  botsOf(portfolioId: Id): readonly BoundBot[] {
    return [...(this.bots.get(portfolioId)?.values() ?? [])];
  }

  rungOf(portfolioId: Id): string | undefined {
    return this.rungs.get(portfolioId);
  }

  portfolioOf(accountId: Id): Id | undefined {
    return this.curves.state.owners.get(accountId)?.portfolioId;
  }

  day(at: Ms): Period {
    const startsAt = dayStartOf(at, this.boundaryMs);
    return { key: dayNameOf(startsAt, this.boundaryMs), startsAt, endsAt: startsAt + DAY_MS };
  }

  week(at: Ms): Period {
    const startsAt = weekStartOf(at, this.boundaryMs);
    return { key: dayNameOf(startsAt, this.boundaryMs), startsAt, endsAt: startsAt + WEEK_MS };
  }

  /** Undefined before the first observation of an account: nothing to lose is known. Positions count at `markOf`, else at the log's marks. */
  figures(scope: StopScope, scopeId: Id, at: Ms, markOf: MarkOf = NO_MARKS): StopFigures | undefined {
    const recorded = scope === 'PORTFOLIO' ? this.curves.portfolio(scopeId, at) : this.curves.bot(scopeId, at);
    if (!recorded) return undefined;
    // A transfer that no observation shows yet was not there to lose what the newer marks say.
    const untold = this.open.pendingIn(scope, scopeId);
    const grown = withEarned(withCapital(recorded, subMoney(recorded.capital, untold)), this.open.driftIn(scope, scopeId, markOf), at);
    const curve = withCapital(grown, addMoney(grown.capital, untold));
    return { scope, scopeId, ...measured(curve), lossesInARow: this.lossesInARow(scope, scopeId), resumes: this.resumes.get(keyOf(scope, scopeId)) ?? 0 };
  }

  /** Something that the scope holds has no price now, and its mark in the log is older than an account's state may be: what it has lost is not known. */
  isBlind(scope: StopScope, scopeId: Id, at: Ms, markOf: MarkOf): boolean {
    const dark = this.open.heldIn(scope, scopeId).filter((instrument) => markOf(instrument) === undefined);
    if (dark.length === 0) return false;
    const { owners, books } = this.curves.state;
    const accounts = [...owners].filter(([, { portfolioId, botId }]) => (scope === 'PORTFOLIO' ? portfolioId : botId) === scopeId);
    return accounts.some(([accountId]) => dark.some((instrument) => at - (books.get(accountId)?.holdings.get(instrument)?.markedAt ?? at) > MARK_AGE_MS_MAX));
  }

  private record(scope: StopScope, scopeId: Id): TradeRecord {
    return scope === 'PORTFOLIO' ? this.records.portfolio(scopeId) : this.records.bot(scopeId);
  }

  /** Whatever closes again, is corrected or fills nothing brings back no loss that a resume has forgiven. */
  private lossesInARow(scope: StopScope, scopeId: Id): number {
    const { streak, total } = this.record(scope, scopeId);
    const since = total.trades - (this.forgivenAt.get(keyOf(scope, scopeId)) ?? 0);
    return streak.kind === 'LOSSES' ? Math.min(streak.length, since) : 0;
  }

  private resumed({ scope, scopeId, stop }: HardStopResumed, at: Ms): void {
    const key = keyOf(scope, scopeId);
    this.resumes.set(key, (this.resumes.get(key) ?? 0) + 1);
    switch (stop) {
      case 'CONSECUTIVE_LOSSES':
        this.forgivenAt.set(key, this.record(scope, scopeId).total.trades);
        return;
      case 'DRAWDOWN_REDUCE':
      case 'DRAWDOWN_HALT':
        this.curves.restartPeak(scope === 'PORTFOLIO' ? 'portfolios' : 'bots', scopeId, at);
        return;
      case 'DAILY_LOSS':
      case 'DAILY_LOSS_AMOUNT':
      case 'WEEKLY_LOSS':
    }
  }
}

function measured(curve: Curve): Omit<StopFigures, 'scope' | 'scopeId' | 'lossesInARow' | 'resumes'> {
  const { capital: equity, result, day, week, peak } = curve;
  return {
    equity, result,
    day: { equity: day.capital, result: day.result, lossRatio: lossRatioSince(day), loss: lossSince(curve, day) },
    week: { equity: week.capital, result: week.result, lossRatio: lossRatioSince(week) },
    peak: { equity: peak.capital, drawdownRatio: drawdownOf(curve) },
  };
}
