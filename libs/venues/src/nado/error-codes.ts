import { VenueError, type VenueErrorKind } from '../venue-adapter.js';

/** Nado's error codes by what they mean to us (venues.md §1.10); a code not listed is `unknown`. */
const KINDS: Readonly<Partial<Record<VenueErrorKind, readonly number[]>>> = {
  rate: [1000, 1015],
  maintenance: [1004, 2068],
  auth: [1001, 1002, 1003, 2021, 2023, 2024, 2025, 2027, 2028, 2033, 2034, 2035],
  tick: [2000],
  lot: [2001, 2002, 2003],
  minimum: [2094],
  margin: [2006, 2017, 2036, 2086],
  band: [2007],
  postOnly: [2008],
  noCross: [2031, 2056],
  late: [2011, 2012],
  duplicate: [2013, 2022],
  notFound: [2020],
  reduceOnly: [2064, 2067, 2085],
  closed: [2069, 2070, 2071],
  selfMatch: [2073],
  transfer: [2049, 2077, 2078, 2079, 2091],
  frozen: [4001, 4002, 4004],
};

const KIND_OF = new Map<number, VenueErrorKind>(Object.entries(KINDS).flatMap(([kind, codes]) => codes.map((code) => [code, kind as VenueErrorKind] as const)));
const INTERNAL = 5000;

export const kindOfCode = (code: number): VenueErrorKind => KIND_OF.get(code) ?? 'unknown';

/** The venue's refusal as an error. A duplicate (its digest is known, or its nonce is used) and an internal error leave open whether the payload lives: look it up. */
export function refusal(code: number, text: string, request: string): VenueError {
  const kind = kindOfCode(code);
  const open = kind === 'duplicate' || code === INTERNAL;
  return new VenueError(kind, open ? 'unknown' : 'notPlaced', `${request}: nado refused with ${code}: ${text}`, String(code));
}
