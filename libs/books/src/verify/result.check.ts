import { Decimal, signOf } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { Check } from './breach.js';

/** The smallest unit that a result is kept to: 10^-18 of the quote currency. */
const SMALLEST_UNIT = new Decimal('0.000000000000000001');

/**
 * From flat to flat, the realised results of a position are the cash of what was bought and sold: nothing is won or lost by
 * rounding. What is open is the cost that is still to be realised.
 */
export class ResultCheck implements Check {
  readonly rule = 'realised results';
  private readonly costs = new Map<string, Decimal>();

  event({ event }: Recorded): string | undefined {
    switch (event.type) {
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated': {
        const key = `${event.accountId}/${event.instrument}`;
        const cost = event.quantity.times(event.price).times(signOf(event.side)).plus(event.realisedPnl).plus(this.costs.get(key) ?? 0);
        this.costs.set(key, event.position.isZero() ? new Decimal(0) : cost);
        return event.position.isZero() && cost.abs().gte(SMALLEST_UNIT) ? `position ${key} is flat, and its realised results differ from its cash by ${cost}` : undefined;
      }
    }
    return undefined;
  }
}
