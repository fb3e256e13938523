import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoundProfile } from '@ballast/events';
import { type MetricName, unmet } from '@ballast/ladder';
import type { BoundLadder } from '@ballast/policy';
import { approval, asked, backWith, BEGIN, begun, climbed, DAY, decideAt, judged, ofStanding, PHASES, recordedOf, STAGES } from './ladder.builders.js';
import type { Ladder, LadderCommand } from './ladder.types.js';
import { refusalOf } from './refusal.js';

describe('a capital ladder', () => {
  it('begins on its first rung with the first bot whose profile has one, once (C-6, R47)', () => {
    const { events, state } = decideAt({}, { type: 'Bind', portfolioId: 'main', botId: 'b1', by: 'cli', bound: STAGES, dayBoundaryMs: 0 });
    expect(events).toMatchObject([{ type: 'RungEntered', rung: 'stage-1', cause: 'BOUND', ladder: 'STAGES', by: 'cli' }]);
    expect(events[0]).not.toHaveProperty('from');
    expect(decideAt(state, { type: 'Bind', portfolioId: 'main', botId: 'b2', by: 'cli', bound: PHASES, dayBoundaryMs: 0 }).events).toEqual([]);
  });

  it('records a request whose criteria are met, with the list gone through (R27, R55)', () => {
    const state = begun(PHASES);
    const { events } = decideAt(state, asked(state, PHASES));
    expect(events).toMatchObject([{ type: 'PromotionRequested', from: 'phase-1/weeks-1-2', to: 'phase-1/weeks-3-4', by: 'cli' }]);
    const [event] = events;
    if (event?.type !== 'PromotionRequested') throw new Error('no request');
    expect(event.checklist.map(({ item, met }) => [item, met])).toEqual(['CRITERIA_MET', 'SLIPPAGE_ACCEPTABLE', 'DEPTH_SUFFICIENT', 'RISK_CONFIG_UPDATED', 'ALERTS_UPDATED', 'ACCOUNT_FUNDED'].map((item) => [item, true]));
  });

  it.each<[string, string, Partial<Record<MetricName, string | undefined>>, Partial<Record<MetricName, string | undefined>>, BoundLadder]>([
    ['94.99 % of trades not negative, 95 % are enough (R14, C-13, C-21)', 'non-negative-rate', { nonNegativeRate: '0.9499' }, { nonNegativeRate: '0.95' }, PHASES],
    ['13.99 days, 14 are enough (R14)', 'days', { days: '13.99' }, { days: '14' }, PHASES],
    ['139 trades, 140 are enough (R14)', 'trades', { trades: '139' }, { trades: '140' }, PHASES],
    ['a fill rate of 94.99 %, 95 % is not degraded (R43, R44, C-35)', 'fill-rate', { fillRate: '0.9499' }, { fillRate: '0.95' }, PHASES],
    ['a cent lost, nothing lost is enough (R25)', 'net-result', { netResult: '-0.01' }, { netResult: '0' }, PHASES],
    ['a win rate of 50 %, which is not above it (R48, C-13)', 'win-rate', { winRate: '0.5' }, { winRate: '0.500001' }, STAGES],
    ['a Sharpe ratio of 1.5, which is not above it (R48)', 'sharpe', { sharpe: '1.5' }, { sharpe: '1.51' }, STAGES],
    ['a drawdown of 10.00 %, 9.99 % is below it (R48, C-2)', 'drawdown', { maxDrawdown: '0.1' }, { maxDrawdown: '0.0999' }, STAGES],
    ['slippage 20.01 % over its estimate, 20.00 % is within (R48)', 'slippage-error', { slippageError: '0.2001' }, { slippageError: '0.2' }, STAGES],
    ['one execution failure, none is asked (R48, C-14, W-14)', 'execution-failures', { executionFailures: '1' }, { executionFailures: '0' }, STAGES],
    ['99.49 % of orders without failure, 99.5 % are enough (C-14)', 'execution-success', { executionSuccess: '0.9949' }, { executionSuccess: '0.995' }, STAGES],
    ['one risk violation, none is asked (R48)', 'risk-violations', { riskViolations: '1' }, { riskViolations: '0' }, STAGES],
    ['no Sharpe ratio measured, a high one is enough (R48)', 'sharpe', { sharpe: undefined }, { sharpe: '3' }, STAGES],
  ])('denies a request for %s', (_why, criterion, short, enough, bound) => {
    const state = begun(bound);
    const denied = decideAt(state, asked(state, bound, short));
    expect(denied.events).toMatchObject([{ type: 'PromotionDenied', deniedAt: 'REQUEST', reason: expect.stringContaining(criterion) as string }]);
    expect(denied.events.flatMap((event) => ('criteria' in event ? unmet(event.criteria ?? []) : []))).toMatchObject([{ criterion }]);
    expect(denied.state.standing?.rung).toBe(state.standing?.rung);
    expect(decideAt(state, asked(state, bound, enough)).events).toMatchObject([{ type: 'PromotionRequested' }]);
  });

  it.each<[string, string, Partial<Record<MetricName, string | undefined>>, Partial<Record<MetricName, string | undefined>>]>([
    ['$9,999 a day, $10,000 are enough (R15, C-20, W-1)', 'daily-volume', { dailyVolume: '9999' }, { dailyVolume: '10000' }],
    ['$19.99 a day, $20 are within the band (R15, W-14)', 'daily-profit', { dailyProfit: '19.99' }, { dailyProfit: '20' }],
    ['one unplanned intervention, approvals are none (R15, R26, C-12)', 'unplanned-interventions', { unplannedInterventions: '1' }, { unplannedInterventions: '0', approvals: '3' }],
    ['$2,499.99 where the next phase is of $2,500 (R4, R55)', 'account funded', { capital: '2499.99' }, { capital: '2500' }],
    ['$2,999.99 of depth for legs of $1,000, three times is enough (R52, R55)', 'depth sufficient', { recentDepth: '2999.99' }, { recentDepth: '3000' }],
    ['slippage of 10.01 bps, 10 are within the limit (R29, R55)', 'slippage acceptable', { recentSlippage: '10.01' }, { recentSlippage: '10' }],
  ])('denies phase 2 for %s', (_why, named, short, enough) => {
    const state = climbed(begun(PHASES), PHASES);
    expect(decideAt(state, asked(state, PHASES, short, 'r2')).events).toMatchObject([{ type: 'PromotionDenied', reason: expect.stringContaining(named) as string }]);
    expect(decideAt(state, asked(state, PHASES, enough, 'r2')).events).toMatchObject([{ type: 'PromotionRequested', to: 'phase-2/months-2-3' }]);
  });

  it('denies where the alert thresholds are not stated to fit (R55)', () => {
    const state = begun(PHASES);
    const command = { ...asked(state, PHASES), stated: [] } as LadderCommand;
    expect(decideAt(state, command).events).toMatchObject([{ type: 'PromotionDenied', reason: expect.stringContaining('alerts updated') as string }]);
  });

  it.each<[string, readonly BoundProfile[], RegExp]>([
    ['nothing is recorded', [], /risk config updated: dn-pair-v4.1@\d+\/phase-1\/weeks-1-2 \(\w+\): the log has recorded no bot/],
    ['only another profile is recorded', [{ name: 'demo', ref: 'demo@2', hash: 'h' }], /the log has recorded no bot/],
    ['another version is recorded', [{ name: 'dn-pair-v4.1', ref: 'dn-pair-v4.1@1', hash: 'h' }], /found dn-pair-v4.1@1 \(h\) recorded as in force/],
    ['a number of the same version is another', [...recordedOf(begun(PHASES), PHASES).map((each) => ({ ...each, hash: 'h' }))], /\(h\) recorded as in force/],
    ['one bot of two is under another', [...recordedOf(begun(PHASES), PHASES), { name: 'dn-pair-v4.1' }], /found an unknown version \(no hash\)/],
  ])('denies where %s as the policy in force, at the request and at the approval (R55)', (_why, recorded, reason) => {
    const state = begun(PHASES);
    expect(decideAt(state, { ...asked(state, PHASES), recorded } as LadderCommand).events).toMatchObject([{ type: 'PromotionDenied', deniedAt: 'REQUEST', reason: expect.stringMatching(reason) as string }]);
    const requested = decideAt(state, asked(state, PHASES)).state;
    expect(decideAt(requested, { ...approval(requested, PHASES), recorded } as LadderCommand).events).toMatchObject([{ type: 'PromotionDenied', deniedAt: 'APPROVAL' }]);
  });

  it('climbs with an approver alone, on evidence of that moment (R27, C-12)', () => {
    const state = begun(PHASES);
    const requested = decideAt(state, asked(state, PHASES)).state;
    expect(refusalOf(requested, approval(requested, PHASES, {}, 'cli'))).toMatch(/found "cli", allowed is the credential of approver/);
    expect(decideAt(requested, approval(requested, PHASES, {}, 'cli')).events).toEqual([]);
    expect(decideAt(requested, approval(requested, PHASES, { nonNegativeRate: '0.9' })).events).toMatchObject([{ type: 'PromotionDenied', deniedAt: 'APPROVAL', requestId: 'r1' }]);
    const { events, state: higher } = decideAt(requested, approval(requested, PHASES), BEGIN + 14 * DAY);
    expect(events).toMatchObject([{ type: 'PromotionApproved', requestedBy: 'cli', by: 'approver', evidence: { firstSequence: 3, lastSequence: 900, hash: 'hash' } }, { type: 'RungEntered', from: 'phase-1/weeks-1-2', rung: 'phase-1/weeks-3-4', cause: 'PROMOTION' }]);
    expect(decideAt(higher, approval(requested, PHASES)).events).toEqual([]);
    expect(refusalOf(higher, approval(requested, PHASES))).toBeUndefined();
  });

  it('lets nobody approve what they asked for where four eyes are demanded (W-18)', () => {
    const eyes = { ...PHASES, ladder: { ...PHASES.ladder, fourEyes: true } };
    const state = begun(eyes);
    const own = decideAt(state, { ...asked(state, eyes), by: 'approver' } as LadderCommand).state;
    expect(refusalOf(own, approval(own, eyes))).toMatch(/who asked for it/);
    expect(refusalOf(own, approval(own, PHASES))).toBeUndefined();
    const others = decideAt(state, asked(state, eyes)).state;
    expect(refusalOf(others, approval(others, eyes))).toBeUndefined();
  });

  it('takes one request at a time, and turns one down by a person', () => {
    const state = begun(PHASES);
    const requested = decideAt(state, asked(state, PHASES)).state;
    expect(refusalOf(requested, asked(requested, PHASES, {}, 'r2'))).toMatch(/one at a time/);
    const { events, state: free } = decideAt(requested, { type: 'Reject', by: 'approver', reason: 'not this week' });
    expect(events).toMatchObject([{ type: 'PromotionRejected', requestId: 'r1', by: 'approver' }]);
    expect(refusalOf(free, { type: 'Reject', by: 'cli', reason: 'x' })).toMatch(/found none/);
    expect(refusalOf(free, asked(free, PHASES, {}, 'r2'))).toBeUndefined();
  });

  it('climbs under no latched hard stop, neither by request nor by approval (R111)', () => {
    const latched = ['portfolio main: hard stop daily-loss'];
    const state = begun(PHASES);
    const stopped = { ...asked(state, PHASES), latched } as LadderCommand;
    expect(refusalOf(state, stopped)).toMatch(/found portfolio main: hard stop daily-loss, allowed is a promotion once every stop is resumed/);
    expect(decideAt(state, stopped).events).toEqual([]);
    const requested = decideAt(state, asked(state, PHASES)).state;
    expect(decideAt(requested, { ...approval(requested, PHASES), latched } as LadderCommand).events).toEqual([]);
    expect(decideAt(requested, approval(requested, PHASES)).events).toMatchObject([{ type: 'PromotionApproved' }, { type: 'RungEntered' }]);
  });

  it('judges nothing on evidence of another rung, or of an earlier stay on it', () => {
    const state = begun(PHASES);
    const stale = { ...asked(state, PHASES), evidence: { ...ofStanding(state), from: BEGIN - 1 } } as LadderCommand;
    expect(refusalOf(state, stale)).toMatch(/ask again/);
    expect(decideAt(state, stale).events).toEqual([]);
  });
});

