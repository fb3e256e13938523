import { DiscardPolicy } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JetStreamSnapshots } from './jetstream-snapshots.js';
import { type OneStreamStore, startOneStreamStore } from './one-stream-store.fixtures.js';
import { type StoreAnswer, StorePublisher } from './publisher.js';

const KEY = 'risk-0-1';
/** Of two parts. */
const bytesOf = (fill: string): Buffer => Buffer.alloc(1_000_000, fill);
const saysOf = (bytes: Uint8Array | undefined): string => `${bytes?.length ?? 0} ${bytes ? String.fromCharCode(bytes[0] ?? 0, bytes.at(-1) ?? 0) : ''}`;

describe('the snapshots of a service', () => {
  let log: OneStreamStore;
  let publisher: StorePublisher;
  beforeAll(async () => {
    log = await startOneStreamStore({}, (error) => expect.unreachable(error.message));
    await log.manager.streams.add({ name: 'SNAPSHOTS', subjects: ['snap.>'], max_msgs_per_subject: 1, allow_direct: true });
    publisher = new StorePublisher(log.link);
  });
  afterAll(async () => {
    publisher.close();
    await log.stop();
  });

  const process = (): JetStreamSnapshots => new JetStreamSnapshots(log.link, publisher);
  const saved = async (key = KEY): Promise<string> => saysOf(await process().load(key));
  /** A process that dies before it stores its message of this number. */
  const dying = (at: number): JetStreamSnapshots => {
    let stored = 0;
    const store = (...args: Parameters<StorePublisher['store']>): Promise<StoreAnswer> => {
      stored += 1;
      return stored >= at ? Promise.reject(new Error('killed')) : publisher.store(...args);
    };
    return new JetStreamSnapshots(log.link, { store });
  };

  it('are whole after a kill at any moment of a save: the older one, or the newer one', async () => {
    expect(await saved()).toBe('0 ');
    for (const [older, newer] of ['ab', 'bc', 'cd'] as const) {
      await process().save(KEY, bytesOf(older ?? ''));
      for (const at of [1, 2, 3]) {
        await expect(dying(at).save(KEY, bytesOf(newer ?? ''))).rejects.toThrow('killed');
        expect([at, await saved()]).toEqual([at, `1000000 ${older}${older}`]);
      }
    }
  });

  it('of one key are saved one after the other, and the last one stays; another key is another snapshot', async () => {
    const one = process();
    await Promise.all(['e', 'f', 'g'].map((fill) => one.save(KEY, bytesOf(fill))));
    await one.save('risk-2', bytesOf('x').subarray(0, 10));
    expect([await saved(), await saved('risk-2')]).toEqual(['1000000 gg', '10 xx']);
  });

  it('for which the server has no room leave the one before them, and are saved once there is room', async () => {
    const one = process();
    await one.save(KEY, bytesOf('l'));
    const { state, config } = await log.manager.streams.info('SNAPSHOTS');
    await log.manager.streams.update('SNAPSHOTS', { ...config, max_bytes: state.bytes, discard: DiscardPolicy.New });
    await expect(one.save(KEY, bytesOf('m'))).rejects.toThrow(/maximum bytes exceeded/);
    expect(await saved()).toBe('1000000 ll');
    await log.manager.streams.update('SNAPSHOTS', { ...config, max_bytes: -1 });
    await one.save(KEY, bytesOf('n'));
    expect(await saved()).toBe('1000000 nn');
  });

  it('that two processes have written through one another leave the one before them', async () => {
    await process().save(KEY, bytesOf('h'));
    const [one, other] = [process(), dying(2)];
    await Promise.all([one.load(KEY), other.load(KEY)]);
    await one.save(KEY, bytesOf('i'));
    await expect(other.save(KEY, bytesOf('j'))).rejects.toThrow('killed');
    expect(await saved()).toBe('1000000 hh');
    await process().save(KEY, bytesOf('k'));
    expect(await saved()).toBe('1000000 kk');
  });
});
