import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Reply, Requests, RequestTimeout } from '../ports/requests.js';
import { askProvisioner } from './provisioning-client.js';

const DONE: Reply = { ok: true, data: 'done' };
const never = (): Promise<Reply> => new Promise(() => undefined);
const nobody = (): Promise<Reply> => Promise.reject(new RequestTimeout('nobody listens'));
const ASKED = { verb: 'ensure-consumer', stream: 'EVENTS_3', payload: {}, key: 'k' } as const;

/** One that answers each try as it is told to, the last way from then on. */
class Answers extends Requests {
  tries = 0;

  constructor(private readonly ways: readonly (() => Promise<Reply>)[]) {
    super();
  }

  command(): Promise<Reply> {
    this.tries += 1;
    return (this.ways[this.tries - 1] ?? this.ways.at(-1) ?? never)();
  }

  query(): Promise<Reply> {
    return never();
  }

  as(): Requests {
    return this;
  }
}

describe('asking the provisioner', () => {
  it('tries again where one that is gone does not answer, and takes what the next one says', async () => {
    const requests = new Answers([never, never, () => Promise.resolve(DONE)]);
    expect(await askProvisioner(requests, { ...ASKED, patienceMs: 60_000, answerMs: 10 })).toBe('done');
    expect(requests.tries).toBe(3);
  });

  it('waits longer with each try, so that one that is only slow gets to answer', async () => {
    const requests = new Answers([() => delay(15, DONE)]);
    expect(await askProvisioner(requests, { ...ASKED, patienceMs: 60_000, answerMs: 10 })).toBe('done');
    expect(requests.tries).toBeGreaterThan(2);
  });

  it('asks once for what takes as long as it takes', async () => {
    const requests = new Answers([() => delay(100, DONE)]);
    expect(await askProvisioner(requests, { ...ASKED, patienceMs: 60_000 })).toBe('done');
    expect(requests.tries).toBe(1);
  });

  it('says what it has asked for once patience is over', async () => {
    await expect(askProvisioner(new Answers([nobody]), { ...ASKED, patienceMs: 20, answerMs: 10 })).rejects.toThrow(/^provisioner: ensure-consumer on EVENTS_3 was not answered within 20 ms: NOBODY_ANSWERS: nobody listens$/);
  });
});
