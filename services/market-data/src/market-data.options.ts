import type { Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { VenueAdapter } from '@ballast/venues';
import type { LastValues } from './cache/last-values.js';
import type { Candle } from './candle/candle-builder.js';

export interface MarketDataOptions {
  readonly venue: VenueAdapter;
  /** Instruments to publish; each must be listed by the venue. */
  readonly instruments: readonly string[];
  /** No book for this long of market time makes a feed STALE, ms. Default 5,000. */
  readonly staleAfterMs?: Ms;
  /** How often the contract terms are asked of the venue and published, ms of market time. Default 300,000. */
  readonly termsIntervalMs?: Ms;
  /** Start-up cache; default none. */
  readonly lastValues?: LastValues;
  /** Candles of an instrument that ended by a moment before anything was seen, ms: what is known of the past of a replay. Default none. */
  readonly past?: (instrument: string, until: Ms) => readonly Candle[];
  readonly metrics?: Metrics;
}
