import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newCredential, publicKeyOf, USER } from '@ballast/bus';
import { type Occasional, permissionTable } from './permissions.js';

/** The credentials of every user of the permission table. */
export interface Seeds {
  /** File with the secret seed of each user, mode 0600. */
  readonly seedFiles: Readonly<Record<string, string>>;
  readonly publicKeys: Readonly<Record<string, string>>;
}

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Makes `<dir>/<user>.nk` for whoever has none; seeds that are there already stay as they are. @throws Error for a strategy's name that can't be part of a subject. */
export function ensureSeeds(dir: string, strategies: readonly string[], occasional: Occasional = {}): Seeds {
  mkdirSync(dir, { recursive: true, mode: OWNER_ONLY_FOLDER });
  const seedFiles: Record<string, string> = {};
  const publicKeys: Record<string, string> = {};
  for (const { user } of permissionTable(strategies, occasional)) {
    if (!USER.test(user)) throw new Error(`strategies: found "${user}", allowed is ${String(USER)}`);
    const file = join(dir, `${user}.nk`);
    if (!existsSync(file)) writeFileSync(file, `${newCredential().seed}\n`, { mode: OWNER_ONLY });
    chmodSync(file, OWNER_ONLY);
    seedFiles[user] = file;
    publicKeys[user] = publicKeyOf(readFileSync(file, 'utf8'));
  }
  return { seedFiles, publicKeys };
}
