import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliFailure } from './io.js';

/** The local stack that runs, for tools that are told nothing else. */
interface CurrentRun {
  /** `nats://127.0.0.1:<port>`. */
  readonly natsUrl: string;
  /** File with the seed of each user, as the provisioner's local configuration wrote them; `cli` and `approver` are the ones a person uses. */
  readonly seedFiles: Readonly<Record<string, string>>;
  /** The paper venue's admin address, where one runs. */
  readonly adminUrl?: string;
}

const FILE = join('run', 'current.json');

/** Reads `run/current.json` from this folder or the nearest one above it that has one; undefined where there is none. @throws CliFailure */
export function currentRun(from: string): CurrentRun | undefined {
  const path = join(from, FILE);
  if (!existsSync(path)) return dirname(from) === from ? undefined : currentRun(dirname(from));
  const found = parse(path);
  const seeds = found['seedFiles'];
  if (typeof found['natsUrl'] !== 'string' || typeof seeds !== 'object' || seeds === null) throw unreadable(path, 'natsUrl and seedFiles are needed');
  return found as unknown as CurrentRun;
}

function parse(path: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Record<string, unknown>;
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
  throw unreadable(path, 'it is not a JSON object');
}

const unreadable = (path: string, why: string): CliFailure => new CliFailure(`${path} cannot be read: ${why}`, 'delete it and start the stack again, or name the server with --nats and --seed');
