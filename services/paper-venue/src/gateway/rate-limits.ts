import type { Ms } from '@ballast/domain';
import type { Body } from './read.js';

interface Window {
  readonly spanMs: Ms;
  readonly weightMax: number;
}

/** Nado's limits (venues.md §1.8): queries by address, executes by wallet; each pair of windows holds at once. */
export const QUERY_WINDOWS: readonly Window[] = [{ spanMs: 60_000, weightMax: 2400 }, { spanMs: 10_000, weightMax: 400 }];
export const EXECUTE_WINDOWS: readonly Window[] = [{ spanMs: 60_000, weightMax: 600 }, { spanMs: 10_000, weightMax: 100 }];
const QUERY_WEIGHTS: Readonly<Record<string, number>> = { symbols: 2, all_products: 5, subaccount_info: 2, isolated_positions: 10, nonces: 2 };

const countOf = (value: unknown, otherwise: number): number => (Array.isArray(value) ? value.length : otherwise);

/** What a query of the gateway weighs (venues.md §1.8): open orders by the products they are asked for, everything else by its type. */
export const queryWeight = (query: Body): number => (query['type'] === 'orders' ? 2 * countOf(query['product_ids'], 1) : QUERY_WEIGHTS[String(query['type'])] ?? 1);

/** Rows that a question asks for where it does not say. */
const ROWS = 100;
/** One more for so many rows of each subaccount, by the archive's type of question. */
const ROWS_A_WEIGHT: Readonly<Record<string, number>> = { orders: 20, matches: 10, events: 10 };

function rowsOf(limit: unknown): number {
  const rows = typeof limit === 'object' && limit !== null ? ((limit as Body)['raw'] ?? (limit as Body)['txs']) : limit;
  return typeof rows === 'number' && rows >= 0 ? rows : ROWS;
}

/** What a question to the archive weighs, by Nado's page on rate limits: 2, and for lists more by how many rows may come; 5 for funding payments. */
export function archiveWeight(type: string, body: Body): number {
  if (type === 'interest_and_funding') return 5;
  const rows = ROWS_A_WEIGHT[type];
  return rows === undefined ? 2 : 2 + (rowsOf(body['limit']) * countOf(body['subaccounts'], 1)) / rows;
}

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
