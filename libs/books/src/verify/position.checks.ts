import { Decimal, type Id, type Ms, type Side, signOf } from '@ballast/domain';
import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { PositionOpened } from '@ballast/events';
import type { Check } from './breach.js';

interface Fill {
  readonly accountId: Id;
  readonly instrument: string;
  readonly tradeId: Id;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly fee: Decimal;
  readonly venueTime: Ms;
}

const textOf = ({ accountId, instrument, tradeId, side, quantity, price, fee, venueTime }: Fill): string => `${side} ${quantity} ${instrument} at ${price}, fee ${fee}, of account ${accountId}, trade ${tradeId}, at ${venueTime} ms`;

interface Seen {
  readonly decision: DecisionRecord;
  readonly text: string;
}

/** Exactly one position event for every fill, of just what was filled, and no position event without one. */
export class PositionPerFillCheck implements Check {
  readonly rule = 'one position event per fill';
  private readonly fills = new Map<string, Seen>();
  private readonly positions = new Map<string, Seen>();

  event({ event, decision }: Recorded): string | undefined {
    switch (event.type) {
      case 'OrderFilled':
        if (this.fills.has(event.fillId)) return `fill ${event.fillId} is in the log twice`;
        this.fills.set(event.fillId, { decision, text: textOf(event) });
        return this.differs(event.fillId);
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
        if (this.positions.has(event.fillId)) return `fill ${event.fillId} moved a position twice`;
        this.positions.set(event.fillId, { decision, text: textOf(event) });
        return this.differs(event.fillId);
    }
    return undefined;
  }

  end(): readonly { readonly decision: DecisionRecord; readonly detail: string }[] {
    const lost = [...this.fills].filter(([fillId]) => !this.positions.has(fillId)).map(([fillId, { decision }]) => ({ decision, detail: `fill ${fillId} moved no position` }));
    const orphans = [...this.positions].filter(([fillId]) => !this.fills.has(fillId)).map(([fillId, { decision }]) => ({ decision, detail: `position moved by fill ${fillId}, which no order has` }));
    return [...lost, ...orphans];
  }

  private differs(fillId: string): string | undefined {
    const filled = this.fills.get(fillId)?.text;
    const moved = this.positions.get(fillId)?.text;
    return filled === undefined || moved === undefined || filled === moved ? undefined : `fill ${fillId} is ${filled}; the position was moved by ${moved}`;
  }
}

interface Held {
  readonly quantity: Decimal;
  /** What it was bought for; below 0 for a short. */
  readonly cost: Decimal;
  readonly entryPrice: Decimal | undefined;
}

interface Move extends Pick<Fill, 'accountId' | 'instrument' | 'side' | 'quantity' | 'price'> {
  readonly type: string;
  readonly position: Decimal;
  readonly realisedPnl: Decimal;
  readonly entryPrice?: Decimal;
}

const FLAT: Held = { quantity: new Decimal(0), cost: new Decimal(0), entryPrice: undefined };
/** Averages and shares of a cost are kept to 10^-18. */
const ROUNDING = new Decimal('0.00000000000000001');

/** Each position is what it was and what moved it, by the event's name, quantity, average price and result. */
export class RunningPositionCheck implements Check {
  readonly rule = 'running position';
  private readonly positions = new Map<string, Held>();

  event({ event }: Recorded): string | undefined {
    switch (event.type) {
      case 'FundingSettled': {
        const held = this.positions.get(`${event.accountId}/${event.instrument}`) ?? FLAT;
        return held.quantity.eq(event.position) ? undefined : `funding of ${event.instrument} of account ${event.accountId} on ${event.position}, held is ${held.quantity}`;
      }
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped': return this.move(event);
      case 'PositionLiquidated': return this.move(event);
    }
    return undefined;
  }

  /** Goes on from what the event says, so that one fault is told once. */
  private move(event: Move): string | undefined {
    const key = `${event.accountId}/${event.instrument}`;
    const held = this.positions.get(key) ?? FLAT;
    const expected = after(held, event);
    const isLiquidation = event.type === 'PositionLiquidated';
    const entryPrice = isLiquidation ? (event.position.isZero() ? undefined : held.entryPrice) : event.entryPrice;
    const cost = held.cost.plus(event.quantity.times(event.price).times(signOf(event.side))).plus(event.realisedPnl);
    this.positions.set(key, { quantity: event.position, cost: event.position.isZero() ? FLAT.cost : cost, entryPrice });
    const at = `position ${key}: ${event.side} ${event.quantity} at ${event.price} on ${held.quantity}`;
    if (!isLiquidation && event.type !== expected.type) return `${at} is told as ${event.type}, it is ${expected.type}`;
    if (!event.position.eq(expected.position)) return `${at} is told to leave ${event.position}, it leaves ${expected.position}`;
    if (!isLiquidation && !isSame(event.entryPrice, expected.entryPrice)) return `${at} is told to have the entry price ${event.entryPrice ?? '(none)'}, it has ${expected.entryPrice ?? '(none)'}`;
    return isSame(event.realisedPnl, expected.realisedPnl) ? undefined : `${at} is told to realise ${event.realisedPnl}, it realises ${expected.realisedPnl}`;
  }
}

const isSame = (told: Decimal | undefined, found: Decimal | undefined): boolean => (told && found ? told.minus(found).abs().lte(ROUNDING) : told === found);

interface After {
  readonly type: PositionOpened['type'] | 'PositionIncreased' | 'PositionReduced' | 'PositionClosed' | 'PositionFlipped';
  readonly position: Decimal;
  readonly entryPrice: Decimal | undefined;
  readonly realisedPnl: Decimal;
}

/** Results are the cash of what was closed less its share of the cost (architecture, "What must always hold", 3). */
function after({ quantity: held, cost, entryPrice }: Held, { side, quantity, price }: Move): After {
  const position = held.plus(quantity.times(signOf(side)));
  if (held.isZero()) return { type: 'PositionOpened', position, entryPrice: price, realisedPnl: FLAT.cost };
  if (held.isPositive() === (side === 'BUY')) return { type: 'PositionIncreased', position, entryPrice: cost.plus(quantity.times(price).times(signOf(side))).div(position), realisedPnl: FLAT.cost };
  const closed = Decimal.min(held.abs(), quantity);
  const realisedPnl = closed.times(price).times(-signOf(side)).minus(cost.times(closed).div(held.abs()));
  if (position.isZero()) return { type: 'PositionClosed', position, entryPrice: undefined, realisedPnl };
  return position.isNegative() === held.isNegative() ? { type: 'PositionReduced', position, entryPrice, realisedPnl } : { type: 'PositionFlipped', position, entryPrice: price, realisedPnl };
}
