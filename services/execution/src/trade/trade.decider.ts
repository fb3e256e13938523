import { type Deadline, Decimal, type Decider, opposite, type Ms, type Quantity, signOf, ZERO_QUANTITY } from '@ballast/domain';
import { advance, againAt, leave, limitOf, residual, unwind } from './advance.js';
import { denialOf } from './order.builders.js';
import { outcomeEvents } from './outcomes.js';
import { allQuiet, holdingOf, isBelowMinimum, isResting, isUnsent, laggingLegs, ordersOf, patientUntil, REDUCTION_AGE_MAX_MS, surplusOf, triesInVain, unsettledOf } from './quantities.js';
import type { Sight, TradeCommand, TradeContext, TradeEvent } from './trade.commands.js';
import { evolveTrade } from './trade.evolve.js';
import { initialTrade, type LegState, type OrderState, type TradeState } from './trade.state.js';

const STEPS_MAX = 20;
const BLIND: Sight = {};
/** A refusal that no other price or moment would change: an entry is given up on it, a reduction tries on. */
const FATAL: ReadonlySet<string> = new Set(['tick', 'lot', 'minimum', 'margin', 'band', 'auth', 'reduceOnly', 'closed', 'withheld', 'duplicate']);

/**
 * One trade's life: entry and exit of all its legs, as one stream (R20, R36, R39). It orders what was planned or what it holds, never
 * anything rounded; follows fills, not intent; ends balanced or flat, but for a recorded residual. A repeated command decides nothing.
 */
export const tradeDecider: Decider<TradeState, TradeCommand, TradeEvent> = {
  kind: 'trade',
  writer: 'execution',
  initial: initialTrade,

  decide(state, command, decision) {
    const context: TradeContext = { ...decision, identify: command.identify, isTaken: command.isTaken };
    switch (command.type) {
      case 'OpenTrade': return state.phase === 'ABSENT' ? open(state, command, context) : [];
      case 'RecordAccepted':
      case 'RecordUnknown':
      case 'RecordEnded':
      case 'RecordFill': return onward(state, outcomeEvents(state, command, context), command.sight, context);
      case 'RecordRejected': return onward(state, rejection(state, command, context), command.sight, context);
      case 'SeeMarket':
      case 'ReachDeadline': return steps(state, command.sight ?? BLIND, context);
      case 'ExitTrade': return onward(state, exit(state, command, context), command.sight, context);
      case 'ReduceTrade': return onward(state, reduce(state, command, context), command.sight, context);
      case 'CloseResidual': return onward(state, state.phase === 'CLOSED' && state.legs.some((leg) => leg.residual && !holdingOf(leg).isZero()) ? [unwind(state, command.reason, context)] : [], command.sight, context);
      case 'RecordLiquidation': return onward(state, liquidation(state, command, context), command.sight, context);
      case 'SeePosition': return onward(state, shortage(state, command, context), command.sight, context);
      case 'StopEntry': return state.phase === 'ENTERING' ? onward(state, [unwind(state, command.reason, context)], command.sight, context) : [];
    }
  },

  evolve: evolveTrade,

  deadline(state): Deadline<TradeCommand> | undefined {
    const moments = momentsOf(state);
    return moments.length > 0 ? { at: Math.min(...moments), command: { type: 'ReachDeadline' } } : undefined;
  },

  finished: (state) => (state.phase === 'CLOSED' && allQuiet(state)) || state.phase === 'REFUSED',
};

/** Would this trade do anything now? The measure by which market data wakes only the trades that wait for it. */
export const wouldAct = (state: TradeState, sight: Sight, at: Ms): boolean => advance(state, sight, { decisionId: 'look', at }).length > 0;

function momentsOf(state: TradeState): readonly Ms[] {
  const again = (state.phase === 'UNWINDING' || state.phase === 'EXITING') && state.againAt > 0 ? [state.againAt] : [];
  if (state.phase !== 'ENTERING' && state.phase !== 'EXITING') return again;
  const makers = unsettledOf(state).filter(isResting).map((order) => order.deadlineAt);
  const naked = state.naked.since === undefined ? [] : [state.naked.since + state.limits.nakedTimeoutMs];
  const patience = makers.length > 0 && laggingLegs(state).some((leg) => ordersOf(state, leg.leg).some(isResting)) ? [patientUntil(state) ?? []].flat() : [];
  const unsent = state.phase === 'ENTERING' && isUnsent(state) ? [state.enterBy + 1] : [];
  return [...makers, ...naked, ...patience, ...unsent, ...again];
}

