import 'reflect-metadata';
import type { BallastEvent, TradingStateChanged } from '@ballast/events';
import type { Reply } from '@ballast/bus';
import { NADO_INSTRUMENTS, x18 } from '@ballast/venues';
import { afterEach, describe, expect, it } from 'vitest';
import { levels, PaperDesk, type PaperDeskOptions, PARTITION } from './paper-desk.fixtures.js';
import { approvalOf, ETH, plannedLeg, SOL } from './trade/trade.fixtures.js';

/** Both legs take after a second: nobody else trades in this market. */
const BRISK = { makerTimeoutMs: 1_000 };
/** Entries rest until somebody takes them away. */
const PATIENT = { makerTimeoutMs: 300_000, orderTimeToLiveMs: 600_000 };

let desk: PaperDesk;
const started = async (options: PaperDeskOptions = { limits: PATIENT }): Promise<void> => {
  desk = new PaperDesk(options);
  await desk.start();
};
const again = (): Promise<void> => desk.approve(approvalOf([plannedLeg(0, 'BUY', ['0.42']), plannedLeg(1, 'SELL', ['10'])], { tradeId: 'trade2' }));
const ask = async (verb: string, payload: object = {}): Promise<Reply> => {
  const reply = desk.system.requestsOf('cli').command('execution', PARTITION, verb, payload, `${verb}-1`);
  await desk.run(1_500);
  return reply;
};
const says = (scope: TradingStateChanged['scope'], scopeId: string, state: TradingStateChanged['state']): Promise<void> =>
  desk.write('risk', 'trading-state', 'portfolio1', { type: 'TradingStateChanged', portfolioId: 'portfolio1', scope, scopeId, state, reason: 'the test', by: 'user:test' }, 'portfolio1');
/** The log takes what trades decide only once the result is called. */
const holdTrades = (): (() => void) => {
  const { store } = desk.system;
  const append = store.append.bind(store);
  let land: () => void = () => undefined;
  const landing = new Promise<void>((resolve) => { land = resolve; });
  store.append = async (partition, subject, ...rest) => {
    if (subject.includes('.execution.trade.')) await landing;
    return append(partition, subject, ...rest);
  };
  return land;
};
const refusals = async (): Promise<readonly string[]> => (await desk.of('TradeRefused')).map(({ tradeId, reason }) => `${tradeId} ${reason}`);
afterEach(() => desk.stop());

