import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'nats';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppendOutcomeUnknown, connectJetStream, deadIdOf, startProvisioner, type Delivery, type JetStreamBus, type RunningProvisioner } from '@ballast/bus';
import { startNatsServer, type NatsServer } from '@ballast/testing';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const read = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const ACK_WAIT_MS = 1_000;
const fail = (error: Error): void => {
  throw error;
};

describe('the log on a real nats-server', () => {
  let server: NatsServer;
  let provisioner: RunningProvisioner;
  let count = 0;
  let service: string;
  let id: string;
  const open: JetStreamBus[] = [];
  const bus = async (options: { readonly onFault?: (error: Error) => void; readonly appendTimeoutMs?: number } = {}): Promise<JetStreamBus> => {
    const made = await connectJetStream({ url: server.url, service, onFault: fail, ...options });
    open.push(made);
    return made;
  };
  const subject = (partition: number, name = 'one'): string => `evt.${partition}.${service}.thing.${id}-${name}`;

  beforeAll(async () => {
    server = await startNatsServer();
    provisioner = await startProvisioner({ url: server.url, monitorUrl: `http://127.0.0.1:${server.monitorPort}`, ackWaitMs: ACK_WAIT_MS, onFault: fail });
  });
  afterAll(async () => {
    await provisioner.close();
    await server.stop();
  });
  beforeEach(() => {
    count += 1;
    service = `svc${count}`;
    id = `s${count}`;
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  const appendMany = async (one: JetStreamBus, partition: number, from: number, to: number): Promise<void> => {
    await Promise.all(Array.from({ length: to - from + 1 }, (_, index) => one.store.append(partition, subject(partition, `m${from + index}`), 0, text(String(from + index)), `${id}-${from + index}`)));
  };

  it('appends behind the expected sequence and calls everything else a conflict', async () => {
    const { store } = await bus();
    const first = await store.append(0, subject(0), 0, text('a'), `${id}-a`);
    expect(first).toMatchObject({ status: 'appended' });
    const sequence = first.status === 'appended' ? first.sequence : 0;
    expect(await store.append(0, subject(0), 0, text('b'), `${id}-b`)).toEqual({ status: 'conflict' });
    expect(await store.append(0, subject(0), sequence, text('c'), `${id}-c`)).toMatchObject({ status: 'appended' });
    expect((await store.readSubject(0, subject(0))).map(({ bytes }) => read(bytes))).toEqual(['a', 'c']);
  });

  it('stores the same decision once, and calls its repetition a conflict to look into', async () => {
    const { store } = await bus();
    expect(await store.append(0, subject(0), 0, text('a'), `${id}-a`)).toMatchObject({ status: 'appended' });
    expect(await store.append(0, subject(0), 0, text('a'), `${id}-a`)).toEqual({ status: 'conflict' });
    expect(await store.readSubject(0, subject(0))).toHaveLength(1);
  });

  it('lets exactly one of twelve simultaneous writers win, on every subject', async () => {
    const writers = await Promise.all([bus(), bus(), bus()]);
    for (let round = 0; round < 50; round += 1) {
      const results = await Promise.all(Array.from({ length: 12 }, (_, writer) => writers[writer % 3]!.store.append(1, subject(1, `r${round}`), 0, text(`${writer}`), `${id}-${round}-${writer}`)));
      expect(results.filter(({ status }) => status === 'appended')).toHaveLength(1);
    }
  });

  it('reads a long subject and a short one alike', async () => {
    const { store } = await bus();
    let last = 0;
    for (let version = 1; version <= 25; version += 1) {
      const result = await store.append(2, subject(2), last, text(String(version)), `${id}-${version}`);
      last = result.status === 'appended' ? result.sequence : last;
    }
    expect((await store.readSubject(2, subject(2))).map(({ bytes }) => Number(read(bytes)))).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    expect(await store.readSubject(2, subject(2, 'absent'))).toEqual([]);
  });

  it('replays a partition in order and without a hole, up to the end of the range', async () => {
    const one = await bus();
    const before = await one.store.lastSequence(3);
    await appendMany(one, 3, 1, 1_000);
    const seen: number[] = [];
    await one.store.read(3, { filters: [], from: before + 1, to: before + 800 }, ({ sequence }) => seen.push(sequence));
    expect(seen).toEqual(Array.from({ length: 800 }, (_, index) => before + 1 + index));
    const filtered: string[] = [];
    await one.store.read(3, { filters: [subject(3, 'm7'), subject(3, 'm999')] }, ({ bytes }) => filtered.push(read(bytes)));
    expect(filtered.sort()).toEqual(['7', '999']);
  });

  const take = async (one: JetStreamBus, partition: number, until: number, onDelivery: (delivery: Delivery, seen: number[]) => void): Promise<number[]> => {
    const seen: number[] = [];
    const cursor = await one.store.cursor('place', partition, [`evt.${partition}.${service}.>`]);
    await cursor.start((delivery) => {
      seen.push(Number(read(delivery.message.bytes)));
      onDelivery(delivery, seen);
    });
    await expect.poll(() => seen.length).toBeGreaterThanOrEqual(until);
    await cursor.stop();
    return seen;
  };
  const oneToN = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('goes on in order after a restart, behind what was acknowledged without a hole', async () => {
    const first = await bus();
    for (let number = 1; number <= 40; number += 1) await first.store.append(4, subject(4, `m${number}`), 0, text(String(number)), `${id}-${number}`);
    const seen = await take(first, 4, 40, (delivery, all) => {
      const number = all.at(-1)!;
      if (number <= 10 || number % 2 === 0) delivery.ack();
    });
    expect(seen).toEqual(oneToN(1, 40));
    await first.close();
    const again = await take(await bus(), 4, 30, (delivery) => delivery.ack());
    expect(again).toEqual(oneToN(11, 40));
    const cursor = await (await bus()).store.cursor('place', 4, [`evt.4.${service}.>`]);
    const last = (await (await bus()).store.readSubject(4, subject(4, 'm40')))[0]!.sequence;
    expect(cursor.resumeAt).toBe(last + 1);
  });

  it('lets a new holder take over a place, and tells the old one', async () => {
    let fault: Error | undefined;
    const old = await bus({ onFault: (error) => (fault = error) });
    for (let number = 1; number <= 5; number += 1) await old.store.append(5, subject(5, `m${number}`), 0, text(String(number)), `${id}-${number}`);
    const seen: number[] = [];
    const cursor = await old.store.cursor('place', 5, [`evt.5.${service}.>`]);
    await cursor.start((delivery) => {
      seen.push(Number(read(delivery.message.bytes)));
      if (seen.length <= 3) delivery.ack();
    });
    await expect.poll(() => seen).toEqual([1, 2, 3, 4, 5]);
    const taken = await take(await bus(), 5, 2, (delivery) => delivery.ack());
    expect(taken).toEqual([4, 5]);
    await expect.poll(() => fault?.name).toBe('TakenOver');
  });

  it('goes on from whichever generation was furthest where the provisioner was killed between create and delete', async () => {
    const one = await bus();
    for (let number = 1; number <= 6; number += 1) await one.store.append(6, subject(6, `m${number}`), 0, text(String(number)), `${id}-${number}`);
    await take(one, 6, 6, (delivery, seen) => seen.length <= 4 && delivery.ack());
    const nc = await connect({ servers: server.url });
    const manager = await nc.jetstreamManager();
    await manager.consumers.add('EVENTS_6', { durable_name: `${service}-c9`, deliver_policy: 'by_start_sequence' as never, opt_start_seq: 2, ack_policy: 'explicit' as never, metadata: { consumer: 'place', holder: 'killed', generation: '1' } });
    await nc.close();
    expect(await take(await bus(), 6, 2, (delivery) => delivery.ack())).toEqual([5, 6]);
    const left = (await provisioner.status()).find(({ stream }) => stream === 'EVENTS_6')!.consumers.filter(({ name }) => name.startsWith(`${service}-`));
    expect(left).toHaveLength(1);
  });

  it('hands a message out once, however long it is in hand, and keeps its place until it is acknowledged', async () => {
    const one = await bus();
    for (let number = 1; number <= 3; number += 1) await one.store.append(1, subject(1, `m${number}`), 0, text(String(number)), `${id}-${number}`);
    const held: Delivery[] = [];
    const cursor = await one.store.cursor('place', 1, [`evt.1.${service}.>`]);
    await cursor.start((delivery) => held.push(delivery));
    await expect.poll(() => held.length).toBe(3);
    held[1]?.ack();
    await delay(2.5 * ACK_WAIT_MS);
    expect(held.map(({ message }) => Number(read(message.bytes)))).toEqual([1, 2, 3]);
    held[0]?.ack();
    await cursor.stop();
    expect((await (await bus()).store.cursor('place', 1, [`evt.1.${service}.>`])).resumeAt).toBe(held[2]?.message.sequence);
  });

  it('says that an append has an unknown outcome when the server dies, and finds out afterwards', async () => {
    const { store } = await bus({ appendTimeoutMs: 2_000 });
    const results = Array.from({ length: 200 }, (_, number) =>
      store.append(7, subject(7, `m${number}`), 0, text(String(number)), `${id}-${number}`).then(
        (result) => ({ number, result }),
        (error: unknown) => ({ number, error }),
      ),
    );
    await delay(5);
    await server.kill();
    await server.restart();
    for (const outcome of await Promise.all(results)) {
      const stored = await store.readSubject(7, subject(7, `m${outcome.number}`));
      if ('error' in outcome) expect(outcome.error).toBeInstanceOf(AppendOutcomeUnknown);
      else expect(stored).toHaveLength(1);
      if (stored.length === 0) expect(await store.append(7, subject(7, `m${outcome.number}`), 0, text('again'), `${id}-${outcome.number}`)).toMatchObject({ status: 'appended' });
    }
  });

  it('finishes replays that the death of the server interrupts, each without a hole or a repeat', async () => {
    const one = await bus();
    await appendMany(one, 2, 1, 500);
    const last = await one.store.lastSequence(2);
    const replay = async (): Promise<number[]> => {
      const seen: number[] = [];
      await one.store.read(2, { filters: [], to: last }, ({ sequence }) => seen.push(sequence));
      return seen;
    };
    const replays = Array.from({ length: 12 }, replay);
    await delay(20);
    await server.kill();
    await server.restart();
    for (const seen of await Promise.all(replays)) expect(seen).toEqual(oneToN(1, last));
  });

  it('loses no acknowledged message and repeats none to a living reader over three kills of the server under load', async () => {
    const one = await bus();
    const seen: number[] = [];
    const cursor = await one.store.cursor('place', 0, [`evt.0.${service}.>`]);
    await cursor.start((delivery) => {
      seen.push(delivery.message.sequence);
      setTimeout(() => delivery.ack(), 3);
    });
    const acked: number[] = [];
    let unknown = 0;
    let running = true;
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let number = 0; running; number += 1) {
        try {
          const result = await one.store.append(0, subject(0, `w${writer}-${number}`), 0, text('x'), `${id}-${writer}-${number}`);
          if (result.status === 'appended') acked.push(result.sequence);
        } catch (error) {
          expect(error).toBeInstanceOf(AppendOutcomeUnknown);
          unknown += 1;
          await delay(10);
        }
      }
    });
    const goesOn = async (): Promise<void> => {
      const before = acked.length;
      await expect.poll(() => acked.length - before).toBeGreaterThan(30);
    };
    for (let round = 0; round < 3; round += 1) {
      await goesOn();
      await server.kill();
      await server.restart();
    }
    await goesOn();
    running = false;
    await Promise.all(writers);
    expect(unknown).toBeGreaterThan(0);
    const inLog = new Set<number>();
    await one.store.read(0, { filters: [`evt.0.${service}.>`] }, ({ sequence }) => inLog.add(sequence));
    expect(acked.filter((sequence) => !inLog.has(sequence))).toEqual([]);
    await expect.poll(() => seen.length).toBe(inLog.size);
    expect(seen).toEqual([...inLog].sort((a, b) => a - b));
  });

  it('keeps dead letters open until they are resolved, one letter for one id', async () => {
    const { deadLetters } = await bus();
    const letter = { deadId: deadIdOf({ service, partition: 1, sequence: 7 }), service, partition: 1, lane: 'account-1', reason: 'INVALID', detail: 'events.0.price: found number 1, allowed is a decimal string', subject: subject(1), sequence: 7, payload: 'e30=', at: 1 } as const;
    await deadLetters.record(letter);
    await deadLetters.record(letter);
    expect(await deadLetters.open({ service })).toEqual([letter]);
    await deadLetters.resolve(letter.deadId, 'DISCARDED', 'cli');
    expect(await deadLetters.open({ service, partition: 1 })).toEqual([]);
    await expect(deadLetters.resolve(letter.deadId, 'RETRIED', 'cli')).rejects.toThrow('allowed is the id of an open dead letter');
  });

  it('gives back a snapshot of several parts, and none where there is none', async () => {
    const { snapshots } = await bus();
    const large = new Uint8Array(2_500_000).map((_, index) => index % 251);
    await snapshots.save('sizing/3/positions', large);
    expect(Buffer.from((await snapshots.load('sizing/3/positions'))!).equals(Buffer.from(large))).toBe(true);
    await snapshots.save('sizing/3/positions', text('{}'));
    expect(read((await snapshots.load('sizing/3/positions'))!)).toBe('{}');
    expect(await snapshots.load('sizing/4/positions')).toBeUndefined();
  });

  it('carries market data and gives a late comer the last values', async () => {
    const heard: unknown[] = [];
    const malformed: string[] = [];
    const listener = await connectJetStream({ url: server.url, service, onFault: fail, onMalformed: (at) => malformed.push(at) });
    open.push(listener);
    listener.marketWire.subscribe((at, message) => at.endsWith(id) && heard.push(message));
    // One connection: it listens once it is answered.
    await listener.marketWire.lastValues();
    const { marketWire } = await bus();
    marketWire.publish(`mkt.price.${id}`, { markPrice: '1.5' });
    marketWire.publish(`mkt.price.${id}`, { markPrice: '2.5' });
    await expect.poll(() => heard).toEqual([{ markPrice: '1.5' }, { markPrice: '2.5' }]);
    await expect.poll(async () => (await listener.marketWire.lastValues()).get(`mkt.price.${id}`)).toEqual({ markPrice: '2.5' });
    const nc = await connect({ servers: server.url });
    nc.publish(`mkt.price.${id}`, text('{"markPrice":'));
    await nc.drain();
    await expect.poll(() => malformed).toEqual([`mkt.price.${id}`]);
  });
});
