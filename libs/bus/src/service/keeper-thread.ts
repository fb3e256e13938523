import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** What a thread is told that keeps snapshots in place of serving. */
interface Task {
  /** Sets that this round is done with, by their names. */
  readonly ballastKeeps: readonly string[];
}

/** A round that takes longer than this hangs: what it has kept by then is kept. */
const ROUND_MAX_MS = 3_600_000;

/** Sets that the round of this thread is done with: a log that grows fast would make them due again before it ends. Undefined in a thread that is there for something else. */
const doneInRound = (): readonly string[] | undefined => (isMainThread ? undefined : (workerData as Partial<Task> | null)?.ballastKeeps);

/** Whether this thread is there to keep snapshots, and for nothing else. */
export const isKeeperThread = (): boolean => doneInRound() !== undefined;

/** What `doneInRound` says, in a thread that keeps snapshots. */
export const doneBefore = (): readonly string[] => doneInRound() ?? [];

/** Names to the process the set that this thread has kept: then there may be more. */
export const tellProcess = (kept: string | undefined): void => parentPort?.postMessage(kept);

/** Keeps the snapshots of a service, one round at a time. */
export interface SnapshotKeeper {
  /** Resolves when each set is kept. @throws Error where one could not be */
  run(): Promise<void>;
  /** Ends a round that is under way: what it has saved is saved. */
  stop(): Promise<void>;
}

/**
 * The service's own program in a thread beside it, with a heap of its own, as large as the process's may be: serving waits for none of it, and one
 * that runs out of heap ends alone. Each set has a thread of its own: what it held, and what it had opened, goes with it.
 */
export class KeeperThread implements SnapshotKeeper {
  private worker: Worker | undefined;

  /** `program`: full path of the service's main file. */
  constructor(private readonly program: string) {}

  async run(): Promise<void> {
    const end = performance.now() + ROUND_MAX_MS;
    const done: string[] = [];
    for (;;) {
      const kept = await this.keepOne(done, end - performance.now());
      if (kept === undefined) return;
      done.push(kept);
    }
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
  }

  /** @returns the set that was kept; undefined where none is due any more. */
  private keepOne(done: readonly string[], withinMs: number): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.program, { workerData: { ballastKeeps: done } satisfies Task, argv: process.argv.slice(2) });
      this.worker = worker;
      let said: { readonly kept: string | undefined } | undefined;
      const late = setTimeout(() => void worker.terminate(), withinMs).unref();
      worker.once('message', (kept: string | undefined) => (said = { kept }));
      worker.once('error', reject);
      worker.once('exit', (code) => {
        clearTimeout(late);
        if (this.worker === worker) this.worker = undefined;
        if (code === 0 && said) resolve(said.kept);
        else reject(new Error(`the thread that folds in advance ended with ${code}`));
      });
    });
  }
}