describe('the way down', () => {
  it('is one rung at once by a person, or to a lower one by name; a repeated command is one (R28, R57)', () => {
    const third = climbed(climbed(begun(PHASES), PHASES), PHASES, BEGIN + 28 * DAY, 'r2');
    expect(third.standing?.rung).toBe('phase-2/months-2-3');
    const down = decideAt(third, backWith(PHASES, 'k1'));
    expect(down.events).toMatchObject([{ type: 'RungEntered', from: 'phase-2/months-2-3', rung: 'phase-1/weeks-3-4', cause: 'ROLLBACK', by: 'cli', reason: 'too fast' }]);
    expect(decideAt(down.state, backWith(PHASES, 'k1')).events).toEqual([]);
    expect(decideAt(third, backWith(PHASES, 'k2', 'phase-1/weeks-1-2')).state.standing?.rung).toBe('phase-1/weeks-1-2');
    expect(refusalOf(third, backWith(PHASES, 'k3', 'phase-3/months-4-6'))).toMatch(/allowed are the rungs below phase-2\/months-2-3: phase-1\/weeks-1-2, phase-1\/weeks-3-4/);
    expect(refusalOf(begun(PHASES), backWith(PHASES, 'k4'))).toMatch(/the lowest/);
  });

  it.each<[string, string, string, Partial<Record<MetricName, string>>, Partial<Record<MetricName, string>>]>([
    ['drawdown of 10.00 %, not at 9.99 % (W-5, C-2)', 'DEMOTION', 'drawdown', { drawdown: '0.1' }, { drawdown: '0.0999' }],
    ['a fill rate of 89.99 %, not at 90 % (R44, C-35)', 'AUTOMATIC_ROLLBACK', 'fill-rate', { recentFillRate: '0.8999' }, { recentFillRate: '0.9' }],
    ['orders that fail, 11 of 100, not at 10 (R44)', 'AUTOMATIC_ROLLBACK', 'orders-failing', { recentExecutionSuccess: '0.89' }, { recentExecutionSuccess: '0.9' }],
    ['slippage of 50.01 bps where 50 are the block, not at 50 (R44, R51)', 'AUTOMATIC_ROLLBACK', 'slippage', { recentSlippage: '50.01' }, { recentSlippage: '50' }],
  ])('is taken by itself at %s', (_why, cause, criterion, beyond, within) => {
    const state = climbed(begun(STAGES), STAGES);
    const passed = decideAt(state, judged(state, STAGES, {}, BEGIN + 30 * DAY)).state;
    expect(decideAt(passed, judged(passed, STAGES, within)).events).toEqual([]);
    const { events, state: lower } = decideAt(passed, judged(passed, STAGES, beyond));
    expect(events).toMatchObject([{ type: 'RungEntered', from: 'stage-2', rung: 'stage-1', cause, reason: expect.stringContaining(criterion) as string, by: expect.stringMatching(/^policy:ladder-/) as string }]);
    expect(decideAt(lower, judged(passed, STAGES, beyond)).events).toEqual([]);
    expect(decideAt(begun(STAGES), judged(begun(STAGES), STAGES, beyond)).events).toEqual([]);
  });

  it('waits for 5 rounds and orders before it judges a rate of them', () => {
    const state = climbed(begun(PHASES), PHASES);
    const bad = { recentFillRate: '0.1', recentExecutionSuccess: '0', recentSlippage: '90' };
    expect(decideAt(state, judged(state, PHASES, { ...bad, recentRounds: '4', recentOrders: '4' })).events).toEqual([]);
    expect(decideAt(state, judged(state, PHASES, { ...bad, recentRounds: '5', recentOrders: '4' })).events).toMatchObject([{ cause: 'AUTOMATIC_ROLLBACK' }]);
  });
});

