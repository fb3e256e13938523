import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startOfProcess } from '@ballast/testing';

/** A process that a stack started. `start` tells it from a later process that was given the same pid. */
export interface PidEntry {
  readonly name: string;
  readonly pid: number;
  readonly start: string;
}

/** Name of the supervisor's own entry: it is stopped first, or it would start its children again. */
export const SUPERVISOR = 'supervisor';

const fileOf = (runDir: string, name: string): string => join(runDir, 'pids', `${name}.json`);

/** Notes a running process; nothing where it has ended already. */
export function notePid(runDir: string, name: string, pid: number): void {
  const start = startOfProcess(pid);
  if (start === undefined) return;
  const file = fileOf(runDir, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify({ name, pid, start } satisfies PidEntry));
  renameSync(`${file}.new`, file);
}

export const forgetPid = (runDir: string, name: string): void => rmSync(fileOf(runDir, name), { force: true });

/** @throws Error naming the file where one is not what `notePid` writes. */
export function pidEntries(runDir: string): readonly PidEntry[] {
  const folder = join(runDir, 'pids');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => parseEntry(join(folder, file)));
}

function parseEntry(file: string): PidEntry {
  const { name, pid, start } = JSON.parse(readFileSync(file, 'utf8')) as Partial<PidEntry>;
  if (typeof name !== 'string' || typeof start !== 'string' || !Number.isInteger(pid) || pid === undefined || pid <= 1) throw new Error(`${file}: found no {name, pid, start}; look at the process it may mean, then delete the file`);
  return { name, pid, start };
}

/** True where the process still runs and is the one that was noted, not a later one with its pid. */
export const isOurs = ({ pid, start }: PidEntry): boolean => startOfProcess(pid) === start;
