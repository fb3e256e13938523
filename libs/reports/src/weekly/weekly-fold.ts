import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { Id, Ms, Ratio } from '@ballast/domain';
import type { BallastEvent, RungEntered } from '@ballast/events';
import { RungRecordFold } from '@ballast/ladder';
import { type PolicyProfile, PROFILES } from '@ballast/policy';
import type { Period } from '../report/period.js';
import { DEPTH_MULTIPLE_MIN, standingAt, weekReport } from './week-report.js';
import { beginWeek, endAfter, newWindow, noted, type WeekWindow } from './week-window.js';
import type { WeeklyReport } from './weekly.types.js';

export interface WeeklyOptions {
  /** One report of this period in place of one for each week. */
  readonly period?: Period;
  /** Days and weeks (from Monday) begin so long after 00:00 UTC, ms (C-25). */
  readonly boundaryMs?: Ms;
  /** Profiles whose ladders rungs are looked up in; default: those of this build. */
  readonly known?: ReadonlyMap<string, PolicyProfile>;
}

interface Weeks {
  window: WeekWindow;
  /** Market time of the last event seen. */
  seenTo: Ms;
  readonly done: WeeklyReport[];
}

/**
 * Weekly reports of every portfolio, from the events alone (R58): it has to see each partition from its first message on. Figures
 * are those of the ladder's evidence, so that a week and a rung are judged by one definition.
 */
export class WeeklyFold {
  readonly name = 'weekly-report';
  readonly reads: readonly string[];
  private readonly fold = new RungRecordFold();
  private readonly accounts = new Map<Id, Id>();
  private readonly weeks = new Map<Id, Weeks>();
  private readonly period: Period;
  private readonly boundaryMs: Ms;
  private readonly known: ReadonlyMap<string, PolicyProfile>;

  constructor({ period = {}, boundaryMs = 0, known = PROFILES }: WeeklyOptions = {}) {
    this.period = period;
    this.boundaryMs = boundaryMs;
    this.known = known;
    this.reads = [...new Set([...this.fold.reads, 'PromotionRequested', 'PromotionDenied', 'PromotionRejected'])];
  }

  apply({ event, decision, index }: Recorded): void {
    const at = decision.occurredAt;
    const portfolioId = this.portfolioOf(event, decision);
    const known = this.fold.reads.includes(event.type) && event.type !== 'RungEntered';
    if (portfolioId === undefined) {
      if (known) this.fold.apply({ event, decision, index });
      return;
    }
    if (event.type === 'BotCreated') this.fold.apply({ event, decision, index });
    const weeks = this.weeks.get(portfolioId) ?? this.begin(portfolioId, at, decision);
    if (at > weeks.seenTo) weeks.seenTo = at;
    if (this.period.to !== undefined && at >= this.period.to) return;
    while (at >= weeks.window.to) this.next(portfolioId, weeks, decision);
    noted(weeks.window, event, at, this.depthMultiple(weeks.window, at));
    if (event.type === 'RungEntered') this.limit(event);
    else if (known && event.type !== 'BotCreated') this.fold.apply({ event, decision, index });
  }

  /** Every report there is: of all weeks, the running one last; of a period that one alone. In the order of portfolios. */
  all(): readonly WeeklyReport[] {
    return [...this.weeks].sort(([a], [b]) => a.localeCompare(b)).flatMap(([portfolioId, weeks]) => [...weeks.done, ...this.running(portfolioId, weeks)]);
  }

  /** Of each portfolio the last week that is over, else the running one. */
  latest(): readonly WeeklyReport[] {
    const reports = this.all();
    return [...this.weeks.keys()].sort((a, b) => a.localeCompare(b)).flatMap((portfolioId) => {
      const own = reports.filter((report) => report.portfolioId === portfolioId);
      return own.filter(({ complete }) => complete).at(-1) ?? own.at(-1) ?? [];
    });
  }

  private running(portfolioId: Id, { window, seenTo }: Weeks): readonly WeeklyReport[] {
    const before = this.period.from !== undefined && window.from < this.period.from;
    return before ? [] : this.report(portfolioId, window, seenTo < window.to ? seenTo : window.to);
  }

  private report(portfolioId: Id, window: WeekWindow, end: Ms): readonly WeeklyReport[] {
    const record = this.fold.of(portfolioId);
    return record ? [weekReport(window, record, end, this.known)] : [];
  }

  private begin(portfolioId: Id, at: Ms, decision: DecisionRecord): Weeks {
    const begun: Weeks = { window: newWindow(at, endAfter(at, this.period, this.boundaryMs), undefined), seenTo: at, done: [] };
    this.weeks.set(portfolioId, begun);
    beginWeek(this.fold, portfolioId, begun.window, this.boundaryMs, decision);
    return begun;
  }

  private next(portfolioId: Id, weeks: Weeks, decision: DecisionRecord): void {
    const { window } = weeks;
    if (this.period.from === undefined || window.from >= this.period.from) weeks.done.push(...this.report(portfolioId, window, window.to));
    weeks.window = newWindow(window.to, endAfter(window.to, this.period, this.boundaryMs), window.rung);
    beginWeek(this.fold, portfolioId, weeks.window, this.boundaryMs, decision);
  }

  /** A new rung is a new limit of leverage for the rest of the week. */
  private limit({ portfolioId, leverageMax }: RungEntered): void {
    const record = this.fold.of(portfolioId);
    if (record) this.fold.state.records.set(portfolioId, { ...record, leverageMax });
  }

  private depthMultiple(window: WeekWindow, at: Ms): Ratio {
    return standingAt(window, at, this.known)?.profile.depthMultipleMin ?? (DEPTH_MULTIPLE_MIN as Ratio);
  }

  private portfolioOf(event: BallastEvent, { lane }: DecisionRecord): Id | undefined {
    if (event.type === 'BotCreated') this.accounts.set(event.accountId, event.portfolioId);
    if ('portfolioId' in event) return event.portfolioId;
    return this.accounts.get('accountId' in event ? event.accountId : lane) ?? (this.weeks.has(lane) ? lane : undefined);
  }
}
