import { type Bps, Decimal, type Id, type Price, type Ratio, slippageBps } from '@ballast/domain';
import type { OrderFilled, OrderSubmitted, PlannedLeg, SignalRaised } from '@ballast/events';

interface Entered {
  readonly quantity: Decimal;
  readonly notional: Decimal;
}

/** What earlier chapters of a story saw, so that later ones can be compared with it. */
export class StoryMemory {
  legs: readonly PlannedLeg[] = [];
  /** Planned, filled at the plan's reference prices, filled at fill prices. */
  imbalance: { readonly planned: Ratio; readonly atReference: Ratio; readonly atFill: Ratio } | undefined;
  readonly orders = new Map<Id, OrderSubmitted>();
  private readonly exitMids = new Map<string, Decimal>();
  private readonly entries = new Map<number, Entered>();

  /** The order in a person's words, or by its id where its beginning was not told. */
  orderText(clientOrderId: Id): string {
    const order = this.orders.get(clientOrderId);
    return order ? `the ${order.purpose} order ${order.side} ${order.quantity} ${order.instrument} @ ${order.limitPrice}` : `order ${clientOrderId}`;
  }

  instrumentOf(leg: number): string {
    return this.legs[leg]?.instrument ?? `leg ${leg}`;
  }

  exitSeen({ seen }: SignalRaised): void {
    for (const { instrument, bestBid, bestAsk } of seen) this.exitMids.set(instrument, bestBid.plus(bestAsk).div(2));
  }

  filled({ leg, purpose, quantity, price }: OrderFilled): void {
    if (purpose !== 'ENTRY' && purpose !== 'HEDGE') return;
    const before = this.entries.get(leg) ?? { quantity: new Decimal(0), notional: new Decimal(0) };
    this.entries.set(leg, { quantity: before.quantity.plus(quantity), notional: before.notional.plus(quantity.times(price)) });
  }

  /** Against the mid that the fill is measured from: the plan's on the way in, the exit signal's on the way out. */
  slippageOf({ leg, purpose, instrument, side, price }: OrderFilled): { readonly bps: Bps; readonly against: string } | undefined {
    const planned = this.legs[leg]?.referencePrice;
    if (purpose === 'ENTRY' || purpose === 'HEDGE') return planned && { bps: slippageBps(side, planned, price), against: `the plan's reference price ${planned}` };
    const mid = this.exitMids.get(instrument);
    return mid && { bps: slippageBps(side, mid as Price, price), against: `the mid ${mid} of the exit signal` };
  }

  /** Of each leg entered: average fill against the best price that the plan could have taken, which its estimate is of. */
  estimates(): readonly { readonly leg: PlannedLeg; readonly realised: Bps }[] {
    return this.legs.flatMap((leg) => {
      const entered = this.entries.get(leg.leg);
      if (!entered) return [];
      const touch = leg.side === 'BUY' ? leg.seen.bestAsk : leg.seen.bestBid;
      return [{ leg, realised: slippageBps(leg.side, touch, entered.notional.div(entered.quantity) as Price) }];
    });
  }
}
