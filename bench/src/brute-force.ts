import { type BalanceInput, type BalanceResult, DEVIATION_RATIO_DEFAULT } from '@ballast/balance';
import { canonicalRatio, Decimal, imbalanceOf, type Notional, notionalOf, type Quantity, type Ratio } from '@ballast/domain';

interface Leg {
  /** Notional of one lot in the smallest common step. */
  readonly unit: number;
  readonly from: number;
  readonly to: number;
}
interface Found {
  readonly a: number;
  readonly b: number;
  readonly difference: number;
  readonly smaller: number;
  readonly deviation: number;
  readonly gross: number;
}

/** a / b against c / d, exactly. */
const compareFractions = (a: number, b: number, c: number, d: number): number => {
  const left = BigInt(a) * BigInt(d);
  const right = BigInt(c) * BigInt(b);
  return left < right ? -1 : left > right ? 1 : 0;
};
const tie = (p: Found, q: Found): number => p.gross - q.gross || p.a - q.a;
const byImbalance = (p: Found, q: Found): number => compareFractions(p.difference, p.smaller, q.difference, q.smaller);
const byTarget = (p: Found, q: Found): number => p.deviation - q.deviation || byImbalance(p, q) || tie(p, q);
const byBalance = (p: Found, q: Found): number => byImbalance(p, q) || p.deviation - q.deviation || tie(p, q);

function whole(value: Decimal, places: number): number {
  const scaled = Number(value.times(new Decimal(10).pow(places)).toFixed(0));
  if (!Number.isSafeInteger(scaled * 1_000)) throw new RangeError(`brute force: found ${value.toString()} at ${places} places, allowed is what fits a double exactly`);
  return scaled;
}

/**
 * Every pair of lot counts within the deviation, in exact integers that fit a double: the rule of `everyPair` of
 * @ballast/balance without its decimals, so that tens of millions of pairs can be looked at. Minimums and maximums are not
 * used here. @throws RangeError where the numbers do not fit.
 */
export function bruteForce(input: BalanceInput): { readonly result: BalanceResult | undefined; readonly pairs: number } {
  const width = input.maxDeviation ?? DEVIATION_RATIO_DEFAULT;
  const units = [notionalOf(input.lotA, input.priceA), notionalOf(input.lotB, input.priceB)] as const;
  const low = input.target.times(new Decimal(1).minus(width));
  const high = input.target.times(width.plus(1));
  const places = Math.max(...[...units, input.target, low, high].map((value) => value.decimalPlaces()));
  const legOf = (unit: number): Leg => ({ unit, from: Math.max(1, Math.ceil(whole(low, places) / unit)), to: Math.floor(whole(high, places) / unit) });
  const [legA, legB] = [legOf(whole(units[0], places)), legOf(whole(units[1], places))];
  const best = bestOf(legA, legB, whole(input.target, places));
  const pairs = Math.max(0, legA.to - legA.from + 1) * Math.max(0, legB.to - legB.from + 1);
  return { result: best && resultOf(input, best.found, best.balanced), pairs };
}

function bestOf(legA: Leg, legB: Leg, target: number): { readonly found: Found; readonly balanced: boolean } | undefined {
  let balanced: Found | undefined;
  let closest: Found | undefined;
  for (let a = legA.from; a <= legA.to; a += 1) {
    const x = a * legA.unit;
    for (let b = legB.from; b <= legB.to; b += 1) {
      const y = b * legB.unit;
      const difference = Math.abs(x - y);
      const smaller = Math.min(x, y);
      const isBalanced = difference * 1_000 < smaller;
      // Once there is a balanced pair, the closest of the others does not matter any more.
      if (!isBalanced && balanced) continue;
      const deviation = Math.max(Math.abs(x - target), Math.abs(y - target));
      if (isBalanced && balanced && deviation > balanced.deviation) continue;
      const found: Found = { a, b, difference, smaller, deviation, gross: x + y };
      if (isBalanced && (!balanced || byTarget(found, balanced) < 0)) balanced = found;
      if (!balanced && (!closest || byBalance(found, closest) < 0)) closest = found;
    }
  }
  const found = balanced ?? closest;
  return found && { found, balanced: balanced !== undefined };
}

function resultOf(input: BalanceInput, { a, b }: Found, balanced: boolean): BalanceResult {
  const quantityA = input.lotA.times(a) as Quantity;
  const quantityB = input.lotB.times(b) as Quantity;
  const notionalA: Notional = notionalOf(quantityA, input.priceA);
  const notionalB: Notional = notionalOf(quantityB, input.priceB);
  return { outcome: balanced ? 'BALANCED' : 'BEST_EFFORT', quantityA, quantityB, notionalA, notionalB, imbalanceRatio: canonicalRatio(imbalanceOf(notionalA, notionalB)) as Ratio };
}
