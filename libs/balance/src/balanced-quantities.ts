import { canonicalRatio, Decimal, imbalanceOf, type Notional, notionalOf, type Price, type Quantity, type Ratio, ratio, type SizingOutcome, ZERO_NOTIONAL, ZERO_QUANTITY, ZERO_RATIO } from '@ballast/domain';

/** Two legs to be made equal in notional, and what bounds them. */
export interface BalanceInput {
  /** Wanted notional of each leg, quote currency; > 0. */
  readonly target: Notional;
  readonly priceA: Price;
  /** Step of quantity A, base units; > 0. */
  readonly lotA: Quantity;
  readonly priceB: Price;
  readonly lotB: Quantity;
  /** How far a leg may be from the target, 0 … 1 (R34); 0.2 where absent. */
  readonly maxDeviation?: Ratio;
  /** No leg is larger than this (C-32). */
  readonly maxNotional?: Notional;
  /** The venue's minimum order of each leg. */
  readonly minNotionalA?: Notional;
  readonly minNotionalB?: Notional;
}

/** The pair of quantities decided; all zero where INFEASIBLE. JSON gives decimal strings. */
export interface BalanceResult {
  readonly outcome: SizingOutcome;
  readonly quantityA: Quantity;
  readonly quantityB: Quantity;
  readonly notionalA: Notional;
  readonly notionalB: Notional;
  /** Difference over the smaller leg (C-33), 12 digits. */
  readonly imbalanceRatio: Ratio;
}

/** A pair is BALANCED below this imbalance (R33). */
export const IMBALANCE_RATIO_MAX = ratio('0.001');
export const DEVIATION_RATIO_DEFAULT = ratio('0.2');

