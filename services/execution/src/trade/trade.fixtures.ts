import { bps, type DecisionContext, decisionIdOf, type Ms, notional, notionalOf, price, type Quantity, quantity, ratio, type Side, signedQuantity } from '@ballast/domain';
import type { ExecutionLimits, PlannedLeg } from '@ballast/events';
import type { Approval, Sight, TradeCommand, TradeEvent } from './trade.commands.js';
import { tradeDecider } from './trade.decider.js';
import type { TradeState } from './trade.state.js';

export const START: Ms = 1_700_000_000_000;
export const ETH = 'ETH-PERP';
export const SOL = 'SOL-PERP';
export const sight: Sight = {
  [ETH]: { bid: price('2756.9'), ask: price('2757'), sequence: 7 },
  [SOL]: { bid: price('115.86'), ask: price('115.87'), sequence: 9 },
};
export const limits: ExecutionLimits = { makerTimeoutMs: 20_000, nakedTimeoutMs: 15_000, orderTimeToLiveMs: 120_000, slippageBpsMax: bps('10') };

interface LegTerms { readonly instrument: string; readonly lot: string; readonly tick: string; readonly reference: string }
const TERMS: readonly [LegTerms, LegTerms] = [{ instrument: ETH, lot: '0.001', tick: '0.1', reference: '2756.9' }, { instrument: SOL, lot: '0.1', tick: '0.01', reference: '115.86' }];

export function plannedLeg(leg: 0 | 1, side: Side, slices: readonly string[], takesOver?: string): PlannedLeg {
  const { instrument, lot, tick, reference } = TERMS[leg];
  const parts = slices.map((slice) => quantity(slice));
  const total = parts.reduce<Quantity>((sum, part) => sum.plus(part) as Quantity, quantity('0'));
  const referencePrice = price(reference);
  return {
    leg, instrument, side, quantity: total, ...(takesOver === undefined ? {} : { residualAbsorbed: signedQuantity(takesOver) }), slices: parts, referencePrice, notional: notionalOf(total, referencePrice), estimatedSlippageBps: bps('1'), depthNotional: notional('1000000'), levels: [],
    seen: { instrument, bestBid: referencePrice, bestAsk: referencePrice, exchangeTime: START, bookSequence: 1 },
    terms: { lotSize: quantity(lot), tickSize: price(tick), notionalMin: notional('100'), makerFeeBps: bps('1'), takerFeeBps: bps('3.5'), initialMarginRatio: ratio('0.02'), maintenanceMarginRatio: ratio('0.01') },
  };
}

export const approvalOf = (legs: readonly PlannedLeg[], changes: Partial<Approval> = {}): Approval => ({
  planId: 'plan1', signalId: 'signal1', tradeId: 'trade1', botId: 'bot1', accountId: 'account1', portfolioId: 'portfolio1',
  legs, outcome: 'BALANCED', imbalanceRatio: ratio('0.0006'), slippageBpsMax: bps('10'), validUntil: START + 30_000, ...changes,
});

/** $1,158 of ETH bought, $1,158.6 of SOL sold: a pair of ordinary size. */
export const pair = approvalOf([plannedLeg(0, 'BUY', ['0.42']), plannedLeg(1, 'SELL', ['10'])]);

/** A trade's stream in memory: commands in, events out, the state folded from the events. */
export class TradeStream {
  state: TradeState = tradeDecider.initial;
  readonly events: TradeEvent[] = [];
  version = 0;

  context(at: Ms, cause = 'test'): DecisionContext {
    return { decisionId: decisionIdOf('trade', 'execution.trade.trade1', this.version, cause), at };
  }

  run(command: TradeCommand, at: Ms): readonly TradeEvent[] {
    const events = tradeDecider.decide(this.state, command, this.context(at));
    if (events.length === 0) return events;
    this.version += 1;
    this.events.push(...events);
    this.state = events.reduce((state, event) => tradeDecider.evolve(state, event), this.state);
    return events;
  }

  of<Type extends TradeEvent['type']>(type: Type): readonly Extract<TradeEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<TradeEvent, { type: Type }> => event.type === type);
  }
}
