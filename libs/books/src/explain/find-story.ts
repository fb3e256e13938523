import type { Id } from '@ballast/domain';
import type { DecisionRecord } from '@ballast/bus';
import type { BallastEvent } from '@ballast/events';

const ID_FIELDS = ['tradeId', 'clientOrderId', 'planId', 'signalId', 'fillId', 'botId'] as const;

/** Does this decision, or an event of it, carry the id? Decision, trade, order, plan, signal and fill ids are understood. */
export function mentions(decision: DecisionRecord, id: Id): boolean {
  return decision.decisionId === id || decision.events.some((event) => namesIt(event, id));
}

/** The trade that the id belongs to: what its story is gathered by. */
export function correlationOf(decision: DecisionRecord, id: Id): Id {
  const named = decision.events.find((event) => decision.decisionId === id || namesIt(event, id));
  return named && 'tradeId' in named ? named.tradeId : decision.correlationId;
}

/** Is this decision a part of the story of `correlationId`? */
export const belongsTo = (decision: DecisionRecord, correlationId: Id): boolean =>
  decision.correlationId === correlationId || decision.events.some((event) => 'tradeId' in event && event.tradeId === correlationId);

const namesIt = (event: BallastEvent, id: Id): boolean => ID_FIELDS.some((field) => field !== 'botId' && (event as unknown as Record<string, unknown>)[field] === id);
