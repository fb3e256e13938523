import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { signalGroup } from '@ballast/testing';
import { forgetPid, isOurs, pidEntries, SUPERVISOR, type PidEntry } from './pid-file.js';

const POLL_MS = 50;

async function ended(entries: readonly PidEntry[], withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (entries.some(isOurs)) {
    if (performance.now() > until) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** A child leads a group of its own; a supervisor may share its group with a shell or with `make`. */
function send(entry: PidEntry, signal: NodeJS.Signals): void {
  if (!isOurs(entry)) return;
  if (entry.name !== SUPERVISOR) signalGroup(entry.pid, signal);
  else process.kill(entry.pid, signal);
}

async function end(entries: readonly PidEntry[], graceMs: number): Promise<void> {
  for (const entry of entries) send(entry, 'SIGCONT');
  for (const entry of entries) send(entry, 'SIGTERM');
  if (await ended(entries, graceMs)) return;
  for (const entry of entries) send(entry, 'SIGKILL');
  if (!(await ended(entries, graceMs))) throw new Error(`still running after SIGKILL: ${entries.filter(isOurs).map(({ name, pid }) => `${name} (${pid})`).join(', ')}`);
}

/**
 * Ends every process that a stack below `rootDir` (`run/`) noted and that still is that process: the supervisors first,
 * as they would start their children again, then whatever is left. A pid that now belongs to another program is left alone.
 * @returns the names of what was ended. @throws Error where one survives SIGKILL.
 */
export async function stopEverything(rootDir: string, graceMs = 10_000): Promise<readonly string[]> {
  if (!existsSync(rootDir)) return [];
  const folders = readdirSync(rootDir, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(rootDir, name));
  const stopped: string[] = [];
  for (const runDir of folders) {
    const noted = pidEntries(runDir);
    stopped.push(...noted.filter(isOurs).map(({ name }) => name));
    await end(noted.filter(({ name }) => name === SUPERVISOR), graceMs);
    await end(pidEntries(runDir), graceMs);
    for (const { name } of noted) forgetPid(runDir, name);
  }
  return stopped;
}
