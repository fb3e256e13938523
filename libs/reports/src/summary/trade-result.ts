import { Decimal, type Money } from '@ballast/domain';
import type { TradeClosed } from '@ballast/events';
import type { TradeFacts } from '../facts/trade-facts.js';

export interface TradeResult {
  readonly trade: TradeFacts;
  readonly closed: TradeClosed;
  readonly funding: Decimal;
  /** Realised less fees, with funding. */
  readonly net: Money;
}

/** Results of the trades that are over and that traded at all: a round that filled nothing has no result. */
export const resultsOf = (trades: readonly TradeFacts[], funding: ReadonlyMap<string, Decimal>): readonly TradeResult[] =>
  trades.flatMap((trade) => {
    const { closed } = trade;
    if (trade.stage !== 'CLOSED' || !closed || closed.outcome === 'UNFILLED') return [];
    const received = funding.get(trade.tradeId) ?? new Decimal(0);
    return [{ trade, closed, funding: received, net: closed.realisedPnl.minus(closed.fees).plus(received) as Money }];
  });
