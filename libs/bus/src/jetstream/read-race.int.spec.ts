import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AckPolicy, DeliverPolicy } from 'nats';
import { JetStreamEventStore } from './jetstream-event-store.js';
import type { ProvisioningClient, ReaderGrant, ReaderRequest } from './provisioning-client.js';
import { StorePublisher } from './publisher.js';
import { type OneStreamStore, startOneStreamStore } from './one-stream-store.fixtures.js';

const SUBJECT = 'evt.0.operator.request.r1';

describe('a stream of one decision that another writer makes longer while it is read', () => {
  let log: OneStreamStore;
  beforeAll(async () => {
    log = await startOneStreamStore({}, (error) => expect.unreachable(error.message));
  });
  afterAll(() => log.stop());

  it('is read from its first decision on, whatever came between the counting and the reading', async () => {
    const { store } = log;
    await store.append(0, SUBJECT, 0, Buffer.from('first'), 'first');
    const { connection } = log.link;
    const ask = connection.request.bind(connection);
    let raced = false;
    connection.request = async (subject, ...rest) => {
      if (!raced && subject.includes('.DIRECT.GET.')) {
        raced = true;
        await store.append(0, SUBJECT, 1, Buffer.from('second'), 'second');
      }
      return ask(subject, ...rest);
    };
    const read = (await store.readSubject(0, SUBJECT)).map(({ sequence, bytes }) => [sequence, Buffer.from(bytes).toString()]);
    connection.request = ask;
    expect([raced, read]).toEqual([true, [[1, 'first']]]);
    expect((await store.readSubject(0, SUBJECT)).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('is read to its end where a replica has still more of it than its leader counts: that has thinned it already', async () => {
    const reader = async ({ filters, from }: ReaderRequest): Promise<ReaderGrant> => {
      const { name, num_pending: pending } = await log.manager.consumers.add('EVENTS_0', { name: 'operator-c0', filter_subject: filters[0] ?? '', deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: from, ack_policy: AckPolicy.None });
      return { name, pending };
    };
    const publisher = new StorePublisher(log.link);
    const store = new JetStreamEventStore(log.link, publisher, { reader, release: () => Promise.resolve() } as unknown as ProvisioningClient, { onFault: (error) => expect.unreachable(error.message) });
    const thinned = 'evt.0.operator.request.r2';
    const appended: number[] = [];
    for (const text of ['a', 'b', 'c', 'd']) {
      const result = await store.append(0, thinned, appended.at(-1) ?? 0, Buffer.from(text), text);
      if (result.status === 'appended') appended.push(result.sequence);
    }
    const { connection } = log.link;
    const ask = connection.request.bind(connection);
    connection.request = async (subject, ...rest) => {
      const answer = await ask(subject, ...rest);
      if (!subject.includes('.STREAM.INFO.')) return answer;
      const data = Buffer.from(Buffer.from(answer.data).toString().replace(`"${thinned}":4`, `"${thinned}":2`));
      return new Proxy(answer, { get: (target, name) => (name === 'data' ? data : (Reflect.get(target, name) as unknown)) });
    };
    const read = (await store.readSubject(0, thinned)).map(({ sequence }) => sequence);
    connection.request = ask;
    publisher.close();
    expect([appended.length, read]).toEqual([4, appended]);
  });
});
