import 'reflect-metadata';
import { notional, partitionOf, ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { afterEach, describe, expect, it } from 'vitest';
import { planOf } from '../exposure/exposure.builders.js';
import { StopsDesk } from './stops-desk.fixtures.js';
import { DAY_MS } from './stops.fixtures.js';

let desk: StopsDesk;
afterEach(() => desk.system.stop());
const tradingStateTold = (state: 'ACTIVE' | 'HALTED'): BallastEvent => ({ type: 'TradingStateChanged', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', state, reason: 'test', by: 'test' });
const trips = async (): Promise<readonly string[]> => (await desk.events('HardStopTripped')).map(({ stop }) => stop);
const fallen = async (): Promise<void> => {
  desk = await StopsDesk.start({ scope: 'PORTFOLIO', drawdownHaltRatio: ratio('0.25') });
  await desk.filled('SELL', '1', '100', { position: '0', realised: '-500' });
  expect([await trips(), await desk.state()]).toEqual([['DRAWDOWN_HALT'], 'HALTED']);
};

/** `<cause> <lane>` of every change of the trading state. */
const lanes = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  await desk.system.store.read(partitionOf('p1'), { filters: [] }, ({ bytes }) => {
    const { lane, events } = JSON.parse(new TextDecoder().decode(bytes)) as { readonly lane: string; readonly events: BallastEvent[] };
    for (const event of events) if (event.type === 'TradingStateChanged') found.push(`${event.hold?.causes.join(' ') ?? ''} ${lane}`);
  });
  return found;
};

describe('what stops a portfolio', () => {
  it('is told in its own lane: an account whose messages wait for a person holds up no other account\'s halt', async () => {
    await fallen();
    await desk.wrote('execution', 'reconciliation', 'a1', { type: 'ReconciliationDifferenceFound', accountId: 'a1', portfolioId: 'p1', what: 'POSITION', subject: 'SOL-PERP', expected: '0', found: '1' } as BallastEvent);
    expect(await lanes()).toEqual(['HARD_STOP p1', 'RECONCILIATION p1']);
  });
});

describe('the resume of a hard stop', () => {
  it('leaves what a person has halted since, until a person resumes that', async () => {
    await fallen();
    await desk.person('cli', 'halt', 'lunch');
    await expect(desk.person('cli', 'resume', 'back')).rejects.toThrow(/stopped by hard stop/);
    expect(await desk.person('approver', 'resume', 'looked')).toMatchObject({ state: 'HALTED', holds: { PERSON: { state: 'HALTED', reason: 'lunch', by: 'cli' } } });
    expect((await desk.ask('trading-state'))['scopes']).toMatchObject({ 'PORTFOLIO:p1': { state: 'HALTED', reason: 'lunch', by: 'cli' } });
    expect(await desk.person('cli', 'resume', 'back')).toMatchObject({ outcome: 'appended', state: 'ACTIVE', holds: {} });
    expect((await desk.events('TradingStateChanged')).map(({ state, by, hold }) => `${state} ${by} ${hold?.causes.join(' ')} ${hold?.state}`)).toEqual([
      'HALTED policy:hard-stop HARD_STOP HALTED', 'HALTED cli PERSON HALTED', 'HALTED approver HARD_STOP ACTIVE', 'ACTIVE cli PERSON ACTIVE',
    ]);
  });

  it('leaves what a reconciliation has found since', async () => {
    await fallen();
    await desk.wrote('execution', 'reconciliation', 'a1', { type: 'ReconciliationDifferenceFound', accountId: 'a1', portfolioId: 'p1', what: 'POSITION', subject: 'SOL-PERP', expected: '0', found: '1' } as BallastEvent);
    expect(await desk.person('approver', 'resume', 'looked')).toMatchObject({ state: 'REDUCING', holds: { RECONCILIATION: { by: 'policy:reconciliation-difference' } } });
    expect(await desk.person('cli', 'resume', 'the venue was right')).toMatchObject({ state: 'ACTIVE' });
  });

  it('lifts no more when the same command is repeated', async () => {
    await fallen();
    await desk.person('cli', 'halt', 'lunch');
    const again = (): Promise<unknown> => desk.system.command({ user: 'approver', service: 'risk', partition: partitionOf('p1') }, 'resume', { portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', reason: 'looked' }, 'the-same');
    for (let times = 0; times < 3; times += 1) expect(await again()).toMatchObject({ state: 'HALTED' });
  });

  it('is followed by the stop that trips with it: what lifted the older one does not lift the newer', async () => {
    desk = await StopsDesk.start({ scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15') });
    await desk.filled('SELL', '1', '100', { position: '0', realised: '-300' });
    await desk.run(DAY_MS);
    await desk.filled('SELL', '1', '100', { position: '0', realised: '-300' });
    expect(await trips()).toEqual(['DAILY_LOSS']);
    await desk.person('approver', 'resume', 'looked at the first day alone');
    await desk.run(1);
    expect([await trips(), await desk.state()]).toEqual([['DAILY_LOSS', 'DAILY_LOSS'], 'HALTED']);
  });
});

describe('a plan under a latched hard stop', () => {
  it('is refused by the stop itself, also where the marks recovered and the trading state has not followed', async () => {
    desk = await StopsDesk.start({ scope: 'PORTFOLIO', dailyLossMax: notional('100') });
    await desk.filled('BUY', '100', '100', { position: '100' });
    await desk.marked('99');
    await desk.marked('100');
    await desk.wrote('risk', 'trading-state', 'p1', tradingStateTold('ACTIVE'));
    expect([await trips(), await desk.state()]).toEqual([['DAILY_LOSS_AMOUNT'], 'ACTIVE']);
    await desk.wrote('sizing', 'plan', 'signal-1', planOf('1'));
    const denied = (await desk.events('TradeDenied')).at(-1);
    expect(denied?.rules).toContainEqual(expect.objectContaining({ rule: 'trading-state', result: 'PASS' }));
    expect(denied?.rules.filter(({ rule }) => rule === 'daily-loss-amount')).toMatchObject([{ result: 'REFUSE', value: 'latched', limit: 'resumed' }]);
  });

  it('of another bot alone is not refused by it', async () => {
    desk = await StopsDesk.start({ scope: 'BOT', consecutiveLosses: 1 });
    await desk.bot('b2', 'a2');
    await desk.closed('-1');
    await desk.wrote('sizing', 'plan', 'signal-2', { ...planOf('2'), botId: 'b2', accountId: 'a2' });
    expect((await desk.events('TradeDenied')).at(-1)?.rules.filter(({ rule }) => rule === 'consecutive-losses').map(({ result }) => result)).not.toContain('REFUSE');
  });
});
