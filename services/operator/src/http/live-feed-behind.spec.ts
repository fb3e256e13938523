import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventStore, InMemoryEventStore, StoreUnreachable } from '@ballast/bus';
import { DeskFeed } from './desk-feed.js';
import { HttpDesk, TOKENS } from './http-desk.fixtures.js';

let isAway = false;
/** A log that does not answer while it is away. */
const goingAway = (store: EventStore): EventStore =>
  new Proxy(store, { get: (target, name) => (name === 'lastSequence' && isAway ? () => Promise.reject(new StoreUnreachable('EVENTS_0: no answer')) : (Reflect.get(target, name) as unknown)) });

describe('the live feed, while the log cannot be followed', () => {
  let desk: HttpDesk;
  beforeAll(async () => {
    desk = await HttpDesk.open({ readBy: goingAway });
  });
  afterAll(() => desk.close());

  const open = (): Promise<IncomingMessage> => new Promise((resolve, reject) => get({ port: desk.edge.port, path: '/api/events', headers: { authorization: `Bearer ${TOKENS.viewer}` } }, (answer) => resolve(answer.on('error', () => undefined).resume())).once('error', reject));

  it('cuts off whoever listens, though prices go on, and lets nobody listen until the log is back: old figures are not told as live', async () => {
    const listener = await open();
    await expect.poll(() => desk.listeners()).toBe(1);
    isAway = true;
    const prices = setInterval(() => desk.market.publish('price', 'ETH-PERP', { instrument: 'ETH-PERP', markPrice: '2000', oraclePrice: '2000', time: 1 } as never), 100);
    await expect.poll(() => [desk.listeners(), listener.destroyed], { timeout: 5_000 }).toEqual([0, true]);
    expect((await open()).statusCode).toBe(503);
    isAway = false;
    expect((await open()).statusCode).toBe(200);
    clearInterval(prices);
  });
});

it('a feed says that it is behind while a reading takes long, and no more once it is done', async () => {
  const waiting: (() => void)[] = [];
  const store = new Proxy(new InMemoryEventStore(), { get: (target, name) => (name === 'lastSequence' ? () => new Promise<number>((resolve) => waiting.push(() => resolve(0))) : (Reflect.get(target, name) as unknown)) });
  const feed = new DeskFeed(store, () => undefined, 10, 50);
  let behind = 0;
  feed.onBehind(() => (behind += 1));
  feed.start();
  await expect.poll(() => behind, { timeout: 2_000 }).toBeGreaterThan(1);
  const stopped = feed.stop();
  for (const come of waiting) come();
  await stopped;
  const until = behind;
  await new Promise((resolve) => { setTimeout(resolve, 120); });
  expect(behind).toBe(until);
});
