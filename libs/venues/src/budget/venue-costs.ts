import { HISTORY_PAGE } from '../nado/archive.js';
import { type BucketSpec, heaviestOf } from './bucket-spec.js';
import { BudgetError, type BucketName, type Priority } from './call-budget.js';

/** Everything that an adapter asks of its venue, by the method that asks; histories page by page, and what two services of a venue answer part by part. */
export const VENUE_CALLS = ['connect', 'instruments', 'book', 'oraclePrices', 'markPrices', 'place', 'cancel', 'cancelAll', 'openOrders', 'findOrder', 'orderHistory', 'fillsSince', 'fundingSince', 'liquidationsSince', 'transfersSince', 'accountState', 'freeFunds', 'prepareTransfer', 'sendTransfer', 'findTransfer', 'transferHistory'] as const;
export type VenueCall = (typeof VENUE_CALLS)[number];

export interface CallCost {
  readonly bucket: BucketName;
  readonly weight: number;
}

export type VenueCosts = Readonly<Record<VenueCall, readonly CallCost[]>>;

/** The services that call a venue; each has its own part of every share while it reckons by itself. */
export const CALLERS = ['execution', 'collateral', 'market-data'] as const;
export type Caller = (typeof CALLERS)[number];

const ip = (weight: number): readonly CallCost[] => [{ bucket: 'ip', weight }];
const wallet = (weight: number): readonly CallCost[] => [{ bucket: 'wallet', weight }];

/** The archive charges for how many rows may come: 2, and one more for every 10 of matches and events, for every 20 of orders. */
const PAGE = ip(2 + HISTORY_PAGE / 10);

/** Weights of Nado (venues.md §1.8; the archive's by its page on rate limits) for `products` listed perpetuals. */
export const nadoCosts = (products: number): VenueCosts => ({
  connect: ip(7),
  instruments: ip(7),
  book: ip(1),
  oraclePrices: ip(5),
  markPrices: ip(2),
  place: wallet(1),
  cancel: wallet(1),
  cancelAll: wallet(5 * products),
  openOrders: ip(2 * products),
  findOrder: ip(1),
  orderHistory: ip(2 + 1 / 20),
  fillsSince: PAGE,
  fundingSince: ip(5),
  liquidationsSince: PAGE,
  transfersSince: PAGE,
  accountState: ip(2),
  freeFunds: ip(2),
  prepareTransfer: ip(2),
  sendTransfer: wallet(10),
  findTransfer: ip(2),
  transferHistory: PAGE,
});

const exchange: readonly CallCost[] = [{ bucket: 'ip', weight: 1 }, { bucket: 'wallet', weight: 1 }];

/** Weights of Hyperliquid (venues.md §3.3): an action counts for the address and for the wallet. */
export const HYPERLIQUID_COSTS: VenueCosts = {
  connect: ip(20),
  instruments: ip(20),
  book: ip(2),
  oraclePrices: ip(20),
  markPrices: ip(20),
  place: exchange,
  cancel: exchange,
  cancelAll: exchange,
  openOrders: ip(20),
  findOrder: ip(2),
  orderHistory: ip(2),
  fillsSince: ip(20),
  fundingSince: ip(20),
  liquidationsSince: ip(20),
  transfersSince: ip(20),
  accountState: ip(2),
  freeFunds: ip(2),
  prepareTransfer: ip(2),
  sendTransfer: exchange,
  findTransfer: ip(20),
  transferHistory: ip(20),
};

const PRIORITY: Readonly<Record<VenueCall, Priority>> = {
  connect: 2,
  instruments: 5,
  book: 3,
  oraclePrices: 2,
  markPrices: 2,
  place: 1,
  cancel: 1,
  cancelAll: 1,
  openOrders: 3,
  findOrder: 1,
  orderHistory: 1,
  fillsSince: 3,
  fundingSince: 3,
  liquidationsSince: 3,
  transfersSince: 3,
  accountState: 3,
  freeFunds: 2,
  prepareTransfer: 2,
  sendTransfer: 2,
  findTransfer: 2,
  transferHistory: 2,
};

/**
 * Who takes over connects first: no order, price or deposit goes before it. Of collateral an account's state is a protection check; one in the
 * danger zone is asked for at priority 2 (C-64).
 */
const OF_CALLER: Readonly<Record<Caller, Partial<Record<VenueCall, Priority>>>> = { execution: { connect: 1 }, collateral: { accountState: 4 }, 'market-data': {} };

/** Calls that only look: at priority 2 they go after those that move money. */
const CHECKS: ReadonlySet<VenueCall> = new Set<VenueCall>(['connect', 'instruments', 'accountState', 'oraclePrices', 'markPrices']);
export const isCheck = (call: VenueCall): boolean => CHECKS.has(call);

export const priorityOf = (caller: Caller, call: VenueCall): Priority => OF_CALLER[caller][call] ?? PRIORITY[call];

/** What each service may take by itself, as parts of the five shares: all services together are no more than the whole. */
export const LOCAL_PARTS: Readonly<Record<Caller, Readonly<Record<Priority, number>>>> = {
  execution: { 1: 1, 2: 0, 3: 0.6, 4: 0, 5: 0 },
  collateral: { 1: 0, 2: 1, 3: 0.1, 4: 1, 5: 0 },
  'market-data': { 1: 0, 2: 0, 3: 0.3, 4: 0, 5: 1 },
};

/** Services of which one process leads and calls, however many stand by. */
export const LEADS_ALONE: ReadonlySet<Caller> = new Set<Caller>(['market-data']);

/** Calls that a service makes at all: others need no room in its part. */
const CALLS_OF: Readonly<Record<Caller, readonly VenueCall[]>> = {
  execution: ['connect', 'place', 'openOrders', 'findOrder', 'orderHistory', 'fillsSince', 'fundingSince', 'liquidationsSince', 'accountState'],
  collateral: ['connect', 'accountState', 'transfersSince', 'freeFunds', 'prepareTransfer', 'sendTransfer', 'findTransfer', 'transferHistory'],
  'market-data': ['connect', 'instruments', 'book', 'oraclePrices', 'markPrices'],
};

/** @throws BudgetError naming the calls that this budget could never grant. */
export function checkFits(caller: Caller, costs: VenueCosts, buckets: Readonly<Record<BucketName, BucketSpec>>): void {
  const tooHeavy = CALLS_OF[caller].flatMap((call) => costs[call].flatMap(({ bucket, weight }) => {
    const most = heaviestOf(buckets[bucket], { priority: priorityOf(caller, call), check: isCheck(call) });
    return weight > most ? [`${call} of weight ${weight} (${bucket}, priority ${priorityOf(caller, call)}: at most ${most})`] : [];
  }));
  if (tooHeavy.length > 0) throw new BudgetError(`venue budget of ${caller}: found ${tooHeavy.join(', ')}; allowed is what fits: fewer BALLAST_REPLICAS, a smaller BALLAST_VENUE_PRODUCTS, or a larger part`);
}
