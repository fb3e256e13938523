import { Decimal, type Id, type Money, type Ms, type Price, signOf } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import type { EquityObserved, OrderFilled, SeenPrice, TradeClosed } from '@ballast/events';
import { dailyVolatility, type SeenPrices, withPrice } from './seen-prices.js';
import { contextOf, type TradeContext } from './trade-context.js';

/** What an open trade holds and has paid. */
interface Standing {
  readonly accountId: Id;
  readonly positions: Map<string, Decimal>;
  /** Paid and received for its fills, fees taken off. */
  cash: Decimal;
}

export interface TradeContexts {
  readonly trades: Map<Id, TradeContext>;
  /** Open trades with fills. */
  readonly standing: Map<Id, Standing>;
  /** By `<account>/<instrument>`: what several partitions saw never meets, so the order in which they are read does not matter. */
  readonly prices: Map<string, SeenPrices>;
}

const ZERO = new Decimal(0);

/** The market that every trade was planned in, and how it fared while it stood (R106, R107): from what the events say they saw. */
export class TradeContextProjection implements Projection<TradeContexts> {
  readonly name = 'trade-context';
  readonly reads = ['SignalRaised', 'TradePlanned', 'OrderFilled', 'EquityObserved', 'TradeClosed'];
  state: TradeContexts = { trades: new Map(), standing: new Map(), prices: new Map() };

  apply({ event, decision: { occurredAt } }: Recorded): void {
    switch (event.type) {
      case 'SignalRaised':
        this.see(event.accountId, occurredAt, event.seen);
        return;
      case 'TradePlanned':
        this.see(event.accountId, occurredAt, event.legs.map(({ seen }) => seen));
        this.state.trades.set(event.tradeId, contextOf(event, occurredAt, (instrument) => dailyVolatility(this.state.prices.get(`${event.accountId}/${instrument}`))));
        return;
      case 'OrderFilled':
        this.filled(event);
        return;
      case 'EquityObserved':
        this.observed(event);
        return;
      case 'TradeClosed':
        this.closed(event, occurredAt);
        return;
    }
  }

  private see(accountId: Id, at: Ms, seen: readonly SeenPrice[]): void {
    for (const { instrument, bestBid, bestAsk } of seen) {
      const key = `${accountId}/${instrument}`;
      this.state.prices.set(key, withPrice(this.state.prices.get(key), at, bestBid.plus(bestAsk).div(2) as Price));
    }
  }

  private filled({ tradeId, accountId, instrument, side, quantity, price, fee, venueTime }: OrderFilled): void {
    const context = this.state.trades.get(tradeId);
    if (context) context.enteredAt = Math.min(context.enteredAt ?? venueTime, venueTime);
    const standing = this.state.standing.get(tradeId) ?? { accountId, positions: new Map(), cash: ZERO };
    this.state.standing.set(tradeId, standing);
    const signed = quantity.times(signOf(side));
    standing.cash = standing.cash.minus(signed.times(price)).minus(fee);
    standing.positions.set(instrument, (standing.positions.get(instrument) ?? ZERO).plus(signed));
  }

  private observed({ accountId, marks, venueTime }: EquityObserved): void {
    const markOf = new Map(marks.map(({ instrument, markPrice }) => [instrument, markPrice]));
    for (const [tradeId, standing] of this.state.standing) {
      const context = standing.accountId === accountId ? this.state.trades.get(tradeId) : undefined;
      const result = context && resultAt(standing, markOf);
      if (!context || !result) continue;
      context.bestSeen = Decimal.max(context.bestSeen ?? result, result) as Money;
      context.worstSeen = Decimal.min(context.worstSeen ?? result, result) as Money;
      if (result.gt(0)) context.firstProfitAt ??= venueTime;
    }
  }

  private closed({ tradeId, realisedPnl, fees }: TradeClosed, at: Ms): void {
    this.state.standing.delete(tradeId);
    const context = this.state.trades.get(tradeId);
    if (context && realisedPnl.gt(fees)) context.firstProfitAt ??= at;
  }
}

/** Undefined where an instrument that it holds has no mark. */
function resultAt({ cash, positions }: Standing, markOf: ReadonlyMap<string, Price>): Money | undefined {
  let result = cash;
  for (const [instrument, quantity] of positions) {
    const mark = markOf.get(instrument);
    if (!mark && !quantity.isZero()) return undefined;
    if (mark) result = result.plus(quantity.times(mark));
  }
  return result as Money;
}
