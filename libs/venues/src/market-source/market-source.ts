import type { Ms } from '@ballast/domain';
import type { MarketInput } from '../engine/engine.api.js';

/** Where market inputs come from and what was assumed beside them; goes into the report. */
export interface Provenance {
  readonly kind: 'recorded' | 'generated';
  readonly files: readonly string[];
  /** Sentences for a reader: instruments, period, oracle, funding. */
  readonly statements: readonly string[];
}

/** Market inputs of all instruments in time order; reading it twice gives the same inputs. */
export interface MarketSource {
  /** Product ids that have a book. */
  readonly productIds: readonly number[];
  /** First and last market time, ms. */
  readonly startTime: Ms;
  readonly endTime: Ms;
  /** Inputs at or after `from` (default: all). */
  events(from?: Ms): IterableIterator<MarketInput>;
  provenance(): Provenance;
}

/** Market data that can't be used: names the file, the line and field where it can, what was found and what is allowed. */
export class MarketDataError extends Error {
  override readonly name = 'MarketDataError';
}

export const ORACLE_STATEMENT = 'Oracle price: the data has none; a 60 s exponential average of the mid price serves, published every 500 ms.';
