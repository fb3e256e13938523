import { type LifeEnd, type Platform, Runtime } from '@ballast/bus';
import { describe, expect, it } from 'vitest';
import { serveForLife, type Serving } from './edge-of-a-life.js';

class Life extends Runtime {
  readonly service = 'operator';
  readonly partitions = [];
  readonly failures: unknown[] = [];
  private readonly stops: ((life: LifeEnd) => Promise<void>)[] = [];

  readonly platform: Pick<Platform, 'runtime' | 'fail'> = { runtime: this, fail: (error) => void this.failures.push(error) };

  project(): void {
    // nothing is folded here
  }

  onRecovered(): void {
    // nothing is recovered here
  }

  onStop(run: (life: LifeEnd) => Promise<void>): void {
    this.stops.push(run);
  }

  async end(): Promise<void> {
    for (const run of this.stops) await run({ over: false });
  }
}

const settled = (promise: Promise<unknown>): Promise<boolean> => Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

describe('what a life of the operator serves with', () => {
  it('is stopped with the life', async () => {
    const life = new Life();
    let stops = 0;
    serveForLife(life.platform, () => Promise.resolve({ stop: () => Promise.resolve(void (stops += 1)) }));
    await life.end();
    expect(stops).toBe(1);
  });

  it('is stopped too where the life ends while it starts, and the life ends no earlier', async () => {
    const life = new Life();
    let stops = 0;
    let stand: (serving: Serving) => void = () => undefined;
    serveForLife(life.platform, () => new Promise((resolve) => (stand = resolve)));
    const end = life.end();
    expect(await settled(end)).toBe(false);
    stand({ stop: () => Promise.resolve(void (stops += 1)) });
    await end;
    expect(stops).toBe(1);
  });

  it('ends the process where it cannot start, and holds no life up', async () => {
    const life = new Life();
    const taken = new Error('the port is taken');
    serveForLife(life.platform, () => Promise.reject(taken));
    await life.end();
    expect(life.failures).toEqual([taken]);
  });
});
