import 'reflect-metadata';
import { MemorySystem, type Recorded } from '@ballast/bus';
import { type Instrument, money, notional, partitionOf, ratio } from '@ballast/domain';
import type { BallastEvent, RuleEvaluation } from '@ballast/events';
import { Metrics } from '@ballast/observability';
import { DEMO, type PolicyProfile } from '@ballast/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AT, instrumentOf, planOf } from '../exposure/exposure.builders.js';
import { EVERY_PLAN } from '../exposure/rule-catalogue.js';
import { recordedBy } from '../recorded.fixtures.js';
import { riskModule } from '../risk.module.js';
import { RuleLifeFold } from './rule-life.projection.js';
import { ruleRows } from './rule-rows.js';

const DAY_MS = 86_400_000;

describe('the life of a rule', () => {
  const rule = (change: Partial<RuleEvaluation>): RuleEvaluation => ({ rule: 'depth', profile: 'demo@2', result: 'PASS', unit: 'X', value: '4', limit: '3', distance: '1', inputs: {}, ...change });
  const judged = (fold: RuleLifeFold, at: number, type: 'TradeApproved' | 'TradeDenied', rules: readonly RuleEvaluation[], bindingRule = 'depth'): void =>
    fold.apply({ event: { type, portfolioId: 'p1', planId: `plan-${at}`, rules, bindingRule } as unknown as BallastEvent, index: 0, decision: { occurredAt: at } as Recorded['decision'] });

  it('keeps when it last ran, every result, the nearest plan, the latest one and who bound', () => {
    const fold = new RuleLifeFold();
    judged(fold, 1, 'TradeApproved', [rule({}), rule({ rule: 'trade-once', unit: 'STATE', value: 'new', limit: 'new', distance: undefined } as never)]);
    judged(fold, 2, 'TradeDenied', [rule({ result: 'REFUSE', value: '2.7', distance: '-0.3', profile: 'tight@1' })]);
    judged(fold, 3, 'TradeApproved', [rule({ value: '9', distance: '6' })], 'slippage');
    expect(fold.of('p1').get('depth')).toMatchObject({ lastRanAt: 3, results: { PASS: 2, WARN: 0, REFUSE: 1, MISSING_INPUT: 0 }, nearest: { at: 2, planId: 'plan-2', value: '2.7', limit: '3', distance: '-0.3', unit: 'X' }, latest: { at: 3, planId: 'plan-3', value: '9', limit: '3', distance: '6' }, bound: 2, lastBound: { at: 2, planId: 'plan-2', profile: 'tight@1', result: 'REFUSE' } });
    expect(fold.of('p1').get('depth')?.nearest?.ratio.toString()).toBe('-0.1');
    expect(fold.of('p1').get('trade-once')).toEqual({ lastRanAt: 1, results: { PASS: 1, WARN: 0, REFUSE: 0, MISSING_INPUT: 0 }, bound: 0 });
    expect([...fold.of('p2')]).toEqual([]);
  });

  it('is STALE once it has not run for longer than its period since it is in force, not a millisecond before', () => {
    const fold = new RuleLifeFold();
    judged(fold, 1_000, 'TradeApproved', [rule({})]);
    const standing = (now: number, since = 0, name = 'depth') => ruleRows([{ rule: name, bots: ['b1'], profiles: ['demo@2'], since }], fold.of('p1'), now, 100).find((row) => row.rule === name)?.standing;
    expect([standing(1_100), standing(1_101), standing(1_101, 1_050)]).toEqual(['RUNS', 'STALE', 'RUNS']);
    expect([standing(100, 0, 'slippage'), standing(101, 0, 'slippage')]).toEqual(['RUNS', 'STALE']);
    expect(ruleRows([], fold.of('p1'), 9, 100)).toMatchObject([{ rule: 'depth', standing: 'NOT_IN_FORCE', profiles: [] }]);
  });
});

