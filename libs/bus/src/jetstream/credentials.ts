import { nkeys } from 'nats';

/** A user's key pair: the server's configuration holds the public key only. */
export interface Credential {
  readonly publicKey: string;
  /** The secret; belongs in a file of mode 0600 and nowhere else. */
  readonly seed: string;
}

const decoder = new TextDecoder();

export function newCredential(): Credential {
  const pair = nkeys.createUser();
  return { publicKey: pair.getPublicKey(), seed: decoder.decode(pair.getSeed()) };
}

/** @throws Error where the text is no nkey seed. */
export const publicKeyOf = (seed: string): string => nkeys.fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey();
