/** The venue's error codes that this engine gives (venues.md §1.10), with our words for each. */
export const VENUE_ERRORS = {
  2000: 'Invalid order price: it is not a multiple of the price increment.',
  2001: 'Invalid order amount: it is not a multiple of the size increment.',
  2002: 'Invalid order amount: it is zero.',
  2005: 'Too many open orders on this market.',
  2006: 'Insufficient account health for this order.',
  2007: 'Order price is outside the allowed band around the oracle price.',
  2008: 'The order is post-only and would cross the book.',
  2011: 'Request received after its recv_time.',
  2012: 'Request received too long before its recv_time.',
  2013: 'An order with this digest exists already.',
  2020: 'No open order with this digest.',
  2022: 'Invalid nonce: it is not the next of this wallet.',
  2024: 'The subaccount has no collateral.',
  2031: 'Fill-or-kill order can not be filled completely.',
  2056: 'Immediate-or-cancel order does not cross the book.',
  2064: 'Reduce-only order would increase the position.',
  2067: 'Reduce-only order is larger than the position.',
  2070: 'The market has no price yet.',
  2073: 'The order would match another order of the same subaccount.',
  2077: 'Transfer is below the smallest amount.',
  2079: 'Sender and recipient of the transfer are the same.',
  2094: 'Order size is below the smallest notional.',
} as const;

export type VenueErrorCode = keyof typeof VENUE_ERRORS;
