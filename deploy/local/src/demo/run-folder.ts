import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contentId, type Id } from '@ballast/domain';
import { isOurs, pidEntries } from '../supervisor/pid-file.js';
import type { DemoConfig } from './config.js';

/** What a run is about: two demos that agree in it are the same run. The speed may change between them. */
type RunSubject = Readonly<Record<'data' | 'seed' | 'minutes' | 'mode' | 'leg', string>>;

interface RunNote {
  readonly subject: RunSubject;
  readonly number: number;
  readonly finished: boolean;
}

/** What keeps a demonstration from starting and a person can mend: what was found, and what to do. */
export class RunRefused extends Error {
  override readonly name = 'RunRefused';
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
   * The unfinished run of these settings, or a fresh folder. The finished run that was there is kept as `<dir>-before`, an unfinished one
   * of other settings, or one that `isNew` leaves, as `<dir>-unfinished`: each until the next of its kind.
   * @throws RunRefused where a stack still runs there, or the note of a run is not what was written.
   */
  static open(config: DemoConfig): RunFolder {
    const dir = config.runDir;
    RunFolder.mustRest(dir);
    const subject = subjectOf(config);
    const found = readNote(dir);
    const isSame = found !== undefined && !found.finished && JSON.stringify(found.subject) === JSON.stringify(subject);
    if (found && isSame && !config.isNew) return new RunFolder(dir, true, undefined, found);
    const setAside = found === undefined ? undefined : keepBeside(dir, found.finished);
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    const run = new RunFolder(dir, false, setAside, { subject, number: (found?.number ?? 0) + 1, finished: false });
    run.write({});
    return run;
  }

  /** The folder of the last run that came to its end: `dir`, or the one kept beside it. @throws RunRefused where there is none */
  static lastFinished(dir: string): string {
    const found = [dir, besideOf(dir, true)].find((at) => readNote(at)?.finished === true);
    if (found === undefined) throw new RunRefused(`${dir}: found no finished run, and none in ${besideOf(dir, true)}; \`make demo\` makes one, RUN=<folder> names another`);
    return found;
  }

  /** @throws RunRefused where processes of a stack run in the folder */
  static mustRest(dir: string): void {
    const running = pidEntries(dir).filter(isOurs);
    if (running.length > 0) throw new RunRefused(`${dir}: still running here: ${running.map(({ name, pid }) => `${name} ${pid}`).join(', ')}; end it with Ctrl-C, or run "make down"`);
  }

  get isFinished(): boolean {
    return this.note.finished;
  }

  /** A key for a command of this run: the same step asked twice is done once. */
  keyOf(step: string): Id {
    return contentId('demo', JSON.stringify(this.note.subject), this.note.number, step);
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

const besideOf = (dir: string, isFinished: boolean): string => `${dir}-${isFinished ? 'before' : 'unfinished'}`;

function keepBeside(dir: string, isFinished: boolean): string {
  const beside = besideOf(dir, isFinished);
  RunFolder.mustRest(beside);
  rmSync(beside, { recursive: true, force: true });
  renameSync(dir, beside);
  mkdirSync(dirname(dir), { recursive: true });
  return `the ${isFinished ? 'finished' : 'unfinished'} run that was there is kept in ${beside}`;
}

/** @throws RunRefused naming the file where it is not what `write` writes. */
function readNote(dir: string): RunNote | undefined {
  const file = noteFile(dir);
  if (!existsSync(file)) return undefined;
  try {
    const found = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunNote>;
    if (typeof found.subject === 'object' && typeof found.number === 'number' && typeof found.finished === 'boolean') return found as RunNote;
  } catch (error) {
    throw new RunRefused(`${file}: found no JSON; delete the folder to start afresh`, { cause: error });
  }
  throw new RunRefused(`${file}: found no {subject, number, finished}; delete the folder to start afresh`);
}
