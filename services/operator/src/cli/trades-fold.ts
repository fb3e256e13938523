import type { Id, Ms, Side } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { LegResult, TradeClosed } from '@ballast/events';

/** One leg; decimal strings, absent before there is one. */
export interface TradeLeg {
  readonly side: Side;
  readonly instrument: string;
  /** Base units. */
  readonly planned: string;
  readonly filled?: string;
  readonly averagePrice?: string;
  readonly averageExitPrice?: string;
}

export interface TradeRow {
  readonly tradeId: Id;
  readonly botId: Id;
  readonly openedAt: Ms;
  readonly status: 'ENTERING' | 'HELD' | 'EXITING' | 'UNWINDING' | 'REFUSED' | TradeClosed['outcome'];
  readonly legs: readonly TradeLeg[];
  /** Decimal strings; absent before there is one. */
  readonly imbalancePlanned?: string;
  readonly imbalanceAtReference?: string;
  readonly realisedPnl?: string;
  readonly fees?: string;
  /** Realised less fees; funding is the account's (see `positions`), and the report's to share out. */
  readonly netBeforeFunding?: string;
  readonly reason?: string;
}

const legOf = ({ side, instrument, planned, filled, averagePrice, averageExitPrice }: LegResult): TradeLeg => ({
  side,
  instrument,
  planned: planned.toString(),
  filled: filled.toString(),
  ...(averagePrice ? { averagePrice: averagePrice.toDecimalPlaces(6).toString() } : {}),
  ...(averageExitPrice ? { averageExitPrice: averageExitPrice.toDecimalPlaces(6).toString() } : {}),
});

export function legText({ side, instrument, planned, filled, averagePrice, averageExitPrice }: TradeLeg): string {
  if (filled === undefined) return `${side} ${planned} ${instrument} planned`;
  return `${side} ${filled} ${instrument}${averagePrice === undefined ? '' : ` @ ${averagePrice}`}${averageExitPrice === undefined ? '' : ` -> ${averageExitPrice}`}`;
}

/** Every trade of the log, in the order opened. */
export class TradesFold {
  private readonly rows = new Map<Id, TradeRow>();

  apply({ event, decision }: Recorded): void {
    switch (event.type) {
      case 'TradeOpened':
        this.rows.set(event.tradeId, { tradeId: event.tradeId, botId: event.botId, openedAt: decision.occurredAt, status: 'ENTERING', legs: event.legs.map(({ side, quantity, instrument }) => ({ side, instrument, planned: quantity.toString() })), imbalancePlanned: event.imbalanceRatio.toString() });
        return;
      case 'TradeRefused':
        this.rows.set(event.tradeId, { tradeId: event.tradeId, botId: event.botId, openedAt: decision.occurredAt, status: 'REFUSED', legs: [], reason: event.reason });
        return;
      case 'TradeBalanced':
        this.change(event.tradeId, { status: 'HELD', legs: event.legs.map(legOf), imbalanceAtReference: event.imbalanceAtReference.toString() });
        return;
      case 'ExitStarted':
        this.change(event.tradeId, { status: 'EXITING' });
        return;
      case 'UnwindStarted':
        this.change(event.tradeId, { status: 'UNWINDING', reason: event.reason });
        return;
      case 'TradeClosed':
        this.change(event.tradeId, { status: event.outcome, legs: event.legs.map(legOf), realisedPnl: event.realisedPnl.toString(), fees: event.fees.toString(), netBeforeFunding: event.realisedPnl.minus(event.fees).toString(), reason: event.reason });
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
