import type { Clock, Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { BudgetRequest, BudgetView, Priority } from './call-budget.js';
import type { ZoneRefresh } from './refresh.js';
import type { VenueCall } from './venue-costs.js';

const MINUTE_MS: Ms = 60_000;

/** What a venue made of a call; `unknown` where nobody can tell. */
export type CallOutcome = 'accepted' | 'refused' | 'unknown' | 'limited';

export interface BudgetWatchOptions {
  readonly venue: string;
  /** In front of a line: `[LiquidationProtection]` where protection calls, else `[RPC]` (W-19). */
  readonly prefix: string;
  /** Weight that a minute brings, by bucket. */
  readonly weightPerMinute: Readonly<Record<string, number>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics?: Metrics;
  readonly warn?: (line: string) => void;
}

/** Tells people and metrics how the budget stands; nothing decides on what is here. */
export class BudgetWatch {
  private readonly asked = new Map<string, { minute: number; weight: number; told: boolean }>();

  constructor(private readonly options: BudgetWatchOptions) {}

  left({ bucket, priority }: BudgetRequest, { left, backoffMs }: BudgetView): void {
    const { venue, metrics } = this.options;
    metrics?.set('ballast_venue_call_budget_left', { venue, bucket, priority: String(priority) }, left);
    metrics?.set('ballast_venue_call_backoff_seconds', { venue, bucket, priority: String(priority) }, backoffMs / 1_000);
  }

  /** Counts what is asked for in a minute, granted or not, and says once when it is more than a minute brings (R86). */
  ask({ bucket, weight }: BudgetRequest): void {
    const most = this.options.weightPerMinute[bucket] ?? Infinity;
    const minute = Math.floor(this.options.clock.now() / MINUTE_MS);
    const known = this.asked.get(bucket);
    const count = known?.minute === minute ? known : { minute, weight: 0, told: false };
    count.weight += weight;
    this.asked.set(bucket, count);
    if (count.weight <= most || count.told) return;
    count.told = true;
    this.say(`${this.options.prefix} RPC budget exceeded: ${count.weight}/${Math.floor(most)}`);
  }

  /** The venue was asked, and this came of it, after so much wall time. */
  called(call: VenueCall, outcome: CallOutcome, seconds: number): void {
    const { venue, metrics } = this.options;
    metrics?.count('ballast_venue_calls_total', { venue, call, outcome });
    metrics?.observe('ballast_venue_call_seconds', { venue, call }, seconds);
  }

  /** The venue has taken the call, whatever it said to it. */
  taken({ venue, bucket, priority, weight }: BudgetRequest, call: VenueCall): void {
    this.options.metrics?.count('ballast_venue_call_weight_total', { venue, bucket, call, priority: String(priority) }, weight);
  }

  skipped(call: VenueCall, priority: Priority): void {
    this.options.metrics?.count('ballast_venue_calls_skipped_total', { venue: this.options.venue, call, priority: String(priority) });
    this.say(`[RPC] Skipping ${call} - budget tight, saving for critical ops`);
  }

  limited(request: BudgetRequest, view: BudgetView): void {
    this.left(request, view);
    this.say(`${this.options.prefix} Rate limited, backing off ${view.backoffMs}ms`);
  }

  /** While the shared budget is away each process keeps to its own part. Where there is none, nobody says so. */
  away(away: boolean, reason = ''): void {
    this.options.metrics?.set('ballast_venue_call_budget_local', { venue: this.options.venue }, away ? 1 : 0);
    if (away) this.say(`[RPC] shared budget away, keeping to the local part: ${reason}`);
  }

  /** How often accounts can be asked for, by their zone. */
  refresh(zones: readonly ZoneRefresh[]): void {
    for (const { zone, accounts, reachableMs } of zones) {
      this.options.metrics?.set('ballast_account_refresh_reachable_seconds', { venue: this.options.venue, zone }, reachableMs / 1_000);
      this.options.metrics?.set('ballast_accounts_watched', { venue: this.options.venue, zone }, accounts);
    }
  }

  private say(line: string): void {
    this.options.warn?.(line);
  }
}
