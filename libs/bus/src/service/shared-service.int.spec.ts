import { createLogger } from '@ballast/observability';
import { freePort, startNatsServer } from '@ballast/testing';
import { expect, it, vi } from 'vitest';
import { readServiceEnv } from './service-env.js';
import { SharedService } from './shared-service.js';

it('lives while it waits for NATS, and says that it is not ready: nobody restarts it for that', async () => {
  const [port, healthPort] = [await freePort(), await freePort()];
  const env = readServiceEnv('risk', { NATS_URL: `nats://127.0.0.1:${port}`, HEALTH_PORT: String(healthPort), PARTITIONS: 'lease' });
  const die = (error: unknown): void => {
    throw error;
  };
  const opened = SharedService.open({ options: { name: 'risk', build: 'test', module: () => Promise.reject(new Error('never built')) }, env, lease: { ttlMs: 4_000 }, log: createLogger('risk', { env: { LOG_LEVEL: 'silent' } }), die });
  const asked = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${healthPort}${path}`);
  await vi.waitFor(() => asked('/healthz'), { timeout: 10_000 });
  expect((await asked('/healthz')).status).toBe(200);
  expect(await (await asked('/readyz')).json()).toEqual({ ready: false, missing: ['bus'], concerns: {} });
  expect(await (await asked('/metrics')).text()).toContain('ballast_partition_owned{partition="0"} 0');
  const server = await startNatsServer({ port });
  await (await opened).leave();
  await expect(asked('/healthz')).rejects.toThrow();
  await server.stop();
}, 60_000);
