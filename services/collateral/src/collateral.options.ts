import type { Id, Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { VenueAccount, VenueAdapter } from '@ballast/venues';

export interface CollateralOptions {
  readonly venue: VenueAdapter;
  /** The venue's name of an account of ours; execution uses the same rule. */
  readonly accountOf: (accountId: Id) => VenueAccount;
  /** Market time between two observations, ms; divides the day. Default 60,000. */
  readonly intervalMs?: Ms;
  /** Marks older than this are not used, ms. Default 10,000. */
  readonly priceAgeMsMax?: Ms;
  readonly metrics?: Metrics;
}
