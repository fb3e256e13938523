import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RequestTimeout } from '../ports/requests.js';
import { JetStreamEventStore } from './jetstream-event-store.js';
import type { ProvisioningClient } from './provisioning-client.js';
import { type OneStreamStore, startOneStreamStore } from './one-stream-store.fixtures.js';
import { StorePublisher } from './publisher.js';

const SUBJECT = 'evt.0.risk.trading-state.main';
const MANY = 25;

describe('a stream of many decisions, while nobody grants readers', () => {
  let log: OneStreamStore;
  let publisher: StorePublisher;
  beforeAll(async () => {
    log = await startOneStreamStore({}, (error) => expect.unreachable(error.message));
    publisher = new StorePublisher(log.link);
  });
  afterAll(async () => {
    publisher.close();
    await log.stop();
  });

  it('is read message by message, soon: what a person halts is decided on it, and waits for no provisioner', async () => {
    const patience: (number | undefined)[] = [];
    const reader = (_request: object, patienceMs?: number): Promise<never> => {
      patience.push(patienceMs);
      return Promise.reject(new RequestTimeout('provisioner: nobody answers'));
    };
    const store = new JetStreamEventStore(log.link, publisher, { reader } as unknown as ProvisioningClient, { onFault: (error) => expect.unreachable(error.message) });
    const appended: number[] = [];
    for (let nth = 0; nth < MANY; nth += 1) {
      const result = await store.append(0, SUBJECT, appended.at(-1) ?? 0, Buffer.from(`decision ${nth}`), `decision-${nth}`);
      if (result.status === 'appended') appended.push(result.sequence);
      await store.append(0, `evt.0.risk.exposure.other${nth}`, 0, Buffer.from('another'), `another-${nth}`);
    }
    const read = await store.readSubject(0, SUBJECT);
    expect([appended.length, read.map(({ sequence }) => sequence)]).toEqual([MANY, appended]);
    expect(patience).toEqual([1_000]);
  });
});
