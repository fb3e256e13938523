import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentId, type Id, type Ms } from '@ballast/domain';
import { isOurs, pidEntries } from '../supervisor/pid-file.js';
import type { DemoConfig } from './config.js';

/** What a run is about: two demos that agree in it are the same run. The speed may change between them. */
type RunSubject = Readonly<Record<'data' | 'seed' | 'minutes' | 'mode' | 'leg', string>>;

interface RunNote {
  readonly subject: RunSubject;
  readonly number: number;
  readonly finished: boolean;
  /** Market time at which the bot is stopped, ms; known once the venue is up. */
  readonly endAt?: Ms;
}

const subjectOf = ({ data, seed, minutes, mode, legNotional }: DemoConfig): RunSubject =>
  ({ data: data ?? 'generated', seed: String(seed), minutes: String(minutes ?? 'all'), mode, leg: legNotional.toString() });

/** A run on the disk: the log, the venue's journal, and a note of what it is and whether it is finished. */
export class RunFolder {
  private constructor(
    readonly dir: string,
    /** True where an unfinished run goes on. */
    readonly isResumed: boolean,
    /** What was done to make room, in words; absent where nothing was. */
    readonly setAside: string | undefined,
    private note: RunNote,
  ) {}

  /**
   * The unfinished run of these settings, or a fresh folder. A finished run makes room; an unfinished one of other settings, or one that
   * `isNew` leaves, is kept as `<dir>-before` until the next such case.
   * @throws Error where a stack still runs there.
   */
  static open(config: DemoConfig): RunFolder {
    const dir = config.runDir;
    const running = pidEntries(dir).filter(isOurs);
    if (running.length > 0) throw new Error(`${dir}: a demo still runs here (${running.map(({ name, pid }) => `${name} ${pid}`).join(', ')}); end it with Ctrl-C, or run "make down"`);
    const subject = subjectOf(config);
    const found = readNote(dir);
    const isSame = found !== undefined && !found.finished && JSON.stringify(found.subject) === JSON.stringify(subject);
    if (found && isSame && !config.isNew) return new RunFolder(dir, true, undefined, found);
    const setAside = found === undefined || found.finished ? undefined : keepBeside(dir);
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    const run = new RunFolder(dir, false, setAside, { subject, number: (found?.number ?? 0) + 1, finished: false });
    run.write({});
    return run;
  }

  get endAt(): Ms | undefined {
    return this.note.endAt;
  }

  /** A key for a command of this run: the same step asked twice is done once. */
  keyOf(step: string): Id {
    return contentId('demo', JSON.stringify(this.note.subject), this.note.number, step);
  }

  endsAt(endAt: Ms): void {
    this.write({ endAt });
  }

  finish(): void {
    this.write({ finished: true });
  }

  private write(change: Partial<RunNote>): void {
    this.note = { ...this.note, ...change };
    const file = noteFile(this.dir);
    writeFileSync(`${file}.new`, `${JSON.stringify(this.note, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  }
}

const noteFile = (dir: string): string => join(dir, 'run.json');

function keepBeside(dir: string): string {
  const before = `${dir}-before`;
  rmSync(before, { recursive: true, force: true });
  renameSync(dir, before);
  mkdirSync(dirname(dir), { recursive: true });
  return `the unfinished run that was there is kept in ${before}`;
}

/** @throws Error naming the file where it is not what `write` writes. */
function readNote(dir: string): RunNote | undefined {
  const file = noteFile(dir);
  if (!existsSync(file)) return undefined;
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunNote>;
    if (typeof found.subject === 'object' && typeof found.number === 'number' && typeof found.finished === 'boolean') return found as RunNote;
  } catch (error) {
    throw new Error(`${file}: found no JSON; delete the folder to start afresh`, { cause: error });
  }
  throw new Error(`${file}: found no {subject, number, finished}; delete the folder to start afresh`);
}
