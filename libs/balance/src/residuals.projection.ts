import type { Projection, Recorded } from '@ballast/bus';
import { Decimal, type Id, minOf, signOf, type SignedQuantity } from '@ballast/domain';
import type { OrderFilled, PositionLiquidated, TradeClosed, TradeOpened } from '@ballast/events';

interface Leg {
  readonly instrument: string;
  /** Taken over from earlier trades, signed as a position. */
  readonly absorbed: Decimal;
  /** Left open when the trade closed, signed as a position; 0 until then. */
  readonly left: Decimal;
}
interface Trade {
  readonly accountId: Id;
  readonly open: boolean;
  readonly legs: ReadonlyMap<number, Leg>;
}
interface Residuals {
  /** By account and instrument, signed as a position; flat ones are absent. */
  readonly left: Map<string, Decimal>;
  readonly trades: Map<Id, Trade>;
}

const ZERO = new Decimal(0);
const CLOSED_MAX = 1_000;
const keyOf = (accountId: Id, instrument: string): string => `${accountId} ${instrument}`;

/**
 * What closed trades have left open below the venue's minimum and no later trade has taken over, by account and instrument
 * (architecture, "Quantities are decided once"). Folded from the trades themselves, never from positions: those also hold what
 * trades under way have not given back yet.
 */
export class ResidualFold implements Projection<Residuals> {
  readonly name = 'residuals';
  readonly reads = ['TradeOpened', 'TradeClosed', 'OrderFilled', 'PositionLiquidated'];
  state: Residuals = { left: new Map(), trades: new Map() };

  /** Signed as a position (LONG > 0); 0 where nothing stands open. */
  of(accountId: Id, instrument: string): SignedQuantity {
    return (this.state.left.get(keyOf(accountId, instrument)) ?? ZERO) as SignedQuantity;
  }

  apply({ event }: Recorded): void {
    switch (event.type) {
      case 'TradeOpened': return this.opened(event);
      case 'TradeClosed': return this.closed(event);
      case 'OrderFilled': return this.filledLate(event);
      case 'PositionLiquidated': return this.liquidated(event);
    }
  }

  private opened({ tradeId, accountId, legs }: TradeOpened): void {
    const taken = legs.map(({ leg, instrument, residualAbsorbed }): readonly [number, Leg] => [leg, { instrument, absorbed: residualAbsorbed ?? ZERO, left: ZERO }]);
    for (const [, { instrument, absorbed }] of taken) this.add(accountId, instrument, absorbed.negated());
    this.state.trades.set(tradeId, { accountId, open: true, legs: new Map(taken) });
  }

  /** A trade that was reopened closes again: what it leaves then is what counts. */
  private closed({ tradeId, accountId, legs }: TradeClosed): void {
    const before = this.state.trades.get(tradeId)?.legs;
    const after = legs.map(({ leg, instrument, side, filled, exited }): readonly [number, Leg] => {
      const absorbed = before?.get(leg)?.absorbed ?? ZERO;
      return [leg, { instrument, absorbed, left: filled.minus(exited).times(signOf(side)).plus(absorbed) }];
    });
    for (const [leg, { instrument, left }] of after) this.add(accountId, instrument, left.minus(before?.get(leg)?.left ?? ZERO));
    const { trades } = this.state;
    trades.delete(tradeId);
    if (after.every(([, { absorbed, left }]) => absorbed.isZero() && left.isZero())) return;
    trades.set(tradeId, { accountId, open: false, legs: new Map(after) });
    const oldest = trades.size > CLOSED_MAX ? [...trades].find(([, { open }]) => !open) : undefined;
    if (oldest) trades.delete(oldest[0]);
  }

  /** Of a leg that was left as a residual: its trade does not take it up again. */
  private filledLate({ tradeId, leg, side, quantity }: OrderFilled): void {
    const trade = this.state.trades.get(tradeId);
    const found = trade?.legs.get(leg);
    if (!trade || trade.open || !found || found.left.isZero()) return;
    const change = quantity.times(signOf(side));
    this.add(trade.accountId, found.instrument, change);
    this.state.trades.set(tradeId, { ...trade, legs: new Map(trade.legs).set(leg, { ...found, left: found.left.plus(change) }) });
  }

  /** Where a trade holds the instrument, that one loses what the venue took. */
  private liquidated({ accountId, instrument, position }: PositionLiquidated): void {
    const holders = [...this.state.trades.values()].filter((trade) => trade.open && trade.accountId === accountId);
    const left = this.of(accountId, instrument);
    if (left.isZero() || holders.some(({ legs }) => [...legs.values()].some((leg) => leg.instrument === instrument))) return;
    const stays = left.isNegative() === position.isNegative() ? minOf(left.abs(), position.abs()).times(left.isNegative() ? -1 : 1) : ZERO;
    this.add(accountId, instrument, stays.minus(left));
  }

  private add(accountId: Id, instrument: string, change: Decimal): void {
    if (change.isZero()) return;
    const key = keyOf(accountId, instrument);
    const sum = (this.state.left.get(key) ?? ZERO).plus(change);
    if (sum.isZero()) this.state.left.delete(key);
    else this.state.left.set(key, sum);
  }
}
