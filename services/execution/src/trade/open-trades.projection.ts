import type { Projection, Recorded, StreamId } from '@ballast/bus';
import type { Id } from '@ballast/domain';

export type TradeStreamId = Pick<StreamId, 'partition' | 'id'>;

interface OpenTrade {
  readonly stream: TradeStreamId;
  readonly instruments: readonly string[];
}

interface OpenTradesState {
  /** By instrument: what a new book of it may set in motion. */
  readonly waiting: Map<string, Map<Id, TradeStreamId>>;
  readonly open: Map<Id, OpenTrade>;
  /** The trades that closed last: a late fill may reopen one. */
  readonly closed: Map<Id, OpenTrade>;
}

const CLOSED_MAX = 1_000;

/** Which trades wait for the market, so that a book costs what is open in its instrument and not what was ever traded. */
export class OpenTrades implements Projection<OpenTradesState> {
  readonly name = 'execution-open-trades';
  readonly reads = ['TradeOpened', 'UnwindStarted', 'TradeClosed'];
  state: OpenTradesState = { waiting: new Map(), open: new Map(), closed: new Map() };

  apply({ event, decision }: Recorded): void {
    switch (event.type) {
      case 'TradeOpened':
        return this.add({ stream: { partition: decision.partition, id: event.tradeId }, instruments: event.legs.map((leg) => leg.instrument) });
      case 'UnwindStarted': {
        const reopened = this.state.closed.get(event.tradeId);
        if (reopened) this.add(reopened);
        return;
      }
      case 'TradeClosed':
        return this.remove(event.tradeId);
    }
  }

  in(instrument: string): readonly TradeStreamId[] {
    return [...(this.state.waiting.get(instrument)?.values() ?? [])];
  }

  private add(trade: OpenTrade): void {
    const { waiting, open, closed } = this.state;
    closed.delete(trade.stream.id);
    open.set(trade.stream.id, trade);
    for (const instrument of trade.instruments) waiting.set(instrument, (waiting.get(instrument) ?? new Map<Id, TradeStreamId>()).set(trade.stream.id, trade.stream));
  }

  private remove(tradeId: Id): void {
    const { waiting, open, closed } = this.state;
    const trade = open.get(tradeId);
    if (!trade) return;
    open.delete(tradeId);
    closed.set(tradeId, trade);
    for (const instrument of trade.instruments) waiting.get(instrument)?.delete(tradeId);
    const oldest = closed.size > CLOSED_MAX ? closed.keys().next().value : undefined;
    if (oldest !== undefined) closed.delete(oldest);
  }
}
