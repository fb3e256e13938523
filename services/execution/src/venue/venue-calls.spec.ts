import { Pacer } from '@ballast/bus';
import { VenueError } from '@ballast/venues';
import { describe, expect, it } from 'vitest';
import { RetryTimer } from './retry-timer.js';
import { type Turn, VenueCalls } from './venue-calls.js';

class SteppedPacer extends Pacer {
  readonly counts = { work: 0, venue: 0 };
  private waiting: (() => void)[] = [];
  private isOpen = true;

  whenOpen(run: () => void): void {
    if (this.isOpen) run();
    else this.waiting.push(run);
  }

  busy(kind: 'work' | 'venue'): () => void {
    this.counts[kind] += 1;
    return () => void (this.counts[kind] -= 1);
  }

  close(): void {
    this.isOpen = false;
  }

  open(): void {
    this.isOpen = true;
    for (const run of this.waiting.splice(0)) run();
  }
}

class NoTimer extends RetryTimer {
  readonly wall = false;
  wait(): Promise<void> {
    return Promise.resolve();
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('calls to the venue in lock step', () => {
  it('counts what is with the venue, not what waits behind it in its lane', async () => {
    const pacer = new SteppedPacer();
    const calls = new VenueCalls(pacer, new NoTimer());
    const answers: (() => void)[] = [];
    const call = (): Promise<void> => calls.inLane('a', (turn) => turn.call(() => new Promise((resolve) => answers.push(resolve))));
    const all = Promise.all([call(), call(), call()]);
    for (let left = 3; left > 0; left -= 1) {
      await settled();
      expect(pacer.counts).toEqual({ work: 0, venue: 1 });
      answers.shift()?.();
    }
    await all;
    expect(pacer.counts).toEqual({ work: 0, venue: 0 });
  });

  it('asks nothing more before the step of the answer is released', async () => {
    const pacer = new SteppedPacer();
    const asked: string[] = [];
    let answer: () => void = () => undefined;
    const run = new VenueCalls(pacer, new NoTimer()).inLane('a', async (turn) => {
      await turn.call(() => new Promise<void>((resolve) => (answer = resolve)));
      await turn.call(() => Promise.resolve(asked.push('next')));
    });
    await settled();
    pacer.close();
    answer();
    await settled();
    expect([asked, pacer.counts]).toEqual([[], { work: 0, venue: 0 }]);
    pacer.open();
    await run;
    expect(asked).toEqual(['next']);
  });

  it('asks again where the venue is out of reach, and passes a refusal on', async () => {
    const calls = new VenueCalls(new SteppedPacer(), new NoTimer());
    const errors = [new VenueError('unreachable', 'notPlaced', 'nobody listens'), new VenueError('unknown', 'unknown', 'no answer')];
    const ask = (): Promise<string> => {
      const error = errors.shift();
      return error ? Promise.reject(error) : Promise.resolve('answer');
    };
    expect(await calls.untilAnswered(ask)).toBe('answer');
    await expect(calls.untilAnswered(() => Promise.reject(new VenueError('notFound', 'notPlaced', 'no such order')))).rejects.toThrow('no such order');
  });

  it('goes on in a lane where a piece of work failed, and does again what may be done again, behind what waits', async () => {
    const calls = new VenueCalls(new SteppedPacer(), new NoTimer());
    const seen: string[] = [];
    const errors = [new VenueError('late', 'notPlaced', 'nado refused with 2011'), new VenueError('unknown', 'notPlaced', 'nado refused with 4711')];
    const cancel = calls.inLaneUntilDone('a', () => {
      seen.push('cancel');
      const error = errors.shift();
      return error ? Promise.reject(error) : Promise.resolve();
    });
    const failed = calls.inLane('a', () => Promise.reject(new VenueError('auth', 'notPlaced', 'no such key')));
    const last = calls.inLane('a', () => Promise.resolve(void seen.push('next')));
    await expect(failed).rejects.toThrow('no such key');
    await Promise.all([cancel, last]);
    expect(seen).toEqual(['cancel', 'next', 'cancel', 'cancel']);
    await expect(calls.inLaneUntilDone('a', () => Promise.reject(new Error('our own fault')))).rejects.toThrow('our own fault');
  });
});

/** Wall time in the test's hand. */
class HandTimer extends RetryTimer {
  readonly wall = true;
  private waiting: { readonly at: number; readonly resolve: () => void }[] = [];
  private elapsed = 0;

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ at: this.elapsed + ms, resolve }));
  }

  async pass(ms: number): Promise<void> {
    for (const end = this.elapsed + ms; this.elapsed < end; await settled()) {
      this.elapsed += 500;
      const due = this.waiting.filter(({ at }) => at <= this.elapsed);
      this.waiting = this.waiting.filter(({ at }) => at > this.elapsed);
      for (const { resolve } of due) resolve();
    }
  }
}