describe('the watch of a new size (R56, W-6)', () => {
  /** Climbed anew for every test. */
  const watched = (): Ladder => climbed(begun(STAGES), STAGES);
  const entered = BEGIN + 14 * DAY;

  it('lasts 24 h: nothing is asked for while it does', () => {
    const state = watched();
    expect(state.standing).toMatchObject({ rung: 'stage-2', watchUntil: entered + DAY, executionMsBefore: 4_000 });
    expect(refusalOf(state, asked(state, STAGES, {}, 'r2'))).toMatch(/watched until 2025-09-19T12:00:00.000Z/);
  });

  it('passes at its end, and not a millisecond before', () => {
    const state = watched();
    expect(decideAt(state, judged(state, STAGES, {}, entered + DAY - 1)).events).toEqual([]);
    const { events, state: passed } = decideAt(state, judged(state, STAGES, {}, entered + DAY));
    expect(events).toMatchObject([{ type: 'RungWatchPassed', rung: 'stage-2', criteria: [{ criterion: 'fill-quality', met: true }, { criterion: 'slippage' }, { criterion: 'slippage-error' }, { criterion: 'execution-time', limit: '8000' }] }]);
    expect(refusalOf(passed, asked(passed, STAGES, {}, 'r2'))).toBeUndefined();
    expect(decideAt(passed, judged(passed, STAGES, {}, entered + DAY)).events).toEqual([]);
  });

  it('goes on where no round is over at its end', () => {
    const state = watched();
    expect(decideAt(state, judged(state, STAGES, { rounds: '0' }, entered + 3 * DAY)).events).toEqual([]);
  });

  it.each<[string, Partial<Record<MetricName, string>>, Partial<Record<MetricName, string>>]>([
    ['a degraded fill rate (C-35)', { fillRate: '0.9499' }, { fillRate: '0.95' }],
    ['slippage over its block (R51)', { recentSlippage: '50.01' }, { recentSlippage: '50' }],
    ['slippage beyond 20 % of its estimate (R48)', { slippageError: '0.2001' }, { slippageError: '0.2' }],
    ['more than twice the time to balance of before (R56)', { executionTime: '8001' }, { executionTime: '8000' }],
  ])('fails for %s, and rolls back by itself', (_why, beyond, within) => {
    const state = watched();
    expect(decideAt(state, judged(state, STAGES, within, entered + 1_000)).events).toEqual([]);
    expect(decideAt(state, judged(state, STAGES, beyond, entered + 1_000)).events).toMatchObject([{ type: 'RungEntered', rung: 'stage-1', cause: 'WATCH_FAILED', by: 'policy:ladder-watch' }]);
  });
});

