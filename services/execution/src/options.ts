import type { Ms } from '@ballast/domain';
import type { ExecutionLimits } from '@ballast/events';
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
  /** Resting entries are cancelled when the log is away for longer; default 5 s of wall time. */
  readonly logAwayMs?: Ms;
  /** Hears the quantity trace (W-20). */
  readonly log?: (fields: object, message: string) => void;
}

/** The same, complete: what the providers read. */
export abstract class ExecutionSettings {
  abstract readonly limits: ExecutionLimits;
  abstract readonly accountOf: (accountId: string) => VenueAccount;
  abstract readonly staleAfterMs: Ms;
  abstract readonly reconcileEveryMs: Ms;
  abstract readonly logAwayMs: Ms;
}

export const settingsOf = (options: ExecutionOptions): ExecutionSettings => ({
  limits: options.limits,
  accountOf: options.accountOf,
  staleAfterMs: options.staleAfterMs ?? 5_000,
  reconcileEveryMs: options.reconcileEveryMs ?? 60_000,
  logAwayMs: options.logAwayMs ?? 5_000,
});
