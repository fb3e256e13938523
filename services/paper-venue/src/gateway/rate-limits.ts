import type { Ms } from '@ballast/domain';

interface Window {
  readonly spanMs: Ms;
  readonly weightMax: number;
}

/** Nado's limits (venues.md §1.8): queries by address, executes by wallet; each pair of windows holds at once. */
export const QUERY_WINDOWS: readonly Window[] = [{ spanMs: 60_000, weightMax: 2400 }, { spanMs: 10_000, weightMax: 400 }];
export const EXECUTE_WINDOWS: readonly Window[] = [{ spanMs: 60_000, weightMax: 600 }, { spanMs: 10_000, weightMax: 100 }];
export const QUERY_WEIGHTS: Readonly<Record<string, number>> = { symbols: 2, all_products: 5, subaccount_info: 2, isolated_positions: 10, orders: 6 };

/** Sliding windows in market time, by key. */
export class RateLimit {
  private readonly spent = new Map<string, { readonly at: Ms; readonly weight: number }[]>();

  constructor(private readonly windows: readonly Window[]) {}

  /** Takes `weight` where every window has room for it; `percent` of the usual room is there. */
  take(key: string, weight: number, now: Ms, percent = 100): boolean {
    const longest = Math.max(...this.windows.map((window) => window.spanMs));
    const recent = (this.spent.get(key) ?? []).filter((entry) => entry.at > now - longest);
    this.spent.set(key, recent);
    const fits = this.windows.every((window) => recent.filter((entry) => entry.at > now - window.spanMs).reduce((sum, entry) => sum + entry.weight, weight) <= (window.weightMax * percent) / 100);
    if (fits) recent.push({ at: now, weight });
    return fits;
  }
}
