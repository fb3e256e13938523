import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A server that runs beside, in the same process namespace. */
export interface Watched {
  /** Where the server writes its process id when it starts, which is when it reads its files. */
  readonly pidFile: string;
  /** The folder with these files, as Kubernetes mounts a Secret: all of them are replaced at once. */
  readonly folder: string;
}

interface Server {
  readonly pid: number;
  readonly startedAtMs: number;
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

/** Undefined where something that is looked for is not there. */
function unlessAbsent<Found>(look: () => Found): Found | undefined {
  try {
    return look();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function serverOf(pidFile: string): Server | undefined {
  const found = unlessAbsent(() => ({ text: readFileSync(pidFile, 'utf8').trim(), startedAtMs: statSync(pidFile).mtimeMs }));
  return found === undefined || !/^\d+$/.test(found.text) ? undefined : { pid: Number(found.text), startedAtMs: found.startedAtMs };
}

/** When the newest file was written, ms; folders of the mount itself begin with two points. */
const writtenAtMs = (folder: string): number | undefined => unlessAbsent(() => Math.max(...readdirSync(folder).filter((name) => !name.startsWith('..')).map((name) => statSync(join(folder, name)).mtimeMs)));

/** SIGHUP; false where the process is gone. */
function reload(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGHUP');
  } catch (error) {
    if (isCode(error, 'ESRCH')) return false;
    throw error;
  }
}

/**
 * Has a server read its files again once they are newer than its start. It compares times and keeps no memory beyond its last word, so
 * that a change while it was away itself is not missed.
 */
export class Reloader {
  private told = '';

  constructor(
    private readonly watched: Watched,
    private readonly tell: (pid: number) => boolean = reload,
  ) {}

  /** Looks once; the process that was told, if one was. */
  look(): number | undefined {
    const server = serverOf(this.watched.pidFile);
    const writtenAt = writtenAtMs(this.watched.folder);
    if (server === undefined || writtenAt === undefined || writtenAt <= server.startedAtMs) return undefined;
    const words = `${server.pid} ${server.startedAtMs} ${writtenAt}`;
    if (words === this.told || !this.tell(server.pid)) return undefined;
    this.told = words;
    return server.pid;
  }
}
