import type { SignedOrder, VenueAccount } from '@ballast/venues';

/** What the venue is sent of an order: fixed by the recorded intent, the same however often it is put together. */
export const signedOrderOf = (account: VenueAccount, order: Omit<SignedOrder, 'account'>): SignedOrder => {
  const { clientOrderId, instrument, side, quantity, limitPrice, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt } = order;
  return { clientOrderId, account, instrument, side, quantity, limitPrice, timeInForce, postOnly, reduceOnly, receiveBy, expiresAt };
};
