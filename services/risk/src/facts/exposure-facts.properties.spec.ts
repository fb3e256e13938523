import type { Recorded } from '@ballast/bus';
import { Decimal, price, quantity, type Side, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entries } from '../exposure/persistent-map.js';
import { ExposureFold } from './exposure-facts.projection.js';

const ZERO = new Decimal(0);
const INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'] as const;
/** Every field that an event of these kinds may have; each has those of its type. */
interface Told {
  readonly type: string; readonly tradeId: string; readonly clientOrderId: string; readonly accountId: string; readonly instrument: string; readonly leg: number; readonly purpose: string; readonly side: Side;
  readonly quantity: Decimal; readonly limitPrice: Decimal; readonly price: Decimal; readonly position: Decimal; readonly reduceOnly: boolean;
  readonly legs: readonly { readonly instrument: string; readonly side: Side; readonly quantity: Decimal; readonly referencePrice: Decimal }[];
  readonly marks: readonly { readonly instrument: string; readonly markPrice: Decimal }[];
}
type Event = Partial<Told> & { readonly type: string };

interface Order { readonly accountId: string; readonly tradeId: string; readonly leg: number; readonly instrument: string; remaining: Decimal; readonly limit: Decimal }
interface Leg { readonly instrument: string; readonly side: Side; readonly planned: Decimal; readonly reference: Decimal; filled: Decimal; shown: Decimal }
interface Trade { readonly accountId: string; entering: boolean; readonly legs: readonly Leg[] }

/** The same exposure, added up from scratch whenever it is asked for. */
class AddedUp {
  private readonly positions = new Map<string, { accountId: string; instrument: string; size: Decimal; price: Decimal }>();
  private readonly orders = new Map<string, Order>();
  private readonly trades = new Map<string, Trade>();

  apply(event: Told): void {
    const { type, tradeId, clientOrderId, accountId, instrument } = event;
    const trade = this.trades.get(tradeId);
    this.move(event, trade);
    if (type === 'TradeOpened') this.trades.set(tradeId, { accountId: accountId, entering: true, legs: event.legs.map((leg) => ({ instrument: leg.instrument, side: leg.side, planned: leg.quantity, reference: leg.referencePrice, filled: ZERO, shown: ZERO })) });
    if (type === 'TradeClosed') this.trades.delete(tradeId);
    if (type === 'ExitStarted' && trade) trade.entering = false;
    if (type === 'OrderSubmitted' && !event.reduceOnly) this.orders.set(clientOrderId, { accountId: accountId, tradeId: tradeId, leg: event.leg, instrument: instrument, remaining: event.quantity, limit: event.limitPrice });
    if (type === 'OrderCancelled') this.orders.delete(clientOrderId);
    if (type === 'OrderFilled') {
      const order = this.orders.get(clientOrderId);
      if (order) order.remaining = Decimal.max(0, order.remaining.minus(event.quantity));
      if (order?.remaining.isZero()) this.orders.delete(clientOrderId);
      const leg = event.purpose === 'ENTRY' ? trade?.legs[event.leg] : undefined;
      if (leg) leg.filled = leg.filled.plus(event.quantity);
    }
  }

  private move(event: Told, trade: Trade | undefined): void {
    const { type, accountId, instrument } = event;
    const position = this.positions.get(`${accountId} ${instrument}`);
    if (type === 'PositionIncreased') {
      const size: Decimal = event.position;
      if (size.isZero()) this.positions.delete(`${accountId} ${instrument}`);
      else this.positions.set(`${accountId} ${instrument}`, { accountId: accountId, instrument: instrument, size, price: event.price });
      for (const leg of trade?.legs ?? []) if (leg.instrument === instrument && leg.side === event.side) leg.shown = leg.shown.plus(event.quantity);
    }
    if (type === 'EquityObserved') for (const mark of event.marks) {
      const held = this.positions.get(`${accountId} ${mark.instrument}`);
      if (held) held.price = mark.markPrice;
    }
    if (type === 'PositionLiquidated' && position) {
      position.size = event.position;
      if (position.size.isZero()) this.positions.delete(`${accountId} ${instrument}`);
    }
  }

  of(accountId: string): { readonly byInstrument: object; readonly tradeIds: readonly string[] } {
    const sums = new Map<string, { open: Decimal; pending: Decimal }>(INSTRUMENTS.map((name) => [name, { open: ZERO, pending: ZERO }]));
    const add = (instrument: string, part: 'open' | 'pending', value: Decimal): void => {
      const sum = sums.get(instrument)!;
      sum[part] = sum[part].plus(value);
    };
    for (const held of this.positions.values()) if (held.accountId === accountId) add(held.instrument, 'open', held.size.abs().times(held.price));
    const mine = [...this.orders.values()].filter((order) => order.accountId === accountId);
    for (const order of mine) if (!this.trades.get(order.tradeId)?.legs[order.leg]) add(order.instrument, 'pending', order.remaining.times(order.limit));
    const trades = [...this.trades].filter(([, trade]) => trade.accountId === accountId);
    for (const [id, { entering, legs }] of trades) {
      legs.forEach((leg, number) => {
        const resting = mine.filter((order) => order.tradeId === id && order.leg === number).reduce((sum, order) => sum.plus(order.remaining.times(order.limit)), ZERO);
        const outstanding = Decimal.max(0, (entering ? Decimal.max(leg.planned, leg.filled) : leg.filled).minus(leg.shown));
        add(leg.instrument, 'pending', Decimal.max(outstanding.times(leg.reference), resting));
      });
    }
    const told = [...sums].filter(([, { open, pending }]) => !open.isZero() || !pending.isZero()).map(([name, { open, pending }]) => [name, `${open.toString()} ${pending.toString()}`]);
    return { byInstrument: Object.fromEntries(told) as object, tradeIds: trades.map(([id]) => id).sort() };
  }
}

