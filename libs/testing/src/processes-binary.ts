import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top folder of this working copy. */
export const WORKSPACE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return false;
  }
}

/**
 * Where a server's program is: the environment variable if it is set, else what `make setup` fetched, else PATH.
 * Set-up fetches only where PATH has none or one that is too old, so a good one on PATH is the one that is used.
 * @throws Error that names the three places and the command that helps.
 */
export function findBinary(name: string, variable: string, env: NodeJS.ProcessEnv = process.env): string {
  const named = env[variable];
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`${variable}: found "${named}", allowed is the full path of an executable ${name}`);
    return named;
  }
  const fetched = join(WORKSPACE_ROOT, '.cache', 'tools', 'bin', name);
  if (isExecutable(fetched)) return fetched;
  const onPath = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)).find(isExecutable);
  if (onPath !== undefined) return onPath;
  throw new Error(`${name} is not installed: ${variable} is not set, ${fetched} does not exist, and PATH has none; run "make setup"`);
}