describe('the rules of a portfolio, asked of risk', () => {
  const partition = partitionOf('p1');
  const guarded: PolicyProfile = { ...DEMO, name: 'guarded', guards: { openOrdersMax: 10, maintenanceLeadMs: 600_000 } };
  const metrics = new Metrics({ service: 'risk', version: 'test', commit: 'test' });
  let system: MemorySystem;
  let concern: string | undefined;

  beforeEach(async () => {
    system = new MemorySystem(AT);
    await system.add('risk', () => riskModule({ profiles: new Map([[guarded.name, guarded]]), metrics, concern: (_check, detail) => (concern = detail) }));
    system.platform('market-data').market.publish('instrument', 'ETH-PERP', instrumentOf('ETH-PERP'));
    system.platform('market-data').market.publish('instrument', 'SOL-PERP', instrumentOf('SOL-PERP') satisfies Instrument);
    await wrote('operator', 'bot', 'b1', { type: 'BotCreated', botId: 'b1', portfolioId: 'p1', accountId: 'a1', strategy: 'dn-pair', profiles: ['guarded'], settings: {}, by: 'test' });
    await wrote('collateral', 'equity', 'a1', { type: 'EquityObserved', accountId: 'a1', portfolioId: 'p1', botId: 'b1', trigger: 'START', collateral: money('2000'), eligibleCollateral: money('2000'), equity: money('2000'), initialMarginHealth: money('2000'), maintenanceMarginHealth: money('2000'), grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime: AT });
  });
  afterEach(() => system.stop());

  /** Another service writes one event of its own. */
  const wrote = (writer: string, kind: string, id: string, event: BallastEvent): Promise<void> => recordedBy(system, { writer, kind, partition, id, causationId: `cause-${id}` }, event);
  interface Told { readonly rule: string; readonly standing: string; readonly bound?: number; readonly lastBound?: { readonly result: string }; readonly profiles: readonly string[] }
  const ask = async (): Promise<readonly Told[]> => {
    const reply = system.requestsOf('cli').query('risk', partition, 'rules', { portfolioId: 'p1' });
    await system.work.idle();
    return (JSON.parse(JSON.stringify(await reply)) as { readonly data: { readonly rules: readonly Told[] } }).data.rules;
  };

  it('are those that its bots bind, run with every plan, and are counted by result', async () => {
    expect((await ask()).map(({ rule, standing, bound }) => [rule, standing, bound])).toEqual([...EVERY_PLAN, 'open-orders', 'venue-maintenance', 'terms-changed'].map((rule) => [rule, 'RUNS', undefined]));
    await wrote('sizing', 'plan', 'signal-1', planOf('1'));
    const rows = await ask();
    expect(rows.find(({ rule }) => rule === 'open-orders')).toMatchObject({ profiles: ['guarded@2'], results: { PASS: 1 }, nearest: { value: '2', limit: '10' }, bound: 0 });
    expect(rows.filter(({ bound }) => bound === 1).map(({ rule }) => rule)).toEqual(['profile-leg']);
    expect(await metrics.text()).toContain('ballast_rule_evaluations_total{rule="open-orders",result="pass"} 1');
  });

  it('say STALE after a day without a plan', async () => {
    await wrote('sizing', 'plan', 'signal-1', planOf('1'));
    await system.run(AT + DAY_MS + 1);
    expect(system.clock.now()).toBeGreaterThan(AT + DAY_MS);
    expect(new Set((await ask()).map(({ standing }) => standing))).toEqual(new Set(['STALE']));
  });

  it('refuse a plan shortly before an announced maintenance, and no more once it is called off', async () => {
    const route = { user: 'cli', service: 'risk', partition };
    const window = { portfolioId: 'p1', venue: 'paper', startsAt: AT + 60_000 };
    const announced = await system.command(route, 'announce-maintenance', { ...window, endsAt: AT + 120_000, reason: 'upgrade' }, 'k1');
    expect(announced).toMatchObject({ outcome: 'appended', windows: [{ venue: 'paper', reason: 'upgrade' }] });
    await wrote('sizing', 'plan', 'signal-1', planOf('1'));
    expect((await ask()).find(({ rule }) => rule === 'venue-maintenance')).toMatchObject({ lastBound: { result: 'REFUSE', profile: 'guarded@2' } });
    await expect(system.command(route, 'call-off-maintenance', { ...window, startsAt: AT }, 'k2')).rejects.toThrow(`allowed is the start of an announced maintenance of paper: ${AT + 60_000}`);
    expect(await system.command(route, 'call-off-maintenance', window, 'k3')).toMatchObject({ windows: [] });
    await expect(system.command(route, 'announce-maintenance', { ...window, endsAt: AT, reason: 'x' }, 'k4')).rejects.toThrow('endsAt: found');
    await wrote('sizing', 'plan', 'signal-2', planOf('2'));
    expect((await ask()).find(({ rule }) => rule === 'venue-maintenance')).toMatchObject({ results: { PASS: 1, REFUSE: 1 } });
    expect(concern).toBeUndefined();
  });
});
