import type { Decimal, Id, Ms } from '@ballast/domain';
import { netEntered, netExited, type OrderFacts, type TradeFacts } from '../facts/trade-facts.js';
import { type Figure, figure } from '../summary/statistics.js';
import { imbalanceAtFill, imbalanceAtReference, phaseFill } from '../summary/trade-measures.js';
import { resultsOf } from '../summary/trade-result.js';

export interface TradeLine {
  readonly tradeId: Id;
  readonly botId: Id;
  readonly portfolioId: Id;
  readonly stage: string;
  readonly outcome: string | null;
  /** Why it went no further, or why it was left. */
  readonly reason: string | null;
  readonly startedAt: Ms;
  readonly closedAt: Ms | null;
  readonly legs: readonly { readonly side: string; readonly instrument: string; readonly planned: string; readonly entered: string; readonly exited: string; readonly entryPrice: Figure; readonly exitPrice: Figure }[];
  readonly imbalancePlanned: Figure;
  readonly imbalanceAtReference: Figure;
  readonly imbalanceAtFill: Figure;
  readonly nakedNotionalSeconds: string;
  readonly realised: Figure;
  readonly fees: Figure;
  readonly funding: Figure;
  readonly net: Figure;
}

/** One trade as a list shows it; decimals are text. */
export function tradeLine(trade: TradeFacts, funding: Decimal | undefined): TradeLine {
  const { tradeId, botId, portfolioId, stage, startedAt, closed } = trade;
  const [result] = resultsOf([trade], new Map(funding ? [[tradeId, funding]] : []));
  return {
    tradeId, botId, portfolioId, stage, startedAt, outcome: closed?.outcome ?? null, reason: trade.refusedBy ?? trade.exitReason ?? null, closedAt: trade.closedAt ?? null,
    legs: trade.legs.map((leg) => ({ side: leg.side, instrument: leg.instrument, planned: leg.planned.toString(), entered: netEntered(leg).toString(), exited: netExited(leg).toString(), entryPrice: figure(phaseFill(trade, leg, 'ENTRY').averagePrice), exitPrice: figure(phaseFill(trade, leg, 'EXIT').averagePrice) })),
    imbalancePlanned: figure(trade.imbalancePlanned), imbalanceAtReference: figure(imbalanceAtReference(trade)), imbalanceAtFill: figure(imbalanceAtFill(trade)),
    nakedNotionalSeconds: trade.nakedNotionalSeconds.toString(), realised: figure(result?.closed.realisedPnl), fees: figure(result?.closed.fees), funding: figure(result?.funding), net: figure(result?.net),
  };
}

export interface OrderLine {
  readonly clientOrderId: Id;
  readonly tradeId: Id;
  readonly botId: Id;
  readonly purpose: string;
  readonly instrument: string;
  readonly side: string;
  readonly quantity: string;
  readonly limitPrice: string;
  readonly timeInForce: string;
  readonly postOnly: boolean;
  readonly reduceOnly: boolean;
  readonly status: OrderFacts['status'];
  readonly filled: string;
  readonly averagePrice: Figure;
}

export const orderLine = ({ submitted, status, filled, filledNotional }: OrderFacts): OrderLine => ({
  clientOrderId: submitted.clientOrderId, tradeId: submitted.tradeId, botId: submitted.botId, purpose: submitted.purpose, instrument: submitted.instrument, side: submitted.side,
  quantity: submitted.quantity.toString(), limitPrice: submitted.limitPrice.toString(), timeInForce: submitted.timeInForce, postOnly: submitted.postOnly, reduceOnly: submitted.reduceOnly,
  status, filled: filled.toString(), averagePrice: figure(filled.isZero() ? undefined : filledNotional.div(filled)),
});
