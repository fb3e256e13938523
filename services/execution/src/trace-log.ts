import type { Id } from '@ballast/domain';
import type { PlannedLeg } from '@ballast/events';
import type { OrderState } from './trade/trade.state.js';

/** The two hops of execution in the quantity trace (W-20): what was received, what is about to be placed. */
export abstract class TraceLog {
  protected abstract write(fields: object, message: string): void;

  received(tradeId: Id, legs: readonly PlannedLeg[]): void {
    this.write({ tradeId, legs: legs.map(({ instrument, side, quantity }) => ({ instrument, side, quantity: quantity.toString() })) }, 'plan received by execution');
  }

  order(tradeId: Id, { clientOrderId, instrument, side, quantity, purpose }: OrderState): void {
    this.write({ tradeId, clientOrderId, purpose }, `[ORDER] About to place ${side} ${quantity.toString()} ${instrument}`);
  }
}

export class LoggedTrace extends TraceLog {
  constructor(private readonly log: (fields: object, message: string) => void) {
    super();
  }

  protected write(fields: object, message: string): void {
    this.log(fields, message);
  }
}
