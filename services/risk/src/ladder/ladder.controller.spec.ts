import 'reflect-metadata';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { notional, ratio } from '@ballast/domain';
import type { BallastEvent, LadderCriterion } from '@ballast/events';
import { figureOf } from '@ballast/ladder';
import { type PolicyProfile, PROFILES } from '@ballast/policy';
import { boundTo, DAY } from './ladder.builders.js';
import { auditOf, LadderDesk, type RoundLike, rungOf } from './ladder-desk.fixtures.js';

const { profile, ladder } = boundTo('scaling-capital');
/** Stages that a spec can climb in two days: a win rate, a drawdown, days, and nothing of depth or capital. */
const QUICK: PolicyProfile = {
  ...profile, name: 'quick',
  ladder: { ...ladder, rungs: ladder.rungs.slice(0, 3).map((rung) => ({ ...rung, capital: notional('2000'), legNotionalMax: notional('300'), gate: { winRateMin: ratio('0.5'), drawdownMax: ratio('0.1'), executionFailuresMax: 0, unplannedInterventionsMax: 0, riskViolationsMax: 0, daysMin: 2 } })) },
};
const KNOWN = new Map([...PROFILES, ['quick', QUICK]]);
const ASK = { stated: ['ALERTS_UPDATED'] };

let desk: LadderDesk;
afterEach(() => desk.system.stop());

const criteriaOf = (reply: Record<string, unknown>): readonly LadderCriterion[] => reply['criteria'] as readonly LadderCriterion[];

async function traded(rounds: number, like: RoundLike = {}): Promise<void> {
  for (let count = 0; count < rounds; count += 1) await desk.round(like);
}

async function figures(): Promise<Readonly<Record<string, string | undefined>>> {
  const { evidence } = (await desk.ask('ladder')) as { readonly evidence: Parameters<typeof figureOf>[0] };
  return Object.fromEntries(evidence.metrics.map(({ name, value }) => [name, value]));
}

async function climbed(): Promise<void> {
  await traded(6);
  await desk.run(2 * DAY);
  await desk.worth();
  expect(await desk.command('cli', 'ladder-request', ASK)).toMatchObject({ event: 'PromotionRequested' });
  expect(await desk.command('approver', 'ladder-approve', {})).toMatchObject({ event: 'PromotionApproved', rung: 'stage-2' });
  await desk.run(1);
}

