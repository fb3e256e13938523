import { notional, ratio } from '@ballast/domain';
import type { PromotionApproved, PromotionDenied, PromotionRejected, PromotionRequested, RungEntered, RungWatchPassed, ScaleCheck } from '@ballast/events';
import { unmet } from '@ballast/ladder';
import { profileHash, profileRef } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { approval, asked, backWith, BEGIN, begun, climbed, DAY, decideAt, judged, ofStanding, PHASES, recordedOf, STAGES } from './ladder.builders.js';
import { ladderDecider } from './ladder.decider.js';
import type { Ladder, LadderCommand } from './ladder.types.js';

const REF = profileRef(STAGES.profile);
const ENTERED = BEGIN + 14 * DAY;
const STAGE_1 = { profile: REF, profileHash: profileHash(STAGES.profile), ladder: 'STAGES', rung: 'stage-1', capital: notional('5000'), leverageMax: ratio('3'), positionMax: notional('500') } as const;
const STAGE_2 = { ...STAGE_1, rung: 'stage-2', capital: notional('10000'), positionMax: notional('2000') } as const;
const LIST = ['CRITERIA_MET', 'SLIPPAGE_ACCEPTABLE', 'DEPTH_SUFFICIENT', 'RISK_CONFIG_UPDATED', 'ALERTS_UPDATED', 'ACCOUNT_FUNDED'] as const;
const reasonOf = (state: Ladder, command: LadderCommand): string | undefined => {
  const [event] = decideAt(state, command).events;
  return event && 'reason' in event ? event.reason : undefined;
};
const requested = (): Ladder => decideAt(begun(STAGES), asked(begun(STAGES), STAGES)).state;

