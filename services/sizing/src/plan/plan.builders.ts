import { type Book, bps, type Instrument, money, notional, price, quantity, ratio, type Side } from '@ballast/domain';
import type { SignalRaised, TradePlanInfeasible, TradePlanned } from '@ballast/events';
import { DEMO, inForce, type PolicyProfile } from '@ballast/policy';
import { planDecider } from './plan.decider.js';
import type { AccountState, PlanEvent, PlanTrade } from './plan.types.js';

/** Market time of every builder, ms. */
export const AT = 1_757_000_000_000;

/** A book of equal levels, one tick apart, around a mid of half ticks. */
export function bookOf(instrument: string, bestBid: string, tick: string, size: string, depth = 20): Book {
  const step = price(tick);
  const levels = (side: Side) => Array.from({ length: depth }, (_, n) => ({ price: price(price(bestBid).plus(step.times(side === 'BUY' ? -n : n + 1)).toString()), quantity: quantity(size) }));
  return { instrument, bids: levels('BUY'), asks: levels('SELL'), exchangeTime: AT - 100, sequence: 7 };
}

export const instrumentOf = (instrument: string, lot: string, tick: string, minimum = '5'): Instrument => ({
  instrument, venue: 'paper', base: instrument.split('-')[0] ?? instrument, quote: 'USDC',
  lotSize: quantity(lot), tickSize: price(tick), notionalMin: notional(minimum),
  makerFeeBps: bps('1'), takerFeeBps: bps('5'), initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.03'),
});

export const accountOf = (eligible = '2000', initial = eligible): AccountState => ({ eligibleCollateral: money(eligible), initialCollateral: money(initial), observedAt: AT - 1_000 });

export const signalOf = (overrides: Partial<SignalRaised> = {}): SignalRaised => ({
  type: 'SignalRaised', signalId: 's1', tradeId: 't1', botId: 'b1', accountId: 'a1', portfolioId: 'p1', purpose: 'ENTER',
  legs: [{ instrument: 'ETH-PERP', side: 'BUY' }, { instrument: 'SOL-PERP', side: 'SELL' }],
  targetNotional: notional('1000'), slippageBpsMax: bps('10'), costBudgetBps: bps('30'), reason: 'cycle', seen: [], validUntil: AT + 10_000,
  ...overrides,
});

export const ETH_BOOK = bookOf('ETH-PERP', '2756.8', '0.2', '5');
export const SOL_BOOK = bookOf('SOL-PERP', '115.85', '0.02', '100');

export const policyOf = (change: Partial<PolicyProfile> = {}) => inForce([{ ...DEMO, ...change }]);

export const planTrade = (overrides: Partial<PlanTrade> = {}): PlanTrade => ({
  type: 'PlanTrade',
  signal: signalOf(),
  seen: [
    { book: ETH_BOOK, instrument: instrumentOf('ETH-PERP', '0.001', '0.1') },
    { book: SOL_BOOK, instrument: instrumentOf('SOL-PERP', '0.1', '0.01') },
  ],
  account: accountOf(),
  policy: policyOf(),
  ...overrides,
});

/** What is decided of a first signal. @throws where nothing is. */
export const decided = (overrides: Partial<PlanTrade> = {}, at = AT): PlanEvent => {
  const [event] = planDecider.decide(planDecider.initial, planTrade(overrides), { decisionId: 'd1', at });
  if (!event) throw new Error('nothing was decided');
  return event;
};

/** @throws where it is infeasible, with the reason. */
export const planned = (overrides: Partial<PlanTrade> = {}): TradePlanned => {
  const event = decided(overrides);
  if (event.type !== 'TradePlanned') throw new Error(`${event.reason}: ${event.detail}`);
  return event;
};

/** @throws where it is planned. */
export const infeasible = (overrides: Partial<PlanTrade>, at = AT): TradePlanInfeasible => {
  const event = decided(overrides, at);
  if (event.type !== 'TradePlanInfeasible') throw new Error('it was planned');
  return event;
};