/** Everything in whole units of one common decimal step, so that comparing is exact and fast. */
interface Scaled {
  readonly target: bigint;
  /** Notional of one lot. */
  readonly unitA: bigint;
  readonly unitB: bigint;
  readonly lotsA: Range;
  readonly lotsB: Range;
}
interface Range {
  readonly from: bigint;
  readonly to: bigint;
}
interface Pair {
  readonly a: bigint;
  readonly b: bigint;
  /** |notional A - notional B|, over the smaller one. */
  readonly difference: bigint;
  readonly smaller: bigint;
  /** The larger of both distances to the target. */
  readonly deviation: bigint;
  readonly gross: bigint;
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const ceilDiv = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function requirePositive(field: string, value: Decimal): void {
  if (!value.isFinite() || value.lte(0)) throw new RangeError(`balancedQuantities ${field}: found ${value.toString()}, allowed is a decimal > 0`);
}

/** Smallest and largest notional allowed of each leg, and of one lot. */
interface Bounds {
  readonly leastA: Notional;
  readonly leastB: Notional;
  readonly most: Notional;
  readonly unitA: Notional;
  readonly unitB: Notional;
}

function boundsOf(input: BalanceInput): Bounds {
  for (const field of ['target', 'priceA', 'lotA', 'priceB', 'lotB'] as const) requirePositive(field, input[field]);
  const deviation = input.maxDeviation ?? DEVIATION_RATIO_DEFAULT;
  if (!deviation.isFinite() || deviation.isNegative() || deviation.gte(1)) throw new RangeError(`balancedQuantities maxDeviation: found ${deviation.toString()}, allowed is a decimal from 0 to below 1`);
  const low = input.target.times(new Decimal(1).minus(deviation)) as Notional;
  const high = input.target.times(deviation.plus(1)) as Notional;
  return {
    leastA: input.minNotionalA?.gt(low) ? input.minNotionalA : low,
    leastB: input.minNotionalB?.gt(low) ? input.minNotionalB : low,
    most: input.maxNotional && input.maxNotional.lt(high) ? input.maxNotional : high,
    unitA: notionalOf(input.lotA, input.priceA),
    unitB: notionalOf(input.lotB, input.priceB),
  };
}

function scale(input: BalanceInput): Scaled {
  const { leastA, leastB, most, unitA, unitB } = boundsOf(input);
  const places = Math.max(...[input.target, leastA, leastB, most, unitA, unitB].map((value) => value.decimalPlaces()));
  const whole = (value: Decimal): bigint => BigInt(value.times(new Decimal(10).pow(places)).toFixed(0));
  const lots = (least: Decimal, unit: bigint): Range => {
    const from = ceilDiv(whole(least), unit);
    return { from: from > 1n ? from : 1n, to: whole(most) / unit };
  };
  return { target: whole(input.target), unitA: whole(unitA), unitB: whole(unitB), lotsA: lots(leastA, whole(unitA)), lotsB: lots(leastB, whole(unitB)) };
}

function pairOf(scaled: Scaled, a: bigint, b: bigint): Pair {
  const x = a * scaled.unitA;
  const y = b * scaled.unitB;
  const offA = abs(x - scaled.target);
  const offB = abs(y - scaled.target);
  return { a, b, difference: abs(x - y), smaller: x < y ? x : y, deviation: offA > offB ? offA : offB, gross: x + y };
}

const isBalanced = (pair: Pair): boolean => pair.difference * 1000n < pair.smaller;
const byImbalance = (p: Pair, q: Pair): number => compare(p.difference * q.smaller, q.difference * p.smaller);
/** Last resort of both orders, so that the answer is one: the smaller gross, then the fewer lots of A. */
const byTie = (p: Pair, q: Pair): number => compare(p.gross, q.gross) || compare(p.a, q.a);
const byTarget = (p: Pair, q: Pair): number => compare(p.deviation, q.deviation) || byImbalance(p, q) || byTie(p, q);
const byBalance = (p: Pair, q: Pair): number => byImbalance(p, q) || compare(p.deviation, q.deviation) || byTie(p, q);

const better = (best: Pair | undefined, next: Pair, order: (p: Pair, q: Pair) => number): Pair => (best === undefined || order(next, best) < 0 ? next : best);

/** Lot counts of `range`, nearest to `target` first. */
function* outwards(range: Range, unit: bigint, target: bigint): Generator<bigint> {
  const start = target / unit;
  let down = start < range.to ? start : range.to;
  let up = down + 1n > range.from ? down + 1n : range.from;
  while (down >= range.from || up <= range.to) {
    const takeDown = down >= range.from && (up > range.to || abs(down * unit - target) <= abs(up * unit - target));
    yield takeDown ? down-- : up++;
  }
}

/**
 * For each lot count of the leg with the coarser notional step only the two counts of the other leg around equal notional can
 * be best, under either order: the imbalance grows away from equality on both sides, and so does the distance to the target
 * once it exceeds that of the first leg. Going outwards from the target, the search ends where the first leg alone is
 * further away than the best balanced pair.
 */
function search(scaled: Scaled): { readonly balanced: Pair | undefined; readonly closest: Pair | undefined; readonly pairs: number } {
  const { unitA, unitB, lotsA, lotsB, target } = scaled;
  if (lotsA.from > lotsA.to || lotsB.from > lotsB.to) return { balanced: undefined, closest: undefined, pairs: 0 };
  const outerIsA = unitA >= unitB;
  const [outer, inner] = outerIsA ? [{ unit: unitA, lots: lotsA }, { unit: unitB, lots: lotsB }] : [{ unit: unitB, lots: lotsB }, { unit: unitA, lots: lotsA }];
  const clamp = (count: bigint): bigint => (count < inner.lots.from ? inner.lots.from : count > inner.lots.to ? inner.lots.to : count);
  let balanced: Pair | undefined;
  let closest: Pair | undefined;
  let pairs = 0;
  for (const count of outwards(outer.lots, outer.unit, target)) {
    const notional = count * outer.unit;
    if (balanced && abs(notional - target) > balanced.deviation) break;
    const below = notional / inner.unit;
    for (const other of [clamp(below), clamp(below * inner.unit === notional ? below : below + 1n)]) {
      pairs += 1;
      const pair = outerIsA ? pairOf(scaled, count, other) : pairOf(scaled, other, count);
      if (isBalanced(pair)) balanced = better(balanced, pair, byTarget);
      closest = better(closest, pair, byBalance);
    }
  }
  return { balanced, closest, pairs };
}

/** How many pairs `balancedQuantities` looks at for this input: what a benchmark holds against brute force. @throws RangeError as it does. */
export const pairsLookedAt = (input: BalanceInput): number => search(scale(input)).pairs;

/**
 * The one place where quantities are decided (R32, R37): a joint search over both lot grids within target x (1 ± maxDeviation),
 * the maximum notional and the minimums. Among pairs below 0.1 % imbalance the one whose legs are closest to the target
 * (smallest largest deviation, then smallest imbalance, then smallest gross, then fewest lots of A) is BALANCED; where there is
 * none, the smallest imbalance (then deviation, gross, lots of A) is BEST_EFFORT; where there is no pair, INFEASIBLE.
 * Exact; at most as many steps as one leg has lots in range.
 * @throws RangeError naming the field that is not a finite decimal in its range.
 */
export function balancedQuantities(input: BalanceInput): BalanceResult {
  const { balanced, closest } = search(scale(input));
  const pair = balanced ?? closest;
  if (!pair) return { outcome: 'INFEASIBLE', quantityA: ZERO_QUANTITY, quantityB: ZERO_QUANTITY, notionalA: ZERO_NOTIONAL, notionalB: ZERO_NOTIONAL, imbalanceRatio: ZERO_RATIO };
  const quantityA = input.lotA.times(pair.a.toString()) as Quantity;
  const quantityB = input.lotB.times(pair.b.toString()) as Quantity;
  const notionalA = notionalOf(quantityA, input.priceA);
  const notionalB = notionalOf(quantityB, input.priceB);
  return { outcome: balanced ? 'BALANCED' : 'BEST_EFFORT', quantityA, quantityB, notionalA, notionalB, imbalanceRatio: canonicalRatio(imbalanceOf(notionalA, notionalB)) };
}

/** Why there is no pair, leg by leg, in words; nothing where there is one. @throws RangeError as `balancedQuantities` does. */
export function whyInfeasible(input: BalanceInput): readonly string[] {
  const { lotsA, lotsB } = scale(input);
  const { leastA, leastB, most, unitA, unitB } = boundsOf(input);
  const text = (leg: string, least: Notional, unit: Notional): string => `leg ${leg}: no whole number of lots of ${unit.toString()} each is worth from ${least.toString()} to ${most.toString()}`;
  return [...(lotsA.from > lotsA.to ? [text('A', leastA, unitA)] : []), ...(lotsB.from > lotsB.to ? [text('B', leastB, unitB)] : [])];
}
