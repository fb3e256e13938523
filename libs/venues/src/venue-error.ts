export const VENUE_ERROR_KINDS = ['rate', 'maintenance', 'tick', 'lot', 'minimum', 'margin', 'band', 'postOnly', 'noCross', 'late', 'duplicate', 'notFound', 'auth', 'reduceOnly', 'closed', 'selfMatch', 'transfer', 'frozen', 'withheld', 'unreachable', 'unknown'] as const;
export type VenueErrorKind = (typeof VENUE_ERROR_KINDS)[number];

/** A venue's refusal, or silence. `frozen`: the venue moves no collateral now. `withheld`: we kept it back, and the venue has not seen it. `unreachable`: no connection: nothing has left, and nothing else would get there. `outcome: 'unknown'` means the payload may have been accepted: look it up, never guess. */
export class VenueError extends Error {
  override readonly name = 'VenueError';
  constructor(
    readonly kind: VenueErrorKind,
    readonly outcome: 'notPlaced' | 'unknown',
    message: string,
    readonly venueCode?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
