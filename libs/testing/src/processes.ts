import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** How a process ended: its exit code, or the signal that killed it. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessOptions {
  /** What the process is called in messages. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment of the process; default: this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Asked until it says true; a process without it is ready once it runs. */
  readonly ready?: () => Promise<boolean>;
  /** Longest wait for `ready`, ms. Default 25,000. */
  readonly readyTimeoutMs?: number;
}

const LINES_KEPT = 2_000;
const READY_POLL_MS = 20;
const SETPRIV = '/usr/bin/setpriv';

const alive = new Set<ManagedProcess>();
process.once('exit', () => {
  for (const managed of alive) managed.signalGroup('SIGKILL');
});

/**
 * The command that runs `command` so that the kernel kills it when the process that started it dies, even by SIGKILL.
 * Where the machine has no `setpriv`, the command itself.
 */
export function boundToParent(command: string, args: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  return existsSync(SETPRIV) ? { command: SETPRIV, args: ['--pdeathsig', 'KILL', '--', command, ...args] } : { command, args };
}

/** Signals a whole process group; a group that is gone already is no fault. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A real process of a test: its lines are kept, it can be killed and started again, and it never outlives the test. */
export class ManagedProcess {
  private child: ChildProcess | undefined;
  private readonly kept: string[] = [];
  private readonly waiting = new Set<(line: string) => void>();
  private ending: Promise<Exit> = Promise.resolve({ code: null, signal: null });

  constructor(private readonly options: ProcessOptions) {}

  /** The last 2,000 lines of standard output and standard error, over all starts. */
  get lines(): readonly string[] {
    return this.kept;
  }

  /** @throws Error where the process does not run. */
  get pid(): number {
    if (this.child?.pid === undefined) throw new Error(`${this.options.name}: not running, start it first`);
    return this.child.pid;
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  /** How the present start ends. */
  get exited(): Promise<Exit> {
    return this.ending;
  }

  /** @throws Error where it runs already, cannot be started, ends, or is not ready in time; with its last lines. */
  async start(): Promise<void> {
    if (this.child !== undefined) throw new Error(`${this.options.name}: already running as ${this.pid}`);
    this.launch();
    await this.waitUntilReady();
  }

  private launch(): void {
    const { command, args } = boundToParent(this.options.command, this.options.args ?? []);
    const child = spawn(command, args, { cwd: this.options.cwd, env: this.options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.child = child;
    alive.add(this);
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', (line) => this.keep(line));
    this.ending = new Promise((resolve) => {
      const end = (exit: Exit): void => {
        this.child = undefined;
        alive.delete(this);
        resolve(exit);
      };
      child.once('exit', (code, signal) => end({ code, signal }));
      child.once('error', (error) => {
        this.keep(error.message);
        end({ code: null, signal: null });
      });
    });
  }

  private keep(line: string): void {
    this.kept.push(line);
    if (this.kept.length > LINES_KEPT) this.kept.shift();
    for (const see of this.waiting) see(line);
  }

  private async waitUntilReady(): Promise<void> {
    const { ready, readyTimeoutMs = 25_000 } = this.options;
    const until = performance.now() + readyTimeoutMs;
    while (ready !== undefined && !(await ready())) {
      if (this.child === undefined) throw this.fault('ended before it was ready');
      if (performance.now() > until) {
        this.signalGroup('SIGKILL');
        throw this.fault(`not ready after ${readyTimeoutMs} ms`);
      }
      await delay(READY_POLL_MS);
    }
  }

  private fault(what: string): Error {
    return new Error(`${this.options.name}: ${what}; last lines:\n${this.kept.slice(-20).join('\n')}`);
  }

  /** The first line, already seen or still to come, that contains `text` (or matches it). @throws Error after `timeoutMs`. */
  waitForLine(text: string | RegExp, timeoutMs = 25_000): Promise<string> {
    const fits = (line: string): boolean => (typeof text === 'string' ? line.includes(text) : text.test(line));
    const seen = this.kept.find(fits);
    if (seen !== undefined) return Promise.resolve(seen);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(see);
        reject(this.fault(`no line with ${String(text)} in ${timeoutMs} ms`));
      }, timeoutMs);
      const see = (line: string): void => {
        if (!fits(line)) return;
        clearTimeout(timer);
        this.waiting.delete(see);
        resolve(line);
      };
      this.waiting.add(see);
    });
  }

  /** Sends `signal` to the process and everything it started; nothing where it has ended. */
  signalGroup(signal: NodeJS.Signals): void {
    if (this.child?.pid !== undefined) signalGroup(this.child.pid, signal);
  }

  /** Sends `signal` (default SIGKILL) and waits for the end. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.signalGroup(signal);
    return this.ending;
  }

  /** SIGTERM, then SIGKILL where it still runs after `graceMs` (default 5,000). */
  async stop(graceMs = 5_000): Promise<Exit> {
    this.signalGroup('SIGTERM');
    const timer = setTimeout(() => this.signalGroup('SIGKILL'), graceMs);
    try {
      return await this.ending;
    } finally {
      clearTimeout(timer);
    }
  }

  /** kill -9 where it runs, then start again. */
  async restart(): Promise<void> {
    if (this.child !== undefined) await this.kill('SIGKILL');
    await this.start();
  }
}

/** Starts a process and waits until it is ready. */
export async function spawnProcess(options: ProcessOptions): Promise<ManagedProcess> {
  const managed = new ManagedProcess(options);
  await managed.start();
  return managed;
}
