import { isMainThread, Worker, workerData } from 'node:worker_threads';

/** What a thread is told that keeps snapshots in place of serving. */
const KEEPS = 'ballast: keeps snapshots';

/** Whether this thread is there to keep snapshots, and for nothing else. */
export const isKeeperThread = (): boolean => !isMainThread && workerData === KEEPS;

/** Keeps the snapshots of a service, one round at a time. */
export interface SnapshotKeeper {
  /** Resolves when each set is kept. @throws Error where one could not be */
  run(): Promise<void>;
  /** Ends a round that is under way: what it has saved is saved. */
  stop(): Promise<void>;
}

/** The service's own program in a thread beside it, with a heap of its own, as large as the process's may be: serving waits for none of it, and one that runs out of heap ends alone. */
export class KeeperThread implements SnapshotKeeper {
  private worker: Worker | undefined;

  /** `program`: full path of the service's main file. */
  constructor(private readonly program: string) {}

  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(this.program, { workerData: KEEPS, argv: process.argv.slice(2) });
      this.worker = worker;
      worker.once('error', reject);
      worker.once('exit', (code) => {
        this.worker = undefined;
        if (code === 0) resolve();
        else reject(new Error(`the thread that folds in advance ended with ${code}`));
      });
    });
  }

  async stop(): Promise<void> {
    await this.worker?.terminate();
  }
}
