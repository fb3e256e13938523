import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const ROLES = ['viewer', 'operator', 'approver'] as const;

/** Tokens of a local stack's HTTP edge, one for each role; its own, worth nothing anywhere else. */
export interface HttpTokens {
  /** The tokens themselves, for a person: readable by its owner alone. */
  readonly file: string;
  /** Their hashes, for the operator service. */
  readonly hashFile: string;
}

/** Takes the tokens of `dir`, or makes them there. */
export function httpTokens(dir: string): HttpTokens {
  const [file, hashFile] = [join(dir, 'http-tokens.json'), join(dir, 'http-token-hashes.json')];
  mkdirSync(dir, { recursive: true, mode: OWNER_ONLY_FOLDER });
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(Object.fromEntries(ROLES.map((role) => [role, randomBytes(32).toString('base64url')])), null, 2)}\n`, { mode: OWNER_ONLY });
  const tokens = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
  const hashes = ROLES.map((role) => ({ name: `local-${role}`, role, sha256: createHash('sha256').update(tokens[role] ?? '', 'utf8').digest('hex') }));
  writeFileSync(hashFile, `${JSON.stringify(hashes, null, 2)}\n`, { mode: OWNER_ONLY });
  return { file, hashFile };
}
