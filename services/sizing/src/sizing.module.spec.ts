import 'reflect-metadata';
import { money, notional, ratio } from '@ballast/domain';
import type { TradeClosed } from '@ballast/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AT } from './plan/plan.builders.js';
import { SizingDesk } from './sizing-desk.fixtures.js';

const closed = (tradeId: string, net: string): TradeClosed => ({
  type: 'TradeClosed', tradeId, botId: 'b1', accountId: 'a1', portfolioId: 'p1', planId: `plan-${tradeId}`, signalId: `signal-${tradeId}`, outcome: 'COMPLETED', legs: [],
  planVolume: notional('100'), turnover: notional('400'), realisedPnl: money(net), fees: money('0'), nakedNotionalSeconds: notional('0'), reason: 'done',
});
const capsOf = (plan: Record<string, unknown> | undefined): Record<string, string> => Object.fromEntries((plan?.['caps'] as { name: string; limit: string }[]).map(({ name, limit }) => [name, limit]));

describe('the sizing service on the in-memory bus', () => {
  let desk: SizingDesk;
  beforeEach(async () => {
    desk = new SizingDesk();
    await desk.start();
  });
  afterEach(() => desk.stop());

  it('turns a signal to enter into one plan with the golden quantities, and traces them (R35, R36, W-20)', async () => {
    await desk.bot();
    await desk.worth('2000');
    await desk.market();
    await desk.signalled('s1', { targetNotional: notional('100') });
    const plans = await desk.plans();
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatchObject({ type: 'TradePlanned', signalId: 's1', outcome: 'BALANCED', legs: [{ quantity: '0.042' }, { quantity: '1' }] });
    expect(desk.lines).toHaveLength(3);
    expect(desk.lines.every((line) => line.includes('ETH-PERP 0.042') && line.includes('SOL-PERP 1'))).toBe(true);
  });

  it('says why there is no plan where no book has been seen', async () => {
    await desk.bot();
    await desk.worth('2000');
    await desk.signalled('s1');
    expect(await desk.plans()).toMatchObject([{ type: 'TradePlanInfeasible', reason: 'STALE_DATA' }]);
    expect(desk.lines).toEqual([]);
  });

  it('leaves an exit alone: its quantities are the open position', async () => {
    await desk.bot();
    await desk.worth('2000');
    await desk.market();
    await desk.signalled('s2', { purpose: 'EXIT', legs: [] });
    expect(await desk.plans()).toEqual([]);
  });

  it('follows the results of the bot and the equity of its account, trade by trade, once a profile binds that (R101, R94, C-49)', async () => {
    await desk.bot(['legion', 'demo']);
    await desk.worth('10000');
    await desk.market();
    const caps = async (id: string) => capsOf(await desk.signalled(id));
    expect(await caps('s1')).toMatchObject({ 'equity-percent': '2500', 'margin-cap': '3750', kelly: '20' });
    for (const trade of ['t1', 't2', 't3', 't4']) await desk.wrote('execution', 'trade', trade, closed(trade, '2'));
    expect((await caps('s2'))['equity-percent']).toBe('2500');
    await desk.wrote('execution', 'trade', 't5', closed('t5', '2'));
    expect((await caps('s3'))['equity-percent']).toBe('3125');
    for (const trade of ['t6', 't7']) await desk.wrote('execution', 'trade', trade, closed(trade, '-1'));
    expect((await caps('s4'))['equity-percent']).toBe('1875');
    for (let trade = 8; trade <= 30; trade += 1) await desk.wrote('execution', 'trade', `t${trade}`, closed(`t${trade}`, '2'));
    const proven = await caps('s5');
    expect([proven['equity-percent'], Number.parseInt(proven['kelly'] ?? '', 10)]).toEqual(['3125', 5101]);
  });

  it('follows an equity that is observed anew', async () => {
    await desk.bot(['legion', 'demo']);
    await desk.worth('10000');
    await desk.market();
    expect(capsOf(await desk.signalled('s1'))['equity-percent']).toBe('2500');
    await desk.worth('4000');
    expect(capsOf(await desk.signalled('s2'))['equity-percent']).toBe('1000');
  });

  it('names on /readyz and as a metric which bot lacks what to size by, until it has it', async () => {
    await desk.bot(['legion', 'demo']);
    await desk.market();
    expect(await desk.signalled('s1')).toMatchObject({ type: 'TradePlanInfeasible', reason: 'NO_ACCOUNT_STATE' });
    expect(Object.fromEntries(desk.concerns)).toEqual({ 'sizing-account': 'b1 plans nothing: the account has not been observed' });
    expect(await desk.metrics.text()).toContain('ballast_sizing_input_missing{bot="b1",input="account"} 1');
    await desk.worth('10000');
    await desk.signalled('s2');
    expect([...desk.concerns]).toEqual([]);
    expect(await desk.metrics.text()).toContain('ballast_sizing_input_missing{bot="b1",input="account"} 0');
  });

  it('says no more of a bot that is stopped: nothing is sized for it', async () => {
    await desk.bot(['legion', 'demo']);
    await desk.market();
    await desk.signalled('s1');
    await desk.wrote('operator', 'bot', 'b1', { type: 'BotStopped', botId: 'b1', reason: 'over', by: 'test' });
    expect([...desk.concerns]).toEqual([]);
    expect(await desk.metrics.text()).not.toContain('ballast_sizing_input_missing{bot="b1"');
  });

  it('plans nothing for a bot that was never created: no policy and no record of it are known', async () => {
    await desk.worth('2000');
    await desk.market();
    expect(await desk.signalled('s1')).toMatchObject({ type: 'TradePlanInfeasible', reason: 'NO_ACCOUNT_STATE', detail: 'bot b1: no known policy profile is bound' });
    expect([...desk.concerns.keys()]).toEqual(['sizing-account']);
  });

  it('sizes by stages in proportion while the portfolio is below the first (C-5, R47)', async () => {
    await desk.bot(['scaling-capital']);
    await desk.worth('4000');
    await desk.market();
    expect(capsOf(await desk.signalled('s1'))).toMatchObject({ 'stage-0': '200', 'position-table': '250' });
  });

  it('sizes in proportion on a stage whose capital has been withdrawn (R47)', async () => {
    await desk.bot(['scaling-capital']);
    await desk.worth('100000');
    await desk.market();
    await desk.wrote('risk', 'ladder', 'p1', { type: 'RungEntered', portfolioId: 'p1', profile: 'scaling-capital', profileHash: 'h', ladder: 'STAGES', rung: 'stage-5', capital: notional('100000'), leverageMax: ratio('3'), positionMax: notional('20000'), cause: 'PROMOTION', reason: 'earned', by: 'test', at: AT, dayBoundaryMs: 0 });
    expect(capsOf(await desk.signalled('s1'))['stage-share']).toBeUndefined();
    await desk.worth('7000');
    expect(capsOf(await desk.signalled('s2'))).toMatchObject({ 'position-table': '10000', 'stage-share': '700' });
  });
});
