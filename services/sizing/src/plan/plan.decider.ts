import { type Bps, contentId, type DecisionContext, type Decider, depthWithin, imbalanceOf, minOf, type Ms, type Notional, notionalOf, opposite, type Ratio, type SizingOutcome } from '@ballast/domain';
import type { Cap, PlannedLeg, SignalRaised, TradePlanInfeasible, TradePlanned } from '@ballast/events';
import type { PolicyInForce } from '@ballast/policy';
import { absorbable, type BalanceResult, balancedQuantities, orderTowards } from '@ballast/balance';
import { missingInput } from '../policies/policy-caps.js';
import { type Ceilings, ceilings } from './caps.js';
import { edgeRefusal, roundCostBps } from './cost.js';
import { estimate } from './depth.js';
import { inputRefusal } from './inputs.js';
import { minimumAtReference, type ReadyLeg, readyLegs, seenOf } from './legs.js';
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
function noPair(limits: Ceilings, { max, minimums }: PositionBounds, legs: readonly [ReadyLeg, ReadyLeg], policy: PolicyInForce): Refusal {
  const least = minimums[0].gt(minimums[1]) ? minimums[0] : minimums[1];
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

function planLeg(leg: ReadyLeg, balance: BalanceResult, policy: PolicyInForce, band: Bps): PlannedLeg | Refusal {
  const absorbed = absorbable(leg.residual, leg.terms.lotSize);
  const quantity = orderTowards(leg.side, leg.leg === 0 ? balance.quantityA : balance.quantityB, absorbed);
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

/** Quantities of the pair that is to stand, or why there is none. */
function sizePair(limits: Ceilings, legs: readonly [ReadyLeg, ReadyLeg], policy: PolicyInForce, band: Bps): BalanceResult | Refusal {
  const bounds = positionBounds(legs, limits.max, policy.legNotionalMin, band);
  if (limits.target.lte(0) || bounds.max.lte(0)) return noPair(limits, bounds, legs, policy);
  const balance = balancedQuantities({
    target: limits.target, maxDeviation: policy.deviationRatioMax.value, maxNotional: bounds.max,
    priceA: legs[0].reference, lotA: legs[0].terms.lotSize, minNotionalA: bounds.minimums[0],
    priceB: legs[1].reference, lotB: legs[1].terms.lotSize, minNotionalB: bounds.minimums[1],
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
  const balance = sizePair(limits, legs, policy, band);
  if ('reason' in balance) return { ...balance, ...found };
  const outcome = judge(balance, policy, at);
  if (typeof outcome !== 'string') return { ...outcome, ...found, bestImbalance: balance.imbalanceRatio };
  const first = planLeg(legs[0], balance, policy, band);
  if ('reason' in first) return { ...first, ...found };
  const second = planLeg(legs[1], balance, policy, band);
  if ('reason' in second) return { ...second, ...found };
  const cost = roundCostBps([first, second].map((leg) => ({ ...leg.terms, slippageBps: leg.estimatedSlippageBps })), policy.makerShareExpected.value);
  const poor = edgeRefusal(signal, cost);
  if (poor) return { ...poor, ...found };
  return {
    type: 'TradePlanned',
    ...identity(signal),
    outcome,
    targetNotional: target,
    legs: [first, second],
    imbalanceRatio: balance.imbalanceRatio,
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
