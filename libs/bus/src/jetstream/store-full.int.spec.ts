import { DiscardPolicy } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOutage } from '../core/outage.js';
import { type OneStreamStore, startOneStreamStore } from './one-stream-store.fixtures.js';

describe('a log that cannot take any more', () => {
  let log: OneStreamStore;
  beforeAll(async () => {
    log = await startOneStreamStore({ max_msgs: 1, discard: DiscardPolicy.New }, (error) => expect.unreachable(error.message));
  });
  afterAll(() => log.stop());

  it('is an outage of the log, not a fault of the message: nothing was stored, and it is taken once there is room', async () => {
    const { store, manager } = log;
    const append = (id: string): Promise<unknown> => store.append(0, `evt.0.operator.bot.${id}`, 0, Buffer.from(id), id);
    expect(await append('b1')).toEqual({ status: 'appended', sequence: 1 });
    const refused = await append('b2').catch((error: unknown) => error);
    expect([isOutage(refused), String(refused)]).toEqual([true, expect.stringMatching(/AppendOutcomeUnknown: .*maximum messages exceeded/)]);
    expect(await store.readSubject(0, 'evt.0.operator.bot.b2')).toEqual([]);
    await manager.streams.update('EVENTS_0', { max_msgs: 10 });
    expect(await append('b2')).toEqual({ status: 'appended', sequence: 2 });
  });

  it('knows an outage through every cause, and nothing else for one', async () => {
    expect(isOutage(new Error('decided what its contract refuses', { cause: new Error('field') }))).toBe(false);
    expect([isOutage('text'), isOutage(undefined)]).toEqual([false, false]);
    await log.link.close();
    const closed = await log.link.ready(10).catch((error: unknown) => error);
    expect(isOutage(new Error('outer', { cause: closed }))).toBe(true);
  });
});
