import { connect, DiscardPolicy, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import { isOutage } from '../core/outage.js';
import { JetStreamEventStore } from './jetstream-event-store.js';
import { Link } from './link.js';
import { ProvisioningClient } from './provisioning-client.js';
import { StorePublisher } from './publisher.js';
import { NatsRequests } from './requests.js';

describe('a log that cannot take any more', () => {
  let server: NatsServer;
  let admin: NatsConnection;
  let link: Link;
  let publisher: StorePublisher;
  beforeAll(async () => {
    server = await startNatsServer();
    admin = await connect({ servers: server.url });
    await (await admin.jetstreamManager()).streams.add({ name: 'EVENTS_0', subjects: ['evt.0.>'], max_msgs: 1, discard: DiscardPolicy.New, allow_direct: true });
    link = await Link.open({ url: server.url, user: 'operator', purpose: 'test' });
    publisher = new StorePublisher(link);
  });
  afterAll(async () => {
    publisher.close();
    await link.close();
    await admin.close();
    await server.stop();
  });

  it('is an outage of the log, not a fault of the message: nothing was stored, and it is taken once there is room', async () => {
    const store = new JetStreamEventStore(link, publisher, new ProvisioningClient(new NatsRequests(link), 'test'), { onFault: (error) => expect.unreachable(error.message) });
    const append = (id: string): Promise<unknown> => store.append(0, `evt.0.operator.bot.${id}`, 0, Buffer.from(id), id);
    expect(await append('b1')).toEqual({ status: 'appended', sequence: 1 });
    const refused = await append('b2').catch((error: unknown) => error);
    expect([isOutage(refused), String(refused)]).toEqual([true, expect.stringMatching(/AppendOutcomeUnknown: .*maximum messages exceeded/)]);
    expect(await store.readSubject(0, 'evt.0.operator.bot.b2')).toEqual([]);
    await (await admin.jetstreamManager()).streams.update('EVENTS_0', { max_msgs: 10 });
    expect(await append('b2')).toEqual({ status: 'appended', sequence: 2 });
  });

  it('knows an outage through every cause, and nothing else for one', async () => {
    expect(isOutage(new Error('decided what its contract refuses', { cause: new Error('field') }))).toBe(false);
    expect([isOutage('text'), isOutage(undefined)]).toEqual([false, false]);
    await link.close();
    const closed = await link.ready(10).catch((error: unknown) => error);
    expect(isOutage(new Error('outer', { cause: closed }))).toBe(true);
  });
});
