import { rmSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { constants, hostname } from 'node:os';
import { join } from 'node:path';
import { ArchiveError } from './manifest.js';

const LOCK = 'archive.lock';
/** Folders that this process writes: a lock with its id, of another folder, is of an earlier process with the same id. */
const held = new Set<string>();

/** Who writes an archive's folder. */
interface Holder {
  readonly command: string;
  readonly pid: number;
  readonly host: string;
  /** Wall time. */
  readonly since: string;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

/**
 * Runs as the folder's only writer: two of them would put other files in place of those that one has proven.
 * The lock of a process of this machine that is no more is taken over. @throws ArchiveError naming who holds it
 */
export async function asOnlyWriter<Result>(folder: string, command: string, run: () => Promise<Result>): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, LOCK);
  if (held.has(path)) throw refusalOf(path, holderIn(await textOf(path)));
  held.add(path);
  try {
    return await locked(path, { command, pid: process.pid, host: hostname(), since: new Date().toISOString() }, run);
  } finally {
    held.delete(path);
  }
}

async function locked<Result>(path: string, holder: Holder, run: () => Promise<Result>): Promise<Result> {
  while (!(await taken(path, `${JSON.stringify(holder)}\n`))) await demandNobody(path);
  const signals = (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, releasingAt(path, signal)] as const);
  for (const [signal, release] of signals) process.once(signal, release);
  try {
    return await run();
  } finally {
    for (const [signal, release] of signals) process.removeListener(signal, release);
    await rm(path, { force: true });
  }
}

/** Whoever is asked to end takes its lock along; the first process of a container hears no signal twice. */
const releasingAt = (path: string, signal: 'SIGINT' | 'SIGTERM'): (() => void) => () => {
  rmSync(path, { force: true });
  process.exit(128 + constants.signals[signal]);
};

async function taken(path: string, text: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.writeFile(text).finally(() => handle.close());
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Puts aside what a dead process left. Of several that try, one does: what it put aside must be what it had read. */
async function demandNobody(path: string): Promise<void> {
  const text = await textOf(path);
  if (text === undefined) return;
  const holder = holderIn(text);
  if (!holder || isAlive(holder)) throw refusalOf(path, holder);
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await textOf(aside);
  if (moved !== text) await link(aside, path);
  await rm(aside, { force: true });
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function holderIn(text = ''): Holder | undefined {
  try {
    const found = JSON.parse(text) as Partial<Holder> | null;
    return Number.isSafeInteger(found?.pid) && typeof found?.host === 'string' ? (found as Holder) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Of another machine nothing can be known: its process counts as alive. */
function isAlive({ pid, host }: Holder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

const refusalOf = (path: string, holder: Holder | undefined): ArchiveError =>
  new ArchiveError(
    [`${path}: ${holder ? `process ${holder.pid} on ${holder.host} (\`${holder.command}\`, since ${holder.since})` : 'somebody'} writes this archive, allowed is one writer at a time`],
    `run it again when that has ended; if it is no more, remove ${path}`,
  );
