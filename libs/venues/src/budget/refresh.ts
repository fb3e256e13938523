import type { Money, Ms, Ratio } from '@ballast/domain';
import { type BucketSpec, LEVEL_PRIORITIES, MICRO } from './bucket-spec.js';
import type { Priority } from './call-budget.js';

/** How often an account is asked for by its distance to liquidation: the smallest row that is not below it (W-22). */
export const POLLING = [
  { zone: 'danger', upTo: 0.05, everyMs: 10_000 },
  { zone: 'near', upTo: 0.1, everyMs: 30_000 },
  { zone: 'watch', upTo: 0.2, everyMs: 60_000 },
  { zone: 'far', upTo: Infinity, everyMs: 300_000 },
] as const satisfies readonly { readonly zone: string; readonly upTo: number; readonly everyMs: Ms }[];
export type Zone = (typeof POLLING)[number]['zone'];

/** The zone of a signed distance, 0.05 = 5 %; what nobody knows yet is in danger. */
export function zoneOf(distance: Ratio | undefined): Zone {
  return POLLING.find(({ upTo }) => distance === undefined || distance.lte(upTo))?.zone ?? 'danger';
}

export const refreshMsOf = (distance: Ratio | undefined): Ms => POLLING.find(({ zone }) => zone === zoneOf(distance))?.everyMs ?? POLLING[0].everyMs;

export interface Watched {
  readonly open: boolean;
  readonly enabled: boolean;
  readonly deposited: Money;
  readonly depositMax: Money;
}

/** R85: only an open, protected position that can still be given something, or has something to give back. */
export const needsRefresh = ({ open, enabled, deposited, depositMax }: Watched): boolean => open && enabled && (deposited.lt(depositMax) || deposited.gt(0));

const STAGGER_S = 30;
/** Accounts asked for in each second; 0 where there are none (R83, C-71). */
export const perSecondOf = (accounts: number): number => Math.ceil(accounts / STAGGER_S);

/** In which second of the next thirty an account's turn is, by its place among `accounts`; 0 where there are none (C-71). */
export const secondOf = (place: number, accounts: number): number => {
  const perSecond = perSecondOf(accounts);
  return perSecond === 0 ? 0 : Math.floor(place / perSecond) % STAGGER_S;
};

export interface RefreshBudget {
  /** Weight that checks may use in a second. */
  readonly weightPerSecond: number;
  /** Weight of one account's state; where the venue has no batch, each account is a call. */
  readonly weightPerAccount: number;
}

const share = (sizes: readonly number[], priority: Priority): number => LEVEL_PRIORITIES.reduce((sum, of, level) => sum + (of === priority ? (sizes[level] ?? 0) : 0), 0);

/** The refill that protection and its checks can count on when everybody takes their share: that of priorities 2 and 4 in what the polls of prices leave. */
export const refreshBudgetOf = ({ rate, sizes, capacity }: BucketSpec, weightPerAccount: number, pricesPerSecond = 0): RefreshBudget => ({
  weightPerSecond: (((rate * 1_000) / MICRO - pricesPerSecond) * (share(sizes, 2) + share(sizes, 4))) / capacity,
  weightPerAccount,
});

export interface ZoneRefresh {
  readonly zone: Zone;
  readonly accounts: number;
  /** By the table, ms. */
  readonly wantedMs: Ms;
  /** What the budget allows, ms, at least `wantedMs`; Infinity where nothing is left for this zone. */
  readonly reachableMs: Ms;
}

/** The interval that so many accounts can be refreshed at, the danger zone first: each zone gets what those nearer to liquidation leave. */
export function reachableRefreshMs(accounts: Readonly<Partial<Record<Zone, number>>>, { weightPerSecond, weightPerAccount }: RefreshBudget): readonly ZoneRefresh[] {
  let left = weightPerSecond;
  return POLLING.map(({ zone, everyMs }) => {
    const count = accounts[zone] ?? 0;
    const needed = count * weightPerAccount;
    const reachableMs = count === 0 ? everyMs : left <= 0 ? Infinity : Math.max(everyMs, Math.ceil((needed * 1_000) / left));
    left = reachableMs === Infinity ? 0 : Math.max(0, left - (needed * 1_000) / reachableMs);
    return { zone, accounts: count, wantedMs: everyMs, reachableMs };
  });
}
