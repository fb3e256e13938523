import type { BallastEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { closed, filled, OWNER, settled, START, told } from './performance.fixtures.js';
import { TradeRecordFold } from './trade-record.projection.js';

const after = (...events: readonly BallastEvent[]): TradeRecordFold => {
  const fold = new TradeRecordFold();
  for (const event of events) fold.apply(told(event));
  return fold;
};
const nets = (fold: TradeRecordFold): readonly string[] => fold.portfolio(OWNER.portfolioId).recent.map(({ tradeId, net }) => `${tradeId} ${net.toString()}`);

describe('the record of a portfolio and its bots, from the log', () => {
  it('takes fees off and funding in, and tells bots apart', () => {
    const fold = after(filled('t1', 'BUY', '2', START), settled('0.5', START + 1), filled('t1', 'SELL', '2', START + 2), closed('t1', '3', { fees: settled('1').amount }), closed('t2', '-1', { botId: 'bot2', accountId: 'account2' }));
    expect(nets(fold)).toEqual(['t1 2.5', 't2 -1']);
    expect([fold.bot('bot1').total.wins, fold.bot('bot2').total.losses, fold.portfolio(OWNER.portfolioId).streak]).toEqual([1, 1, { kind: 'LOSSES', length: 1 }]);
    expect(fold.bot('nobody').total.trades).toBe(0);
  });

  it('has no result of a round that filled nothing, and one of a round that was unwound', () => {
    expect(nets(after(closed('t1', '0', { outcome: 'UNFILLED' }), closed('t2', '-0.2', { outcome: 'UNWOUND' })))).toEqual(['t2 -0.2']);
  });

  it('shares funding among the trades that held the instrument, by what they held, to the last digit', () => {
    const fold = after(filled('t1', 'BUY', '1', START), filled('t2', 'BUY', '2', START + 1), filled('t3', 'BUY', '5', START + 9), filled('t4', 'BUY', '5', START, 'SOL-PERP'), settled('-1', START + 5), ...['t1', 't2', 't3', 't4'].map((tradeId) => closed(tradeId, '0')));
    expect(nets(fold)).toEqual(['t1 -0.333333333333', 't2 -0.666666666667', 't3 0', 't4 0']);
  });

  it('counts funding that is recorded after the trade was closed, and takes the streak back with it', () => {
    const fold = after(filled('t1', 'BUY', '1', START), closed('t1', '0.1'), closed('t2', '1'));
    expect(fold.portfolio(OWNER.portfolioId).streak).toEqual({ kind: 'WINS', length: 2 });
    fold.apply(told(settled('-0.3', START)));
    expect([nets(fold), fold.portfolio(OWNER.portfolioId).total.trades, fold.portfolio(OWNER.portfolioId).streak]).toEqual([['t1 -0.2', 't2 1'], 2, { kind: 'WINS', length: 1 }]);
  });

  it('counts a trade that a late fill reopened once', () => {
    const fold = after(filled('t1', 'BUY', '1', START), closed('t1', '1'), filled('t1', 'SELL', '1', START + 1), closed('t1', '-1'));
    expect([nets(fold), fold.bot('bot1').total.trades]).toEqual([['t1 -1'], 1]);
  });

  it('counts a round that had filled nothing when it closed, and then did', () => {
    expect(nets(after(closed('t1', '0', { outcome: 'UNFILLED' }), filled('t1', 'BUY', '1', START), closed('t1', '-1', { outcome: 'UNWOUND' })))).toEqual(['t1 -1']);
  });

  it('does not grow with trades', () => {
    const fold = new TradeRecordFold();
    for (let index = 0; index < 1_000; index += 1) for (const event of [filled(`t${index}`, 'BUY', '1', START + index), closed(`t${index}`, '1')]) fold.apply(told(event));
    const account = fold.state.accounts.get(OWNER.accountId);
    expect([account?.rounds.size, account?.closed.length, fold.portfolio(OWNER.portfolioId).recent.length, fold.portfolio(OWNER.portfolioId).total.wins]).toEqual([64, 64, 64, 1_000]);
  });
});