describe('what is recorded of a rung that is entered', () => {
  it('names the bot that began the ladder, its policy and its limits', () => {
    expect(decideAt({}, { type: 'Bind', portfolioId: 'main', botId: 'b1', by: 'cli', bound: STAGES, dayBoundaryMs: 3_600_000 }, BEGIN + 1).events).toStrictEqual<readonly RungEntered[]>([
      { type: 'RungEntered', portfolioId: 'main', ...STAGE_1, cause: 'BOUND', reason: `bot b1 binds ${REF}`, by: 'cli', at: BEGIN + 1, dayBoundaryMs: 3_600_000 },
    ]);
  });

  it('has the request, the evidence and the watch of a promotion (R27, R56)', () => {
    const state = requested();
    const { criteria, checklist } = decideAt(begun(STAGES), asked(begun(STAGES), STAGES)).events[0] as PromotionRequested;
    const evidence = ofStanding(state, { executionTime: '4321.6' });
    expect(decideAt(state, approval(state, STAGES, { executionTime: '4321.6' }), ENTERED).events).toStrictEqual<readonly [PromotionApproved, RungEntered]>([
      { type: 'PromotionApproved', portfolioId: 'main', requestId: 'r1', requestedBy: 'cli', by: 'approver', reason: 'looked at it', profile: REF, from: 'stage-1', to: 'stage-2', evidence, criteria, checklist },
      { type: 'RungEntered', portfolioId: 'main', ...STAGE_2, from: 'stage-1', cause: 'PROMOTION', reason: 'looked at it', by: 'approver', requestId: 'r1', at: ENTERED, dayBoundaryMs: 0, watchUntil: ENTERED + DAY, executionMsBefore: 4_322, evidence },
    ]);
  });

  it('has no time to compare with where none was measured, and no watch where the ladder has none', () => {
    const state = requested();
    const unmeasured = decideAt(state, approval(state, STAGES, { executionTime: undefined }), ENTERED).events[1];
    expect(unmeasured).toMatchObject({ watchUntil: ENTERED + DAY });
    expect(unmeasured).not.toHaveProperty('executionMsBefore');
    expect(climbed(begun(PHASES), PHASES).standing).toStrictEqual({ portfolioId: 'main', rung: 'phase-1/weeks-3-4', profile: profileRef(PHASES.profile), at: ENTERED, requestId: 'r1' });
  });

  it('has the evidence of the rung that a person leaves, where there is any of it (R28)', () => {
    const state = climbed(begun(STAGES), STAGES);
    const recorded: RungEntered = { type: 'RungEntered', portfolioId: 'main', ...STAGE_1, from: 'stage-2', cause: 'ROLLBACK', reason: 'too fast', by: 'cli', requestId: 'k1', at: ENTERED + 1, dayBoundaryMs: 0 };
    expect(decideAt(state, backWith(STAGES, 'k1'), ENTERED + 1).events).toStrictEqual([recorded]);
    const evidence = ofStanding(state);
    expect(decideAt(state, { ...backWith(STAGES, 'k1'), evidence } as LadderCommand, ENTERED + 1).events).toStrictEqual([{ ...recorded, evidence }]);
    expect(decideAt(state, { ...backWith(STAGES, 'k1'), evidence: { ...evidence, from: BEGIN } } as LadderCommand, ENTERED + 1).events).toStrictEqual([recorded]);
  });

  it('says everything that made it fall, in words and figures (R44, W-5)', () => {
    const state = climbed(begun(STAGES), STAGES);
    const figures = { recentFillRate: '0.8', recentSlippage: '90', rounds: '4' };
    const evidence = ofStanding(state, figures, ENTERED + 1);
    const criteria = [
      { criterion: 'fill-rate', metric: 'recentFillRate', unit: 'RATIO', must: 'AT_LEAST', limit: '0.9', value: '0.8', met: false },
      { criterion: 'slippage', metric: 'recentSlippage', unit: 'BPS', must: 'AT_MOST', limit: '50', value: '90', met: false },
      { criterion: 'orders-failing', metric: 'recentExecutionSuccess', unit: 'RATIO', must: 'AT_LEAST', limit: '0.9', value: '1', met: true },
    ] as const;
    expect(decideAt(state, judged(state, STAGES, figures, ENTERED + 1), ENTERED + 1).events).toStrictEqual<readonly RungEntered[]>([
      { type: 'RungEntered', portfolioId: 'main', ...STAGE_1, from: 'stage-2', cause: 'AUTOMATIC_ROLLBACK', reason: 'fill-rate is 0.8, asked is at least 0.9 RATIO; slippage is 90, asked is at most 50 BPS', by: 'policy:ladder-rollback', at: ENTERED + 1, dayBoundaryMs: 0, evidence, criteria },
    ]);
    expect(decideAt(state, judged(state, STAGES, { ...figures, drawdown: '0.2' }, ENTERED + 1), ENTERED + 1).events).toMatchObject([{ cause: 'DEMOTION', by: 'policy:ladder-drawdown', reason: 'drawdown is 0.2, asked is below 0.1 RATIO', criteria: [{ criterion: 'drawdown', value: '0.2', met: false }] }]);
  });
});

