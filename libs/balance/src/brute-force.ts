import { canonicalRatio, Decimal, imbalanceOf, type Notional, notionalOf, type Quantity, type Ratio } from '@ballast/domain';
import { type BalanceInput, type BalanceResult, DEVIATION_RATIO_DEFAULT, IMBALANCE_RATIO_MAX } from './balanced-quantities.js';

interface Candidate {
  readonly quantityA: Quantity;
  readonly quantityB: Quantity;
  readonly notionalA: Notional;
  readonly notionalB: Notional;
  /** Imbalance as an exact fraction. */
  readonly difference: Decimal;
  readonly smaller: Decimal;
  readonly deviation: Decimal;
}

const inRange = (lot: Quantity, price: Decimal, low: Decimal, high: Decimal): readonly Quantity[] => {
  const found: Quantity[] = [];
  for (let quantity = lot; quantity.times(price).lte(high); quantity = quantity.plus(lot) as Quantity) if (quantity.times(price).gte(low)) found.push(quantity);
  return found;
};
const byImbalance = (p: Candidate, q: Candidate): number => p.difference.times(q.smaller).cmp(q.difference.times(p.smaller));
const byTie = (p: Candidate, q: Candidate): number => p.notionalA.plus(p.notionalB).cmp(q.notionalA.plus(q.notionalB)) || p.quantityA.cmp(q.quantityA);
const byTarget = (p: Candidate, q: Candidate): number => p.deviation.cmp(q.deviation) || byImbalance(p, q) || byTie(p, q);
const byBalance = (p: Candidate, q: Candidate): number => byImbalance(p, q) || p.deviation.cmp(q.deviation) || byTie(p, q);

/**
 * The rule of `balancedQuantities` read aloud: every pair of lot counts in range, in decimals. Lots of A times lots of B steps;
 * what tests and benchmarks hold the search against. `pairs` is how many it looked at; undefined result where there is none.
 */
export function everyPair(input: BalanceInput): { readonly result: BalanceResult | undefined; readonly pairs: number } {
  const width = input.maxDeviation ?? DEVIATION_RATIO_DEFAULT;
  const low = input.target.times(new Decimal(1).minus(width));
  const high = Decimal.min(input.target.times(width.plus(1)), input.maxNotional ?? Infinity);
  const allA = inRange(input.lotA, input.priceA, Decimal.max(low, input.minNotionalA ?? 0), high);
  const allB = inRange(input.lotB, input.priceB, Decimal.max(low, input.minNotionalB ?? 0), high);
  let balanced: Candidate | undefined;
  let closest: Candidate | undefined;
  for (const quantityA of allA) {
    const notionalA = notionalOf(quantityA, input.priceA);
    for (const quantityB of allB) {
      const notionalB = notionalOf(quantityB, input.priceB);
      const candidate = {
        quantityA, quantityB, notionalA, notionalB,
        difference: notionalA.minus(notionalB).abs(),
        smaller: Decimal.min(notionalA, notionalB),
        deviation: Decimal.max(notionalA.minus(input.target).abs(), notionalB.minus(input.target).abs()),
      };
      if (candidate.difference.lt(candidate.smaller.times(IMBALANCE_RATIO_MAX)) && (!balanced || byTarget(candidate, balanced) < 0)) balanced = candidate;
      if (!closest || byBalance(candidate, closest) < 0) closest = candidate;
    }
  }
  const best = balanced ?? closest;
  const result = best && { outcome: balanced ? ('BALANCED' as const) : ('BEST_EFFORT' as const), quantityA: best.quantityA, quantityB: best.quantityB, notionalA: best.notionalA, notionalB: best.notionalB, imbalanceRatio: canonicalRatio(imbalanceOf(best.notionalA, best.notionalB)) as Ratio };
  return { result, pairs: allA.length * allB.length };
}
