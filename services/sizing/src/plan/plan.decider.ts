import { type Bps, contentId, type DecisionContext, type Decider, depthWithin, imbalanceOf, maxOf, minOf, type Ms, type Notional, notionalOf, opposite, type Quantity, type Ratio, type SizingOutcome, ZERO_NOTIONAL, ZERO_QUANTITY, ZERO_RATIO } from '@ballast/domain';
import type { Cap, PlannedLeg, SignalRaised, TradePlanInfeasible, TradePlanned } from '@ballast/events';
import type { PolicyInForce } from '@ballast/policy';
import { absorbable, type BalanceResult, balancedQuantities, orderTowards, singleQuantity } from '@ballast/balance';
import { missingInput } from '../policies/policy-caps.js';
import { type Ceilings, ceilings } from './caps.js';
import { edgeRefusal, roundCostBps } from './cost.js';
import { estimate } from './depth.js';
import { inputRefusal } from './inputs.js';
import { heldPrices } from './held-prices.js';
import { isPair, minimumAtReference, type ReadyLeg, type ReadyLegs, readyLegs, seenOf } from './legs.js';
import type { AccountState, PlanEvent, PlanState, PlanTrade, Refusal } from './plan.types.js';
import { type PositionBounds, positionBounds, standing } from './position.js';
import { slicesOf } from './slices.js';

/** The one plan of a signal. */
export const planIdOf = (signalId: string): string => contentId('plan', signalId);

interface Findings {
  readonly legs: readonly ReadyLeg[];
  readonly caps: readonly Cap[];
  readonly bestImbalance?: Ratio;
}
type Infeasible = Refusal & Partial<Findings>;

const identity = (signal: SignalRaised) => ({
  planId: planIdOf(signal.signalId),
  signalId: signal.signalId,
  tradeId: signal.tradeId,
  botId: signal.botId,
  accountId: signal.accountId,
  portfolioId: signal.portfolioId,
});

const infeasible = (signal: SignalRaised, { reason, detail, legs, caps, bestImbalance }: Infeasible): TradePlanInfeasible => ({
  type: 'TradePlanInfeasible',
  ...identity(signal),
  reason,
  detail,
  caps: caps ?? [],
  seen: legs?.map(seenOf) ?? signal.seen,
  ...(bestImbalance ? { bestImbalanceRatio: bestImbalance } : {}),
});

function accountRefusal(account: AccountState, policy: PolicyInForce, at: Ms): Refusal | undefined {
  const age = at - account.observedAt;
  if (!(Math.abs(age) <= policy.accountAgeMaxMs.value)) return { reason: 'NO_ACCOUNT_STATE', detail: `the account was observed ${age} ms ago, allowed are ${policy.accountAgeMaxMs.value} ms` };
  if (account.eligibleCollateral.lte(0)) return { reason: 'NO_ACCOUNT_STATE', detail: `eligible collateral ${account.eligibleCollateral.toString()}, allowed is above 0` };
  return undefined;
}

const BOOK_CAPS = /^(depth-|liquidity$|slippage-block$)/;

/** Which rule left no pair: a ceiling under the minimum or under the first lots is named by what set it. */
function noPair(limits: Ceilings, { max, minimums }: PositionBounds, legs: ReadyLegs, policy: PolicyInForce): Refusal {
  const least = maxOf(...minimums);
  const held = legs.flatMap((leg) => (leg.residual.isZero() ? [] : [`, residual ${leg.residual.toString()} ${leg.book.instrument}`])).join('');
  const where = `target ${limits.target.toString()}, at most ${max.toString()}, minimum ${least.toString()}, binding: ${limits.binding}${held}`;
  if (BOOK_CAPS.test(limits.binding)) return { reason: 'DEPTH', detail: `no pair within the depth: ${where}` };
  if (!max.lt(least) && !limits.target.lt(least)) return { reason: 'NO_PAIR', detail: `no pair of whole lots in range: ${where}` };
  const { value, profile } = policy.legNotionalMin;
  return { reason: 'MINIMUM', detail: least.eq(value) ? `no pair reaches profile-leg-minimum (${profile}): ${where}` : `no pair reaches the venue's minimum: ${where}` };
}

