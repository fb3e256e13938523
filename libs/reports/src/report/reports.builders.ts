import { type Id, money, type Ms, notional, price, ratio } from '@ballast/domain';
import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { BallastEvent, EquityObserved, TradeClosed } from '@ballast/events';
import type { Period } from './period.js';
import { ReportFold } from './report-fold.js';

export const DAY: Ms = Date.UTC(2025, 8, 4);

let sequence = 0;

/** One event as recorded in a partition at a moment. */
export function recorded(event: BallastEvent, at: Ms, partition = 3): Recorded {
  sequence += 1;
  const decision: DecisionRecord = {
    format: 1, decisionId: `decision-${sequence}`, stream: 'test.test.test', version: 1, occurredAt: at, writer: 'test', build: 'test', correlationId: 'test', causationId: 'test', lane: 'test',
    contract: 1, previousHash: '', events: [event], partition, subject: `evt.${partition}.test.test.test`, sequence, hash: '',
  };
  return { event, index: 0, decision };
}

export const botCreated = (botId: Id, portfolioId: Id): BallastEvent => ({ type: 'BotCreated', botId, portfolioId, accountId: `account-${botId}`, strategy: 'test', profiles: ['demo'], settings: {}, by: 'cli' });

/** A trade that is over; net = realised less a fee of $0.10. */
export const tradeClosed = (botId: Id, tradeId: Id, net: string, more: Partial<TradeClosed> = {}): TradeClosed => ({
  type: 'TradeClosed', botId, tradeId, accountId: `account-${botId}`, portfolioId: 'main', planId: `plan-${tradeId}`, signalId: `signal-${tradeId}`, outcome: 'COMPLETED', legs: [], planVolume: notional('100'), turnover: notional('400'),
  realisedPnl: money(money(net).plus('0.1').toString()), fees: money('0.1'), nakedNotionalSeconds: notional('0'), reason: 'done', ...more,
});

export const equityObserved = (botId: Id, equity: string, at: Ms, marks: Readonly<Record<string, string>> = {}): EquityObserved => ({
  type: 'EquityObserved', botId, accountId: `account-${botId}`, portfolioId: 'main', trigger: 'INTERVAL', collateral: money(equity), eligibleCollateral: money(equity), equity: money(equity), initialMarginHealth: money(equity), maintenanceMarginHealth: money(equity),
  grossNotional: notional('0'), accountLeverage: ratio('0'), marks: Object.entries(marks).map(([instrument, mark]) => ({ instrument, markPrice: price(mark), oraclePrice: price(mark) })), positions: [], venueTime: at,
});

export const funded = (botId: Id, amount: string, at: Ms): BallastEvent => ({ type: 'AccountFunded', accountId: `account-${botId}`, portfolioId: 'main', transferId: `transfer-${at}`, amount: money(amount), balance: money('0'), venueTime: at });

export function folded(log: readonly Recorded[], period: Period = {}): ReportFold {
  const fold = new ReportFold(period);
  for (const each of log) fold.apply(each);
  return fold;
}
