/** A refusal in Nado's envelope; `status` is the HTTP status it comes with. */
export class VenueRefusal extends Error {
  override readonly name = 'VenueRefusal';
  constructor(readonly code: number, text: string, readonly status = 200) {
    super(text);
  }
}

/** Nado's words for the codes that faults and the gateway itself use (venues.md §1.10). */
const TEXTS: Readonly<Record<number, string>> = {
  1000: 'Too Many Requests!',
  1004: 'The exchange is under maintenance.',
  2006: 'Insufficient account health.',
  2008: 'The order cannot be placed as it is post-only and crosses the book.',
  2020: 'Order with the provided digest could not be found.',
  2028: "The provided signature does not match with the sender's or the linked signer's.",
  2095: 'Invalid order appendix.',
  4004: 'Protocol risk: no collateral moves now; try again later.',
};
export const refusalOf = (code: number, status = 200): VenueRefusal => new VenueRefusal(code, TEXTS[code] ?? `Refused with ${code}.`, status);

const BAD_REQUEST = 2000_000;
/** A request that cannot be read: names the field, what was found and what is allowed. */
export const unreadable = (field: string, found: unknown, allowed: string): VenueRefusal => new VenueRefusal(BAD_REQUEST, `${field}: found ${(JSON.stringify(found) ?? 'nothing').slice(0, 80)}, allowed is ${allowed}`, 400);