const instrument = fc.constantFrom(...INSTRUMENTS);
const amount = fc.constantFrom('0.5', '1', '2.25', '0.001');
const cost = fc.constantFrom('1', '2756.9', '115.86', '0.333333333333333333');
const order = fc.constantFrom('o1', 'o2', 'o3');
const trade = fc.constantFrom('t1', 't2');
/** A trade is of one account, whatever happens to it. */
const accountOf = (tradeId: string): string => (tradeId === 't1' ? 'a1' : 'a2');
const legs = (side: Side, size: string, at: string) => INSTRUMENTS.map((name, leg) => ({ leg, instrument: name, side: leg === 0 ? side : side === 'BUY' ? 'SELL' : 'BUY', quantity: quantity(size), referencePrice: price(at) }));
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.tuple(trade, fc.constantFrom<Side>('BUY', 'SELL'), amount, cost).map(([tradeId, side, size, at]) => ({ type: 'TradeOpened', tradeId, accountId: accountOf(tradeId), legs: legs(side, size, at) })),
  fc.tuple(fc.constantFrom('TradeClosed', 'ExitStarted'), trade).map(([type, tradeId]) => ({ type, tradeId })),
  fc.tuple(order, trade, fc.constantFrom(0, 1), amount, cost, fc.boolean()).map(([clientOrderId, tradeId, leg, size, at, reduceOnly]) => ({ type: 'OrderSubmitted', clientOrderId: `${clientOrderId}-${tradeId}-${leg}`, tradeId, accountId: accountOf(tradeId), leg, instrument: INSTRUMENTS[leg]!, quantity: quantity(size), limitPrice: price(at), reduceOnly })),
  fc.tuple(order, trade, fc.constantFrom(0, 1), amount, fc.constantFrom('ENTRY', 'EXIT')).map(([clientOrderId, tradeId, leg, size, purpose]) => ({ type: 'OrderFilled', clientOrderId: `${clientOrderId}-${tradeId}-${leg}`, tradeId, leg, quantity: quantity(size), purpose })),
  fc.tuple(order, trade, fc.constantFrom(0, 1)).map(([clientOrderId, tradeId, leg]) => ({ type: 'OrderCancelled', clientOrderId: `${clientOrderId}-${tradeId}-${leg}` })),
  fc.tuple(trade, instrument, fc.constantFrom<Side>('BUY', 'SELL'), amount, fc.constantFrom('0', '1.5', '-3'), cost).map(([tradeId, name, side, size, after, at]) => ({ type: 'PositionIncreased', accountId: accountOf(tradeId), tradeId, instrument: name, side, quantity: quantity(size), position: signedQuantity(after), price: price(at) })),
  fc.tuple(trade, instrument, cost).map(([tradeId, name, at]) => ({ type: 'EquityObserved', accountId: accountOf(tradeId), marks: [{ instrument: name, markPrice: price(at) }] })),
  fc.tuple(trade, instrument, fc.constantFrom('0', '-1')).map(([tradeId, name, after]) => ({ type: 'PositionLiquidated', accountId: accountOf(tradeId), instrument: name, position: signedQuantity(after) })),
);

describe('exposure kept as totals', () => {
  it('is what adding everything up gives, after every event of any history', () => {
    fc.assert(fc.property(fc.array(event, { minLength: 1, maxLength: 50 }), (events) => {
      const [fold, model] = [new ExposureFold(), new AddedUp()];
      for (const each of events) {
        fold.apply({ event: each as unknown as BallastEvent } as Recorded);
        model.apply(each as Told);
        for (const accountId of ['a1', 'a2']) {
          const facts = fold.of(accountId);
          const told = Object.fromEntries(Object.entries(facts.byInstrument).map(([name, { open, pending }]) => [name, `${open.toString()} ${pending.toString()}`]));
          expect({ byInstrument: told, tradeIds: entries(facts.tradeIds).map(([id]) => id).sort() }).toEqual(model.of(accountId));
        }
      }
    }), { numRuns: 500 });
  });

  it('handed out does not change with what comes after', () => {
    const fold = new ExposureFold();
    const opened = (tradeId: string): void => fold.apply({ event: { type: 'TradeOpened', tradeId, accountId: 'a1', legs: legs('BUY', '1', '1') } as unknown as BallastEvent } as Recorded);
    opened('t1');
    const before = fold.of('a1');
    opened('t2');
    expect([before.byInstrument['ETH-PERP']?.pending.toString(), entries(before.tradeIds).length]).toEqual(['1', 1]);
    expect([fold.of('a1').byInstrument['ETH-PERP']?.pending.toString(), entries(fold.of('a1').tradeIds).length]).toEqual(['2', 2]);
  });
});
