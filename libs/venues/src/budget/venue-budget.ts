import type { Clock, Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { VenueAdapter } from '../venue-adapter.js';
import { type BucketSpec, HYPERLIQUID_BUCKETS, localSpec, MICRO, NADO_BUCKETS, NADO_PRICES_PER_SECOND, type VenueBuckets } from './bucket-spec.js';
import { BudgetQueue } from './budget-queue.js';
import { BudgetWatch } from './budget-watch.js';
import { BudgetDesk, BudgetedVenue } from './budgeted-venue.js';
import { type BucketName, BUCKETS, BudgetError, type CallBudget, type Priority } from './call-budget.js';
import { FallbackCallBudget } from './fallback-call-budget.js';
import { MemoryCallBudget } from './memory-call-budget.js';
import { RedisCallBudget } from './redis-call-budget.js';
import { type RefreshBudget, refreshBudgetOf } from './refresh.js';
import { StandingMarket } from './standing-market.js';
import { type Caller, checkFits, HYPERLIQUID_COSTS, LEADS_ALONE, LOCAL_PARTS, nadoCosts, type VenueCosts } from './venue-costs.js';

export interface BudgetSettings {
  /** Redis that all callers share; absent = each process keeps to its own part. */
  readonly redisUrl: string | undefined;
  /** Processes of each service: what a part is divided by. */
  readonly replicas: number;
  /** Perpetuals that the venue lists: some of its calls weigh by them. */
  readonly products: number;
}

/** What of the environment's reader is needed here. */
export interface SettingReader {
  optional(name: string): string | undefined;
  integer(name: string, min: number, max: number, fallback: number): number;
}

/** BALLAST_REDIS, BALLAST_REPLICAS (1 to 64), BALLAST_VENUE_PRODUCTS (1 to 500). */
export const budgetSettingsOf = (reader: SettingReader): BudgetSettings => ({
  redisUrl: reader.optional('BALLAST_REDIS'),
  replicas: reader.integer('BALLAST_REPLICAS', 1, 64, 1),
  products: reader.integer('BALLAST_VENUE_PRODUCTS', 1, 500, 4),
});

export interface VenueBudgetOptions {
  readonly caller: Caller;
  readonly settings: BudgetSettings;
  /** What the budget reckons with: market time, so that a replay at any speed has the venue's limits. Redis has its own clock, and this one's speed. */
  readonly clock: Clock;
  /** Wall time, by which a process by itself goes on reckoning while market time stands: in lock step the market waits for the call. Default: it never stands. */
  readonly wall?: () => Ms;
  /** What all callers share where they are one process, by `clock`: in place of Redis. */
  readonly shared?: CallBudget;
  readonly metrics?: Metrics;
  readonly warn?: (line: string) => void;
}

export interface VenueBudget {
  readonly venue: VenueAdapter;
  readonly watch: BudgetWatch;
  /** What checks of accounts can count on, for `reachableRefreshMs`. */
  readonly refresh: RefreshBudget;
}

const RULES: Readonly<Record<string, { readonly buckets: VenueBuckets; readonly costs: (products: number) => VenueCosts; readonly pricesPerSecond: number }>> = {
  nado: { buckets: NADO_BUCKETS, costs: nadoCosts, pricesPerSecond: NADO_PRICES_PER_SECOND },
  paper: { buckets: NADO_BUCKETS, costs: nadoCosts, pricesPerSecond: NADO_PRICES_PER_SECOND },
  hyperliquid: { buckets: HYPERLIQUID_BUCKETS, costs: () => HYPERLIQUID_COSTS, pricesPerSecond: 0 },
};
const MINUTE_MS = 60_000;

const mapped = (buckets: VenueBuckets, map: (spec: BucketSpec) => BucketSpec): VenueBuckets => ({ ip: map(buckets.ip), wallet: map(buckets.wallet) });

/** The part of one process among `replicas` of its service; all of it for the leader of a service that leads alone. */
export function localBuckets(buckets: VenueBuckets, caller: Caller, replicas: number): VenueBuckets {
  const part = (priority: Priority): number => LOCAL_PARTS[caller][priority] / (LEADS_ALONE.has(caller) ? 1 : replicas);
  return mapped(buckets, (spec) => localSpec(spec, { 1: part(1), 2: part(2), 3: part(3), 4: part(4), 5: part(5) }));
}

const perMinute = (buckets: VenueBuckets): Readonly<Record<BucketName, number>> => {
  const of = (name: BucketName): number => (buckets[name].rate * MINUTE_MS) / MICRO;
  return { ip: of(BUCKETS[0]), wallet: of(BUCKETS[1]) };
};

/** Puts the call budget between a service and its venue. @throws BudgetError for a venue without published limits, and for calls that never fit. */
export function budgetedVenue(inner: VenueAdapter, { caller, settings, clock, wall, shared, metrics, warn }: VenueBudgetOptions): VenueBudget {
  const rules = RULES[inner.venue];
  if (!rules) throw new BudgetError(`venue: found ${inner.venue}, allowed are those with known limits: ${Object.keys(RULES).join(', ')}`);
  const { venue } = inner;
  const { redisUrl, replicas, products } = settings;
  const costs = rules.costs(products);
  const own = localBuckets(rules.buckets, caller, replicas);
  checkFits(caller, costs, own);
  const isAlone = redisUrl === undefined && !shared;
  const counted = isAlone ? own : rules.buckets;
  const alone = wall ? new StandingMarket(clock, wall) : inMarketTime(clock);
  const watch = new BudgetWatch({ venue, prefix: caller === 'collateral' ? '[LiquidationProtection]' : '[RPC]', weightPerMinute: perMinute(counted), clock, ...(metrics ? { metrics } : {}), ...(warn ? { warn } : {}) });
  const local = new MemoryCallBudget({ [venue]: own }, alone);
  const ofProcess = (): CallBudget => (redisUrl === undefined ? local : new FallbackCallBudget(new RedisCallBudget({ url: redisUrl, venues: { [venue]: rules.buckets }, pace: () => paceOf(clock) }), local, (away, reason) => watch.away(away, reason)));
  const budget = shared ?? ofProcess();
  const desk = new BudgetDesk({ venue, caller, costs, budget, watch, queue: new BudgetQueue(budget, watch, (ms) => alone.wait(ms)) });
  const stateWeight = costs.accountState.reduce((most, { weight }) => Math.max(most, weight), 0);
  return { venue: new BudgetedVenue(inner, desk), watch, refresh: refreshBudgetOf(counted.ip, stateWeight, isAlone ? 0 : rules.pricesPerSecond) };
}

/** A market that stands is waited for by the wall. */
const paceOf = (clock: Clock): number => clock.speed() || 1;

const inMarketTime = (clock: Clock): Pick<StandingMarket, 'now' | 'wait'> => ({ now: () => clock.now(), wait: (ms) => new Promise((resolve) => void clock.at(clock.now() + ms, resolve)) });
