import { Module } from '@nestjs/common';
import { createLogger } from '@ballast/observability';
import { freePort, type NatsServer, startNatsServer } from '@ballast/testing';
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningProvisioner, startProvisioner } from '../jetstream/provisioner.js';
import { readServiceEnv } from './service-env.js';
import { ServiceLife, type ServiceOptions } from './service-life.js';

@Module({})
class Nothing {}

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
