import 'reflect-metadata';
import { MemorySystem } from '@ballast/bus';
import { money, notional, partitionOf, ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AT, planOf } from './exposure/exposure.builders.js';
import { exposureDecider } from './exposure/exposure.decider.js';
import { has } from './exposure/persistent-map.js';
import { riskModule } from './risk.module.js';
import { recordedBy } from './recorded.fixtures.js';

const partition = partitionOf('p1');

describe('the risk service on the in-memory bus', () => {
  let system: MemorySystem;
  beforeEach(async () => {
    system = new MemorySystem(AT);
    await system.add('risk', () => riskModule());
  });
  afterEach(() => system.stop());

  /** Another service writes one event of its own. */
  const wrote = (writer: string, kind: string, id: string, event: BallastEvent): Promise<void> => recordedBy(system, { writer, kind, partition, id, causationId: `cause-${id}` }, event);
  const ask = async (name: string): Promise<unknown> => {
    const reply = system.requestsOf('cli').query('risk', partition, name, { portfolioId: 'p1' });
    await system.work.idle();
    return JSON.parse(JSON.stringify(await reply));
  };
  const bot: BallastEvent = { type: 'BotCreated', botId: 'b1', portfolioId: 'p1', accountId: 'a1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' };
  const equity: BallastEvent = { type: 'EquityObserved', accountId: 'a1', portfolioId: 'p1', botId: 'b1', trigger: 'START', collateral: money('2000'), eligibleCollateral: money('2000'), equity: money('2000'), initialMarginHealth: money('2000'), maintenanceMarginHealth: money('2000'), grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime: AT };
  const ready = async (): Promise<void> => {
    await wrote('operator', 'bot', 'b1', bot);
    await wrote('collateral', 'equity', 'a1', equity);
  };
  const planned = (id: string): Promise<void> => wrote('sizing', 'plan', `signal-${id}`, planOf(id));

  it('approves a plan of a bot it knows, and shows the rules and the day', async () => {
    await ready();
    await planned('1');
    expect(await ask('limits')).toMatchObject({ ok: true, data: { day: '2025-09-04', approvals: [{ tradeId: 'trade-1', opened: false }], last: { approved: true, bindingRule: 'profile-leg' } } });
  });

  it('denies a plan of a bot or an account it does not know', async () => {
    await planned('1');
    expect(await ask('limits')).toMatchObject({ ok: true, data: { approvals: [], last: { approved: false } } });
  });

  it('approves nothing of a deleted bot, and says so by a rule that no other plan meets (W-12)', async () => {
    await ready();
    await planned('1');
    await wrote('operator', 'bot', 'b1', { type: 'BotDeleted', botId: 'b1', accountId: 'a1', portfolioId: 'p1', reason: 'replaced', by: 'test' });
    await planned('2');
    const { data } = (await ask('limits')) as { readonly data: { readonly last: { readonly planId: string; readonly approved: boolean; readonly bindingRule: string } } };
    expect(data.last).toMatchObject({ planId: 'plan-2', approved: false, bindingRule: 'bot-deleted' });
    const { data: { rules } } = (await ask('rules')) as { readonly data: { readonly rules: readonly { readonly standing: string }[] } };
    expect(new Set(rules.map(({ standing }) => standing))).toEqual(new Set(['NOT_IN_FORCE']));
  });

  it('takes no new risk once halted, and again once resumed; the caller is recorded', async () => {
    await ready();
    expect(await system.command({ user: 'cli', service: 'risk', partition }, 'halt', { portfolioId: 'p1', scope: 'BOT', scopeId: 'b1', reason: 'looking' }, 'k1')).toMatchObject({ state: 'HALTED' });
    expect(await ask('trading-state')).toMatchObject({ data: { state: 'ACTIVE', scopes: { 'BOT:b1': { state: 'HALTED', reason: 'looking', by: 'cli' } } } });
    await planned('1');
    expect(await ask('limits')).toMatchObject({ data: { last: { approved: false, bindingRule: 'trading-state' } } });
    await system.command({ user: 'cli', service: 'risk', partition }, 'resume', { portfolioId: 'p1', scope: 'BOT', scopeId: 'b1' }, 'k2');
    await planned('2');
    expect(await ask('limits')).toMatchObject({ data: { last: { approved: true } } });
  });

  it('reduces the portfolio on a reconciliation difference until a person resumes', async () => {
    await ready();
    await wrote('execution', 'reconciliation', 'a1', { type: 'ReconciliationDifferenceFound', accountId: 'a1', portfolioId: 'p1', what: 'POSITION', subject: 'ETH-PERP', expected: '0', found: '1' });
    expect(await ask('trading-state')).toMatchObject({ data: { state: 'REDUCING', scopes: { 'PORTFOLIO:p1': { by: 'policy:reconciliation-difference' } } } });
    await planned('1');
    expect(await ask('limits')).toMatchObject({ data: { last: { approved: false, bindingRule: 'trading-state' } } });
  });

  it('gives an approval back by its deadline when execution never answers', async () => {
    await ready();
    await planned('1');
    await system.run(AT + 70_001);
    expect(await ask('limits')).toMatchObject({ data: { approvals: [] } });
    const { state } = await system.platform('risk').streams.load(exposureDecider, { partition, id: 'p1' });
    expect(has(state.judged, 'plan-1')).toBe(true);
  });
});
