import { Decimal, floorTo, type Id, money, type Ms, type Price, type Quantity, quantity, signOf } from '@ballast/domain';
import type { OrderSubmitted } from '@ballast/events';
import { sight } from './trade.fixtures.js';
import type { Sight, TradeCommand, TradeEvent } from './trade.commands.js';

interface Held { readonly order: OrderSubmitted; filled: Decimal; over: boolean }

/** A venue that may refuse, stay silent, fill in part, late, twice and out of order, as its dice say; without dice it behaves. */
export class VenueDouble {
  readonly orders = new Map<Id, Held>();
  readonly positions = new Map<string, Decimal>();
  readonly inbox: TradeCommand[] = [];
  private readonly work: TradeEvent[] = [];
  private fills = 0;
  private drift = new Decimal(1);
  liquidations = 0;
  byHand = 0;

  /** With `hands`, somebody else reduces positions of the account. */
  constructor(private readonly dice: number[], private readonly lots: Readonly<Record<string, string>>, private readonly minimum = '100', private readonly minimumBinds: 'all' | 'allButClosing' = 'allButClosing', private readonly hands = false) {}

  get wild(): boolean { return this.dice.length > 0; }
  get idle(): boolean { return this.work.length === 0 && this.inbox.length === 0; }
  roll(): number { return this.dice.pop() ?? 0; }

  /** The books as they stand: with dice the prices walk, up to 8 % from where the plan was made. */
  get sight(): Sight {
    return Object.fromEntries(Object.entries(sight).map(([instrument, { bid, ask, sequence }]) => [instrument, { bid: cents(bid.times(this.drift)), ask: cents(ask.times(this.drift)).plus('0.1') as Price, sequence }]));
  }

  private walk(): void {
    const next = this.drift.times(this.roll() % 2 === 0 ? '1.01' : '0.99');
    if (next.minus(1).abs().lte('0.08')) this.drift = next;
  }

  hear(events: readonly TradeEvent[]): void {
    this.work.push(...events.filter((event) => event.type === 'OrderSubmitted' || event.type === 'OrderCancelRequested'));
  }

  /** One thing happens at the venue: a request is handled, or a resting order is met. */
  step(at: Ms): void {
    const event = this.work.splice(this.roll() % Math.max(1, this.work.length), 1)[0];
    if (event?.type === 'OrderSubmitted') this.place(event, at);
    else if (event?.type === 'OrderCancelRequested') this.cancel(event.clientOrderId, at);
    if (this.wild && this.roll() % 4 === 0) this.walk();
    if (this.wild && this.roll() % 60 === 0) this.hands ? this.reduceByHand() : this.liquidate(at);
    if (this.wild && this.roll() % 3 === 0) for (const held of this.orders.values()) if (!held.over) this.fill(held, (this.roll() % 100) / 100, at);
  }

  /** Somebody meets so much of a resting order. */
  meet(clientOrderId: Id, size: Quantity, at: Ms): void {
    const held = this.orders.get(clientOrderId);
    if (held && !held.over) this.fill(held, size.plus('0.0000001').div(held.order.quantity.minus(held.filled)), at);
  }

  /** The next message, maybe out of order, maybe to come again. */
  next(): TradeCommand | undefined {
    const index = this.wild ? this.roll() % Math.max(1, this.inbox.length) : 0;
    const message = this.inbox.splice(index, 1)[0];
    if (message && this.wild && this.roll() % 7 === 0) this.inbox.push(message);
    return message;
  }

  private place(order: OrderSubmitted, at: Ms): void {
    const { clientOrderId } = order;
    if (this.orders.has(clientOrderId)) throw new Error(`${clientOrderId} was sent twice`);
    const dice = this.roll() % 12;
    const refusal = this.refusalOf(order) ?? (dice === 1 ? (order.postOnly ? 'postOnly' : 'noCross') : dice === 2 ? 'rate' : dice === 3 && !order.reduceOnly && this.roll() % 4 === 0 ? 'margin' : undefined);
    if (refusal) { this.inbox.push({ type: 'RecordRejected', clientOrderId, kind: refusal, message: refusal, sight: this.sight }); return; }
    if (dice === 4) { this.inbox.push({ type: 'RecordUnknown', clientOrderId, reason: 'no answer', sight: this.sight }, { type: 'RecordRejected', clientOrderId, kind: 'notFound', message: 'never arrived', sight: this.sight }); return; }
    const held: Held = { order, filled: new Decimal(0), over: false };
    this.orders.set(clientOrderId, held);
    if (dice === 5) this.inbox.push({ type: 'RecordUnknown', clientOrderId, reason: 'no answer', sight: this.sight });
    this.inbox.push({ type: 'RecordAccepted', clientOrderId, venueOrderId: `venue-${clientOrderId}`, sight: this.sight });
    if (order.timeInForce !== 'IOC') return;
    this.fill(held, this.wild ? (this.roll() % 101) / 100 : 1, at);
    this.end(held);
  }

