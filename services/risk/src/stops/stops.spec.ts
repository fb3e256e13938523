import 'reflect-metadata';
import { notional, ratio } from '@ballast/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { planOf } from '../exposure/exposure.builders.js';
import { ALL_STOPS, StopsDesk } from './stops-desk.fixtures.js';
import { DAY_MS, MONDAY } from './stops.fixtures.js';

let desk: StopsDesk;
afterEach(() => desk.system.stop());
const started = async (...options: Parameters<typeof StopsDesk.start>): Promise<void> => {
  desk = await StopsDesk.start(...options);
};
const stops = async (): Promise<readonly string[]> => (await desk.events('HardStopTripped')).map(({ stop, value }) => `${stop} ${value}`);
/** Holds 100 SOL bought at $100, worth $2,000 with what else there is. */
const long = (): Promise<void> => desk.filled('BUY', '100', '100', { position: '100' });

describe('hard stops of a portfolio', () => {
  it('open a day and a week with the first equity that is known, and a new day at midnight, whatever else happens (C-25)', async () => {
    await started();
    expect((await desk.events('PeriodOpened')).map(({ period, key, starts }) => [period, key, starts.map(({ scope, equity }) => `${scope} ${equity}`)])).toEqual([['WEEK', '2026-01-05', ['PORTFOLIO 2000']], ['DAY', '2026-01-05', ['PORTFOLIO 2000']]]);
    await desk.run(MONDAY + DAY_MS - desk.now - 1);
    expect(await desk.events('PeriodOpened')).toHaveLength(2);
    await desk.run(1);
    expect((await desk.events('PeriodOpened')).at(-1)).toMatchObject({ period: 'DAY', key: '2026-01-06', startsAt: MONDAY + DAY_MS });
    await desk.run(6 * DAY_MS);
    expect((await desk.events('PeriodOpened')).filter(({ period }) => period === 'WEEK').map(({ key }) => key)).toEqual(['2026-01-05', '2026-01-12']);
  });

  it('open their days at the configured hour', async () => {
    await started(ALL_STOPS, 9 * 3_600_000);
    expect((await desk.events('PeriodOpened')).map(({ period, key }) => `${period} ${key}`)).toEqual(['WEEK 2025-12-29', 'DAY 2026-01-04']);
    await desk.run(8 * 3_600_000 - 10);
    expect(await desk.events('PeriodOpened')).toHaveLength(2);
    await desk.run(10);
    expect((await desk.events('PeriodOpened')).slice(2).map(({ period, key }) => `${period} ${key}`)).toEqual(['WEEK 2026-01-05', 'DAY 2026-01-05']);
  });

  it('trip on the fill that realises the loss, and halt at once (R111)', async () => {
    await started({ scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15') });
    await long();
    await desk.filled('SELL', '100', '97.01', { position: '0', realised: '-299' });
    expect([await stops(), await desk.state()]).toEqual([[], 'ACTIVE']);
    await desk.filled('BUY', '100', '100', { position: '0', realised: '-1' });
    expect(await desk.events('HardStopTripped')).toMatchObject([{ stop: 'DAILY_LOSS', value: '0.15', limit: '0.15', profile: 'stopped@2', baseline: '2000', equity: '1700', state: 'HALTED', heldUntil: MONDAY + DAY_MS }]);
    expect(await desk.events('TradingStateChanged')).toMatchObject([{ scope: 'PORTFOLIO', scopeId: 'p1', state: 'HALTED', by: 'policy:hard-stop', reason: 'hard stop DAILY_LOSS: 15 %, allowed is less than 15 % (stopped@2); an approver resumes it, not before 2026-01-06T00:00:00.000Z' }]);
  });

  it('trip on a price, with the marks that they saw, and on no old one', async () => {
    await started({ scope: 'PORTFOLIO', dailyLossMax: notional('100') });
    await long();
    await desk.marked('99.01');
    await desk.marked('50', 10_001);
    await desk.marked('50', 0, 10_001);
    expect(await stops()).toEqual([]);
    await desk.marked('99');
    expect(await desk.events('HardStopTripped')).toMatchObject([{ stop: 'DAILY_LOSS_AMOUNT', value: '100', limit: '100', marks: [{ instrument: 'SOL-PERP', markPrice: '99' }] }]);
    expect(await desk.state()).toBe('HALTED');
  });

  it('reduce at a fall of 10 % from the peak and halt at 25 %, both latched (W-5, C-2)', async () => {
    await started({ scope: 'PORTFOLIO', drawdownReduceRatio: ratio('0.1'), drawdownHaltRatio: ratio('0.25') });
    await long();
    await desk.worth('4000', { mark: '120' });
    await desk.marked('116.01');
    expect(await stops()).toEqual([]);
    await desk.marked('116');
    expect([await stops(), await desk.state()]).toEqual([['DRAWDOWN_REDUCE 0.1'], 'REDUCING']);
    await desk.marked('110');
    await desk.marked('120');
    expect([await stops(), await desk.state()]).toEqual([['DRAWDOWN_REDUCE 0.1', 'DRAWDOWN_HALT 0.25'], 'HALTED']);
  });

  it('count losing trades in a row; a trade that lost nothing ends the row (R111, C-49)', async () => {
    await started({ scope: 'PORTFOLIO', consecutiveLosses: 3 });
    for (const net of ['-1', '-1', '0', '-1', '-1']) await desk.closed(net);
    expect(await stops()).toEqual([]);
    await desk.closed('-1');
    expect([await stops(), await desk.state()]).toEqual([['CONSECUTIVE_LOSSES 3'], 'HALTED']);
  });

  it('stop one bot alone where the profile says so (W-17)', async () => {
    await started({ scope: 'BOT', consecutiveLosses: 1 });
    await desk.bot('b2', 'a2');
    await desk.worth('500', { accountId: 'a2', botId: 'b2' });
    await desk.closed('-1');
    expect(await desk.events('TradingStateChanged')).toMatchObject([{ scope: 'BOT', scopeId: 'b1', state: 'HALTED' }]);
    expect(await desk.state()).toBe('ACTIVE');
  });

  it('are none where no profile binds one (W-18)', async () => {
    desk = new StopsDesk();
    const { riskModule } = await import('../risk.module.js');
    await desk.system.add('risk', () => riskModule());
    await desk.wrote('operator', 'bot', 'b1', { type: 'BotCreated', botId: 'b1', portfolioId: 'p1', accountId: 'a1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' });
    await desk.worth('2000');
    await desk.worth('1');
    await desk.closed('-1999');
    expect([await desk.events('PeriodOpened'), await stops(), (await desk.ask('hard-stops'))['stops']]).toEqual([[], [], []]);
  });

  it('are rules of every plan, with how near they are, also before a trip is in force', async () => {
    await started({ scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15'), consecutiveLosses: 3 });
    await desk.closed('-1');
    await desk.wrote('sizing', 'plan', 'signal-1', planOf('1'));
    expect((await desk.ask('limits'))['last']).toMatchObject({ rules: expect.arrayContaining([expect.objectContaining({ rule: 'consecutive-losses', result: 'PASS', value: '1', limit: '3', distance: '2' }), expect.objectContaining({ rule: 'daily-loss', result: 'PASS', value: '0' })]) as unknown });
  });

  it('say how far each is from its limit', async () => {
    await started();
    await desk.closed('-1');
    expect((await desk.ask('hard-stops'))['stops']).toContainEqual({ scope: 'PORTFOLIO', scopeId: 'p1', stop: 'CONSECUTIVE_LOSSES', profile: 'stopped@2', unit: 'COUNT', value: '1', limit: '3', distance: '2', latched: false });
  });
});

describe('the resume of a hard stop', () => {
  it('needs the approver, a reason and the end of its day, and says so (W-9, C-49)', async () => {
    await started({ scope: 'PORTFOLIO', consecutiveLosses: 1 });
    await desk.closed('-1');
    await expect(desk.person('cli', 'resume', 'looked')).rejects.toThrow(/portfolio p1 is stopped by hard stop CONSECUTIVE_LOSSES: 1, allowed is less than 1.*credential of cli, allowed is that of approver/);
    await expect(desk.person('approver', 'resume')).rejects.toThrow(/reason: found nothing/);
    await expect(desk.person('approver', 'resume', 'looked')).rejects.toThrow(/held until 2026-01-06T00:00:00.000Z/);
    await desk.run(MONDAY + DAY_MS - desk.now);
    expect(await desk.state()).toBe('HALTED');
    await expect(desk.person('cli', 'resume', 'looked')).rejects.toThrow(/credential/);
    expect(await desk.person('approver', 'resume', 'looked')).toMatchObject({ state: 'ACTIVE' });
    expect(await desk.events('HardStopResumed')).toMatchObject([{ stop: 'CONSECUTIVE_LOSSES', by: 'approver', reason: 'looked', equity: '2000' }]);
    await desk.closed('-1');
    expect([await stops(), await desk.state()]).toEqual([['CONSECUTIVE_LOSSES 1', 'CONSECUTIVE_LOSSES 1'], 'HALTED']);
  });

  it('forgives a row of losses for good: no round that filled nothing, and no trade that closes again, trips it a second time (R111)', async () => {
    await started({ scope: 'PORTFOLIO', consecutiveLosses: 3 });
    for (const tradeId of ['l1', 'l2', 'l3']) await desk.closed('-1', { tradeId });
    await desk.run(MONDAY + DAY_MS - desk.now);
    await desk.person('approver', 'resume', 'looked');
    await desk.closed('0', { outcome: 'UNFILLED' });
    await desk.closed('-2', { tradeId: 'l3' });
    expect([(await stops()).length, await desk.state()]).toEqual([1, 'ACTIVE']);
    await desk.closed('-1');
    await desk.closed('-1');
    await desk.closed('0', { outcome: 'UNFILLED' });
    expect([(await stops()).length, await desk.state()]).toEqual([1, 'ACTIVE']);
    await desk.closed('-1');
    expect([(await stops()).at(-1), await desk.state()]).toEqual(['CONSECUTIVE_LOSSES 3', 'HALTED']);
  });

  it('after a fall takes the equity of that moment as the peak (W-9)', async () => {
    await started({ scope: 'PORTFOLIO', drawdownHaltRatio: ratio('0.25') });
    await long();
    await desk.filled('SELL', '100', '95', { position: '0', realised: '-500' });
    expect([await stops(), await desk.state()]).toEqual([['DRAWDOWN_HALT 0.25'], 'HALTED']);
    await desk.person('approver', 'resume', 'smaller from here');
    expect(await desk.events('HardStopResumed')).toMatchObject([{ equity: '1500' }]);
    await desk.filled('SELL', '1', '95', { position: '0', realised: '-374.99' });
    expect([(await stops()).length, await desk.state()]).toEqual([1, 'ACTIVE']);
    await desk.filled('SELL', '1', '95', { position: '0', realised: '-0.01' });
    expect([(await stops()).at(-1), await desk.state()]).toEqual(['DRAWDOWN_HALT 0.25', 'HALTED']);
  });

  it('of what only a person has halted is as it was', async () => {
    await started();
    await desk.person('cli', 'halt', 'lunch');
    expect(await desk.person('cli', 'resume')).toMatchObject({ state: 'ACTIVE' });
  });

  it('is followed by the trading state also where the process died between the two, but for what a person has halted', async () => {
    await started({ scope: 'PORTFOLIO', drawdownHaltRatio: ratio('0.25') });
    await desk.filled('SELL', '1', '100', { position: '0', realised: '-500' });
    expect(await desk.state()).toBe('HALTED');
    await desk.resumedInTheLogAlone();
    expect((await desk.events('TradingStateChanged')).map(({ state, by }) => `${state} ${by}`)).toEqual(['HALTED policy:hard-stop', 'ACTIVE approver']);
    await desk.person('cli', 'halt', 'lunch');
    await desk.filled('SELL', '1', '100', { position: '0', realised: '-500' });
    expect(await stops()).toHaveLength(2);
    await desk.resumedInTheLogAlone();
    expect(await desk.state()).toBe('HALTED');
  });

  it('of a person’s own halt does not loosen a stop that tripped since', async () => {
    await started({ scope: 'PORTFOLIO', consecutiveLosses: 1 });
    await desk.person('cli', 'halt', 'lunch');
    await desk.closed('-1');
    await expect(desk.person('cli', 'resume', 'back')).rejects.toThrow(/stopped by hard stop/);
    expect(await desk.state()).toBe('HALTED');
  });
});

describe('a look at hard stops that fails', () => {
  it('at midnight is a concern and is tried again until the day is open', async () => {
    await started({ scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15') });
    desk.failNext(new Error('the store did not answer'));
    await desk.run(MONDAY + DAY_MS - desk.now);
    expect([(await desk.events('PeriodOpened')).at(-1)?.key, desk.concerns.get('hard-stops')]).toEqual(['2026-01-05', 'p1 could not be judged (boundary), is tried again: the store did not answer']);
    desk.failNext(new Error('nor now'));
    await desk.run(5_000);
    expect(desk.concerns.get('hard-stops')).toMatch(/nor now/);
    await desk.run(5_000);
    expect([(await desk.events('PeriodOpened')).at(-1)?.key, desk.concerns.has('hard-stops')]).toEqual(['2026-01-06', false]);
  });

  it('at a price is tried again, and trips', async () => {
    await started({ scope: 'PORTFOLIO', dailyLossMax: notional('100') });
    await long();
    desk.failNext(new Error('the store did not answer'));
    await desk.marked('99');
    expect([await stops(), desk.concerns.has('hard-stops')]).toEqual([[], true]);
    await desk.run(5_000);
    expect([await stops(), await desk.state(), desk.concerns.has('hard-stops')]).toEqual([['DAILY_LOSS_AMOUNT 100'], 'HALTED', false]);
  });
});

describe('risk that was away', () => {
  it('takes up its stops where the log left them, and judges what it missed', async () => {
    await started({ scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15'), consecutiveLosses: 2 });
    await desk.closed('-1');
    await desk.system.stop();
    await desk.closed('-1');
    expect(await stops()).toEqual([]);
    await desk.again({ scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15'), consecutiveLosses: 2 });
    expect([await stops(), await desk.state()]).toEqual([['CONSECUTIVE_LOSSES 2'], 'HALTED']);
    await desk.again({ scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15'), consecutiveLosses: 2 });
    expect([(await stops()).length, (await desk.events('PeriodOpened')).length, await desk.state()]).toEqual([1, 2, 'HALTED']);
  });
});