/** First word of a TradeRefused's reason: what reports count refusals by, so it stays as it is. */
type RefusalCode = 'BOT_STOPPED' | 'BOT_CLOSING' | 'TRADING_REDUCING' | 'TRADING_HALTED' | 'APPROVAL_ENDED' | 'APPROVAL_OF_ANOTHER_PLAN' | 'ORDER_DENIED';
const isoOf = (at: Ms): string => new Date(at).toISOString();

function open(state: TradeState, command: Extract<TradeCommand, { type: 'OpenTrade' }>, context: TradeContext): readonly TradeEvent[] {
  const { planId, signalId, tradeId, botId, accountId, portfolioId, legs, outcome, imbalanceRatio, slippageBpsMax, validUntil } = command.approval;
  const ids = { planId, signalId, tradeId, botId, accountId, portfolioId };
  const refuse = (code: RefusalCode, words: string): TradeEvent => ({ type: 'TradeRefused', ...ids, reason: `${code}: ${words}` });
  if (command.ended !== undefined) return [refuse(`BOT_${command.ended}`, `bot ${botId} is ${command.ended}`)];
  if (command.tradingState !== 'ACTIVE') return [refuse(`TRADING_${command.tradingState}`, `trading is ${command.tradingState}`)];
  const { planHash } = command;
  if (planHash && planHash.approved !== planHash.found) return [refuse('APPROVAL_OF_ANOTHER_PLAN', `plan hash ${planHash.approved} is approved, its legs are ${planHash.found}`)];
  if (validUntil < context.at) return [refuse('APPROVAL_ENDED', `the approval ended at ${isoOf(validUntil)}, now is ${isoOf(context.at)}`)];
  const denials = legs.flatMap((leg) => {
    const sum = leg.slices.reduce<Quantity>((total, slice) => total.plus(slice) as Quantity, ZERO_QUANTITY);
    const off = leg.slices.flatMap((slice) => denialOf(tradeId, leg, leg.terms, slice) ?? []);
    const small = leg.slices.filter((slice) => isBelowMinimum(leg, slice, leg.referencePrice));
    return [
      ...off,
      ...(sum.eq(leg.quantity) ? [] : [{ type: 'OrderDenied', tradeId, leg: leg.leg, instrument: leg.instrument, reason: 'BEYOND_APPROVAL', found: sum.toString(), allowed: leg.quantity.toString() } as const]),
      ...small.map((slice) => ({ type: 'OrderDenied', tradeId, leg: leg.leg, instrument: leg.instrument, reason: 'NOTIONAL_BELOW_MIN', found: slice.toString(), allowed: leg.terms.notionalMin.toString() }) as const),
    ];
  });
  if (denials.length > 0) return [...denials, refuse('ORDER_DENIED', 'an order of the plan may not leave as it is')];
  return onward(state, [{ type: 'TradeOpened', ...ids, legs, outcome, imbalanceRatio, slippageBpsMax, limits: command.limits, enterBy: validUntil }], command.sight, context);
}

function rejection(state: TradeState, command: Extract<TradeCommand, { type: 'RecordRejected' }>, context: TradeContext): readonly TradeEvent[] {
  const told = outcomeEvents(state, command, context);
  const order = state.orders[command.clientOrderId];
  const leg = state.legs.find((found) => found.leg === order?.leg);
  if (told.length === 0 || !order || !leg) return told;
  if (order.reduceOnly) return command.kind === 'minimum' ? [...told, ...tooSmall(state, leg, order)] : told;
  const gives = FATAL.has(command.kind) && state.phase === 'ENTERING';
  return gives ? [...told, unwind(state, `leg ${leg.leg} was refused: ${command.kind}`, context)] : told;
}

/** Only what would have closed all that is to be closed, and is worth less than the minimum, stays open; any other reduction tries on. */
function tooSmall(state: TradeState, leg: LegState, { quantity, limitPrice }: OrderState): readonly TradeEvent[] {
  const open = state.phase === 'HELD' ? surplusOf(state, leg) : holdingOf(leg);
  const stays = state.phase !== 'ENTERING' && quantity.eq(open.abs()) && isBelowMinimum(leg, quantity, limitPrice);
  return stays ? [residual(state, leg, open, limitPrice)] : [];
}

