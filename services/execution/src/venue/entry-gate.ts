import { Injectable } from '@nestjs/common';
import { partitionOf } from '@ballast/domain';
import { EventStreams } from '@ballast/bus';
import { Ledger } from '../ledger.projection.js';
import { tradeDecider } from '../trade/trade.decider.js';
import type { TradeState } from '../trade/trade.state.js';
import { VenueStop } from './venue-stop.js';

/**
 * Whether what adds risk may still leave. An order that is decided waits: for its turn, for the call budget, for the next process. What
 * stops new risk meanwhile is known here as soon as it is folded, before anything has followed from it.
 */
@Injectable()
export class EntryGate {
  constructor(private readonly stop: VenueStop, private readonly ledger: Ledger, private readonly streams: EventStreams) {}

  /** Why no order of this trade that adds risk may leave now; undefined where it may. */
  closedFor(trade: TradeState): string | undefined {
    const { accountId, portfolioId, botId, tradeId } = trade.ids;
    if (this.stop.holds(accountId)) return 'a person stopped this account at the venue';
    const state = this.ledger.tradingState(portfolioId, botId, trade.legs.map(({ instrument }) => instrument));
    if (state !== 'ACTIVE') return `trading is ${state}`;
    const { phase } = this.streams.held(tradeDecider, { partition: partitionOf(portfolioId), id: tradeId })?.state ?? trade;
    return phase === 'ENTERING' ? undefined : `its trade is ${phase}`;
  }
}