describe('A stop at the venue', () => {
  it.each(['cancel-all', 'halt-venue'])('takes back an entry whose orders %s cancels: nothing rests again', async (verb) => {
    await started();
    await desk.approve();
    await desk.run(1_000);
    expect(await desk.venue.openOrders(desk.account)).toHaveLength(2);
    expect(await ask(verb)).toMatchObject({ ok: true, data: { accounts: 1, cancelled: 2 } });
    await desk.run(10_000);
    expect(await desk.venue.openOrders(desk.account)).toEqual([]);
    expect((await desk.of('OrderSubmitted')).length).toBe(2);
    expect((await desk.of('TradeClosed')).map(({ outcome, reason }) => [outcome, reason])).toEqual([['UNFILLED', `${verb} by cli`]]);
  });

  it.each([['PORTFOLIO', 'portfolio1'], ['BOT', 'bot1']] as const)('refuses what is approved after it, until the %s is resumed', async (scope, scopeId) => {
    await started();
    await ask('halt-venue', { accountId: 'account1' });
    await desk.approve();
    await desk.run(1_000);
    expect(await refusals()).toEqual(['trade1 TRADING_HALTED: trading is HALTED']);
    expect(await desk.of('OrderSubmitted')).toEqual([]);
    await says(scope, scopeId, 'ACTIVE');
    await desk.run(1_000);
    await again();
    await desk.run(1_000);
    expect((await desk.of('OrderSubmitted')).map(({ tradeId }) => tradeId)).toEqual(['trade2', 'trade2']);
  });

  it('leaves other accounts alone, and goes on until what is resumed is its own', async () => {
    await started();
    await ask('halt-venue', { accountId: 'account2' });
    await desk.approve();
    await desk.run(1_000);
    expect(await desk.venue.openOrders(desk.account)).toHaveLength(2);
    await ask('halt-venue', { accountId: 'account1' });
    await says('BOT', 'bot2', 'ACTIVE');
    await again();
    await desk.run(1_000);
    expect(await refusals()).toEqual(['trade2 TRADING_HALTED: trading is HALTED']);
  });

  it.each(['cancel-all', 'halt-venue'])('of another portfolio of the partition leaves this one’s orders and trades alone: %s', async (verb) => {
    await started();
    await desk.approve();
    await desk.run(1_000);
    expect(await ask(verb, { portfolioId: 'portfolio2' })).toMatchObject({ ok: true, data: { accounts: 0, cancelled: 0 } });
    expect(await ask(verb, { portfolioId: 'portfolio2', accountId: 'account1' })).toMatchObject({ ok: true, data: { accounts: 0, cancelled: 0 } });
    await again();
    await desk.run(1_000);
    expect([await refusals(), (await desk.venue.openOrders(desk.account)).length]).toEqual([[], 4]);
  });

  it('of the portfolio that is named stops its accounts, and ends with its resumption', async () => {
    await started();
    await desk.approve();
    await desk.run(1_000);
    expect(await ask('halt-venue', { portfolioId: 'portfolio1' })).toMatchObject({ ok: true, data: { accounts: 1, cancelled: 2 } });
    await says('PORTFOLIO', 'portfolio2', 'ACTIVE');
    await again();
    await desk.run(1_000);
    expect(await refusals()).toEqual(['trade2 TRADING_HALTED: trading is HALTED']);
    await says('PORTFOLIO', 'portfolio1', 'ACTIVE');
    await desk.approve(approvalOf([plannedLeg(0, 'BUY', ['0.42']), plannedLeg(1, 'SELL', ['10'])], { tradeId: 'trade3' }));
    await desk.run(1_000);
    expect((await refusals()).length).toBe(1);
  });

  it('leaves what a pair holds to be reduced', async () => {
    await started({ limits: BRISK });
    await desk.approve();
    await desk.run(3_000);
    await ask('halt-venue');
    expect(await desk.positions()).toEqual({ [ETH]: '0.42', [SOL]: '-10' });
    await desk.signalExit();
    await desk.run(5_000);
    expect(await desk.positions()).toEqual({});
  });
});

describe('A halt that risk records', () => {
  const scopes = [['PORTFOLIO', 'portfolio1'], ['BOT', 'bot1'], ['INSTRUMENT', ETH], ['INSTRUMENT', SOL]] as const;

  it.each(scopes)('of the %s %s takes back an entry whose orders rest', async (scope, scopeId) => {
    await started();
    await desk.approve();
    await desk.run(1_000);
    expect(await desk.venue.openOrders(desk.account)).toHaveLength(2);
    await says(scope, scopeId, 'HALTED');
    await desk.run(5_000);
    expect(await desk.venue.openOrders(desk.account)).toEqual([]);
    expect((await desk.of('TradeClosed')).map(({ outcome, reason }) => [outcome, reason])).toEqual([['UNFILLED', 'trading is HALTED: the test']]);
  });

  it.each(scopes)('of the %s %s takes back an entry that the log was taking in as it came', async (scope, scopeId) => {
    await started();
    const land = holdTrades();
    await desk.approve();
    await desk.run(500);
    await says(scope, scopeId, 'HALTED');
    await desk.run(500);
    land();
    await desk.run(5_000);
    expect(await desk.venue.openOrders(desk.account)).toEqual([]);
    expect((await desk.of('TradeClosed')).map(({ outcome, reason }) => [outcome, reason])).toEqual([['UNFILLED', 'trading is HALTED: said while it was opened']]);
  });

  it.each(scopes)('of the %s %s refuses what is approved after it', async (scope, scopeId) => {
    await started();
    await says(scope, scopeId, 'HALTED');
    await desk.approve();
    await desk.run(1_000);
    expect([await refusals(), await desk.of('OrderSubmitted')]).toEqual([['trade1 TRADING_HALTED: trading is HALTED'], []]);
  });

  it.each([['BOT', 'bot2'], ['INSTRUMENT', 'BTC-PERP']] as const)('of the %s %s is nothing to others', async (scope, scopeId) => {
    await started();
    await says(scope, scopeId, 'HALTED');
    await desk.approve();
    await desk.run(1_000);
    await says(scope, scopeId, 'REDUCING');
    await desk.run(1_000);
    expect([await refusals(), (await desk.venue.openOrders(desk.account)).length]).toEqual([[], 2]);
  });
});

