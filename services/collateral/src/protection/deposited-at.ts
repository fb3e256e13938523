import type { Money, Ms } from '@ballast/domain';
import type { PendingTransfer, Protection } from '@ballast/protection';

/**
 * What of an account's money was deposited as protection when its venue said what it holds: no trading equity (C-10). `UNSETTLED` where a
 * transfer on its way, in doubt, or younger than that word, leaves open whether it is in it. Undefined where nothing is.
 */
export function depositedAt(state: Protection, venueTime: Ms, hadNotMoved: (doubt: PendingTransfer, time: Ms) => boolean): Money | 'UNSETTLED' | undefined {
  const { configured, transfer, doubtful = [], deposited, settledAt } = state;
  if (!configured) return undefined;
  if (transfer?.payload !== undefined || venueTime <= settledAt || !doubtful.every((doubt) => hadNotMoved(doubt, venueTime))) return 'UNSETTLED';
  return deposited.isZero() ? undefined : deposited;
}