  private refusalOf({ instrument, side, quantity: size, limitPrice, reduceOnly }: OrderSubmitted): string | undefined {
    const position = this.positions.get(instrument) ?? new Decimal(0);
    const closes = this.minimumBinds === 'allButClosing' && reduceOnly && size.eq(position.abs());
    if (reduceOnly && (position.isZero() || position.isPositive() === (side === 'BUY') || size.gt(position.abs()))) return 'reduceOnly';
    return !closes && size.times(limitPrice).lt(this.minimum) ? 'minimum' : undefined;
  }

  private fill(held: Held, share: number | Decimal, at: Ms): void {
    const { order } = held;
    const left = order.quantity.minus(held.filled);
    const allowed = order.reduceOnly ? Decimal.min(left, (this.positions.get(order.instrument) ?? new Decimal(0)).abs()) : left;
    const size = share === 1 ? allowed : floorTo(allowed.times(share), quantity(this.lots[order.instrument] ?? '1'));
    if (size.lte(0)) return;
    held.filled = held.filled.plus(size);
    if (held.filled.eq(order.quantity)) held.over = true;
    this.positions.set(order.instrument, (this.positions.get(order.instrument) ?? new Decimal(0)).plus(size.times(signOf(order.side))));
    this.fills += 1;
    const fill = { fillId: `fill${this.fills}`, quantity: size as Quantity, price: order.limitPrice as Price, fee: money('0.01'), liquidity: order.postOnly ? 'MAKER' as const : 'TAKER' as const, venueTime: at };
    this.inbox.push({ type: 'RecordFill', clientOrderId: order.clientOrderId, fill, sight: this.sight });
  }

  private cancel(clientOrderId: Id, at: Ms): void {
    const held = this.orders.get(clientOrderId);
    if (!held) {
      const submitted = this.work.some((event) => event.type === 'OrderSubmitted' && event.clientOrderId === clientOrderId);
      if (submitted) this.work.push({ type: 'OrderCancelRequested', clientOrderId, tradeId: 'trade1', reason: 'after its order' });
      return;
    }
    if (!held.over && this.roll() % 3 === 1) this.fill(held, (this.roll() % 101) / 100, at);
    this.end(held);
  }

  private reduceByHand(): void {
    const [instrument, position] = [...this.positions].find(([, held]) => !held.isZero()) ?? [];
    if (!instrument || !position) return;
    const part = floorTo(position.abs().times((this.roll() % 100) / 100), quantity(this.lots[instrument] ?? '1'));
    this.positions.set(instrument, part.isZero() ? new Decimal(0) : position.minus(part.times(position.isNegative() ? -1 : 1)));
    this.byHand += 1;
  }

  /** The venue takes a part of what is held, or all of it, and cancels every order. */
  private liquidate(at: Ms): void {
    for (const held of this.orders.values()) if (!held.over) this.end(held);
    const [instrument, position] = [...this.positions].find(([, held]) => !held.isZero()) ?? [];
    const touch = instrument === undefined ? undefined : this.sight[instrument];
    if (!instrument || !position || !touch) return;
    const part = floorTo(position.abs().times((this.roll() % 100) / 100), quantity(this.lots[instrument] ?? '1'));
    const size = part.isZero() ? position.abs() : part;
    this.positions.set(instrument, position.minus(size.times(position.isNegative() ? -1 : 1)));
    this.liquidations += 1;
    this.inbox.push({ type: 'RecordLiquidation', liquidationId: `liquidation${this.liquidations}`, instrument, side: position.isNegative() ? 'BUY' : 'SELL', quantity: size as Quantity, price: touch.bid, fee: money('0'), venueTime: at, sight: this.sight });
  }

  private end(held: Held): void {
    held.over = true;
    this.inbox.push({ type: 'RecordEnded', clientOrderId: held.order.clientOrderId, filled: held.filled as Quantity, reason: 'ended', sight: this.sight });
  }
}

const cents = (value: Decimal): Price => value.toDecimalPlaces(1) as Price;
