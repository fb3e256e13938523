import { Module } from '@nestjs/common';
import { PARTITIONS } from '@ballast/domain';
import { createLogger } from '@ballast/observability';
import { freePort, startNatsServer } from '@ballast/testing';
import { expect, it, vi } from 'vitest';
import { startProvisioner } from '../jetstream/provisioner.js';
import { readServiceEnv } from './service-env.js';
import { SharedService } from './shared-service.js';

@Module({})
class Nothing {}

it('lives while it waits for NATS, and says that it is not ready; then it takes what there is, and says that it owns it', async () => {
  const [port, healthPort] = [await freePort(), await freePort()];
  const env = readServiceEnv('risk', { NATS_URL: `nats://127.0.0.1:${port}`, HEALTH_PORT: String(healthPort), PARTITIONS: 'lease', CLOCK: 'wall' });
  const die = (error: unknown): void => {
    throw error;
  };
  const opened = SharedService.open({ options: { name: 'risk', build: 'test', module: () => ({ module: Nothing }) }, env, lease: { ttlMs: 1_000 }, log: createLogger('risk', { env: { LOG_LEVEL: 'silent' } }), die });
  const asked = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${healthPort}${path}`);
  await vi.waitFor(() => asked('/healthz'), { timeout: 10_000 });
  expect((await asked('/healthz')).status).toBe(200);
  expect(await (await asked('/readyz')).json()).toEqual({ ready: false, missing: ['bus'], concerns: {} });
  expect(await (await asked('/metrics')).text()).toContain('ballast_partition_owned{partition="0"} 0');
  const server = await startNatsServer({ port });
  const provisioner = await startProvisioner({ url: server.url, onFault: die });
  const service = await opened;
  void service.run();
  await vi.waitFor(async () => expect([...(await (await asked('/metrics')).text()).matchAll(/^ballast_partition_owned.* 1$/gm)]).toHaveLength(PARTITIONS), { timeout: 30_000, interval: 100 });
  expect((await asked('/readyz')).status).toBe(200);
  await service.leave();
  await expect(asked('/healthz')).rejects.toThrow();
  await provisioner.close();
  await server.stop();
}, 60_000);
