import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { boundToParent, signalGroup } from '@ballast/testing';
import type { ChildSpec } from './child-spec.js';
import { forgetPid, notePid } from './pid-file.js';

export interface RestartPolicy {
  /** Restarts in a row before the stack gives a child up; a child that was ready for `steadyMs` starts again from 0. */
  readonly restartsMax: number;
  /** Wait before the first restart, doubled before each next one, ms. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  readonly steadyMs: number;
}

export interface ChildSettings {
  /** `run/<name>` of the stack: logs and pids go below it. */
  readonly runDir: string;
  readonly readyTimeoutMs: number;
  readonly restart: RestartPolicy;
  /** Told once when a child is given up. */
  readonly onGivenUp: (error: Error) => void;
}

const LOG_TAIL = 20;
const READY_POLL_MS = 50;
const ENDS: ReadonlySet<NodeJS.Signals> = new Set(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT'] as const);
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'] as const;

const inherited = (): Record<string, string> => Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

/** One process of the stack: started in a group of its own, waited for, started again when it dies by itself. */
export class SupervisedChild {
  private child: ChildProcess | undefined;
  private ending: Promise<void> = Promise.resolve();
  private wanted = false;
  private inARow = 0;
  private restarted = 0;
  private readyAt: number | undefined;

  constructor(
    readonly spec: ChildSpec,
    private readonly settings: ChildSettings,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** How often it was started again after it died by itself or was killed. */
  get restarts(): number {
    return this.restarted;
  }

  get logFile(): string {
    return join(this.settings.runDir, 'logs', `${this.name}.log`);
  }

  /** Starts it and waits until it is ready. @throws Error with its last log lines where it is not in time. */
  async start(): Promise<void> {
    this.wanted = true;
    await this.launchAndWait();
  }

  /** Waits until it is ready, also over restarts that are under way. @throws Error where it is given up, stopped or late. */
  async whenReady(): Promise<void> {
    const until = performance.now() + this.settings.readyTimeoutMs;
    for (;;) {
      if (!this.wanted) throw this.fault('is not supposed to run');
      const child = this.child;
      const missing = child === undefined ? 'it is being started again' : await this.spec.ready();
      if (missing === undefined && this.child === child) return;
      if (performance.now() > until) throw this.fault(`not ready after ${this.settings.readyTimeoutMs} ms: ${missing ?? 'it ended'}`);
      await delay(READY_POLL_MS);
    }
  }

  private async launchAndWait(): Promise<void> {
    this.launch();
    this.readyAt = await this.waitUntilReady();
  }

  private launch(): void {
    mkdirSync(dirname(this.logFile), { recursive: true });
    const log = openSync(this.logFile, 'a');
    const { command, args } = boundToParent(this.spec.command, this.spec.args);
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env: { ...inherited(), ...this.spec.env } });
    closeSync(log);
    this.child = child;
    if (child.pid !== undefined) notePid(this.settings.runDir, this.name, child.pid);
    this.ending = new Promise((resolve) => {
      const end = (): void => {
        if (this.child !== child) return;
        this.child = undefined;
        if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
        forgetPid(this.settings.runDir, this.name);
        resolve();
        if (this.wanted) this.startAgain();
      };
      child.once('exit', end);
      child.once('error', end);
    });
  }

  private startAgain(): void {
    const { restartsMax, backoffMs, backoffMaxMs, steadyMs } = this.settings.restart;
    if (this.readyAt !== undefined && performance.now() - this.readyAt > steadyMs) this.inARow = 0;
    this.readyAt = undefined;
    if (this.inARow >= restartsMax) {
      this.wanted = false;
      this.settings.onGivenUp(this.fault(`died ${this.inARow + 1} times in a row and is given up`));
      return;
    }
    const wait = Math.min(backoffMaxMs, backoffMs * 2 ** this.inARow);
    this.inARow += 1;
    this.restarted += 1;
    delay(wait)
      .then(() => (this.wanted && this.child === undefined ? this.launchAndWait() : undefined))
      .catch((error: unknown) => {
        // One that died again has been seen by its end already; here is the one that hangs.
        if (this.wanted && this.child !== undefined) this.settings.onGivenUp(error instanceof Error ? error : new Error(String(error)));
      });
  }

  private async waitUntilReady(): Promise<number> {
    const until = performance.now() + this.settings.readyTimeoutMs;
    for (;;) {
      if (this.child === undefined) throw this.fault('ended before it was ready');
      const missing = await this.spec.ready();
      if (missing === undefined && this.child !== undefined) return performance.now();
      if (performance.now() > until) throw this.fault(`not ready after ${this.settings.readyTimeoutMs} ms: ${missing ?? 'it ended'}`);
      await delay(READY_POLL_MS);
    }
  }

  /** Why it is not as it should be, with where to look and the last lines of its log. */
  private fault(what: string): Error {
    const tail = existsSync(this.logFile) ? readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL) : [];
    return new Error(`${this.name}: ${what}\n  log: ${this.logFile}\n${tail.map((line) => `  | ${line}`).join('\n')}`);
  }

  /** Sends `signal` to it and everything it started and, where that ends it, waits for the end; the policy starts it again. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const { ending } = this;
    this.signal(signal);
    if (ENDS.has(signal)) await ending;
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child?.pid !== undefined) signalGroup(this.child.pid, signal);
  }

  /** Ends it for good: SIGTERM, and SIGKILL where it still runs after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.wanted = false;
    const { ending } = this;
    // A stopped (SIGSTOP) process would never see SIGTERM.
    this.signal('SIGCONT');
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await ending;
    clearTimeout(timer);
  }

  /** SIGKILL at once, without waiting: the last resort of a supervisor that has to go. */
  abandon(): void {
    this.wanted = false;
    this.signal('SIGKILL');
  }
}
