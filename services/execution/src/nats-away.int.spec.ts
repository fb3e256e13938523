import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { assemblePlatform, BallastTransport, connectJetStream, type JetStreamBus, OpenPacer, rootModule, type RunningProvisioner, startProvisioner, StreamExecutor, UnalteredErrors, WallClock, WireMarket } from '@ballast/bus';
import { contentId, Decimal, type Decider, type Id, partitionOf, quantity } from '@ballast/domain';
import type { BallastEvent, TradeApproved } from '@ballast/events';
import { planHashOf } from '@ballast/policy';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { executionModule } from './execution.module.js';
import { limits, pair, sight } from './trade/trade.fixtures.js';
import { MemoryVenue } from './venue/memory-venue.fixtures.js';
import { WallRetryTimer } from './venue/retry-timer.js';

const PARTITION = partitionOf('portfolio1');
const PATIENCE_MS = 500;
const QUOTE_MS = 500;
const AWAY_MS = 8 * PATIENCE_MS;
const says = <Event extends BallastEvent>(writer: string, kind: string): Decider<number, Event, Event> => ({ kind, writer, initial: 0, decide: (_state, event) => [event], evolve: (state) => state + 1 });
const fail = (error: Error): void => expect.unreachable(error.message);

let server: NatsServer;
let provisioner: RunningProvisioner;
let bus: JetStreamBus;
let app: INestMicroservice;
let quotes: NodeJS.Timeout;
const clock = new WallClock();
const venue = new MemoryVenue(clock);

const write = async (writer: string, kind: string, id: Id, event: BallastEvent): Promise<void> => {
  await new StreamExecutor(bus.store, clock, { service: writer, build: 'test' }).execute(says(writer, kind), { partition: PARTITION, id }, event, { causationId: contentId(event.type, id), correlationId: id, lane: id });
};
const recorded = async (type: string): Promise<number> => {
  let found = 0;
  await bus.store.read(PARTITION, { filters: [] }, ({ bytes }) => { found += (JSON.parse(new TextDecoder().decode(bytes)) as { events: BallastEvent[] }).events.filter((event) => event.type === type).length; });
  return found;
};

beforeAll(async () => {
  server = await startNatsServer();
  provisioner = await startProvisioner({ url: server.url, onFault: fail });
  bus = await connectJetStream({ url: server.url, service: 'execution', appendTimeoutMs: PATIENCE_MS, readPatienceMs: PATIENCE_MS, onFault: fail });
  const pacer = new OpenPacer();
  const market = new WireMarket(bus.marketWire, pacer);
  bus.marketWire.subscribe((subject, message) => market.receive(subject, message));
  quotes = setInterval(() => {
    for (const [instrument, touch] of Object.entries(sight)) market.publish('book', instrument, { instrument, bids: [{ price: touch.bid, quantity: quantity('100') }], asks: [{ price: touch.ask, quantity: quantity('100') }], exchangeTime: clock.now(), sequence: 1 });
  }, QUOTE_MS);
  const platform = assemblePlatform({ ...bus, market }, { service: 'execution', build: 'test', partitions: [PARTITION], clock, pacer, onFatal: fail });
  venue.makerShare = new Decimal(0);
  await write('operator', 'bot', 'bot1', { type: 'BotCreated', botId: 'bot1', portfolioId: 'portfolio1', accountId: 'account1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' });
  app = await NestFactory.createMicroservice(rootModule(platform, executionModule({ venue, limits: { ...limits, makerTimeoutMs: 300_000, orderTimeToLiveMs: 600_000 }, retryTimer: new WallRetryTimer(), accountOf: (accountId) => ({ accountId, subaccount: accountId }) })), { strategy: new BallastTransport(platform), logger: false, abortOnError: false });
  app.useGlobalFilters(new UnalteredErrors());
  await app.listen();
});
afterAll(async () => {
  clearInterval(quotes);
  await app.close();
  await provisioner.close();
  await server.stop();
});

it('records what the venue told while NATS was away for longer than any patience, and goes on in the same process', async () => {
  const notional = pair.legs[0]?.notional;
  await write('risk', 'exposure', 'portfolio1', { type: 'TradeApproved', ...pair, planHash: planHashOf(pair.planId, pair.legs), rules: [], bindingRule: 'none', grossBefore: notional, grossAfter: notional, planVolume: notional, validUntil: clock.now() + 30_000 } as unknown as TradeApproved);
  await expect.poll(() => venue.orders.size, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => recorded('OrderAccepted'), { timeout: 20_000 }).toBe(venue.orders.size);
  const resting = venue.orders.size;
  await server.kill();
  await delay(PATIENCE_MS);
  for (const [id, { payload }] of venue.orders) await venue.cancel(payload.account, payload.instrument, id);
  await delay(AWAY_MS);
  await server.restart();
  await expect.poll(() => recorded('OrderCancelled').catch(() => 0), { timeout: 60_000, interval: 500 }).toBe(resting);
}, 120_000);
