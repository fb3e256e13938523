import { BudgetError, type BucketName, type BudgetRequest, type Priority } from './call-budget.js';

/** Tokens are millionths of a weight, so that a rate per ms is a whole number and every process reckons alike. */
export const MICRO = 1_000_000;

/** So much weight in any window of this length, as the venue publishes it. */
export interface VenueLimit {
  readonly weight: number;
  readonly windowMs: number;
}

export interface BucketLimits {
  readonly limits: readonly VenueLimit[];
  /** Part of the smallest limit that may go at once; the rest of it comes as time passes. 0 to 1, both excluded. */
  readonly burst: number;
  /** Part of the burst by priority, most urgent first; together 1. */
  readonly shares: readonly [number, number, number, number, number];
}

/** One bucket as it is reckoned with: whole numbers of millionths of a weight. */
export interface BucketSpec {
  /** Refill per ms. */
  readonly rate: number;
  /** The share of each level, most urgent first: of each priority one, of priority 2 what is kept for moving money and then the rest. */
  readonly sizes: readonly number[];
  /** All shares together: what may go at once. */
  readonly capacity: number;
}

/** The priority of each level, most urgent first: priority 2 has one for what moves money, and after it one for danger-zone checks. */
export const LEVEL_PRIORITIES = [1, 2, 2, 3, 4, 5] as const satisfies readonly Priority[];
/** Deposits and withdrawals draw on the checks' level too. */
export const MOVES_LEVEL = 1;
export const CHECKS_LEVEL = 2;
/** Of the share of priority 2, what no check may take: the calls of one deposit. */
const MOVES_PART = 0.4;

export const levelOf = ({ priority, check }: Pick<BudgetRequest, 'priority' | 'check'>): number => (priority === 2 && check === true ? CHECKS_LEVEL : LEVEL_PRIORITIES.indexOf(priority));

export type VenueBuckets = Readonly<Record<BucketName, BucketSpec>>;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * capacity + rate x window never passes a limit, so no window of any position holds more than the venue allows.
 * @throws BudgetError where the limits leave nothing, or the shares are not parts of one.
 */
export function bucketSpec({ limits, burst, shares }: BucketLimits): BucketSpec {
  if (!(burst > 0 && burst < 1)) throw new BudgetError(`burst: found ${burst}, allowed is a part between 0 and 1`);
  if (shares.some((share) => !(share >= 0)) || Math.abs(sum(shares) - 1) > 1e-9) throw new BudgetError(`shares: found ${shares.join(', ')}, allowed are five parts of 0 or more that make 1`);
  const usable = limits.map(({ weight, windowMs }) => ({ windowMs, micro: Math.floor(weight * MICRO) }));
  const capacity = Math.floor(Math.min(...usable.map(({ micro }) => micro)) * burst);
  const rate = Math.floor(Math.min(...usable.map(({ micro, windowMs }) => (micro - capacity) / windowMs)));
  if (!(capacity > 0 && rate > 0)) throw new BudgetError(`limits: found ${JSON.stringify(limits)}, allowed is what leaves something to take`);
  const sizes = shares.flatMap((share, index) => (index === MOVES_LEVEL ? divided(capacity * share) : [Math.floor(capacity * share)]));
  return { rate, sizes, capacity: sum(sizes) };
}

const divided = (share: number): readonly [moves: number, checks: number] => {
  const moves = Math.floor(share * MOVES_PART);
  return [moves, Math.floor(share) - moves];
};

/** What one process may take by itself: a part of each priority's share, and of the refill as much as of all shares. */
export function localSpec(spec: BucketSpec, parts: Readonly<Record<Priority, number>>): BucketSpec {
  const sizes = spec.sizes.map((size, index) => Math.floor(size * parts[LEVEL_PRIORITIES[index] ?? 5]));
  const capacity = sum(sizes);
  return { rate: Math.floor((spec.rate * capacity) / spec.capacity), sizes, capacity };
}

/** The heaviest call that can ever be granted, in weights: a call that its own share is too small for draws on less urgent ones too. */
export const heaviestOf = (spec: BucketSpec, call: Pick<BudgetRequest, 'priority' | 'check'>): number => sum(spec.sizes.slice(levelOf(call))) / MICRO;

/** Queries: 2,400 a minute and 400 in 10 s by address; executes: 600 and 100 by wallet (venues.md §1.8). */
export const NADO_BUCKETS: VenueBuckets = {
  ip: bucketSpec({ limits: [{ weight: 2_400, windowMs: 60_000 }, { weight: 400, windowMs: 10_000 }], burst: 0.365, shares: [0.25, 0.2, 0.3, 0.125, 0.125] }),
  wallet: bucketSpec({ limits: [{ weight: 600, windowMs: 60_000 }, { weight: 100, windowMs: 10_000 }], burst: 0.5, shares: [0.6, 0.4, 0, 0, 0] }),
};

/** What the polls of prices take of it: oracle and marks, 5 + 2, every 2 s. */
export const NADO_PRICES_PER_SECOND = 3.5;

/**
 * 1,200 a minute by address, for orders and questions alike; by wallet 10,000 and one per USDC traded, then one in 10 s: reckoned
 * without what was traded, so that a wallet never gets that far (venues.md §3.3).
 */
export const HYPERLIQUID_BUCKETS: VenueBuckets = {
  ip: bucketSpec({ limits: [{ weight: 1_200, windowMs: 60_000 }], burst: 0.25, shares: [0.3, 0.2, 0.25, 0.125, 0.125] }),
  wallet: bucketSpec({ limits: [{ weight: 10_000, windowMs: 90_000_000 }], burst: 0.1, shares: [0.7, 0.3, 0, 0, 0] }),
};
