import type { Id } from '@ballast/domain';
import type { ExitStarted, PlannedLeg, UnwindStarted } from '@ballast/events';
import type { Metrics } from '@ballast/observability';
import type { OrderState, TradeState } from './trade/trade.state.js';

/** What execution tells beside its events: the two hops of the quantity trace (W-20), and unwinds, above all those that do not end. */
export abstract class TraceLog {
  protected abstract write(fields: object, message: string): void;
  protected abstract count(botId: Id, outcome: 'started' | 'stuck'): void;

  received(tradeId: Id, legs: readonly PlannedLeg[]): void {
    this.write({ tradeId, legs: legs.map(({ instrument, side, quantity }) => ({ instrument, side, quantity: quantity.toString() })) }, 'plan received by execution');
  }

  order(tradeId: Id, { clientOrderId, instrument, side, quantity, purpose }: OrderState): void {
    this.write({ tradeId, clientOrderId, purpose }, `[ORDER] About to place ${side} ${quantity.toString()} ${instrument}`);
  }

  /** A trade keeps the reason that it is first left for: an exit or an unwind told with another one has not ended in its time. */
  leaving({ ids: { botId }, reason }: Pick<TradeState, 'ids' | 'reason'>, event: ExitStarted | UnwindStarted): void {
    const stuck = event.reason !== reason;
    if (stuck || event.type === 'UnwindStarted') this.count(botId, stuck ? 'stuck' : 'started');
    if (stuck) this.write({ tradeId: event.tradeId, botId, leftFor: reason }, `[UNWIND] ${event.reason}`);
  }
}

export class LoggedTrace extends TraceLog {
  constructor(private readonly log: (fields: object, message: string) => void, private readonly metrics?: Metrics) {
    super();
  }

  protected write(fields: object, message: string): void {
    this.log(fields, message);
  }

  protected count(bot: Id, outcome: 'started' | 'stuck'): void {
    this.metrics?.count('ballast_unwinds_total', { bot, outcome });
  }
}
