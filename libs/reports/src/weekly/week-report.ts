import { Decimal, type Decimal as Value, type Id, type Ms } from '@ballast/domain';
import { evidenceOf, figureOf, type MetricName, type RungRecord } from '@ballast/ladder';
import { type Curve, DAY_MS, returnSince, rolledTo } from '@ballast/performance';
import { type PolicyProfile, profileRef, rungNamed } from '@ballast/policy';
import { figure, type Figure, shareOfCounts } from '../summary/statistics.js';
import { fullCapitalTargets, recommend, type Standing } from './recommendation.js';
import type { WeekWindow } from './week-window.js';
import type { WeeklyReport } from './weekly.types.js';

const iso = (at: Ms): string => new Date(at).toISOString();
/** Depth over size where no known profile says another (R52). */
export const DEPTH_MULTIPLE_MIN = new Decimal(3);

/** The rung's place in the ladder of the very profile that it was entered under; undefined where this build has another version of it. */
export function standingAt({ rung: entered }: WeekWindow, end: Ms, known: ReadonlyMap<string, PolicyProfile>): Standing | undefined {
  const profile = entered && [...known.values()].find((each) => profileRef(each) === entered.profile);
  const rung = profile?.ladder && rungNamed(profile.ladder, entered?.rung ?? '');
  if (!entered || !profile?.ladder || !rung) return undefined;
  return { profile, ladder: profile.ladder, rung, isLast: profile.ladder.rungs.at(-1) === rung, daysOnRung: new Decimal(end - entered.at).div(DAY_MS) };
}

/** What the record of a week says, up to `end`. */
export function weekReport(window: WeekWindow, record: RungRecord, end: Ms, known: ReadonlyMap<string, PolicyProfile>): WeeklyReport {
  const { portfolioId } = record;
  const evidence = evidenceOf({ ...record, to: end });
  const of = (name: MetricName): Figure => figure(figureOf(evidence, name));
  const curve = curveAt(record, portfolioId, end);
  const standing = standingAt(window, end, known);
  const depth = depthOf(window, standing);
  const judgement = recommend(evidence, standing, window.falls, depth.sufficient);
  const [estimated, realised] = [figureOf(evidence, 'slippageEstimated'), figureOf(evidence, 'slippageRealised')];
  return {
    portfolioId, from: iso(record.from), to: iso(end), complete: end >= window.to,
    evidence: { firstSequence: evidence.firstSequence, lastSequence: evidence.lastSequence, hash: evidence.hash },
    size: sizeOf(window, end, of('capital')),
    performance: {
      trades: of('trades'), totalReturn: figure(curve && returnSince(curve.start)), result: curve ? curve.result.toString() : null, netOfTrades: of('netResult'), sharpe: of('sharpe'), sharpeDays: of('sharpeDays'), maxDrawdown: of('maxDrawdown'),
      winRate: of('winRate'), winRateLow: of('winRateLow'), winRateHigh: of('winRateHigh'), nonNegativeRate: of('nonNegativeRate'), planVolume: of('planVolume'),
    },
    execution: {
      slippageEstimatedBps: of('slippageEstimated'), slippageRealisedBps: of('slippageRealised'), slippageDeltaBps: figure(estimated && realised?.minus(estimated)), slippageError: of('slippageError'),
      executionSuccess: of('executionSuccess'), executionFailures: of('executionFailures'), fillRate: of('fillRate'), executionTimeMs: of('executionTime'),
    },
    depth,
    risk: { violations: of('riskViolations'), unplannedInterventions: of('unplannedInterventions'), approvals: of('approvals') },
    events: window.events,
    targets: fullCapitalTargets(evidence),
    ...judgement,
  };
}

function curveAt({ curves, dayBoundaryMs }: RungRecord, portfolioId: Id, end: Ms): Curve | undefined {
  const curve = curves.portfolios.get(portfolioId);
  return curve && rolledTo(curve, end, dayBoundaryMs);
}

function sizeOf({ rung, largestPosition }: WeekWindow, end: Ms, capital: Figure): WeeklyReport['size'] {
  return {
    ladder: rung ? `${rung.profile} ${rung.ladder}` : null, rung: rung?.rung ?? null, daysOnRung: rung ? figure(new Decimal(end - rung.at).div(DAY_MS)) : null,
    rungCapital: rung?.capital.toString() ?? null, positionMax: rung?.positionMax.toString() ?? null, capital, largestPosition: largestPosition.toString(),
  };
}

function depthOf({ depth: { legs, entry, exitLegs, exit, entries, sufficient } }: WeekWindow, standing: Standing | undefined): WeeklyReport['depth'] {
  const mean = (sum: Value, count: number): Figure => (count === 0 ? null : figure(sum.div(count)));
  return { entry: mean(entry, legs), exit: mean(exit, exitLegs), multipleMin: (standing?.profile.depthMultipleMin ?? DEPTH_MULTIPLE_MIN).toString(), sufficient: figure(shareOfCounts(sufficient, entries)) };
}
