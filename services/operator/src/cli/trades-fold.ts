import type { Id, Ms } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { LegResult, TradeClosed } from '@ballast/events';

export interface TradeRow {
  readonly tradeId: Id;
  readonly botId: Id;
  readonly openedAt: Ms;
  readonly status: 'ENTERING' | 'HELD' | 'EXITING' | 'UNWINDING' | 'REFUSED' | TradeClosed['outcome'];
  /** In words: what is planned, or what the legs did. */
  readonly legs: readonly string[];
  /** Decimal strings; absent before there is one. */
  readonly imbalancePlanned?: string;
  readonly imbalanceAtReference?: string;
  readonly realisedPnl?: string;
  readonly fees?: string;
  readonly netPnl?: string;
  readonly reason?: string;
}

const legText = ({ side, instrument, filled, averagePrice, averageExitPrice }: LegResult): string =>
  `${side} ${filled} ${instrument}${averagePrice ? ` @ ${averagePrice.toDecimalPlaces(6).toString()}` : ''}${averageExitPrice ? ` -> ${averageExitPrice.toDecimalPlaces(6).toString()}` : ''}`;

/** Every trade of the log, in the order opened. */
export class TradesFold {
  private readonly rows = new Map<Id, TradeRow>();

  apply({ event, decision }: Recorded): void {
    switch (event.type) {
      case 'TradeOpened':
        this.rows.set(event.tradeId, { tradeId: event.tradeId, botId: event.botId, openedAt: decision.occurredAt, status: 'ENTERING', legs: event.legs.map(({ side, quantity, instrument }) => `${side} ${quantity.toString()} ${instrument} planned`), imbalancePlanned: event.imbalanceRatio.toString() });
        return;
      case 'TradeRefused':
        this.rows.set(event.tradeId, { tradeId: event.tradeId, botId: event.botId, openedAt: decision.occurredAt, status: 'REFUSED', legs: [], reason: event.reason });
        return;
      case 'TradeBalanced':
        this.change(event.tradeId, { status: 'HELD', legs: event.legs.map(legText), imbalanceAtReference: event.imbalanceAtReference.toString() });
        return;
      case 'ExitStarted':
        this.change(event.tradeId, { status: 'EXITING' });
        return;
      case 'UnwindStarted':
        this.change(event.tradeId, { status: 'UNWINDING', reason: event.reason });
        return;
      case 'TradeClosed':
        this.change(event.tradeId, { status: event.outcome, legs: event.legs.map(legText), realisedPnl: event.realisedPnl.toString(), fees: event.fees.toString(), netPnl: event.realisedPnl.minus(event.fees).toString(), reason: event.reason });
        return;
    }
  }

  all(): readonly TradeRow[] {
    return [...this.rows.values()].sort((a, b) => a.openedAt - b.openedAt);
  }

  private change(tradeId: Id, change: Partial<TradeRow>): void {
    const row = this.rows.get(tradeId);
    if (row) this.rows.set(tradeId, { ...row, ...change });
  }
}
