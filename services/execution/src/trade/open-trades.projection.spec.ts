import { describe, expect, it } from 'vitest';
import type { Recorded } from '@ballast/bus';
import type { BallastEvent } from '@ballast/events';
import { OpenTrades } from './open-trades.projection.js';
import { ETH, pair, SOL } from './trade.fixtures.js';

const recorded = (event: object): Recorded => ({ event: event as BallastEvent, index: 0, decision: { partition: 3 } as Recorded['decision'] });
const opened = (tradeId: string): Recorded => recorded({ type: 'TradeOpened', tradeId, legs: pair.legs });
const closed = (tradeId: string): Recorded => recorded({ type: 'TradeClosed', tradeId });

describe('Trades that wait for the market', () => {
  it('are those that are open in the instrument, however many there have been', () => {
    const trades = new OpenTrades();
    for (let nth = 0; nth < 3_000; nth += 1) for (const event of [opened(`t${nth}`), closed(`t${nth}`)]) trades.apply(event);
    trades.apply(opened('open'));
    expect([ETH, SOL, 'BTC-PERP'].map((instrument) => trades.in(instrument))).toEqual([[{ partition: 3, id: 'open' }], [{ partition: 3, id: 'open' }], []]);
    expect(trades.state.closed.size).toBeLessThanOrEqual(1_000);
  });

  it('include one that a late fill has reopened', () => {
    const trades = new OpenTrades();
    for (const event of [opened('t1'), closed('t1'), recorded({ type: 'UnwindStarted', tradeId: 't1', reason: 'a late fill reopened it' })]) trades.apply(event);
    expect(trades.in(ETH)).toEqual([{ partition: 3, id: 't1' }]);
    trades.apply(closed('t1'));
    expect(trades.in(ETH)).toEqual([]);
  });
});