/** The outcome that the policy sees in this pair, or why it may not be traded (W-11). */
function judge(balance: BalanceResult, policy: PolicyInForce, at: Ms): SizingOutcome | Refusal {
  const imbalance = imbalanceOf(balance.notionalA, balance.notionalB);
  if (balance.outcome === 'BALANCED' && imbalance.lt(policy.imbalanceRatioMax.value)) return 'BALANCED';
  const waiver = policy.waiver?.value;
  if (waiver && at <= waiver.expiresAt && imbalance.lte(waiver.imbalanceRatioMax)) return 'BEST_EFFORT';
  const accepted = waiver && at <= waiver.expiresAt ? `up to ${waiver.imbalanceRatioMax.toString()}` : 'none';
  return { reason: 'BEST_EFFORT_REFUSED', detail: `smallest imbalance ${balance.imbalanceRatio.toString()}, allowed is below ${policy.imbalanceRatioMax.value.toString()}, best effort accepted: ${accepted}` };
}

function planLeg(leg: ReadyLeg, target: Quantity, policy: PolicyInForce, band: Bps): PlannedLeg | Refusal {
  const absorbed = absorbable(leg.residual, leg.terms.lotSize);
  const quantity = orderTowards(leg.side, target, absorbed);
  const held = heldPrices(leg);
  if ('reason' in held) return held;
  const notional = notionalOf(quantity, leg.reference);
  const { walk, slippage, depth } = estimate(leg, quantity, band);
  const needed = notional.times(policy.depthMultipleMin.value);
  if (!slippage.lte(band)) return { reason: 'SLIPPAGE', detail: `${leg.book.instrument}: estimated ${slippage.toString()} bps, allowed are ${band.toString()} bps` };
  if (!depth.gte(needed)) return { reason: 'DEPTH', detail: `${leg.book.instrument}: ${depth.toString()} within ${band.toString()} bps, needed are ${needed.toString()}` };
  const sliceMax = minOf(policy.sliceNotionalMax.value, depth.times(policy.sliceDepthShareMax.value) as Notional);
  const { lotSize, tickSize, notionalMin, makerFeeBps, takerFeeBps, initialMarginRatio, maintenanceMarginRatio } = leg.terms;
  return {
    leg: leg.leg,
    instrument: leg.book.instrument,
    side: leg.side,
    quantity,
    ...(absorbed.isZero() ? {} : { residualAbsorbed: absorbed }),
    ...held,
    slices: slicesOf(quantity, { lotSize, referencePrice: leg.reference, notionalMax: sliceMax, notionalMin: minimumAtReference(leg, band) }),
    referencePrice: leg.reference,
    notional,
    estimatedSlippageBps: slippage.toDecimalPlaces(6) as Bps,
    depthNotional: depth,
    ...(policy.sizing ? { oppositeDepthNotional: depthWithin(leg.book, opposite(leg.side), band) } : {}),
    levels: walk.levels,
    seen: seenOf(leg),
    terms: { lotSize, tickSize, notionalMin, makerFeeBps, takerFeeBps, initialMarginRatio, maintenanceMarginRatio },
  };
}

/** What each leg is to hold, by leg, and how well that is balanced. */
interface Sized {
  readonly outcome: SizingOutcome;
  readonly quantities: readonly Quantity[];
  readonly imbalanceRatio: Ratio;
}
type Unsized = Refusal & Pick<Infeasible, 'bestImbalance'>;

function sizeOne(limits: Ceilings, bounds: PositionBounds, leg: ReadyLeg, policy: PolicyInForce): Sized | Unsized {
  const quantity = singleQuantity({ target: limits.target, price: leg.reference, lot: leg.terms.lotSize, maxDeviation: policy.deviationRatioMax.value, maxNotional: bounds.max, minNotional: bounds.minimums[0] });
  return quantity ? { outcome: 'SINGLE', quantities: [quantity], imbalanceRatio: ZERO_RATIO } : noPair(limits, bounds, [leg], policy);
}

/** Quantities of the legs that are to stand, or why there are none. */
function size(limits: Ceilings, legs: ReadyLegs, policy: PolicyInForce, rules: { readonly band: Bps; readonly at: Ms }): Sized | Unsized {
  const bounds = positionBounds(legs, limits.max, policy.legNotionalMin, rules.band);
  if (limits.target.lte(0) || bounds.max.lte(0)) return noPair(limits, bounds, legs, policy);
  if (!isPair(legs)) return sizeOne(limits, bounds, legs[0], policy);
  const balance = sizePair(limits, bounds, legs, policy);
  if ('reason' in balance) return balance;
  const outcome = judge(balance, policy, rules.at);
  if (typeof outcome !== 'string') return { ...outcome, bestImbalance: balance.imbalanceRatio };
  return { outcome, quantities: [balance.quantityA, balance.quantityB], imbalanceRatio: balance.imbalanceRatio };
}

