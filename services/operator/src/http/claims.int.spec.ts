import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pairRound } from '@ballast/books';
import { assemblePlatform, BallastTransport, connectJetStream, type JetStreamBus, OBJECT_MARKET, OpenPacer, type Platform, rootModule, type RunningProvisioner, startProvisioner, StreamExecutor, WallClock, WireMarket } from '@ballast/bus';
import { contentId, partitionOf, PARTITIONS } from '@ballast/domain';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import { writeLog } from '../cli/story.fixtures.js';
import { operatorModule } from '../operator.module.js';
import { Claims, type Wish } from './claims.js';
import { DeskFeed } from './desk-feed.js';
import { Orders } from './orders.js';

const ALL = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const fail = (error: unknown): void => {
  if (error !== undefined) throw error as Error;
};

let server: NatsServer;
let provisioner: RunningProvisioner;
const buses: JetStreamBus[] = [];
const closing: (() => Promise<void>)[] = [];

async function bus(): Promise<JetStreamBus> {
  const made = await connectJetStream({ url: server.url, service: 'operator', onFault: fail });
  buses.push(made);
  return made;
}

/** The operator service, which owns the bots. */
async function startOperator(): Promise<void> {
  const { store, deadLetters, requests, marketWire, ...rest } = await bus();
  const platform: Platform = assemblePlatform(
    { store, deadLetters, requests, market: new WireMarket(marketWire, new OpenPacer(), OBJECT_MARKET), serve: (partitions, respond) => rest.serve(partitions, respond), close: () => Promise.resolve() },
    { service: 'operator', build: 'test', partitions: ALL, clock: new WallClock(), pacer: new OpenPacer(), onFatal: fail },
  );
  const app = await NestFactory.createMicroservice(rootModule(platform, operatorModule()), { strategy: new BallastTransport(platform), logger: false, abortOnError: false });
  await app.listen();
  closing.push(() => app.close());
}

interface Edge {
  readonly orders: Orders;
  readonly claims: Claims;
  readonly feed: DeskFeed;
}

/** One replica of the edge, over a connection of its own. */
async function edge(replica: string, silentMs?: number): Promise<Edge> {
  const own = await bus();
  const feed = new DeskFeed(own.store, fail);
  const claims = new Claims(new StreamExecutor(own.store, new WallClock(), { service: 'operator', build: 'test' }), feed, replica, silentMs);
  return { orders: new Orders(feed, claims, own.requests, undefined), claims, feed };
}

const CLOSE = { service: 'operator', partition: partitionOf('main'), verb: 'close-all', payload: { botId: 'pair1', reason: 'x' } };
const asked = (key: string) => ({ caller: { name: 'olga', role: 'operator' as const }, key });
/** What the edge makes of a request to close under a key. */
function wishOf(key: string): { readonly wish: Wish; readonly commandKey: string } {
  const fingerprint = createHash('sha256').update(JSON.stringify([CLOSE.service, CLOSE.partition, CLOSE.verb, CLOSE.payload])).digest('hex');
  const commandKey = contentId('http', 'olga', key, fingerprint);
  return { commandKey, wish: { requestId: contentId('http', 'olga', key), person: 'olga', asked: 'operator.close-all', fingerprint, causationId: contentId('command', commandKey) } };
}
const closings = async ({ feed }: Edge): Promise<number> => {
  let count = 0;
  const { store } = buses[0] as JetStreamBus;
  await feed.fresh();
  for (const partition of ALL) await store.read(partition, { filters: [] }, ({ bytes }) => (count += Buffer.from(bytes).toString('utf8').split('"type":"BotCloseAllRequested"').length - 1));
  return count;
};

beforeAll(async () => {
  server = await startNatsServer();
  provisioner = await startProvisioner({ url: server.url, monitorUrl: `http://127.0.0.1:${server.monitorPort}`, onFault: fail });
  const writer = await bus();
  await writeLog(writer.store, pairRound().slice(0, 2));
  await startOperator();
}, 60_000);

afterAll(async () => {
  for (const close of closing) await close();
  for (const each of buses) await each.close();
  await provisioner.close();
  await server.stop();
});

describe('two replicas of the HTTP edge over one log', () => {
  it('carry a request out once, whoever is asked at the same moment, twenty times over', async () => {
    const [one, two] = [await edge('edge-1'), await edge('edge-2')];
    for (let turn = 0; turn < 20; turn += 1) {
      const answers = (await Promise.all([one, two].map(({ orders }) => orders.send(CLOSE, asked(`race-${turn}`))))) as readonly { readonly outcome: string }[];
      expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['appended', 'duplicate']);
    }
    expect(await closings(one)).toBe(20);
  }, 60_000);

  it('refuse a key that the other was asked something else under, also where both are asked at once', async () => {
    const [one, two] = [await edge('edge-3'), await edge('edge-4')];
    const before = await closings(one);
    const other = { ...CLOSE, payload: { botId: 'pair1', reason: 'y' } };
    const answers = await Promise.allSettled([one.orders.send(CLOSE, asked('clash')), two.orders.send(other, asked('clash'))]);
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    expect([await closings(one), refused]).toEqual([before + 1, [expect.objectContaining({ status: 422 })]]);
  }, 60_000);

  it('take over what a replica left that died before it asked, once; and ask no more where its command was carried out', async () => {
    const dead = await edge('edge-5');
    const [one, two] = [await edge('edge-6', 1_000), await edge('edge-7', 1_000)];
    const before = await closings(one);
    expect(await dead.claims.claim(wishOf('left').wish)).toEqual({ attempt: 1 });
    const answers = (await Promise.all([one, two].map(({ orders }) => orders.send(CLOSE, asked('left'))))) as readonly { readonly outcome: string }[];
    expect([await closings(one), answers.map(({ outcome }) => outcome).sort()]).toEqual([before + 1, ['appended', 'duplicate']]);
    const { wish, commandKey } = wishOf('late');
    await dead.claims.claim(wish);
    await (buses[0] as JetStreamBus).requests.as('olga').command(CLOSE.service, CLOSE.partition, CLOSE.verb, CLOSE.payload, commandKey);
    expect(await one.orders.send(CLOSE, asked('late'))).toEqual({ outcome: 'duplicate', events: ['BotCloseAllRequested'] });
    expect(await closings(one)).toBe(before + 2);
  }, 60_000);

  it('act once where the owner takes the first command off its queue only after the repetition was carried out', async () => {
    const [one, two] = [await edge('edge-8'), await edge('edge-9')];
    const before = await closings(one);
    const { wish, commandKey } = wishOf('slow');
    expect(await one.claims.claim(wish)).toEqual({ attempt: 1 });
    await one.claims.settle(wish, 1, 'UNANSWERED');
    expect(await two.orders.send(CLOSE, asked('slow'))).toMatchObject({ outcome: 'appended' });
    const late = await (buses[0] as JetStreamBus).requests.as('olga').command(CLOSE.service, CLOSE.partition, CLOSE.verb, CLOSE.payload, commandKey);
    expect([late, await closings(one)]).toEqual([expect.objectContaining({ ok: true, data: expect.objectContaining({ outcome: 'duplicate' }) as object }), before + 1]);
  }, 60_000);
});