describe('a portfolio on a ladder', () => {
  it('begins with its first bot, and is under that rung from its first plan on (C-6, W-18)', async () => {
    desk = await LadderDesk.start('scaling-capital');
    expect(await desk.ask('ladder')).toMatchObject({ standing: { rung: 'stage-1' }, ladder: 'STAGES', next: 'stage-2' });
    expect(await desk.events('RungEntered')).toMatchObject([{ rung: 'stage-1', cause: 'BOUND', by: 'cli' }]);
    expect((await desk.ask('policy'))['rung']).toBe('stage-1');
  });

  it('has none where no bot binds a profile with one, and refuses every command about it (W-18)', async () => {
    desk = await LadderDesk.start('demo');
    await traded(2);
    expect(await desk.ask('ladder')).toEqual({ portfolioId: 'p1', standing: null });
    expect((await desk.log()).filter(({ stream }) => stream.startsWith('risk.ladder.'))).toEqual([]);
    for (const verb of ['ladder-request', 'ladder-rollback']) await expect(desk.command('cli', verb, verb === 'ladder-request' ? ASK : {})).rejects.toThrow('found no ladder');
  });

  it('is denied with each criterion and its figure, then climbs with evidence and an approver alone (R27, R55, C-12)', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await traded(6);
    const denied = await desk.command('cli', 'ladder-request', ASK);
    expect(denied).toMatchObject({ event: 'PromotionDenied', rung: 'stage-1', reason: expect.stringMatching(/^days is 0\.\d+, asked is at least 2 DAYS$/) as string });
    expect(criteriaOf(denied).map(({ criterion, met }) => [criterion, met])).toContainEqual(['win-rate', true]);
    await desk.run(2 * DAY);
    await desk.worth();
    expect(await desk.command('cli', 'ladder-request', ASK, 'once')).toMatchObject({ event: 'PromotionRequested', pending: { to: 'stage-2', by: 'cli' } });
    expect(await desk.command('cli', 'ladder-request', ASK, 'once')).toMatchObject({ outcome: 'nothing', pending: { to: 'stage-2' } });
    await expect(desk.command('cli', 'ladder-approve', {})).rejects.toThrow('found "cli", allowed is the credential of approver');
    expect(await desk.command('approver', 'ladder-approve', {})).toMatchObject({ event: 'PromotionApproved', rung: 'stage-2' });
    const [approved] = await desk.events('PromotionApproved');
    expect(approved).toMatchObject({ requestedBy: 'cli', by: 'approver', evidence: { rung: 'stage-1' } });
    expect(approved && [figureOf(approved.evidence, 'trades')?.toString(), figureOf(approved.evidence, 'winRate')?.toString(), figureOf(approved.evidence, 'netResult')?.toString(), figureOf(approved.evidence, 'executionTime')?.gt(4_000)]).toEqual(['6', '1', '12', true]);
    expect((await desk.audit(KNOWN)).map(({ event, differences }) => [event, differences])).toEqual([['PromotionDenied', []], ['PromotionRequested', []], ['PromotionApproved', []], ['RungEntered', []]]);
  });

  it('hears an answer once: one that comes again, and late, answers no later request', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await traded(6);
    await desk.run(2 * DAY);
    await desk.worth();
    const rejected = (): Promise<Record<string, unknown>> => desk.command('approver', 'ladder-reject', {}, 'no');
    await desk.command('cli', 'ladder-request', ASK);
    expect(await rejected()).toMatchObject({ outcome: 'appended' });
    await desk.command('cli', 'ladder-request', ASK);
    expect(await rejected()).toMatchObject({ outcome: 'duplicate', pending: { to: 'stage-2' } });
  });

  it('shows the same figures after a restart, and another digit of the log is found by the audit', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await climbed();
    await traded(3);
    const before = await desk.ask('ladder');
    await desk.again(KNOWN);
    expect(await desk.ask('ladder')).toEqual(before);
    const log = await desk.log();
    expect(rungOf(log)).toBe('stage-2');
    const forged = log.map((decision) => ({ ...decision, events: decision.events.map((event) => (event.type === 'TradeClosed' && event.tradeId === 'trade-3' ? { ...event, realisedPnl: event.realisedPnl.minus(1) as typeof event.realisedPnl } : event)) }));
    const differing = auditOf(forged, KNOWN).filter(({ differences }) => differences.length > 0);
    expect(differing.map(({ event }) => event)).toEqual(['PromotionRequested', 'PromotionApproved', 'RungEntered']);
    expect(differing[0]?.differences).toContain('netResult: recorded 12, computed 11');
    const rewritten = log.map((decision, index) => (index === 20 ? { ...decision, hash: 'f'.repeat(64) } : decision));
    expect(auditOf(rewritten, KNOWN).flatMap(({ differences }) => differences).some((text) => text.startsWith('hash: recorded'))).toBe(true);
  });

  it('passes its watch after 24 h with a round in it, and asks for nothing before (R56, W-6)', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await climbed();
    await traded(6);
    await expect(desk.command('cli', 'ladder-request', ASK)).rejects.toThrow('watched until');
    await desk.run(DAY);
    await desk.worth();
    expect(await desk.events('RungWatchPassed')).toMatchObject([{ rung: 'stage-2' }]);
    expect(await desk.command('cli', 'ladder-request', ASK)).toMatchObject({ event: 'PromotionDenied' });
  });

  it.each<[string, string, RoundLike]>([
    ['fills become thin while it is watched', 'WATCH_FAILED', { filled: '240' }],
    ['slippage is above its block while it is watched', 'WATCH_FAILED', { entry: '1.0102' }],
  ])('rolls back by itself where %s (R44, C-35, W-6)', async (_why, cause, like) => {
    desk = await LadderDesk.start('quick', KNOWN);
    await climbed();
    await traded(4, like);
    expect((await desk.ask('ladder'))['standing']).toMatchObject({ rung: 'stage-2' });
    await traded(1, like);
    expect((await desk.events('RungEntered')).at(-1)).toMatchObject({ from: 'stage-2', rung: 'stage-1', cause, criteria: expect.arrayContaining([expect.objectContaining({ met: false }) as object]) as object });
    expect((await desk.audit(KNOWN)).filter(({ differences }) => differences.length > 0)).toEqual([]);
  });

  it('rolls back by itself where orders fail, which refusals by rule are not (R44, C-14)', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await climbed();
    await traded(3);
    await desk.run(DAY);
    await desk.worth();
    await traded(7, { rejected: 'postOnly' });
    expect((await desk.ask('ladder'))['standing']).toMatchObject({ rung: 'stage-2' });
    await traded(3, { rejected: 'notFound' });
    expect((await desk.events('RungEntered')).at(-1)).toMatchObject({ cause: 'AUTOMATIC_ROLLBACK', reason: expect.stringContaining('orders-failing') as string });
  });

  it('is demoted by a drawdown of 10 %, and a transfer is none (W-5, C-11)', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await climbed();
    await desk.funded('-500');
    expect((await desk.ask('ladder'))['standing']).toMatchObject({ rung: 'stage-2' });
    await desk.round({ net: '-151' });
    expect((await desk.ask('ladder'))['standing']).toMatchObject({ rung: 'stage-2' });
    await desk.round({ net: '-1' });
    expect((await desk.events('RungEntered')).at(-1)).toMatchObject({ cause: 'DEMOTION', from: 'stage-2', rung: 'stage-1', by: 'policy:ladder-drawdown' });
  });

  it('is rolled back by a person at once, and starts its record anew (R28, R57)', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await climbed();
    expect(await desk.command('cli', 'ladder-rollback', {}, 'down')).toMatchObject({ event: 'RungEntered', rung: 'stage-1' });
    expect(await desk.command('cli', 'ladder-rollback', {}, 'down')).toMatchObject({ outcome: 'nothing', rung: 'stage-1' });
    await desk.run(1);
    await expect(desk.command('cli', 'ladder-rollback', {})).rejects.toThrow('the lowest');
    const { evidence } = (await desk.ask('ladder')) as { readonly evidence: Parameters<typeof figureOf>[0] };
    expect([figureOf(evidence, 'trades')?.toString(), figureOf(evidence, 'winRate')]).toEqual(['0', undefined]);
  });

  it('climbs nowhere under a latched hard stop, also where the gate asks for no violation count, and the stop is a violation in its evidence (R111, R48)', async () => {
    const lenient = new Map([...PROFILES, ['quick', { ...QUICK, ladder: { ...ladder, rungs: QUICK.ladder?.rungs.map(({ gate: { riskViolationsMax: _any, ...gate }, ...rung }) => ({ ...rung, gate })) ?? [] } }]]);
    desk = await LadderDesk.start('quick', lenient);
    await traded(6);
    await desk.run(2 * DAY);
    await desk.worth();
    expect(await desk.command('cli', 'ladder-request', ASK)).toMatchObject({ event: 'PromotionRequested' });
    await desk.stopped();
    await expect(desk.command('approver', 'ladder-approve', {})).rejects.toThrow('hard stop DRAWDOWN_HALT');
    await desk.command('cli', 'ladder-reject', {});
    await expect(desk.command('cli', 'ladder-request', ASK)).rejects.toThrow('allowed is a promotion once every stop is resumed');
    const { evidence } = (await desk.ask('ladder')) as { readonly evidence: Parameters<typeof figureOf>[0] };
    expect(figureOf(evidence, 'riskViolations')?.toString()).toBe('1');
  });

  it('has evidence of the bots alone that bind its profile: another bot neither feeds a gate nor fails one (C-6, R48)', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await desk.bot('other', 'demo');
    await traded(3);
    const before = await figures();
    await traded(4, { bot: 'other', net: '-10', filled: '120' });
    await desk.worth('0', 'other');
    expect(await figures()).toEqual(before);
    expect(before).toMatchObject({ trades: '3', winRate: '1', netResult: '6', fillRate: '1', orders: '6', capital: '2006' });
    await desk.bot('second', 'quick');
    await traded(2, { bot: 'second', net: '-1' });
    expect(await figures()).toMatchObject({ trades: '5', winRate: '0.6', netResult: '4', orders: '10' });
    await desk.run(2 * DAY);
    await desk.command('cli', 'ladder-request', ASK);
    expect((await desk.audit(KNOWN)).flatMap(({ differences }) => differences)).toEqual([]);
  });

  it('counts unplanned commands of persons, and approvals apart (C-12)', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await desk.command('cli', 'halt', { scope: 'PORTFOLIO', scopeId: 'p1' });
    await desk.command('cli', 'resume', { scope: 'PORTFOLIO', scopeId: 'p1' });
    await desk.run(1);
    await desk.wrote('risk', 'trading-state', 'p1', { type: 'TradingStateChanged', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', state: 'REDUCING', reason: 'the spec', by: 'policy:spec' });
    const { evidence } = (await desk.ask('ladder')) as { readonly evidence: Parameters<typeof figureOf>[0] };
    expect([figureOf(evidence, 'unplannedInterventions')?.toString(), figureOf(evidence, 'approvals')?.toString()]).toEqual(['1', '1']);
  });
});