describe('what is recorded of a request', () => {
  it('has every point of the list where all of it is met (R55)', () => {
    const state = begun(STAGES);
    const [event] = decideAt(state, asked(state, STAGES)).events as readonly PromotionRequested[];
    const { criteria = [], checklist = [], ...said } = event ?? {};
    expect(said).toStrictEqual({ type: 'PromotionRequested', portfolioId: 'main', requestId: 'r1', by: 'cli', reason: 'it went well', profile: REF, from: 'stage-1', to: 'stage-2', evidence: ofStanding(state) });
    expect([criteria.length, unmet(criteria), checklist.map(({ item, met }) => [item, met])]).toEqual([11, [], LIST.map((item) => [item, true])]);
    expect(requested().pending).toStrictEqual({ requestId: 'r1', from: 'stage-1', to: 'stage-2', by: 'cli', stated: ['ALERTS_UPDATED'] });
  });

  it('says everything that is missed once, criteria before the points of the list (R25, R27)', () => {
    const state = begun(STAGES);
    const missed = 'win-rate is 0.4, asked is above 0.5 RATIO; sharpe is not measured, asked is above 1.5 NUMBER; depth sufficient: $1 least in the books of the last rounds, at least $6000 for legs of $2000';
    const short = { winRate: '0.4', sharpe: undefined, recentDepth: '1' };
    const [event] = decideAt(state, asked(state, STAGES, short)).events as readonly PromotionDenied[];
    const { criteria = [], checklist = [], ...said } = event ?? {};
    expect(said).toStrictEqual({ type: 'PromotionDenied', portfolioId: 'main', requestId: 'r1', deniedAt: 'REQUEST', by: 'cli', reason: missed, profile: REF, from: 'stage-1', to: 'stage-2', evidence: ofStanding(state, short) });
    expect([unmet(criteria).map(({ criterion }) => criterion), checklist.filter(({ met }) => !met).map(({ item }) => item)]).toEqual([['win-rate', 'sharpe'], ['CRITERIA_MET', 'DEPTH_SUFFICIENT']]);
    expect(reasonOf(requested(), approval(requested(), STAGES, short))).toBe(missed);
  });

  it('says each kind of limit in words: above, at least, below, at most', () => {
    const state = begun(STAGES);
    expect(reasonOf(state, asked(state, STAGES, { days: '13' }))).toBe('days is 13, asked is at least 14 DAYS');
    expect(reasonOf(state, asked(state, STAGES, { sharpe: '1.5' }))).toBe('sharpe is 1.5, asked is above 1.5 NUMBER');
    expect(reasonOf(state, asked(state, STAGES, { maxDrawdown: '0.1' }))).toBe('drawdown is 0.1, asked is below 0.1 RATIO');
    expect(reasonOf(state, asked(state, STAGES, { riskViolations: '1' }))).toBe('risk-violations is 1, asked is at most 0 COUNT');
  });

  it('keeps its reason to 2,000 characters, as many as an event has room for', () => {
    const state = begun(STAGES);
    const reason = (length: number) => reasonOf(state, { ...asked(state, STAGES), recorded: recordedOf(state, STAGES).map((each) => ({ ...each, ref: 'r'.repeat(length) })) } as LadderCommand) ?? '';
    const whole = reason(1_000);
    expect(whole).toMatch(/^risk config updated: found r{1000} \(.*\)$/);
    const rest = whole.length - 1_000;
    expect([reason(2_000 - rest), reason(2_001 - rest), reason(3_000)].map(({ length }) => length)).toEqual([2_000, 2_000, 2_000]);
    expect([reason(2_000 - rest).endsWith(')'), reason(2_001 - rest).endsWith(')')]).toEqual([true, false]);
  });

  it('that a person turns down has its rungs and the reason', () => {
    expect(decideAt(requested(), { type: 'Reject', by: 'approver', reason: 'not this week' }).events).toStrictEqual<readonly PromotionRejected[]>([
      { type: 'PromotionRejected', portfolioId: 'main', requestId: 'r1', from: 'stage-1', to: 'stage-2', by: 'approver', reason: 'not this week' },
    ]);
  });
});

