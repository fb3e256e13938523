import type { EngineInstrument, PositionView, X18 } from './engine.api.js';
import { divDown, floorDiv, mulDown, mulUp, ONE } from './fixed.js';
import { marketOf, positionOf, signed, termsOf, type Account, type Run } from './state.js';

export type HealthKind = 'initial' | 'maintenance' | 'unweighted';

/** Weight of a position of this direction: below 1 for longs, above 1 for shorts (venues.md §1.9). */
export function weightOf(terms: EngineInstrument, kind: HealthKind, amount: X18): X18 {
  if (kind === 'unweighted') return ONE;
  const long = amount >= 0n;
  if (kind === 'initial') return long ? terms.longWeightInitial : terms.shortWeightInitial;
  return long ? terms.longWeightMaintenance : terms.shortWeightMaintenance;
}

/** amount x oracle x weight, rounded down: what a position counts. */
export const contribution = (terms: EngineInstrument, kind: HealthKind, amount: X18, oracle: X18): X18 =>
  floorDiv(amount * weightOf(terms, kind, amount) * oracle, ONE * ONE);

export function oracleOf(run: Run, productId: number): X18 {
  return marketOf(run, productId).oracle?.published ?? 0n;
}

/** Health of an account: cash + Σ (amount x oracle x weight + vQuote). */
export function health(run: Run, account: Account, kind: HealthKind): X18 {
  let total = account.cash;
  for (const [productId, position] of account.positions) {
    total += contribution(termsOf(run, productId), kind, position.amount, oracleOf(run, productId)) + position.vQuote;
  }
  return total;
}

/** Oracle price at which maintenance health is 0, all else fixed: oracle - health / (amount x weight); undefined where it is not above 0. */
export function liquidationPriceOf(oracle: X18, maintenance: X18, amount: X18, weight: X18): X18 | undefined {
  const slope = mulDown(amount, weight);
  if (slope === 0n) return undefined;
  const price = oracle - divDown(maintenance, slope);
  return price > 0n ? price : undefined;
}

export function positionViews(run: Run, account: Account): PositionView[] {
  const maintenance = health(run, account, 'maintenance');
  return [...account.positions].map(([productId, { amount, vQuote }]) => ({
    productId,
    amount,
    vQuote,
    entryPrice: divDown(-vQuote, amount),
    liquidationPrice: liquidationPriceOf(oracleOf(run, productId), maintenance, amount, weightOf(termsOf(run, productId), 'maintenance', amount)),
  }));
}

export interface Prospect {
  readonly productId: number;
  readonly amount: X18;
  readonly price: X18;
}

/**
 * Initial health if, in each product, the worse of "all open buys fill" and "all open sells fill" happened; `extra` is an
 * order about to be placed. Reduce-only orders free margin and are left out.
 */
export function worstInitialHealth(run: Run, account: Account, extra?: Prospect): X18 {
  const products = new Set(account.positions.keys());
  if (extra) products.add(extra.productId);
  for (const market of run.state.markets.values()) if (market.resting.some((order) => order.subaccount === account.subaccount)) products.add(market.productId);
  let total = account.cash;
  for (const productId of products) {
    const open = marketOf(run, productId)
      .resting.filter((order) => order.subaccount === account.subaccount && !order.reduceOnly)
      .map((order) => ({ productId, amount: signed(order.side, order.remaining), price: order.price }));
    total += worstContribution(run, account, productId, extra?.productId === productId ? [...open, extra] : open);
  }
  return total;
}

function worstContribution(run: Run, account: Account, productId: number, orders: readonly Prospect[]): X18 {
  const terms = termsOf(run, productId);
  const oracle = oracleOf(run, productId);
  const { amount, vQuote } = positionOf(account, productId);
  const after = (filled: readonly Prospect[]): X18 => {
    let base = amount;
    let quote = vQuote;
    for (const order of filled) {
      base += order.amount;
      quote -= mulUp(order.amount, order.price);
    }
    return contribution(terms, 'initial', base, oracle) + quote;
  };
  const outcomes = [after([]), after(orders.filter((order) => order.amount > 0n)), after(orders.filter((order) => order.amount < 0n))];
  return outcomes.reduce((worst, value) => (value < worst ? value : worst));
}
