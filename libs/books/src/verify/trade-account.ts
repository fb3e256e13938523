import { Decimal, type Id, signOf } from '@ballast/domain';
import type { LegLiquidated, OrderFilled, OrderSubmitted, PlannedLeg, TradeOpened } from '@ballast/events';

/** Quantity and what it was traded for. */
export interface Sum {
  readonly quantity: Decimal;
  readonly notional: Decimal;
}

export const ZERO = new Decimal(0);
const NOTHING: Sum = { quantity: ZERO, notional: ZERO };

export interface LegAccount {
  readonly planned: PlannedLeg;
  /** Taken over from earlier trades, in the leg's direction. */
  readonly absorbed: Decimal;
  entered: Sum;
  trimmed: Sum;
  exited: Sum;
  returned: Sum;
  liquidated: Sum;
  /** Held by the log and not by the venue, in the leg's direction. */
  missing: Decimal;
  fees: Decimal;
  /** The lowest price that the log has of this leg: the venue's minimum is judged at none that is lower. */
  lowestPrice: Decimal;
  /** What is left of this way in, or out, is told as a residual. */
  residual: boolean;
}

interface OrderAccount {
  readonly quantity: Decimal;
  filled: Decimal;
  unfilled: Decimal | undefined;
}

type Phase = 'ENTERING' | 'HELD' | 'EXITING' | 'UNWINDING' | 'CLOSED';

/** One trade as its own events add up: no word of its summaries is taken for it. */
export class TradeAccount {
  readonly legs: ReadonlyMap<number, LegAccount>;
  phase: Phase = 'ENTERING';
  balanced = false;
  liquidated = false;
  private readonly orders = new Map<Id, OrderAccount>();

  constructor(readonly opened: TradeOpened) {
    this.legs = new Map(opened.legs.map((planned) => [planned.leg, legOf(planned)]));
  }

  submit({ clientOrderId, leg, quantity, limitPrice }: OrderSubmitted): void {
    this.orders.set(clientOrderId, { quantity, filled: ZERO, unfilled: undefined });
    this.see(leg, limitPrice);
  }

  end(clientOrderId: Id, unfilled: Decimal | undefined): void {
    const order = this.orders.get(clientOrderId);
    if (order) order.unfilled = unfilled ?? Decimal.max(0, order.quantity.minus(order.filled));
  }

  fill(event: OrderFilled): void {
    const order = this.orders.get(event.clientOrderId);
    if (order) order.filled = order.filled.plus(event.quantity);
    const leg = this.legs.get(event.leg);
    if (!leg) return;
    const bucket = bucketOf(leg, event);
    leg[bucket] = plus(leg[bucket], event.quantity, event.price);
    leg.fees = leg.fees.plus(event.fee);
    this.see(event.leg, event.price);
  }

  liquidate({ leg: index, quantity, price, fee }: LegLiquidated): void {
    this.liquidated = true;
    const leg = this.legs.get(index);
    if (!leg) return;
    leg.liquidated = plus(leg.liquidated, quantity, price);
    if (leg.missing.gt(0)) leg.missing = Decimal.max(0, leg.missing.minus(quantity));
    leg.fees = leg.fees.plus(fee);
  }

  /** A new way out: what was a residual of the last one is left as well, but what a closed trade has left behind and is not reopened for. */
  leave(phase: 'EXITING' | 'UNWINDING'): void {
    const legs = [...this.legs.values()];
    const stays = this.phase === 'CLOSED' && legs.some((leg) => !leg.residual && !holdingOf(leg).isZero());
    if (phase !== this.phase && !stays) for (const leg of legs) leg.residual = false;
    this.phase = phase;
  }

  /** Orders without their end, or without a fill that their end has promised. */
  unsettled(): readonly Id[] {
    return [...this.orders].flatMap(([id, { quantity, filled, unfilled }]) => (filled.plus(unfilled ?? 0).gte(quantity) ? [] : [id]));
  }

  /** What ended and was promised is looked at once: a trade of many orders costs each of them once. */
  forgetOrders(): void {
    this.orders.clear();
  }

  private see(index: number, price: Decimal): void {
    const leg = this.legs.get(index);
    if (leg?.lowestPrice.gt(price)) leg.lowestPrice = price;
  }
}

const legOf = (planned: PlannedLeg): LegAccount => ({
  planned, absorbed: (planned.residualAbsorbed ?? ZERO).times(signOf(planned.side)), entered: NOTHING, trimmed: NOTHING, exited: NOTHING, returned: NOTHING, liquidated: NOTHING, missing: ZERO, fees: ZERO, lowestPrice: planned.referencePrice, residual: false,
});

const plus = ({ quantity, notional }: Sum, more: Decimal, price: Decimal): Sum => ({ quantity: quantity.plus(more), notional: notional.plus(more.times(price)) });

function bucketOf({ planned }: LegAccount, { purpose, side }: OrderFilled): 'entered' | 'trimmed' | 'exited' | 'returned' {
  switch (purpose) {
    case 'ENTRY':
    case 'HEDGE': return 'entered';
    case 'EXIT':
    case 'TARGET':
    case 'REDUCE': return 'exited';
    case 'UNWIND': return side === planned.side ? 'returned' : 'exited';
    case 'TRIM': return side === planned.side ? 'returned' : 'trimmed';
  }
}

const AVERAGE_PLACES = 12;
export const averageOf = ({ quantity, notional }: Sum): Decimal | undefined => (quantity.isZero() ? undefined : notional.div(quantity).toDecimalPlaces(AVERAGE_PLACES));

export const netEntered = (leg: LegAccount): Decimal => leg.entered.quantity.minus(leg.trimmed.quantity);
export const netExited = (leg: LegAccount): Decimal => leg.exited.quantity.minus(leg.returned.quantity);

/** What liquidations took of what is here: the venue may have told of one before the fills that it took. */
export function lostOf(leg: LegAccount): Sum {
  const held = Decimal.max(0, leg.absorbed.plus(netEntered(leg)).minus(netExited(leg)));
  if (leg.liquidated.quantity.lte(held)) return leg.liquidated;
  return { quantity: held, notional: held.times(averageOf(leg.liquidated) ?? leg.planned.referencePrice) };
}

/** What the trade holds of the leg, in the leg's direction, without what the venue has lost. */
export const holdingOf = (leg: LegAccount): Decimal => leg.absorbed.plus(netEntered(leg)).minus(netExited(leg)).minus(lostOf(leg).quantity).minus(leg.missing);
