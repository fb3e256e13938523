import type { Id } from '@ballast/domain';

/** One venue subaccount as an adapter addresses it: `accountId` is ours, `subaccount` the venue's name for it. */
export interface VenueAccount {
  readonly accountId: Id;
  readonly subaccount: string;
}