describe('any sequence of commands', () => {
  const figure = fc.constantFrom('0', '0.5', '0.9', '0.95', '1', '14', '200', '20000');
  const over = fc.record({ nonNegativeRate: figure, fillRate: figure, recentFillRate: figure, days: figure, trades: figure, dailyProfit: figure, dailyVolume: figure, drawdown: fc.constantFrom('0', '0.05', '0.1') });
  const step = fc.record({ kind: fc.constantFrom('Request', 'Approve', 'Reject', 'RollBack', 'Judge'), over, by: fc.constantFrom('cli', 'approver'), key: fc.constantFrom('k1', 'k2', 'k3', 'k4'), days: fc.integer({ min: 0, max: 40 }) });
  const commandOf = (state: Ladder, { kind, over: figures, by, key }: { readonly kind: string; readonly over: Parameters<typeof ofStanding>[1]; readonly by: string; readonly key: string }): LadderCommand => {
    if (kind === 'Request') return { ...asked(state, STAGES, figures, key), by } as LadderCommand;
    if (kind === 'Approve') return approval(state, STAGES, figures, by);
    if (kind === 'Reject') return { type: 'Reject', by, reason: 'no' };
    return kind === 'RollBack' ? backWith(STAGES, key) : judged(state, STAGES, figures);
  };

  it('never approves a promotion without every criterion and point met and an approver, and moves one rung up at most', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state = begun(STAGES);
        const log = [];
        for (const each of steps) {
          const decided = decideAt(state, commandOf(state, each), BEGIN + each.days * DAY);
          for (const event of decided.events) {
            if (event.type === 'PromotionApproved') expect([event.by, unmet(event.criteria), event.checklist.filter(({ met }) => !met)]).toEqual(['approver', [], []]);
            if (event.type === 'RungEntered' && event.cause === 'PROMOTION') expect(decided.events[0]).toMatchObject({ type: 'PromotionApproved', to: event.rung });
            if (event.type === 'RungEntered' && event.cause !== 'PROMOTION') expect(place(event.rung)).toBeLessThan(place(state.standing?.rung));
          }
          log.push(...decided.events);
          expect(place(decided.state.standing?.rung) - place(state.standing?.rung)).toBeLessThanOrEqual(1);
          state = decided.state;
        }
        const entries = log.filter((event) => event.type === 'RungEntered');
        expect(state.standing?.rung).toBe(entries.at(-1)?.rung ?? 'stage-1');
      }),
      { numRuns: 300 },
    );
  });

  const place = (name: string | undefined): number => STAGES.ladder.rungs.findIndex((rung) => rung.name === name);
});