describe('the audit of what somebody else wrote', () => {
  type Forged = (event: BallastEvent) => BallastEvent;
  const looser: Forged = (event) => (event.type === 'PromotionApproved' ? { ...event, criteria: event.criteria.map((each) => (each.criterion === 'win-rate' ? { ...each, limit: '0.1' } : each)) } : event);

  it.each<[string, string, string, Forged]>([
    ['no criteria', 'PromotionApproved', 'criterion asked by the profile: days', (event) => (event.type === 'PromotionApproved' ? { ...event, criteria: [] } : event)],
    ['a looser limit', 'PromotionApproved', 'criterion recorded: win-rate (winRate ABOVE 0.1', looser],
    ['no list', 'PromotionRequested', 'point asked by the profile: ACCOUNT_FUNDED', (event) => (event.type === 'PromotionRequested' ? { ...event, checklist: [] } : event)],
    ['the credential of who may not', 'PromotionApproved', 'by: recorded cli, allowed is the credential of approver', (event) => (event.type === 'PromotionApproved' ? { ...event, by: 'cli' } : event)],
    ['a request that nobody made', 'PromotionApproved', 'is not in the log', (event) => (event.type === 'PromotionApproved' ? { ...event, requestId: 'other' } : event)],
    ['a rung that is two higher', 'RungEntered', 'rung: stage-3 is not the one above', (event) => (event.type === 'RungEntered' && event.cause === 'PROMOTION' ? { ...event, rung: 'stage-3' } : event)],
    ['more capital than its rung has', 'RungEntered', 'positionMax: recorded', (event) => (event.type === 'RungEntered' && event.cause === 'PROMOTION' ? { ...event, positionMax: notional('999999') } : event)],
    ['a policy that was not in force', 'PromotionRequested, PromotionApproved', 'point asked by the profile: RISK_CONFIG_UPDATED (MEASURED, not met)', (event) => (event.type === 'PolicyInForceChanged' ? { ...event, bots: [] } : event)],
    ['a profile that nobody knows', 'RungEntered', 'is not known here', (event) => (event.type === 'RungEntered' && event.cause === 'PROMOTION' ? { ...event, profileHash: 'other' } : event)],
    ['a rollback that leads up', 'RungEntered', 'which is not lower', (event) => (event.type === 'RungEntered' && event.cause === 'ROLLBACK' ? { ...event, rung: 'stage-3' } : event)],
  ])('is not fooled by %s (R27, W-18)', async (_what, type, fault, forge) => {
    desk = await LadderDesk.start('quick', KNOWN);
    await climbed();
    await desk.command('cli', 'ladder-rollback', {});
    await desk.run(1);
    expect((await desk.audit(KNOWN)).flatMap(({ differences }) => differences)).toEqual([]);
    const log = (await desk.log()).map((decision) => ({ ...decision, events: decision.events.map(forge) }));
    const found = auditOf(log, KNOWN).filter(({ differences }) => differences.some((text) => text.includes(fault)));
    expect(found.map(({ event }) => event).join(', ')).toBe(type);
  });

  it('finds that who asked has approved where four eyes are demanded, and that the profile is another by now (W-18)', async () => {
    desk = await LadderDesk.start('quick', KNOWN);
    await traded(6);
    await desk.run(2 * DAY);
    await desk.worth();
    await desk.command('approver', 'ladder-request', ASK);
    await desk.command('approver', 'ladder-approve', {});
    const eyes = new Map([...PROFILES, ['quick', { ...QUICK, ladder: { ...ladder, ...QUICK.ladder, fourEyes: true } }]]);
    const faults = (await desk.audit(eyes)).flatMap(({ differences }) => differences);
    expect(faults).toContain('by: recorded approver, who asked for it (four-eyes)');
    expect(faults.some((text) => text.endsWith("is not known here: its gate can't be computed again"))).toBe(true);
  });
});