function sizePair(limits: Ceilings, bounds: PositionBounds, legs: readonly [ReadyLeg, ReadyLeg], policy: PolicyInForce): BalanceResult | Refusal {
  const balance = balancedQuantities({
    target: limits.target, maxDeviation: policy.deviationRatioMax.value, maxNotional: bounds.max,
    priceA: legs[0].reference, lotA: legs[0].terms.lotSize, minNotionalA: bounds.minimums[0],
    priceB: legs[1].reference, lotB: legs[1].terms.lotSize, minNotionalB: bounds.minimums[1] ?? ZERO_NOTIONAL,
  });
  return balance.outcome === 'INFEASIBLE' ? noPair(limits, bounds, legs, policy) : standing(balance, legs);
}

function decidePlan(command: PlanTrade, at: Ms): TradePlanned | Infeasible {
  const { signal, policy, account, record, ladder } = command;
  const target = signal.targetNotional;
  if (!(at <= signal.validUntil)) return { reason: 'EXPIRED', detail: `valid until ${signal.validUntil}, decided at ${at}` };
  if (!target || target.lte(0)) return { reason: 'NO_PAIR', detail: 'targetNotional: found nothing above 0, allowed is a decimal > 0' };
  if (!policy) return { reason: 'NO_ACCOUNT_STATE', detail: `bot ${signal.botId}: no known policy profile is bound` };
  if (!account) return { reason: 'NO_ACCOUNT_STATE', detail: 'the account has not been observed' };
  const inputs = { target, account, policy, tradingEquity: account.tradingEquity, record, ladder, confidence: signal.confidence };
  const unfit = inputRefusal(command, account, policy) ?? accountRefusal(account, policy, at) ?? missingInput(inputs, signal);
  if (unfit) return unfit;
  const legs = readyLegs(command, policy, at);
  if ('reason' in legs) return legs;
  const band = minOf(signal.slippageBpsMax, policy.slippageBpsMax.value);
  const limits = ceilings(inputs, legs, band);
  const found: Findings = { legs, caps: limits.caps };
  if (limits.refusal) return { ...limits.refusal, ...found };
  const sized = size(limits, legs, policy, { band, at });
  if ('reason' in sized) return { ...sized, ...found };
  const planned: PlannedLeg[] = [];
  for (const leg of legs) {
    const next = planLeg(leg, sized.quantities[leg.leg] ?? ZERO_QUANTITY, policy, band);
    if ('reason' in next) return { ...next, ...found };
    planned.push(next);
  }
  const cost = roundCostBps(planned.map((leg) => ({ ...leg.terms, slippageBps: leg.estimatedSlippageBps })), policy.makerShareExpected.value);
  const poor = edgeRefusal(signal, cost);
  if (poor) return { ...poor, ...found };
  return {
    type: 'TradePlanned',
    ...identity(signal),
    outcome: sized.outcome,
    targetNotional: target,
    legs: planned,
    imbalanceRatio: sized.imbalanceRatio,
    bindingCap: limits.binding,
    caps: limits.caps,
    eligibleCollateral: account.eligibleCollateral,
    expectedCostBps: cost,
    ...(signal.expectedEdgeBps ? { expectedEdgeBps: signal.expectedEdgeBps } : {}),
    ...(signal.costBudgetBps ? { costBudgetBps: signal.costBudgetBps } : {}),
    slippageBpsMax: band,
    validUntil: signal.validUntil,
  };
}

/** One signal becomes one plan, or one reason why not; one stream per signal. A repeated command decides nothing. */
export const planDecider: Decider<PlanState, PlanTrade, PlanEvent> = {
  kind: 'plan',
  writer: 'sizing',
  initial: { status: 'open' },
  decide(state: PlanState, command: PlanTrade, { at }: DecisionContext): readonly PlanEvent[] {
    if (state.status !== 'open' || command.signal.purpose !== 'ENTER') return [];
    const decided = decidePlan(command, at);
    return ['type' in decided ? decided : infeasible(command.signal, decided)];
  },
  evolve: (_state, event) => ({ status: event.type === 'TradePlanned' ? 'planned' : 'infeasible', planId: event.planId }),
  finished: (state) => state.status !== 'open',
};
