import type { Platform } from '@ballast/bus';

/** What serves until it is stopped. */
export interface Serving {
  stop(): Promise<void>;
}

/**
 * Starts what a life of the service serves with, and takes it along when the life ends. A life may end while it still starts, as where a
 * replica that stood by is to lead: the life is over once that stands and is stopped, or the next life would find its port taken.
 */
export function serveForLife({ runtime, fail }: Pick<Platform, 'runtime' | 'fail'>, start: () => Promise<Serving>): void {
  const serving = start();
  serving.catch(fail);
  runtime.onStop(() => serving.then((each) => each.stop(), () => undefined));
}
