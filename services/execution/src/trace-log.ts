import type { Id } from '@ballast/domain';
import type { ExitStarted, OrderAccepted, OrderRejected, PlannedLeg, UnwindStarted } from '@ballast/events';
import type { Metrics } from '@ballast/observability';
import type { OrderState, TradeState } from './trade/trade.state.js';

const MS_PER_S = 1_000;

/** What execution tells beside its events: the two hops of the quantity trace (W-20), and unwinds, above all those that do not end. */
export abstract class TraceLog {
  protected abstract write(fields: object, message: string): void;
  protected abstract count(botId: Id, outcome: 'started' | 'stuck'): void;
  protected abstract acknowledged(tradeId: Id, outcome: 'accepted' | 'rejected', seconds: number): void;
  /** By the wall, orders that are durable and of which the venue has said nothing yet. */
  private readonly asked = new Map<Id, number>();

  received(tradeId: Id, legs: readonly PlannedLeg[]): void {
    this.write({ tradeId, legs: legs.map(({ instrument, side, quantity }) => ({ instrument, side, quantity: quantity.toString() })) }, 'plan received by execution');
  }

  order(tradeId: Id, { clientOrderId, instrument, side, quantity, purpose }: OrderState): void {
    this.asked.set(clientOrderId, performance.now());
    this.write({ tradeId, clientOrderId, purpose }, `[ORDER] About to place ${side} ${quantity.toString()} ${instrument}`);
  }

  /** The venue's first word on an order that this process has sent. */
  answered({ type, tradeId, clientOrderId }: OrderAccepted | OrderRejected): void {
    const began = this.asked.get(clientOrderId);
    if (began === undefined) return;
    this.asked.delete(clientOrderId);
    this.acknowledged(tradeId, type === 'OrderAccepted' ? 'accepted' : 'rejected', (performance.now() - began) / MS_PER_S);
  }

  /** A trade keeps the reason that it is first left for: an exit or an unwind told with another one has not ended in its time. */
  leaving({ ids: { botId }, reason }: Pick<TradeState, 'ids' | 'reason'>, event: ExitStarted | UnwindStarted): void {
    const stuck = event.reason !== reason;
    if (stuck || event.type === 'UnwindStarted') this.count(botId, stuck ? 'stuck' : 'started');
    if (stuck) this.write({ tradeId: event.tradeId, botId, leftFor: reason }, `[UNWIND] ${event.reason}`);
  }
}

export class LoggedTrace extends TraceLog {
  constructor(private readonly log: (fields: object, message: string) => void, private readonly metrics?: Metrics, private readonly venue = '') {
    super();
  }

  protected write(fields: object, message: string): void {
    this.log(fields, message);
  }

  protected count(bot: Id, outcome: 'started' | 'stuck'): void {
    this.metrics?.count('ballast_unwinds_total', { bot, outcome });
  }

  protected acknowledged(tradeId: Id, outcome: 'accepted' | 'rejected', seconds: number): void {
    this.metrics?.observe('ballast_order_ack_seconds', { venue: this.venue, outcome }, seconds, tradeId);
  }
}
