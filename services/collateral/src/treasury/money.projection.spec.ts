import type { DecisionRecord } from '@ballast/bus';
import { money, price, quantity, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { MoneyFold } from './money.projection.js';
import { DAY_MS, DAY_START } from './treasury.fixtures.js';

const bot = (accountId: string, portfolioId = 'p'): BallastEvent => ({ type: 'BotCreated', botId: `bot-${accountId}`, portfolioId, accountId, strategy: 's', profiles: ['legion'], settings: {}, by: 'test' });
const funded = (amount: string, accountId = 'a'): BallastEvent => ({ type: 'AccountFunded', accountId, portfolioId: 'p', transferId: amount, amount: money(amount), balance: money('0') });
const closed = (realised: string, fee = '0', accountId = 'a'): BallastEvent => ({ type: 'PositionClosed', accountId, instrument: 'ETH-PERP', fillId: 'f', tradeId: 't', side: 'SELL', quantity: quantity('1'), price: price('1'), fee: money(fee), position: signedQuantity('0'), realisedPnl: money(realised), venueTime: 0 });
const funding = (amount: string): BallastEvent => ({ type: 'FundingSettled', accountId: 'a', instrument: 'ETH-PERP', paymentId: 'x', amount: money(amount), rateHourly: money('0') as never, position: signedQuantity('1'), venueTime: 0 });
const forgiven = (amount: string): BallastEvent => ({ type: 'DebtForgiven', accountId: 'a', portfolioId: 'p', forgivenId: 'd', amount: money(amount), balance: money('0'), venueTime: 0 });
const none = { entries: [], balances: { trading: money('0'), chest: money('0'), operating: money('0'), withdrawal: money('0'), chestCounts: false } };
const opened: BallastEvent = { type: 'TreasuryOpened', portfolioId: 'p', profile: 'legion@1', day: '2026-01-05', nextBoundaryAt: DAY_START + DAY_MS, highWaterMark: money('0'), throughSequence: 0, accounts: [], ...none };

/** Tells events, one message each, at so many hours after the first day's start. */
function told(...events: readonly (readonly [hours: number, event: BallastEvent])[]): MoneyFold {
  const fold = new MoneyFold();
  events.forEach(([hours, event], index) => fold.apply({ event, index: 0, decision: { occurredAt: DAY_START + hours * 3_600_000, sequence: index + 1 } as DecisionRecord }));
  return fold;
}
const before = (fold: MoneyFold, day: number) => {
  const { sequence, accounts } = fold.before('p', DAY_START + day * DAY_MS);
  return [sequence, ...accounts.map(({ accountId, paidIn, paidOut, results }) => `${accountId} ${[paidIn, paidOut, results].join('/')}`)];
};

describe('money as the log tells it', () => {
  it('is transfers in and out apart, and results less fees with funding and what the venue forgave (C-11)', () => {
    expect(before(told([0, bot('a')], [0, funded('200')], [1, funded('-50')], [2, closed('10', '1.5')], [3, funding('-0.25')], [3, forgiven('0.5')]), 1)).toEqual([6, 'a 200/50/8.75']);
  });

  it('is told by day once a treasury is open, also when the day is asked for late', () => {
    const fold = told([0, bot('a')], [0, opened], [1, closed('10')], [25, closed('20')], [49, closed('40')], [26, closed('5')]);
    expect([before(fold, 1), before(fold, 2), before(fold, 3)]).toEqual([[3, 'a 0/0/10'], [4, 'a 0/0/30'], [6, 'a 0/0/75']]);
  });

  it('is told by portfolio and account; what is nobody\'s is left out', () => {
    const fold = told([0, bot('a')], [0, bot('b')], [0, bot('c', 'q')], [1, closed('1')], [1, closed('2', '0', 'b')], [1, closed('3', '0', 'c')], [1, closed('4', '0', 'stranger')]);
    expect(before(fold, 1)).toEqual([5, 'a 0/0/1', 'b 0/0/2']);
    expect([fold.portfolios(), fold.profiles('p'), fold.portfolioOf('b')]).toEqual([['p', 'q'], ['legion'], 'p']);
  });

  it('holds no protection (C-10), and keeps no payload whose end it knows; one given up in doubt may still come', () => {
    const prepared = (id: string): BallastEvent => ({ type: 'ProtectionTransferPrepared', botId: 'bot-a', transferId: id, payload: { nonce: 1, digest: `digest-${id}`, preparedAt: 0 } });
    const refused = (id: string, kind: string): BallastEvent => ({ type: 'ProtectionTransferRefused', botId: 'bot-a', transferId: id, kind, reason: '', frozen: false, at: 0 });
    const moved = (amount: string, id: string): BallastEvent => ({ ...funded(amount), digest: `digest-${id}` }) as BallastEvent;
    const fold = told([0, bot('a')], [0, funded('200')], [1, prepared('t1')], [1, moved('60', 't1')], [2, prepared('t2')], [2, refused('t2', 'margin')], [3, prepared('t3')], [3, refused('t3', 'givenUp')], [4, moved('70', 't3')], [5, moved('5', 'another')]);
    expect(before(fold, 1)).toEqual([10, 'a 205/0/0']);
    expect(fold.state.underway?.size).toBe(0);
  });

  it('forgets the days that are closed', () => {
    const day = (boundaryAt: number): BallastEvent => ({ type: 'TreasuryDayClosed', portfolioId: 'p', day: '2026-01-05', boundaryAt, nextBoundaryAt: boundaryAt + DAY_MS, profile: 'legion@1', dayResult: money('0'), results: money('0'), highWaterMarkBefore: money('0'), highWaterMark: money('0'), profit: money('0'), winsInARow: 0, chestRatio: money('0') as never, reinvested: money('0'), toChest: money('0'), toOperating: money('0'), toWithdrawal: money('0'), ...none });
    const fold = told([0, bot('a')], [0, opened], [1, closed('10')], [25, closed('20')], [49, closed('40')], [49, day(DAY_START + DAY_MS)]);
    expect(fold.state.portfolios.get('p')?.days.map(({ dayStart }) => dayStart)).toEqual([DAY_START + 2 * DAY_MS]);
    expect(before(fold, 2)).toEqual([4, 'a 0/0/30']);
  });
});
