import type { Id, Ms } from '@ballast/domain';
import type { Metrics } from '@ballast/observability';
import type { PolicyProfile } from '@ballast/policy';
import type { VenueAccount, VenueAdapter, VenueBudget } from '@ballast/venues';

export interface CollateralOptions {
  readonly venue: VenueAdapter;
  /** The venue's name of an account of ours; execution uses the same rule. */
  readonly accountOf: (accountId: Id) => VenueAccount;
  /** The account that holds a portfolio's free collateral, of the same owner; undefined: its bots are not protected. Default: none has one. */
  readonly walletOf?: (portfolioId: Id) => VenueAccount | undefined;
  /** Market time between two observations, ms; divides the day. Default 60,000. */
  readonly intervalMs?: Ms;
  /** Marks older than this are not used, ms. Default 10,000. */
  readonly priceAgeMsMax?: Ms;
  /** Profiles that a bot can bind, by name: what a treasury is split by. Default: every known one. */
  readonly profiles?: ReadonlyMap<string, PolicyProfile>;
  /** Shift of the day's start from 00:00 UTC, ms (C-25): the same as risk's; a multiple of the interval. Default 0. */
  readonly dayBoundaryMs?: Ms;
  /** What account reads may use, and who is told how often that lets each be read. Absent: they are not limited. */
  readonly budget?: { readonly watch: Pick<VenueBudget['watch'], 'refresh'>; readonly refresh: VenueBudget['refresh'] };
  readonly metrics?: Metrics;
  /** Takes the lines that operators know of protection (W-19). */
  readonly say?: (line: string) => void;
}