/** What the venue has no position for is recorded, and cannot be reduced: the rest of the pair is taken back. */
function shortage(state: TradeState, { instrument, position }: Extract<TradeCommand, { type: 'SeePosition' }>, context: TradeContext): readonly TradeEvent[] {
  const leg = state.legs.find((found) => found.instrument === instrument);
  if (!leg || (leg.residual && state.phase !== 'HELD') || state.phase === 'CLOSED' || !triesInVain(state, leg.leg)) return [];
  const there = position.times(signOf(leg.side));
  const holding = holdingOf(leg);
  const left = holding.gt(0) ? Decimal.max(0, Decimal.min(holding, there)) : Decimal.min(0, Decimal.max(holding, there));
  if (left.eq(holding)) return [];
  const told: TradeEvent = { ...residual(state, leg, holding.minus(left), leg.referencePrice), missing: true };
  return state.phase === 'UNWINDING' ? [told] : [told, unwind(state, `the venue has ${there.toString()} ${instrument} where the trade held ${holding.toString()}`, context)];
}

/** A person, or anyone without a limit of his own, lifts that of the signal which is leaving already. */
function exit(state: TradeState, { reason, signalId, slippageBpsMax }: Extract<TradeCommand, { type: 'ExitTrade' }>, context: TradeContext): readonly TradeEvent[] {
  const lifts = state.phase === 'EXITING' && state.exitSlippageBpsMax !== undefined && slippageBpsMax === undefined;
  if (state.phase === 'HELD' || lifts) return [{ type: 'ExitStarted', tradeId: state.ids.tradeId, ...(signalId === undefined ? {} : { signalId }), reason, ...limitOf(slippageBpsMax), againAt: againAt(state, context.at) }];
  return state.phase === 'ENTERING' ? [unwind(state, `left before it was balanced: ${reason}`, context)] : [];
}

/** A pair is left as a whole, so that it ends flat and not naked; so is what would be all of a leg, and an entry is taken back. */
function reduce(state: TradeState, { reductionId, instrument, side, quantity, reason, askedAt }: Extract<TradeCommand, { type: 'ReduceTrade' }>, context: TradeContext): readonly TradeEvent[] {
  const leg = state.legs.find((found) => found.instrument === instrument && found.side === opposite(side));
  if (!leg || state.reductions[reductionId] !== undefined || quantity.isZero() || context.at - askedAt >= REDUCTION_AGE_MAX_MS) return [];
  const reduction = { reductionId, quantity };
  switch (state.phase) {
    case 'ENTERING': return [unwind(state, reason, context, { reduction })];
    case 'EXITING': return state.urgent ? [] : [leave(state, reason, context, { urgent: true, reduction })];
    case 'HELD': {
      const whole = state.legs.length > 1 || quantity.gte(holdingOf(leg));
      return whole ? [leave(state, reason, context, { urgent: true, reduction })] : [{ type: 'ReductionStarted', tradeId: state.ids.tradeId, reductionId, leg: leg.leg, instrument, quantity, reason, endsAt: askedAt + REDUCTION_AGE_MAX_MS }];
    }
    case 'ABSENT':
    case 'REFUSED':
    case 'UNWINDING':
    case 'CLOSED': return [];
  }
}

/** The venue took a leg: what is left of the pair is left as well. */
function liquidation(state: TradeState, { liquidationId, instrument, side, quantity, price, fee, venueTime }: Extract<TradeCommand, { type: 'RecordLiquidation' }>, context: TradeContext): readonly TradeEvent[] {
  const leg = state.legs.find((found) => found.instrument === instrument && found.side === opposite(side));
  if (!leg || state.liquidations[liquidationId] !== undefined) return [];
  const { tradeId } = state.ids;
  const told: TradeEvent = { type: 'LegLiquidated', tradeId, leg: leg.leg, instrument, liquidationId, side, quantity, price, fee, venueTime };
  const unwinds = state.phase === 'ENTERING' || state.phase === 'HELD' || state.phase === 'EXITING';
  return unwinds ? [told, unwind(state, `leg ${leg.leg} was liquidated`, context)] : [told];
}

/** Facts first, then whatever follows from them in the same decision; nothing follows from nothing. */
function onward(state: TradeState, facts: readonly TradeEvent[], sight: Sight | undefined, context: TradeContext): readonly TradeEvent[] {
  if (facts.length === 0) return [];
  return [...facts, ...steps(facts.reduce(evolveTrade, state), sight ?? BLIND, context)];
}

function steps(state: TradeState, sight: Sight, context: TradeContext): readonly TradeEvent[] {
  const events: TradeEvent[] = [];
  let now = state;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const next = advance(now, sight, context);
    if (next.length === 0) break;
    events.push(...next);
    now = next.reduce(evolveTrade, now);
  }
  return events;
}
