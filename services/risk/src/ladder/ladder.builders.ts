import type { BoundProfile, LadderEvidence } from '@ballast/events';
import { METRICS, type MetricName } from '@ballast/ladder';
import { type BoundLadder, type PolicyProfile, profileHash, profileRef, PROFILES, rungNamed, withRung } from '@ballast/policy';
import type { Ladder, LadderCommand, LadderEvent } from './ladder.types.js';
import { ladderDecider } from './ladder.decider.js';

/** 2025-09-04T12:00Z, when every ladder of a spec begins. */
export const BEGIN = Date.parse('2025-09-04T12:00:00.000Z');
export const DAY = 86_400_000;

export function boundTo(name: string): BoundLadder {
  const profile = PROFILES.get(name) as PolicyProfile;
  if (!profile.ladder) throw new Error(`profile ${name}: found no ladder, allowed is one with a ladder`);
  return { profile, ladder: profile.ladder };
}

/** What an excellent fortnight says. */
const EXCELLENT: Readonly<Partial<Record<MetricName, string>>> = {
  days: '14', trades: '200', winRate: '0.7', nonNegativeRate: '0.97', netResult: '300', dailyProfit: '21.4', planVolume: '160000', dailyVolume: '12000', sharpe: '2', sharpeDays: '13', maxDrawdown: '0.01', drawdown: '0', capital: '20000',
  fillRate: '0.99', recentFillRate: '0.99', rounds: '200', recentRounds: '20', slippageEstimated: '2', slippageRealised: '2', recentSlippage: '2', slippageError: '0',
  orders: '800', executionFailures: '0', executionSuccess: '1', recentOrders: '20', recentExecutionSuccess: '1', executionTime: '4000', riskViolations: '0', unplannedInterventions: '0', approvals: '0', recentDepth: '500000',
};

/** Evidence of a rung entered at `from`; undefined = not measured. */
export function evidenceWith(rung: string, from: number, over: Readonly<Partial<Record<MetricName, string | undefined>>> = {}, to = from + 14 * DAY): LadderEvidence {
  const figures: Readonly<Partial<Record<MetricName, string | undefined>>> = { ...EXCELLENT, ...over };
  const metrics = (Object.keys(METRICS) as MetricName[]).map((name) => ({ name, unit: METRICS[name], ...(figures[name] === undefined ? {} : { value: figures[name] }) }));
  return { rung, firstSequence: 3, lastSequence: 900, hash: 'hash', from, to, metrics };
}

/** Decides and folds, at market time `at`. */
export function decideAt(state: Ladder, command: LadderCommand, at = BEGIN): { readonly state: Ladder; readonly events: readonly LadderEvent[] } {
  const events = ladderDecider.decide(state, command, { decisionId: 'd', at });
  return { state: events.reduce((folded, event) => ladderDecider.evolve(folded, event), state), events };
}

export const begun = (bound: BoundLadder): Ladder => decideAt({}, { type: 'Bind', portfolioId: 'main', botId: 'b1', by: 'cli', bound, dayBoundaryMs: 0 }).state;

/** What the log has recorded of a bot that is bound by this ladder where the portfolio stands. */
export function recordedOf({ standing }: Ladder, { profile, ladder }: BoundLadder): readonly BoundProfile[] {
  const rung = rungNamed(ladder, standing?.rung ?? '');
  const bound = rung ? withRung(profile, rung) : profile;
  return [{ name: profile.name, ref: profileRef(bound), hash: profileHash(bound) }];
}

/** The standing's own evidence. */
export const ofStanding = ({ standing }: Ladder, over: Parameters<typeof evidenceWith>[2] = {}, to?: number): LadderEvidence => evidenceWith(standing?.rung ?? '', standing?.at ?? 0, over, to ?? (standing?.at ?? 0) + 14 * DAY);

export const PHASES = boundTo('dn-pair-v4.1');
export const STAGES = boundTo('scaling-capital');

type Figures = Parameters<typeof ofStanding>[1];

export const asked = (state: Ladder, bound: BoundLadder, over: Figures = {}, requestId = 'r1'): LadderCommand => ({ type: 'Request', bound, dayBoundaryMs: 0, requestId, latched: [], recorded: recordedOf(state, bound), evidence: ofStanding(state, over), stated: ['ALERTS_UPDATED'], by: 'cli', reason: 'it went well' });
export const approval = (state: Ladder, bound: BoundLadder, over: Figures = {}, by = 'approver'): LadderCommand => ({ type: 'Approve', bound, dayBoundaryMs: 0, latched: [], recorded: recordedOf(state, bound), evidence: ofStanding(state, over), by, reason: 'looked at it' });
export const judged = (state: Ladder, bound: BoundLadder, over: Figures = {}, to?: number): LadderCommand => ({ type: 'Judge', bound, dayBoundaryMs: 0, evidence: ofStanding(state, over, to) });
export const backWith = (bound: BoundLadder, requestId: string, to?: string): LadderCommand => ({ type: 'RollBack', bound, dayBoundaryMs: 0, requestId, evidence: undefined, to, by: 'cli', reason: 'too fast' });

/** One rung higher, asked for and approved. */
export function climbed(state: Ladder, bound: BoundLadder, at = BEGIN + 14 * DAY, requestId = 'r1'): Ladder {
  const requested = decideAt(state, asked(state, bound, {}, requestId), at).state;
  return decideAt(requested, approval(requested, bound), at).state;
}
