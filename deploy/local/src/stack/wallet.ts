import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Id } from '@ballast/domain';
import { PAPER_DOMAIN } from '@ballast/paper-venue';
import { nadoAccount, OrderCodec } from '@ballast/venues';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** The wallet that trades at the paper venue: a key of its own in the run's folder, worth nothing anywhere else. */
export interface PaperWallet {
  readonly keyFile: string;
  /** The bytes32 by which the venue knows an account of ours. */
  senderOf(accountId: Id): string;
}

/** Takes the key of `<dir>/wallet.key`, or makes one there. */
export function paperWallet(dir: string): PaperWallet {
  const keyFile = join(dir, 'wallet.key');
  mkdirSync(dir, { recursive: true, mode: OWNER_ONLY_FOLDER });
  if (!existsSync(keyFile)) writeFileSync(keyFile, `0x${randomBytes(32).toString('hex')}\n`, { mode: OWNER_ONLY });
  const codec = new OrderCodec(readFileSync(keyFile, 'utf8').trim() as `0x${string}`, PAPER_DOMAIN);
  return { keyFile, senderOf: (accountId) => codec.senderOf(nadoAccount(accountId).subaccount) };
}
