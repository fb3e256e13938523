import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Module } from '@nestjs/common';
import type { Decider } from '@ballast/domain';
import type { OrderAccepted } from '@ballast/events';
import { createLogger } from '@ballast/observability';
import { freePort, type NatsServer, startNatsServer } from '@ballast/testing';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectJetStream } from '../jetstream/connect.js';
import { type RunningProvisioner, startProvisioner } from '../jetstream/provisioner.js';
import { Command } from '../nest/decorators.js';
import { RequestTimeout } from '../ports/requests.js';
import { readServiceEnv } from './service-env.js';
import { ServiceLife, type ServiceOptions } from './service-life.js';

@Module({})
class Nothing {}

/** What execution says of an order, once. */
const accepts: Decider<number, OrderAccepted, OrderAccepted> = { kind: 'trade', writer: 'execution', initial: 0, decide: (_state, event) => [event], evolve: (state) => state + 1 };
const accepted: OrderAccepted = { type: 'OrderAccepted', tradeId: 'trade1', clientOrderId: 'order1', venueOrderId: '0x01' };

class Anything {}

@Controller()
class Brakes {
  @Command('stop', Anything)
  onStop(): Promise<object> {
    return Promise.resolve({ stopped: true });
  }

  @Command('go', Anything)
  onGo(): Promise<object> {
    return Promise.resolve({ going: true });
  }
}

const log = createLogger('risk', { env: { LOG_LEVEL: 'silent' } });
let server: NatsServer;
let admin: NatsConnection;
let provisioner: RunningProvisioner;
const fail = (error: unknown): void => {
  throw error;
};

beforeAll(async () => {
  server = await startNatsServer();
  admin = await connect({ servers: server.url });
  provisioner = await startProvisioner({ url: server.url, onFault: fail });
});
afterAll(async () => {
  await provisioner.close();
  await admin.close();
  await server.stop();
});

it('says nothing of bots while others may act on its partitions', async () => {
  const healthPort = await freePort();
  const env = readServiceEnv('risk', { NATS_URL: server.url, HEALTH_PORT: String(healthPort), PARTITIONS: '2,5', CLOCK: 'wall' });
  let isReplaced = false;
  const module: ServiceOptions['module'] = ({ metrics }) => {
    metrics.set('ballast_protection_stale', { bot: 'bot-1' }, 1);
    return { module: Nothing };
  };
  const life = await ServiceLife.open({ name: 'risk', build: 'test', module }, env, { partitions: env.partitions, log, die: fail, mayAct: () => !isReplaced, othersMayAct: () => isReplaced });
  await life.start();
  const saysStale = async (): Promise<boolean> => (await (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text()).includes('ballast_protection_stale{bot="bot-1"} 1');
  expect(await saysStale()).toBe(true);
  isReplaced = true;
  expect(await saysStale()).toBe(false);
  await life.stop();
}, 60_000);

it('owns its partitions for all who look once it has recovered, and not while it waits for the outside', async () => {
  const healthPort = await freePort();
  const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}/metrics`)).text();
  const owned = async (): Promise<readonly string[]> => [...(await page()).matchAll(/^ballast_partition_owned\{partition="(\d)"\} 1$/gm)].map(([, partition]) => partition ?? '');
  const outside = { asked: (): void => undefined, answer: (): void => undefined };
  const asked = new Promise<void>((resolve) => (outside.asked = resolve));
  const answered = new Promise<void>((resolve) => (outside.answer = resolve));
  const env = readServiceEnv('risk', { NATS_URL: server.url, HEALTH_PORT: String(healthPort), PARTITIONS: '2,5', CLOCK: 'wall' });
  const life = await ServiceLife.open(
    {
      name: 'risk', build: 'test',
      module: ({ platform }) => {
        platform.runtime.onRecovered(() => {
          outside.asked();
          return answered;
        });
        return { module: Nothing };
      },
    },
    env,
    { partitions: env.partitions, log, die: fail, mayAct: () => true },
  );
  const started = life.start();
  await asked;
  expect(await owned()).toEqual([]);
  outside.answer();
  await started;
  expect(await owned()).toEqual(['2', '5']);
  await life.stop();
}, 60_000);

it('answers what needs no lease while its own has lapsed, and says of anything else at once that nobody is there', async () => {
  const env = readServiceEnv('risk', { NATS_URL: server.url, HEALTH_PORT: '0', PARTITIONS: '3', CLOCK: 'wall' });
  let mayAct = true;
  const life = await ServiceLife.open({ name: 'risk', build: 'test', answersLapsed: ['stop'], module: () => ({ module: Nothing, controllers: [Brakes] }) }, env, { partitions: env.partitions, log, die: fail, mayAct: () => mayAct });
  await life.start();
  const { requests, close } = await connectJetStream({ url: server.url, service: 'cli', requestTimeoutMs: 30_000, onFault: fail });
  const ask = (verb: string): Promise<unknown> => requests.command('risk', 3, verb, {}, `${verb}-1`);
  expect(await ask('go')).toEqual({ ok: true, data: { going: true } });
  mayAct = false;
  const began = performance.now();
  await expect(ask('go')).rejects.toThrow(RequestTimeout);
  expect(performance.now() - began, 'nobody waits for what does not come').toBeLessThan(15_000);
  expect(await ask('stop')).toEqual({ ok: true, data: { stopped: true } });
  mayAct = true;
  expect(await ask('go')).toEqual({ ok: true, data: { going: true } });
  await close();
  await life.stop();
}, 60_000);

it.each([['refuses the connection', false], ['never answers', true]] as const)('is over before its last spans are sent, where the collector %s; and nothing of that ends the process', async (_what, listens) => {
  const collector = createServer(() => undefined);
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  if (!listens) await new Promise((resolve) => collector.close(resolve));
  const env = { NATS_URL: server.url, HEALTH_PORT: '0', PARTITIONS: '4', CLOCK: 'wall', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const read = readServiceEnv('execution', env);
  const life = await ServiceLife.open({ name: 'execution', build: 'test', env, module: ({ platform }) => {
    platform.runtime.onRecovered(async () => void (await platform.streams.execute(accepts, { partition: 4, id: 'trade1' }, accepted, { causationId: 'test', correlationId: 'trade1', lane: 'trade1' })));
    return { module: Nothing };
  } }, read, { partitions: read.partitions, log, die: fail, mayAct: () => true });
  await life.start();
  const began = performance.now();
  await life.stop();
  await life.told();
  expect(performance.now() - began).toBeLessThan(6_000);
  if (listens) {
    collector.closeAllConnections();
    await new Promise((resolve) => collector.close(resolve));
  }
}, 60_000);