describe('the audit of any history', () => {
  const round = fc.record({ net: fc.constantFrom('2', '-1', '0', '-60'), filled: fc.constantFrom('300', '270', '0'), entry: fc.constantFrom('1', '1.0001', '1.001') });
  const step = fc.oneof({ weight: 5, arbitrary: round.map((like) => ({ kind: 'round' as const, like })) }, { weight: 2, arbitrary: fc.constantFrom('request', 'approve', 'rollback').map((kind) => ({ kind })) }, fc.record({ kind: fc.constant('day' as const) }), fc.record({ kind: fc.constant('funded' as const), amount: fc.constantFrom('500', '-100') }));

  it('agrees with every claim, and a fold of the log alone comes to the same rung', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        desk = await LadderDesk.start('quick', KNOWN);
        const harmless = (done: Promise<unknown>): Promise<unknown> => done.catch((error: unknown) => expect(String(error)).toMatch(/found|allowed/));
        for (const each of steps) {
          if (each.kind === 'round') await desk.round((each as { readonly like: RoundLike }).like);
          else if (each.kind === 'day') await desk.run(DAY).then(() => desk.worth());
          else if (each.kind === 'funded') await desk.funded((each as { readonly amount: string }).amount);
          else await harmless(desk.command(each.kind === 'approve' ? 'approver' : 'cli', `ladder-${each.kind}`, each.kind === 'request' ? ASK : {}));
        }
        await desk.run(1);
        expect((await desk.audit(KNOWN)).filter(({ differences }) => differences.length > 0)).toEqual([]);
        expect(((await desk.ask('ladder'))['standing'] as { readonly rung: string }).rung).toBe(rungOf(await desk.log()));
        await desk.system.stop();
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});
