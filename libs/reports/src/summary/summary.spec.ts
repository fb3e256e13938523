import { describe, expect, it } from 'vitest';
import { Decimal, money, notional, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { ETH, goldenRound, Log, SOL, START } from '../report-log.fixtures.js';
import { reportText } from '../export/report-text.js';
import { summarise } from './summary.js';
import type { Summary } from './summary.types.js';

const BOT = { botId: 'bot1', accountId: 'account1', portfolioId: 'portfolio1' } as const;
const told = (tell: (log: Log) => void): Summary => {
  const log = new Log();
  tell(log);
  return summarise(log.models, {}, { oracle: '60 s EMA of mid' });
};
const one = (): Summary => told((log) => log.round('t1', goldenRound));

describe('the summary of one round of the plan’s example', () => {
  it('tells PnL as the books have it: realised -0.084, fees 0.11, net -0.194', () => {
    expect(one().pnl).toMatchObject({ realised: '-0.084', fees: '0.11', funding: '0', net: '-0.194', closedTrades: 1, perTrade: { mean: '-0.194', worst: '-0.194', best: '-0.194' }, shareNotNegative: '0', outsideClosedTrades: '0' });
  });

  it('measures imbalance over the smaller leg at four moments (C-33): 0.06 % planned', () => {
    const { imbalance } = one();
    expect(imbalance.planned.worst).toBe('0.000606271019');
    expect(imbalance.ordered.worst).toBe('0.000606271019');
    expect(imbalance.filledAtReference.worst).toBe('0.000606271019');
    expect(imbalance.filledAtFill.worst).toBe(new Decimal('0.03').div('115.794').toDecimalPlaces(12).toString());
    expect(imbalance.balancedPlans).toMatchObject({ trades: 1, worstFilledAtReference: '0.000606271019' });
  });

  it('tells plan volume as the larger leg once, and turnover as all fills (W-1)', () => {
    expect(one().execution).toMatchObject({ planVolume: '115.86', turnover: '463.404', fills: 5, orders: 4, unresolvedOrders: 0 });
  });

  it('counts makers by notional and fills by maker and taker together (C-14)', () => {
    const { makerShare, fillRate } = one().execution;
    expect(makerShare).toBe(new Decimal('277.974').div('463.404').toDecimalPlaces(12).toString());
    expect(fillRate).toBe('1');
  });

  it('measures slippage from the plan’s mid and from the mid of the exit signal', () => {
    const { realisedEntry, realisedExit, estimated } = one().slippageBps;
    expect(realisedEntry.worst).toBe(new Decimal('0.036').div('115.86').times(10_000).toDecimalPlaces(12).toString());
    expect(realisedExit.worst).toBe(new Decimal('0.09').div('115.86').times(10_000).toDecimalPlaces(12).toString());
    expect(estimated).toEqual({ mean: '1.5', worst: '1.5' });
  });

  it('judges the targets of R43', () => {
    expect(one().targets.map(({ met }) => met)).toEqual([true, true, true]);
  });

  it('tells cycles, the cut, market time and where the data came from', () => {
    const summary = one();
    expect(summary.cycles).toMatchObject({ signals: 1, attempted: 1, completed: 1, open: 0, successRate: '1' });
    expect(summary.cut).toEqual({ 3: summary.events });
    expect(summary.marketTime).toEqual({ from: new Date(START).toISOString(), to: new Date(START + 60_000).toISOString() });
    expect(summary.provenance).toEqual({ oracle: '60 s EMA of mid' });
    expect(summary.units).toMatchObject({ naked: 'quote currency x seconds of market time', slippageBps: expect.stringContaining('basis points') as string });
  });
});

describe('what the summary makes of money beside fills', () => {
  it('gives funding to the trade that held the instrument, and leaves the rest outside closed trades', () => {
    const { pnl } = told((log) => {
      log.plan('t1', goldenRound);
      log.enter('t1', goldenRound);
      log.funding(ETH, '-0.005');
      log.exit('t1', goldenRound);
      log.at += 1_000;
      log.funding(SOL, '0.001');
    });
    expect(pnl).toMatchObject({ funding: '-0.004', net: '-0.198', perTrade: { mean: '-0.199' }, outsideClosedTrades: '0.001' });
  });

  it('gives nothing to a trade that is over: what its residual is paid stays outside closed trades', () => {
    const [eth, sol] = goldenRound as [(typeof goldenRound)[number], (typeof goldenRound)[number]];
    const left = (log: Log): void => {
      log.plan('t1', goldenRound);
      log.enter('t1', goldenRound);
      log.exit('t1', [{ ...eth, exit: [{ quantity: '0.04', price: '2758', fee: '0' }] }, sol]);
      log.at += 3_600_000;
    };
    const { pnl } = told((log) => {
      left(log);
      log.funding(ETH, '-0.003');
    });
    expect([pnl.funding, pnl.perTrade]).toEqual(['-0.003', told(left).pnl.perTrade]);
  });

  it('counts a trade of exactly zero among those that did not lose', () => {
    const flat = goldenRound.map((leg) => ({ ...leg, entry: [{ quantity: '1', price: '100', fee: '0' }], exit: [{ quantity: '1', price: '100', fee: '0' }] }));
    expect(told((log) => log.round('t1', flat)).pnl.shareNotNegative).toBe('1');
  });

  it('states the unhedged dollars of a pair and one standard deviation of them (C-34)', () => {
    const { residualDelta } = told((log) => {
      const observe = (mark: string): void => log.tell({ type: 'EquityObserved', ...BOT, trigger: 'INTERVAL', collateral: money('1'), eligibleCollateral: money('1'), equity: money('1'), initialMarginHealth: money('1'), maintenanceMarginHealth: money('1'), grossNotional: notional('1'), accountLeverage: ratio('1'), marks: [{ instrument: SOL, markPrice: price(mark), oraclePrice: price(mark) }], positions: [], venueTime: log.at });
      observe('100');
      log.plan('t1', goldenRound);
      log.enter('t1', goldenRound);
      observe('101');
      log.exit('t1', goldenRound);
    });
    expect(residualDelta.absolute.worst).toBe('0.0702');
    expect(residualDelta.oneSigmaPnl.worst).toBe(new Decimal('1.01').ln().times('0.0702').toDecimalPlaces(12).toString());
  });
});

describe('what did not become a round', () => {
  const ids = { ...BOT, planId: 'p', signalId: 's' };

  it('counts refusals by rule and infeasible plans by reason', () => {
    const summary = told((log) => {
      const deny = (tradeId: string, bindingRule: string): void => log.tell({ type: 'TradeDenied', ...ids, tradeId, planHash: 'h', rules: [], bindingRule, reason: 'too much', grossBefore: notional('0') });
      deny('d1', 'daily-volume');
      deny('d2', 'daily-volume');
      deny('d3', 'account-leverage');
      log.tell({ type: 'TradePlanInfeasible', ...ids, tradeId: 'd4', reason: 'DEPTH', detail: 'thin', caps: [], seen: [] });
      log.tell({ type: 'TradeRefused', ...ids, tradeId: 'd5', reason: 'TRADING_HALTED: trading is HALTED' });
    });
    expect(summary.refusals).toEqual({ 'daily-volume': 2, 'account-leverage': 1, 'execution: TRADING_HALTED': 1 });
    expect(summary.infeasible).toEqual({ DEPTH: 1 });
    expect(summary.cycles).toMatchObject({ signals: 5, attempted: 0, successRate: null });
  });

  it('counts refusals under their codes, whatever times and amounts their words tell: weeks of them are a few lines', () => {
    const summary = told((log) => {
      for (let number = 0; number < 300; number += 1) {
        log.tell({ type: 'TradeRefused', ...ids, tradeId: `late${number}`, reason: `APPROVAL_ENDED: the approval ended at ${number}, now is ${number + 7}` });
        log.tell({ type: 'TradeRefused', ...ids, tradeId: `odd${number}`, reason: `took ${number} ms` });
        log.tell({ type: 'OrderDenied', tradeId: `late${number}`, leg: 0, instrument: ETH, reason: 'QUANTITY_OFF_LOT', found: `0.${number}5`, allowed: '0.001' });
      }
    });
    expect(summary.refusals).toEqual({ 'execution: APPROVAL_ENDED': 300, 'execution: OTHER': 300 });
    expect(summary.orderRefusals).toEqual({ 'contract: QUANTITY_OFF_LOT': 300 });
  });

  it('counts an order that was kept back as refused by execution: the venue has not seen it', () => {
    const { orderRefusals } = told((log) => {
      log.plan('t1', goldenRound);
      log.tell({ type: 'OrderRejected', clientOrderId: 'kept', tradeId: 't1', kind: 'withheld', message: 'trading is HALTED' });
      log.tell({ type: 'OrderRejected', clientOrderId: 'waited', tradeId: 't1', kind: 'late', message: 'it did not leave in time' });
      log.tell({ type: 'OrderRejected', clientOrderId: 'late', tradeId: 't1', kind: 'late', venueCode: '2011', message: 'received too late' });
    });
    expect(orderRefusals).toEqual({ 'execution: withheld': 1, 'execution: late': 1, 'venue: late': 1 });
  });

  it('counts refused orders only in the scope that they belong to', () => {
    const log = new Log();
    log.tell({ type: 'TradeRefused', ...ids, tradeId: 'd1', reason: 'ORDER_DENIED: off' });
    log.tell({ type: 'OrderDenied', tradeId: 'd1', leg: 0, instrument: ETH, reason: 'QUANTITY_OFF_LOT', found: '1', allowed: '2' });
    expect([summarise(log.models, { botId: 'bot1' }, {}).orderRefusals, summarise(log.models, { botId: 'other' }, {}).orderRefusals]).toEqual([{ 'contract: QUANTITY_OFF_LOT': 1 }, {}]);
  });

  it('keeps nothing of an observation but what the last ones say and what all add up to', () => {
    const log = new Log();
    const observe = (at: number): void => log.tell({ type: 'EquityObserved', ...BOT, trigger: 'INTERVAL', collateral: money('1'), eligibleCollateral: money('1'), equity: money('1'), initialMarginHealth: money('1'), maintenanceMarginHealth: money('1'), grossNotional: notional('1'), accountLeverage: ratio('1'), marks: [{ instrument: SOL, markPrice: price(String(100 + (at % 3))), oraclePrice: price('100') }], positions: [], venueTime: at }, at);
    observe(START);
    const size = (): number => JSON.stringify([...log.models.desk.state.returns]).length + log.models.desk.state.equity.size;
    for (let minute = 1; minute <= 10; minute += 1) observe(START + minute * 60_000);
    const before = size();
    for (let minute = 11; minute <= 500; minute += 1) observe(START + minute * 60_000);
    expect(size() - before).toBeLessThan(60);
  });

  it('keeps an unwound single leg out of imbalance, and in naked exposure, PnL and the success rate', () => {
    const [eth, sol] = goldenRound as [(typeof goldenRound)[number], (typeof goldenRound)[number]];
    const legs = [eth, { ...sol, entry: [], exit: [] }];
    const summary = told((log) => {
      log.plan('t1', goldenRound);
      log.order('t1', 0, eth, 'ENTRY');
      log.tell({ type: 'UnwindStarted', tradeId: 't1', reason: 'naked time limit' });
      log.exit('t1', legs, 'UNWOUND');
    });
    expect(summary.cycles).toMatchObject({ unwound: 1, completed: 0, successRate: '0' });
    expect(summary.imbalance).toMatchObject({ trades: 0, planned: { mean: null, worst: null } });
    expect(summary.naked).toEqual({ totalNotionalSeconds: '50', mean: '50', worst: '50' });
    expect(summary.pnl).toMatchObject({ realised: '0.042', net: '0.022', closedTrades: 1 });
    expect(summary.targets.map(({ met }) => met)).toEqual([null, false, false]);
  });

  it('shows a residual once, as it was last recorded', () => {
    const residual = (size: string): BallastEvent => ({ type: 'PairResidual', tradeId: 't1', accountId: 'account1', leg: 0, instrument: ETH, quantity: signedQuantity(size), notional: notional('2.7569') });
    const { residuals } = told((log) => {
      log.round('t1', goldenRound);
      log.tell(residual('0.002'));
      log.tell(residual('0.001'));
    });
    expect(residuals).toEqual([{ tradeId: 't1', accountId: 'account1', leg: 0, instrument: ETH, quantity: '0.001', notional: '2.7569', takenOverBy: null }]);
  });

  it('counts what an entry ordered once, though a remainder is ordered again', () => {
    const summary = told((log) => {
      log.plan('t1', goldenRound);
      const order = (clientOrderId: string, replaces?: string) => log.tell({ type: 'OrderSubmitted', clientOrderId, tradeId: 't1', ...BOT, leg: 1, purpose: 'ENTRY', instrument: SOL, side: 'SELL', quantity: quantity('1'), limitPrice: price('115.86'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: 0, expiresAt: 0, deadlineAt: 0, slice: 0, attempt: 0, bookSequence: 1, ...(replaces ? { replaces } : {}) });
      order('first');
      log.tell({ type: 'OrderCancelled', clientOrderId: 'first', tradeId: 't1', unfilled: quantity('1'), reason: 'time limit' });
      order('second', 'first');
      log.tell({ type: 'OrderRejected', clientOrderId: 'second', tradeId: 't1', kind: 'POST_ONLY_WOULD_CROSS', message: 'no' });
      log.enter('t1', goldenRound);
    });
    expect(summary.imbalance.ordered.worst).toBe('0.000606271019');
    expect(summary.orderRefusals).toEqual({ 'venue: POST_ONLY_WOULD_CROSS': 1 });
  });
});

describe('scopes and empty logs', () => {
  it('counts only what belongs to the bot or portfolio asked for', () => {
    const log = new Log();
    log.round('t1', goldenRound);
    expect(summarise(log.models, { botId: 'bot1' }, {}).pnl.net).toBe('-0.194');
    const other = summarise(log.models, { portfolioId: 'another' }, {});
    expect(other).toMatchObject({ cycles: { signals: 0 }, pnl: { net: '0', closedTrades: 0 }, positions: {}, balances: {}, execution: { fills: 0 } });
  });

  it('has no NaN and no Infinity without a single trade: what was not measured is null', () => {
    const summary = told(() => undefined);
    expect(JSON.stringify(summary)).not.toMatch(/NaN|Infinity/);
    expect(summary.execution).toMatchObject({ fillRate: null, makerShare: null, turnover: '0' });
    expect(reportText(summary)).toContain('not measured');
    expect(reportText(summary)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