describe('A bot that a person ends', () => {
  const bot = (event: 'BotStopped' | 'BotCloseAllRequested' | 'BotStarted'): Promise<void> =>
    desk.write('operator', 'bot', 'bot1', { type: event, botId: 'bot1', ...(event === 'BotCloseAllRequested' ? { accountId: 'account1' } : {}), ...(event === 'BotStarted' ? {} : { reason: 'enough' }), by: 'user:test' } as BallastEvent);
  /** The first exit of the first leg finds 0.006 ETH; what stays is worth $99.25, and the venue's minimum of $100 binds all orders. */
  const withResidual = async (): Promise<void> => {
    await started({ limits: BRISK, engine: { instruments: NADO_INSTRUMENTS.map((terms) => ({ ...terms, minNotionalBinds: 'all' as const })) } });
    await desk.approve(approvalOf([plannedLeg(0, 'BUY', ['0.042']), plannedLeg(1, 'SELL', ['1'])]));
    await desk.run(3_000);
    desk.market.quotes[ETH] = { bids: levels(['2756.9', '0.006'], ['2700', '50']), asks: levels(['2757', '50']) };
    await desk.run(1_000);
    await desk.signalExit();
    await desk.run(30_000);
    expect([await desk.positions(), (await desk.of('TradeClosed')).length]).toEqual([{ [ETH]: '0.036' }, 1]);
  };

  it.each([['BotStopped', 'STOPPED'], ['BotCloseAllRequested', 'CLOSING']] as const)('opens nothing that was approved before %s was heard, until it is started again', async (event, code) => {
    await started({ limits: BRISK });
    await bot(event);
    await desk.approve();
    await desk.run(3_000);
    expect([await refusals(), await desk.positions()]).toEqual([[`trade1 BOT_${code}: bot bot1 is ${code}`], {}]);
    await bot('BotStarted');
    await again();
    await desk.run(3_000);
    expect(await desk.positions()).toEqual({ [ETH]: '0.42', [SOL]: '-10' });
  });

  it('leaves by close-all what a closed trade had to leave open, as soon as the venue takes it', async () => {
    await withResidual();
    desk.market.quotes[ETH] = { bids: levels(['2800', '50']), asks: levels(['2800.1', '50']) };
    desk.market.say((time) => ({ type: 'oracle', time, productId: 4, price: x18('2800') }));
    await desk.run(1_000);
    await bot('BotCloseAllRequested');
    await desk.run(10_000);
    expect(await desk.positions()).toEqual({});
    const last = (await desk.of('OrderSubmitted')).at(-1);
    expect([last?.purpose, last?.reduceOnly, last?.quantity]).toEqual(['UNWIND', true, '0.036']);
    expect((await desk.trade()).phase).toBe('CLOSED');
    await bot('BotCloseAllRequested');
    await desk.run(5_000);
    expect((await desk.of('OrderSubmitted')).at(-1)).toEqual(last);
  });

  it('records by close-all again what the venue still does not take, and asks no more', async () => {
    await withResidual();
    await bot('BotCloseAllRequested');
    await desk.run(120_000);
    expect([await desk.positions(), (await desk.trade()).phase]).toEqual([{ [ETH]: '0.036' }, 'CLOSED']);
    expect((await desk.of('PairResidual')).map(({ quantity }) => quantity)).toEqual(['0.036', '0.036']);
  });
});
