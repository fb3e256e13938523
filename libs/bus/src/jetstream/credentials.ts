import { createHmac } from 'node:crypto';
import { nkeys } from 'nats';

/** A user's key pair: the server's configuration holds the public key only. */
export interface Credential {
  readonly publicKey: string;
  /** The secret; belongs in a file of mode 0600 and nowhere else. */
  readonly seed: string;
}

const decoder = new TextDecoder();
/** As long as a decision's own id. */
const MESSAGE_ID_LENGTH = 26;

export function newCredential(): Credential {
  const pair = nkeys.createUser();
  return { publicKey: pair.getPublicKey(), seed: decoder.decode(pair.getSeed()) };
}

/** @throws Error where the text is no nkey seed. */
export const publicKeyOf = (seed: string): string => nkeys.fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey();

/**
 * Ids under which the store de-duplicates. Streams are shared and anybody can work out the id of the next decision, so whoever wrote it first
 * under its plain name would have the store drop the owner's message. These follow from the seed: all replicas of a service make the same one
 * for a decision, and nobody else can. 26 hexadecimal digits.
 */
export function messageIdsOf(seed: string): (id: string) => string {
  const key = createHmac('sha256', seed.trim()).update('message-id').digest();
  return (id) => createHmac('sha256', key).update(id).digest('hex').slice(0, MESSAGE_ID_LENGTH);
}