describe('what the log makes of a ladder', () => {
  const { evolve } = ladderDecider;
  const standing = { portfolioId: 'main', rung: 'stage-1', profile: REF, at: BEGIN };
  const turnedDown: PromotionRejected = { type: 'PromotionRejected', portfolioId: 'main', requestId: 'r1', from: 'stage-1', to: 'stage-2', by: 'approver', reason: 'no' };

  it('is a standing without what the rung does not have', () => {
    expect(begun(STAGES)).toStrictEqual({ standing });
    expect(climbed(begun(STAGES), STAGES)).toStrictEqual({ standing: { ...standing, rung: 'stage-2', at: ENTERED, watchUntil: ENTERED + DAY, executionMsBefore: 4_000, requestId: 'r1' }, decided: { requestId: 'r1', outcome: 'APPROVED', by: 'approver' } });
  });

  it('is what became of the last request, and none that waits any more', () => {
    const state = requested();
    expect(decideAt(state, { type: 'Reject', by: 'cli', reason: 'no' }).state).toStrictEqual({ standing, decided: { requestId: 'r1', outcome: 'REJECTED', by: 'cli' } });
    expect(decideAt(state, approval(state, STAGES, { winRate: '0.4' })).state).toStrictEqual({ standing, decided: { requestId: 'r1', outcome: 'DENIED', by: 'approver' } });
    expect(decideAt(begun(STAGES), asked(begun(STAGES), STAGES, { winRate: '0.4' }, 'r2')).state).toStrictEqual({ standing, decided: { requestId: 'r2', outcome: 'DENIED', by: 'cli' } });
  });

  it('is no watch any more once it has passed, and all the rest', () => {
    const state = climbed(begun(STAGES), STAGES);
    const { state: passed, events } = decideAt(state, judged(state, STAGES, {}, ENTERED + DAY));
    const bounds = [['fill-quality', 'fillRate', 'RATIO', 'AT_LEAST', '0.95', '0.99'], ['slippage', 'recentSlippage', 'BPS', 'AT_MOST', '50', '2'], ['slippage-error', 'slippageError', 'RATIO', 'AT_MOST', '0.2', '0'], ['execution-time', 'executionTime', 'MS', 'AT_MOST', '8000', '4000']] as const;
    const criteria = bounds.map(([criterion, metric, unit, must, limit, value]) => ({ criterion, metric, unit, must, limit, value, met: true }));
    expect(events).toStrictEqual<readonly RungWatchPassed[]>([{ type: 'RungWatchPassed', portfolioId: 'main', rung: 'stage-2', evidence: ofStanding(state, {}, ENTERED + DAY), criteria }]);
    expect(passed).toStrictEqual({ ...state, standing: { ...standing, rung: 'stage-2', at: ENTERED, requestId: 'r1' } });
  });

  it('is total: what ends without having begun changes only what it says', () => {
    const passed: RungWatchPassed = { type: 'RungWatchPassed', portfolioId: 'main', rung: 'stage-1', evidence: ofStanding({ standing }), criteria: [] };
    expect([evolve({}, passed), evolve({}, turnedDown)]).toStrictEqual([{}, { decided: { requestId: 'r1', outcome: 'REJECTED', by: 'approver' } }]);
  });

  it('is of a request only what the person who asked has stated (R55)', () => {
    const point = (item: ScaleCheck['item'], met: boolean): ScaleCheck => ({ item, met, source: 'STATED', detail: 'd' });
    const asksWith = (...checklist: readonly ScaleCheck[]) => evolve({ standing }, { type: 'PromotionRequested', portfolioId: 'main', requestId: 'r1', by: 'cli', reason: 'r', profile: REF, from: 'stage-1', to: 'stage-2', evidence: ofStanding({ standing }), criteria: [], checklist }).pending?.stated;
    expect([asksWith(point('ALERTS_UPDATED', true)), asksWith(point('ALERTS_UPDATED', false)), asksWith(point('CRITERIA_MET', true)), asksWith()]).toEqual([['ALERTS_UPDATED'], [], [], []]);
  });
});

describe('a rung', () => {
  it('is judged by nothing where there is no ladder, none of this rung, or evidence of an earlier stay (C-6)', () => {
    const state = climbed(climbed(begun(PHASES), PHASES), PHASES, BEGIN + 28 * DAY, 'r2');
    const bad = { drawdown: '0.5', recentFillRate: '0.1' };
    const command = judged(state, PHASES, bad) as Extract<LadderCommand, { type: 'Judge' }>;
    expect(decideAt(state, command).events).toMatchObject([{ type: 'RungEntered', rung: 'phase-1/weeks-3-4' }]);
    expect(decideAt({}, command).events).toEqual([]);
    expect(decideAt(state, { ...command, bound: STAGES }).events).toEqual([]);
    expect(decideAt(state, { ...command, evidence: { ...command.evidence, from: BEGIN } }).events).toEqual([]);
    expect(decideAt(state, { ...command, evidence: { ...command.evidence, rung: 'phase-1/weeks-3-4' } }).events).toEqual([]);
  });
});
