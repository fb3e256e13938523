import { createHash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const BITS_OF_A_LETTER = 5;
/** What a public key of a user begins with, in nkeys' encoding: the letter U. */
const USER_PREFIX = 20 << 3;
/** CRC-16/XMODEM, as nkeys ends with it. */
const POLYNOMIAL = 0x1021;
const TOP_BIT = 0x8000;
const SIXTEEN_BITS = 0xffff;

function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & TOP_BIT ? (crc << 1) ^ POLYNOMIAL : crc << 1) & SIXTEEN_BITS;
  }
  return crc;
}

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(new RegExp(`.{${BITS_OF_A_LETTER}}`, 'g')) ?? []).map((letter) => ALPHABET[parseInt(letter, 2)] ?? '').join('');
}

/**
 * A public nkey whose seed nobody has: a hash in place of the point that a seed would lead to. It lets a user stand in the servers'
 * configuration that cannot come in, unlike any other's, since a server refuses two users with one key.
 */
export function nobodysKey(user: string): string {
  const body = Buffer.concat([Buffer.of(USER_PREFIX), createHash('sha256').update(`nobody is ${user}`, 'utf8').digest()]);
  const check = Buffer.alloc(2);
  check.writeUInt16LE(crc16(body));
  return base32(Buffer.concat([body, check]));
}
