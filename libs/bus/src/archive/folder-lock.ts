import { readFileSync, rmSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm, utimes } from 'node:fs/promises';
import { constants, hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ArchiveError } from './manifest.js';

const LOCK = 'archive.lock';
const MS_PER_S = 1_000;
const AGAIN = 'run it again when that has ended';
/** Folders that this process writes: a lock with its id, of another folder, is of an earlier process with the same id. */
const held = new Set<string>();

/** Who writes an archive's folder. */
interface Holder {
  readonly command: string;
  readonly pid: number;
  readonly host: string;
  /** Wall time. */
  readonly since: string;
  /** How often it renews its lock, ms; absent: never, as earlier builds. */
  readonly beatMs?: number;
}

/** How a lock says that its holder is there, and when a silent one is taken for lost. */
export interface LockPace {
  readonly beatMs: number;
  /** How often a contender looks. */
  readonly lookMs: number;
  /** So long a lock has to stand still before a contender's eyes, by the contender's own clock. */
  readonly stillMs: number;
}

export const LOCK_PACE: LockPace = { beatMs: 5_000, lookMs: 1_000, stillMs: 60_000 };

/** A lock that is held. */
export interface HeldLock {
  /** @throws ArchiveError where it is another's by now, or nobody's: whoever stood still too long writes no more */
  demand(): Promise<void>;
}

interface Look {
  readonly text: string;
  readonly renewedAt: number;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | null)?.code;

/**
 * Runs as the folder's only writer: two of them would put other files in place of those that one has proven.
 * The lock of a process of this machine that is no more is taken over, and any other one that its holder renews no more; a holder
 * renews it every few seconds, and looks whether it is its own still before each file that it puts in place.
 * @throws ArchiveError naming who holds it
 */
export async function asOnlyWriter<Result>(folder: string, command: string, run: (lock: HeldLock) => Promise<Result>, pace = LOCK_PACE): Promise<Result> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, LOCK);
  if (held.has(path)) throw refusalOf(path, holderIn(await textOf(path)));
  held.add(path);
  try {
    return await locked(path, { command, pid: process.pid, host: hostname(), since: new Date().toISOString(), beatMs: pace.beatMs }, run, pace);
  } finally {
    held.delete(path);
  }
}

async function locked<Result>(path: string, holder: Holder, run: (lock: HeldLock) => Promise<Result>, pace: LockPace): Promise<Result> {
  const text = `${JSON.stringify(holder)}\n`;
  while (!(await taken(path, text))) await demandNobody(path, pace);
  const signals = (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, releasingAt(path, text, signal)] as const);
  for (const [signal, release] of signals) process.once(signal, release);
  const beat = new Beat(path, text, pace.beatMs);
  try {
    return await run(beat);
  } finally {
    beat.stop();
    for (const [signal, release] of signals) process.removeListener(signal, release);
    if ((await textOf(path)) === text) await rm(path, { force: true });
  }
}

/** Renews a lock as long as it is held. */
class Beat implements HeldLock {
  private readonly timer: NodeJS.Timeout;
  /** Why the last renewal failed. */
  private failed: string | undefined;

  constructor(
    private readonly path: string,
    private readonly text: string,
    everyMs: number,
  ) {
    this.timer = setInterval(() => {
      this.renew().then(() => (this.failed = undefined), (error: unknown) => (this.failed = String(error)));
    }, everyMs);
  }

  /** Between this and the file that is put in place then, nothing but a process that stands still right there comes in. */
  async demand(): Promise<void> {
    if (this.failed !== undefined) throw new ArchiveError([`${this.path}: the lock could not be renewed: ${this.failed}`], AGAIN);
    const found = await textOf(this.path);
    if (found === this.text) return;
    const by = holderIn(found);
    throw new ArchiveError([`${this.path}: the lock is ${by ? `held by ${nameOf(by)}` : 'gone'}; this process was taken for lost, because it stood still, and writes no more`], AGAIN);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Any new time will do, whatever the clocks say: a contender looks whether it changes. */
  private async renew(): Promise<void> {
    const now = Date.now() / MS_PER_S;
    if ((await textOf(this.path)) === this.text) await utimes(this.path, now, now);
  }
}

/** Whoever is asked to end takes its lock along; the first process of a container hears no signal twice. */
const releasingAt = (path: string, text: string, signal: 'SIGINT' | 'SIGTERM'): (() => void) => () => {
  if (ownNow(path, text)) rmSync(path, { force: true });
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
async function demandNobody(path: string, pace: LockPace): Promise<void> {
  const look = await lookAt(path);
  if (look === undefined) return;
  const { text } = look;
  const holder = holderIn(text);
  if (holder && isAlive(holder) && holder.beatMs === undefined) throw refusalOf(path, holder);
  if ((!holder || isAlive(holder)) && !(await standsStill(path, look, pace))) return;
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

/** True where nothing renews this lock; false where it went or is another one. @throws ArchiveError where its holder is there */
async function standsStill(path: string, first: Look, { lookMs, stillMs }: LockPace): Promise<boolean> {
  const began = performance.now();
  while (performance.now() - began < stillMs) {
    await delay(lookMs);
    const now = await lookAt(path);
    if (now?.text !== first.text) return false;
    if (now.renewedAt !== first.renewedAt) throw refusalOf(path, holderIn(now.text));
  }
  return true;
}

/** Opened each time: a network's file system may keep old times of a file that is only asked about. */
async function lookAt(path: string): Promise<Look | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      return { text: await handle.readFile('utf8'), renewedAt: (await handle.stat()).mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function ownNow(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
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

/** Of another machine nothing can be known at once: its process counts as alive until its lock has stood still. */
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

const nameOf = ({ pid, host, command, since }: Holder): string => `process ${pid} on ${host} (\`${command}\`, since ${since})`;

const refusalOf = (path: string, holder: Holder | undefined): ArchiveError =>
  new ArchiveError(
    [`${path}: ${holder ? nameOf(holder) : 'somebody'} writes this archive, allowed is one writer at a time`],
    holder && holder.beatMs === undefined ? `${AGAIN}; if it is no more, remove ${path}` : AGAIN,
  );
