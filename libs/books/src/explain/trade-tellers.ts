import type { OrderFilled, OrderSubmitted, PlannedLeg, ReductionPart, TradeBalanced, TradeClosed, TradeOpened } from '@ballast/events';
import type { Tellers, Words } from './chapter.js';
import type { StoryMemory } from './story-memory.js';
import { bpsText, moneyText, nakedText, percentText, resultText, secondsText, timeText } from './text.js';

const retryFacts = (retryAt: number | undefined): readonly string[] => (retryAt === undefined ? [] : [`nothing is sent for this leg before ${timeText(retryAt)}`]);

const reductionFacts = (part: ReductionPart | undefined): readonly string[] => (part ? [`reduction ${part.reductionId}: ${part.quantity} is asked of this trade`] : []);

/** What execution does: the trade, its orders and its fills. */
export const tradeTellers: Tellers<'TradeOpened' | 'TradeRefused' | 'TradeBalanced' | 'HedgeStarted' | 'ExitStarted' | 'ReductionStarted' | 'UnwindStarted' | 'TradeClosed' | 'LegOverfilled' | 'LegLiquidated' | 'PairResidual' | 'OrderSubmitted' | 'OrderAccepted' | 'OrderOutcomeUnknown' | 'OrderFilled' | 'OrderCancelRequested' | 'OrderCancelled' | 'OrderRejected' | 'OrderDenied'> = {
  TradeOpened: (event, memory) => opened(event, memory),
  TradeRefused: ({ reason }) => ({ title: `refused by execution: ${reason}`, facts: [] }),
  TradeBalanced: (event, memory) => balanced(event, memory),
  HedgeStarted: ({ leaderLeg, reason }, memory) => ({ title: `${memory.instrumentOf(leaderLeg)} leads, the other leg follows its fills by taking: ${reason}`, facts: [] }),
  ExitStarted: ({ reason, signalId, reached, urgent, reduction }) => ({ title: `leaves the trade: ${reason}`, facts: [...(signalId === undefined ? [] : [`on signal ${signalId}`]), ...(reached ? [`priced from book ${reached.bookSequence}`] : []), ...(urgent === true ? ['it takes, without a resting order first'] : []), ...reductionFacts(reduction)] }),
  ReductionStarted: ({ instrument, quantity, reason, reductionId, endsAt }) => ({ title: `takes ${quantity} ${instrument} back, reduce-only: ${reason}`, facts: [`reduction ${reductionId}`, ...(endsAt === undefined ? [] : [`what is not taken back before ${timeText(endsAt)} is left`])] }),
  UnwindStarted: ({ reason, reduction }) => ({ title: `unwinds the trade to flat: ${reason}`, facts: reductionFacts(reduction) }),
  TradeClosed: (event, memory) => closed(event, memory),
  LegOverfilled: ({ leg, instrument, surplus }) => ({ title: `${surplus} ${instrument} of leg ${leg} were filled beyond the plan: the surplus is trimmed, reduce-only`, facts: [] }),
  LegLiquidated: ({ instrument, quantity, price, side, fee, liquidationId }) => ({ title: `the venue liquidated ${quantity} ${instrument} of this trade @ ${price} (${side})`, facts: [`charged ${moneyText(fee)}`, `liquidation ${liquidationId}`] }),
  PairResidual: ({ instrument, quantity, notional, leg, missing }) => missing === true ? { title: `the venue has ${quantity} ${instrument} (${moneyText(notional)}) less than the trade held`, facts: [`of leg ${leg}; somebody else has reduced the position, and the log's position differs by it`] } : ({ title: `left over: ${quantity} ${instrument} (${moneyText(notional)}), below the venue's minimum order`, facts: [`of leg ${leg}; it counts in exposure, and the next plan absorbs it`] }),
  OrderSubmitted: (event, memory) => submitted(event, memory),
  OrderAccepted: ({ clientOrderId, venueOrderId }, memory) => ({ title: `the venue has ${memory.orderText(clientOrderId)}`, facts: [`client order id ${clientOrderId}`, `venue order id ${venueOrderId}`] }),
  OrderOutcomeUnknown: ({ clientOrderId, reason }, memory) => ({ title: `no answer for ${memory.orderText(clientOrderId)}, which is looked up by its identity: ${reason}`, facts: [`client order id ${clientOrderId}`] }),
  OrderFilled: (event, memory) => filled(event, memory),
  OrderCancelRequested: ({ clientOrderId, reason }, memory) => ({ title: `asks back what is unfilled of ${memory.orderText(clientOrderId)}: ${reason}`, facts: [`client order id ${clientOrderId}`] }),
  OrderCancelled: ({ clientOrderId, unfilled, reason, retryAt }, memory) => ({ title: `${memory.orderText(clientOrderId)} ended with ${unfilled} unfilled: ${reason}`, facts: [`client order id ${clientOrderId}`, ...retryFacts(retryAt)] }),
  OrderRejected: ({ clientOrderId, kind, venueCode, message, retryAt }, memory) => ({ title: `the venue refused ${memory.orderText(clientOrderId)}: ${kind}: ${message}`, facts: [`client order id ${clientOrderId}`, ...(venueCode === undefined ? [] : [`venue code ${venueCode}`]), ...retryFacts(retryAt)] }),
  OrderDenied: ({ leg, instrument, reason, found, allowed }) => ({ title: `an order of leg ${leg} in ${instrument} was not sent: ${reason}, found ${found}, allowed ${allowed}`, facts: [] }),
};

