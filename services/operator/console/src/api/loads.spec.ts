import { describe, expect, it } from 'vitest';
import { type Found, Loads } from './loads.js';

const soon = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0); });

/** Answers that come when they are let. */
class Slow {
  readonly told: Found<string>[] = [];
  readonly loads: Loads<string>;
  asked = 0;
  private readonly waiting: ((answer: Promise<string>) => void)[] = [];

  constructor(limitMs?: number) {
    this.loads = new Loads(() => {
      this.asked += 1;
      return new Promise<string>((resolve) => this.waiting.push(resolve));
    }, (found) => this.told.push(found), limitMs);
  }

  async come(answer: Promise<string>): Promise<void> {
    this.waiting.shift()?.(answer);
    await soon();
  }
}

describe('what the console loads again and again', () => {
  it('is told however slowly it comes and however often it is asked for meanwhile, and is then asked for once more', async () => {
    const slow = new Slow();
    for (let turn = 0; turn < 5; turn += 1) slow.loads.ask();
    expect(slow.asked).toBe(1);
    await slow.come(Promise.resolve('first'));
    expect([slow.told, slow.asked]).toEqual([[{ value: 'first' }], 2]);
    await slow.come(Promise.resolve('second'));
    expect([slow.told.at(-1), slow.asked]).toEqual([{ value: 'second' }, 2]);
  });

  it('is asked for again after a fault, which is told', async () => {
    const slow = new Slow();
    slow.loads.ask();
    await slow.come(Promise.reject(new Error('gone')));
    expect(slow.told).toEqual([{ error: new Error('gone') }]);
    slow.loads.ask();
    await slow.come(Promise.resolve('back'));
    expect(slow.told.at(-1)).toEqual({ value: 'back' });
  });

  it('is given up where no answer comes, and asked for anew', async () => {
    const slow = new Slow(20);
    slow.loads.ask();
    slow.loads.ask();
    await expect.poll(() => [slow.told[0], slow.asked]).toEqual([{ error: new Error('no answer') }, 2]);
  });

  it('is told no more once nobody wants it', async () => {
    const slow = new Slow();
    slow.loads.ask();
    slow.loads.stop();
    await slow.come(Promise.resolve('late'));
    slow.loads.ask();
    expect([slow.told, slow.asked]).toEqual([[], 1]);
  });
});
