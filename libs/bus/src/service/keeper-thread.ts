import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** What a thread is told that keeps snapshots in place of serving. */
const KEEPS = 'ballast: keeps snapshots';
/** A round that takes longer than this hangs: what it has kept by then is kept. */
const ROUND_MAX_MS = 3_600_000;

/** Whether this thread is there to keep snapshots, and for nothing else. */
export const isKeeperThread = (): boolean => !isMainThread && workerData === KEEPS;

/** Says to the process whether this thread has kept something: then there may be more. */
export const tellProcess = (kept: boolean): void => parentPort?.postMessage(kept);

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
    while (await this.keepOne(end - performance.now()));
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
  }

  /** @returns whether a set was kept: then there may be more. */
  private keepOne(withinMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.program, { workerData: KEEPS, argv: process.argv.slice(2) });
      this.worker = worker;
      let hasKept = false;
      const late = setTimeout(() => void worker.terminate(), withinMs).unref();
      worker.once('message', (kept: boolean) => (hasKept = kept));
      worker.once('error', reject);
      worker.once('exit', (code) => {
        clearTimeout(late);
        if (this.worker === worker) this.worker = undefined;
        if (code === 0) resolve(hasKept);
        else reject(new Error(`the thread that folds in advance ended with ${code}`));
      });
    });
  }
}