describe('a venue that is asked for its first answer', () => {
  it.each([
    ['answers with errors', () => Promise.reject(new VenueError('unreachable', 'notPlaced', 'no route'))],
    ['says nothing', () => new Promise<never>(() => undefined)],
  ])('is given up where it only %s for the whole time, and not before', async (_, ask) => {
    const timer = new HandTimer();
    const ended: string[] = [];
    void new VenueCalls(new SteppedPacer(), timer).untilAnsweredWithin(60_000, ask).catch((error: unknown) => ended.push(String(error)));
    await timer.pass(59_500);
    expect(ended).toEqual([]);
    await timer.pass(500);
    expect(ended).toEqual(['Error: the venue has answered nothing for 60000 ms']);
  });

  it('holds the market while it says nothing, and nothing else of its lane', async () => {
    const [pacer, timer] = [new SteppedPacer(), new HandTimer()];
    const calls = new VenueCalls(pacer, timer);
    const seen: string[] = [];
    const errors = [new VenueError('unknown', 'unknown', 'no answer')];
    const ask = async (turn: Turn): Promise<void> => {
      await turn.call(() => Promise.resolve(seen.push('look-up')));
      const error = errors.shift();
      if (error) throw error;
    };
    const looked = calls.inLaneUntilDone('a', ask);
    await calls.inLane('a', (turn) => turn.call(() => Promise.resolve(void seen.push('cancel'))));
    expect([seen, pacer.counts]).toEqual([['look-up', 'cancel'], { work: 1, venue: 0 }]);
    await timer.pass(500);
    await looked;
    expect([seen, pacer.counts]).toEqual([['look-up', 'cancel', 'look-up'], { work: 0, venue: 0 }]);
  });

  it('is tried until it can be reached, in lock step while the market stands: what is behind would not get there either, and keeps its place', async () => {
    const [pacer, timer] = [new SteppedPacer(), new HandTimer()];
    const calls = new VenueCalls(pacer, timer);
    const seen: string[] = [];
    const errors = [1, 2, 3].map(() => new VenueError('unreachable', 'notPlaced', 'no route'));
    const ask = (what: string) => async (turn: Turn): Promise<void> => {
      await turn.call(() => {
        const error = errors.shift();
        return error ? Promise.reject(error) : Promise.resolve(seen.push(what));
      });
      if (what === 'first') expect(turn.held).toBe(3);
    };
    const all = Promise.all([calls.inLaneUntilDone('a', ask('first')), calls.inLane('a', ask('second'))]);
    await settled();
    expect([errors.length, pacer.counts]).toEqual([2, { work: 1, venue: 0 }]);
    await timer.pass(1_500);
    await all;
    expect([seen, pacer.counts]).toEqual([['first', 'second'], { work: 0, venue: 0 }]);
  });

  it('is waited for without end where nobody else could try, and is not given up any more once it has answered', async () => {
    const timer = new HandTimer();
    let isAway = true;
    const ask = (): Promise<string> => (isAway ? Promise.reject(new VenueError('unreachable', 'notPlaced', 'no route')) : Promise.resolve('there'));
    const calls = new VenueCalls(new SteppedPacer(), timer);
    const [waits, hurries] = [calls.untilAnsweredWithin(undefined, ask), calls.untilAnsweredWithin(7_200_000, ask)];
    await timer.pass(3_600_000);
    isAway = false;
    await timer.pass(7_200_000);
    expect(await Promise.all([waits, hurries])).toEqual(['there', 'there']);
  });
});
