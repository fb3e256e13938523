import { hash as hashOf } from 'node:crypto';

/** Ids that appear in subjects: `[A-Za-z0-9_-]{1,64}`. */
export const ID = /^[A-Za-z0-9_-]{1,64}$/;
export type Id = string;

/** The log has eight partitions for ever; what shares money is in one of them. */
export const PARTITIONS = 8;
export type Partition = number;

/** FNV-1a (32 bit) of the portfolio id, modulo the partition count: 0 … 7. */
export function partitionOf(portfolioId: Id): Partition {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(portfolioId, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % PARTITIONS;
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** The first 128 bits of SHA-256 over the parts, as 26 lower-case base32 characters. Same parts, same id, on any machine. */
export function contentId(...parts: readonly (string | number)[]): Id {
  const digest = hashOf('sha256', JSON.stringify(parts), 'buffer');
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of digest.subarray(0, 16)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      text += BASE32[(held >>> (bits - 5)) & 31];
      bits -= 5;
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + BASE32[(held << (5 - bits)) & 31] : text;
}

/** Identity of one decision: the same decider, on the same version of the same stream, for the same cause. */
export const decisionIdOf = (decider: string, stream: string, version: number, cause: string): Id => contentId('decision', decider, stream, version, cause);
/** Identity of an order at every venue, from what decided it: never random, never from a clock. */
export const clientOrderIdOf = (decisionId: Id, leg: number | string, slice: number, attempt: number): Id => contentId('order', decisionId, leg, slice, attempt);
