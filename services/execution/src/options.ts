import type { Concern } from '@ballast/bus';
import type { Ms, Partition } from '@ballast/domain';
import type { ExecutionLimits } from '@ballast/events';
import type { Metrics } from '@ballast/observability';
import type { VenueAccount, VenueAdapter } from '@ballast/venues';
import type { RetryTimer } from './venue/retry-timer.js';

export interface ExecutionOptions {
  readonly venue: VenueAdapter;
  readonly limits: ExecutionLimits;
  /** Wall time for processes, virtual time for the in-memory bus. */
  readonly retryTimer: RetryTimer;
  /** How the venue calls an account of ours. */
  readonly accountOf: (accountId: string) => VenueAccount;
  /** An older book prices nothing; default 5 s of market time. */
  readonly staleAfterMs?: Ms;
  /** Between two comparisons with the venue; default 60 s of market time. */
  readonly reconcileEveryMs?: Ms;
  /** Resting entries are cancelled when the log or risk is away for longer, by the wall and by market time; default 5 s. */
  readonly awayMs?: Ms;
  /** What becomes of resting entries when this process stops in order: they stay for the next one, or are cancelled at the venue. What reduces always stays. Default `keep`. */
  readonly onStopOrders?: OnStopOrders;
  /** Asks whether they are there, while entries rest; without it only appends tell that the log is away. */
  readonly feeds?: Feeds;
  /** Longest wall time for which a start waits for the venue's first answer: then it fails, and another replica tries. What comes after that answer is waited for: it would not come to another one either. Default: it waits. */
  readonly connectWithinMs?: Ms;
  /** Hears of calls to the venue; what happened is counted from the events, by reporting. */
  readonly metrics?: Metrics;
  /** Hears which accounts the venue's stream is away of, for /readyz. */
  readonly concern?: Concern;
  /** Hears the quantity trace (W-20). */
  readonly log?: (fields: object, message: string) => void;
}

export type OnStopOrders = 'keep' | 'cancel';

/** Each resolves when it has answered, whatever it said. */
export interface Feeds {
  log(partition: Partition): Promise<unknown>;
  risk(partition: Partition): Promise<unknown>;
}

/** The same, complete: what the providers read. */
export abstract class ExecutionSettings {
  abstract readonly limits: ExecutionLimits;
  abstract readonly accountOf: (accountId: string) => VenueAccount;
  abstract readonly staleAfterMs: Ms;
  abstract readonly reconcileEveryMs: Ms;
  abstract readonly awayMs: Ms;
  abstract readonly onStopOrders: OnStopOrders;
  abstract readonly connectWithinMs: Ms | undefined;
  abstract readonly feeds: Feeds | undefined;
  abstract readonly concern: Concern;
  abstract readonly metrics: Metrics | undefined;
}

export const settingsOf = (options: ExecutionOptions): ExecutionSettings => ({
  limits: options.limits,
  accountOf: options.accountOf,
  staleAfterMs: options.staleAfterMs ?? 5_000,
  reconcileEveryMs: options.reconcileEveryMs ?? 60_000,
  awayMs: options.awayMs ?? 5_000,
  onStopOrders: options.onStopOrders ?? 'keep',
  connectWithinMs: options.connectWithinMs,
  feeds: options.feeds,
  concern: options.concern ?? ((): void => undefined),
  metrics: options.metrics,
});