const heldText = ({ instrument, stopPrice, targetPrice }: PlannedLeg): readonly string[] =>
  stopPrice || targetPrice ? [`${instrument} is left ${[...(stopPrice ? [`at a loss at ${stopPrice}`] : []), ...(targetPrice ? [`at a gain at ${targetPrice}`] : [])].join(', ')}`] : [];

function opened({ legs, limits, slippageBpsMax, enterBy }: TradeOpened, memory: StoryMemory): Words {
  memory.legs = legs;
  return {
    title: `opened: ${legs.map(({ side, quantity, instrument }) => `${side} ${quantity} ${instrument}`).join(' and ')}`,
    facts: [
      `a maker rests at most ${secondsText(limits.makerTimeoutMs)}, one leg stands alone at most ${secondsText(limits.nakedTimeoutMs)}, an order lives at most ${secondsText(limits.orderTimeToLiveMs)}`,
      `slippage at most ${bpsText(slippageBpsMax)} on the way in, ${bpsText(limits.slippageBpsMax)} on the way out`,
      ...legs.flatMap(heldText),
      ...(enterBy === undefined ? [] : [`the first orders leave by ${timeText(enterBy)}`]),
    ],
  };
}

function submitted(event: OrderSubmitted, memory: StoryMemory): Words {
  const { purpose, side, quantity, instrument, limitPrice, postOnly, timeInForce, reduceOnly, clientOrderId, venueOrderId, bookSequence, slice, attempt, replaces, expiresAt } = event;
  memory.orders.set(clientOrderId, event);
  return {
    title: `${purpose} order ${side} ${quantity} ${instrument} @ ${limitPrice} ${postOnly ? 'POST_ONLY' : timeInForce}${reduceOnly ? ' reduce-only' : ''}`,
    facts: [
      `worth ${moneyText(quantity.times(limitPrice))}; slice ${slice}, attempt ${attempt}, priced from book ${bookSequence}, expires ${timeText(expiresAt)}`,
      `client order id ${clientOrderId}${venueOrderId === undefined ? '' : `, at the venue ${venueOrderId}`}`,
      ...(replaces === undefined ? [] : [`takes over the remainder of ${replaces}`]),
    ],
  };
}

function filled(event: OrderFilled, memory: StoryMemory): Words {
  const { quantity, instrument, price, liquidity, fee, purpose, fillId, clientOrderId, venueTime } = event;
  memory.filled(event);
  const notional = quantity.times(price);
  const slippage = memory.slippageOf(event);
  const estimated = memory.legs[event.leg]?.estimatedSlippageBps;
  const entry = purpose === 'ENTRY' || purpose === 'HEDGE';
  return {
    title: `filled ${quantity} ${instrument} @ ${price} as ${liquidity}`,
    facts: [
      `${moneyText(notional)} of ${memory.orderText(clientOrderId)}, at the venue ${timeText(venueTime)}`,
      `fee ${moneyText(fee)}${notional.isZero() ? '' : ` (${bpsText(fee.div(notional).times(10_000))})`}`,
      ...(slippage ? [`slippage ${bpsText(slippage.bps)} against ${slippage.against}${entry && estimated ? ` (estimated ${bpsText(estimated)} from the best price on)` : ''}`] : []),
      `venue fill ${fillId}`,
    ],
  };
}

function balanced({ imbalancePlanned, imbalanceAtReference, imbalanceAtFill, legs, nakedNotionalSeconds }: TradeBalanced, memory: StoryMemory): Words {
  memory.imbalance = { planned: imbalancePlanned, atReference: imbalanceAtReference, atFill: imbalanceAtFill };
  return {
    title: `balanced: imbalance planned ${percentText(imbalancePlanned)}, filled ${percentText(imbalanceAtReference)} at reference, ${percentText(imbalanceAtFill)} at fill prices`,
    facts: [...legs.map(resultText), nakedText(nakedNotionalSeconds)],
  };
}

function closed({ outcome, reason, legs, realisedPnl, fees, planVolume, turnover, nakedNotionalSeconds }: TradeClosed, memory: StoryMemory): Words {
  const { imbalance } = memory;
  return {
    title: `closed ${outcome}: ${reason}`,
    facts: [
      ...legs.map(resultText),
      ...memory.estimates().map(({ leg, realised }) => `slippage of the entry in ${leg.instrument}: estimated ${bpsText(leg.estimatedSlippageBps)}, realised ${bpsText(realised)}, both against the best price that the plan saw`),
      imbalance ? `imbalance planned ${percentText(imbalance.planned)}, filled ${percentText(imbalance.atReference)} at reference and ${percentText(imbalance.atFill)} at fill prices` : 'never stood balanced',
      `realised ${moneyText(realisedPnl)}, fees ${moneyText(fees)}, net ${moneyText(realisedPnl.minus(fees))} before funding`,
      `plan volume ${moneyText(planVolume)}, turned over ${moneyText(turnover)}`,
      nakedText(nakedNotionalSeconds),
    ],
  };
}
