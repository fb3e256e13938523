import { constants } from 'node:os';
import type { ChildSpec } from './child-spec.js';
import { forgetPid, isOurs, notePid, pidEntries, SUPERVISOR } from './pid-file.js';
import { SupervisedChild, type RestartPolicy } from './supervised-child.js';

export interface StackOptions {
  /** Where logs, pids and stores are: `run/<name>`. */
  readonly runDir: string;
  /** Stages in order of start: those of one stage start together, the next when all of them are ready. */
  readonly stages: readonly (readonly ChildSpec[])[];
  /** Longest wait for one child, ms. Default 30,000. */
  readonly readyTimeoutMs?: number;
  /** Time a child has between SIGTERM and SIGKILL, ms. Default 8,000. */
  readonly graceMs?: number;
  readonly restart?: Partial<RestartPolicy>;
  /** Told when a child is given up; default: everything is stopped and this process ends with exit code 1. */
  readonly onGivenUp?: (error: Error) => void;
}

const RESTART: RestartPolicy = { restartsMax: 5, backoffMs: 200, backoffMaxMs: 5_000, steadyMs: 30_000 };
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The processes of a whole Ballast on this machine. Each has a process group, an environment, a log file and a pid file
 * of its own; each that dies is started again; none outlives the supervisor.
 */
export class LocalStack {
  private readonly stages: readonly (readonly SupervisedChild[])[];
  private readonly byName = new Map<string, SupervisedChild>();
  private stopping: Promise<void> | undefined;
  private undo: (() => void) | undefined;

  constructor(private readonly options: StackOptions) {
    const settings = {
      runDir: options.runDir,
      readyTimeoutMs: options.readyTimeoutMs ?? 30_000,
      restart: { ...RESTART, ...options.restart },
      onGivenUp: options.onGivenUp ?? ((error: Error) => this.failBy(error)),
    };
    this.stages = options.stages.map((stage) => stage.map((spec) => new SupervisedChild(spec, settings)));
    for (const child of this.stages.flat()) {
      if (child.name === SUPERVISOR || this.byName.has(child.name)) throw new Error(`stack: found the name "${child.name}" twice or reserved, allowed are unique names`);
      this.byName.set(child.name, child);
    }
  }

  private failBy(error: Error): void {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    void this.stopAll();
  }

  /**
   * Starts everything, stage by stage. Where one does not get ready, all are stopped.
   * @throws Error where another stack runs in the same folder, or with the last log lines of what did not start.
   */
  async start(): Promise<void> {
    const others = pidEntries(this.options.runDir).filter(isOurs);
    if (others.length > 0) throw new Error(`${this.options.runDir}: still running here: ${others.map(({ name, pid }) => `${name} (${pid})`).join(', ')}; run "make down" first`);
    notePid(this.options.runDir, SUPERVISOR, process.pid);
    this.undo = this.stopOnSignals();
    try {
      for (const stage of this.stages) await allOrFirstError(stage.map((child) => child.start()));
    } catch (error) {
      await this.stopAll();
      throw error;
    }
  }

  /** A child by name. @throws Error naming the children there are. */
  child(name: string): SupervisedChild {
    const found = this.byName.get(name);
    if (found === undefined) throw new Error(`stack: found no child "${name}", allowed are ${[...this.byName.keys()].join(', ')}`);
    return found;
  }

  /** Sends a signal (default SIGKILL) to a child; one that ends is started again by the policy. */
  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    return this.child(name).kill(signal);
  }

  /** Waits until a child is ready, also after a kill. */
  whenReady(name: string): Promise<void> {
    return this.child(name).whenReady();
  }

  /** Every child: its pid while it runs, and how often it was started again. */
  status(): readonly { readonly name: string; readonly pid: number | undefined; readonly restarts: number }[] {
    return this.stages.flat().map(({ name, pid, restarts }) => ({ name, pid, restarts }));
  }

  /** Stops everything, the last stage first; repeated calls wait for the first one. */
  stopAll(): Promise<void> {
    this.stopping ??= this.stopStages();
    return this.stopping;
  }

  private async stopStages(): Promise<void> {
    for (const stage of [...this.stages].reverse()) await Promise.all(stage.map((child) => child.stop(this.options.graceMs ?? 8_000)));
    forgetPid(this.options.runDir, SUPERVISOR);
    this.undo?.();
  }

  /** Ctrl-C and SIGTERM stop everything in order; a second one kills at once. */
  private stopOnSignals(): () => void {
    const onSignal = (signal: (typeof ENDING_SIGNALS)[number]): void => {
      const code = 128 + constants.signals[signal];
      if (this.stopping !== undefined) this.abandon();
      void this.stopAll().then(() => process.exit(code));
    };
    const onExit = (): void => this.abandon();
    for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
    process.on('exit', onExit);
    return () => {
      for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
      process.off('exit', onExit);
    };
  }

  private abandon(): void {
    for (const child of this.byName.values()) child.abandon();
  }
}

/** Waits for all, so that nothing is still starting when the first fault is thrown. */
async function allOrFirstError(starts: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(starts)) if (outcome.status === 'rejected') throw outcome.reason;
}
