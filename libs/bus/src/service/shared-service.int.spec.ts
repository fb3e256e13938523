import { setTimeout as delay } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { PARTITIONS } from '@ballast/domain';
import { createLogger } from '@ballast/observability';
import { freePort, startNatsServer } from '@ballast/testing';
import { describe, expect, it, vi } from 'vitest';
import { CONTRACTS_UP_TO } from '../core/contract-versions.js';
import { startProvisioner } from '../jetstream/provisioner.js';
import { JetStreamLeases } from '../lease/jetstream-leases.js';
import type { LeaseTable } from '../lease/lease-table.js';
import type { SnapshotKeeper } from './keeper-thread.js';
import { readServiceEnv } from './service-env.js';
import type { ServiceOptions } from './service-life.js';
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
  expect(await (await asked('/readyz')).json()).toEqual({ ready: false, missing: ['bus', 'recovered'], concerns: {} });
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

/** A service of replicas on a server of its own; `onStop` is what a life of the first one does when it stops. */
async function replicas(onStop: () => Promise<void>, use: (first: SharedService, second: (keeper?: SnapshotKeeper, healthPort?: number) => Promise<SharedService>) => Promise<void>): Promise<void> {
  const server = await startNatsServer();
  const fail = (error: unknown): void => expect.unreachable(String(error));
  const provisioner = await startProvisioner({ url: server.url, onFault: fail });
  const open = async (module: ServiceOptions['module'], onLive?: () => void, keeper?: SnapshotKeeper, healthPort = 0): Promise<SharedService> => {
    const service = await SharedService.open({ options: { name: 'risk', build: 'test', module, ...(onLive ? { onLive } : {}) }, env: readServiceEnv('risk', { NATS_URL: server.url, HEALTH_PORT: String(healthPort), PARTITIONS: 'lease', CLOCK: 'wall' }), lease: { ttlMs: 4_000 }, log: createLogger('risk', { env: { LOG_LEVEL: 'silent' } }), die: fail, ...(keeper ? { keeper } : {}) });
    void service.run();
    return service;
  };
  let tellLive: (() => void) | undefined;
  const live = new Promise<void>((resolve) => (tellLive = resolve));
  const first = await open(({ platform }) => {
    platform.runtime.onStop(onStop);
    return { module: Nothing };
  }, tellLive);
  await live;
  try {
    await use(first, (keeper, healthPort) => open(() => ({ module: Nothing }), undefined, keeper, healthPort));
  } finally {
    await provisioner.close();
    await server.stop();
  }
}

/** Resolves with whether it is over by then. */
const isOver = (what: Promise<void>, withinMs: number): Promise<boolean> => Promise.race([what.then(() => true), delay(withinMs, false)]);

it('gives its partitions away after 10 s where what is in hand does not end, as while a venue is away', () =>
  replicas(() => new Promise(() => undefined), async (first) => {
    const left = first.leave();
    expect(await isOver(left, 5_000)).toBe(false);
    expect(await isOver(left, 20_000)).toBe(true);
  }), 90_000);

it('waits, when it is told to leave while its partitions change, until what is in hand has ended', async () => {
  let [stopped, release]: (() => void)[] = [];
  const stops = new Promise<void>((resolve) => (stopped = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  await replicas(() => {
    stopped?.();
    return released;
  }, async (first, second) => {
    const other = await second();
    await stops;
    const left = first.leave();
    expect(await isOver(left, 2_000)).toBe(false);
    release?.();
    expect(await isOver(left, 8_000)).toBe(true);
    await other.leave();
  });
}, 90_000);

/** A fold in advance that ends when the test says so. */
function heldFold(): SnapshotKeeper & { readonly begun: Promise<void>; end(error?: Error): void } {
  let [tellBegun, resolve, reject]: [() => void, () => void, (error: Error) => void] = [() => undefined, () => undefined, () => undefined];
  const begun = new Promise<void>((tell) => (tellBegun = tell));
  const over = new Promise<void>((done, fail) => ([resolve, reject] = [done, fail]));
  return {
    begun,
    run: () => {
      tellBegun();
      return over;
    },
    stop: () => Promise.resolve(resolve()),
    end: (error) => (error ? reject(error) : resolve()),
  };
}

describe('a replica that starts while another one serves', () => {
  it.each([['ended', undefined], ['failed', new Error('no room')]] as const)('asks for partitions once its fold in advance has %s', async (_, error) => {
    let stopped: () => void = () => undefined;
    const stops = new Promise<void>((resolve) => (stopped = resolve));
    await replicas(() => Promise.resolve(stopped()), async (first, second) => {
      const fold = heldFold();
      const other = await second(fold);
      await fold.begun;
      expect(await isOver(stops, 3_000)).toBe(false);
      fold.end(error);
      expect(await isOver(stops, 15_000)).toBe(true);
      await Promise.all([first.leave(), other.leave()]);
    });
  }, 90_000);

  it('is not ready while it folds in advance, by a condition of its own: no partition waits for it', async () => {
    await replicas(() => Promise.resolve(), async (first, second) => {
      const [fold, healthPort] = [heldFold(), await freePort()];
      const other = await second(fold, healthPort);
      await fold.begun;
      const asked = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}/${path}`)).text();
      expect(JSON.parse(await asked('readyz'))).toEqual({ ready: false, missing: ['prepared'], concerns: {} });
      expect(await asked('metrics')).toMatch(/^ballast_ready\{.*condition="prepared".*\} 0$/m);
      fold.end();
      await vi.waitFor(async () => expect(JSON.parse(await asked('readyz'))).toEqual({ ready: true, missing: [], concerns: {} }), { timeout: 30_000, interval: 100 });
      expect(await asked('metrics')).not.toContain('prepared');
      await Promise.all([first.leave(), other.leave()]);
    });
  }, 90_000);

  it('goes on at once where that one leaves: nobody serves while it folds', async () => {
    await replicas(() => Promise.resolve(), async (first, second) => {
      const fold = heldFold();
      const other = await second(fold);
      await fold.begun;
      const stopped = new Promise<void>((resolve) => (fold.stop = () => Promise.resolve(resolve())));
      await first.leave();
      expect(await isOver(stopped, 15_000)).toBe(true);
      await other.leave();
    });
  }, 90_000);

  it('tells of each round of folds in advance: that it was made, or why it could not be', async () => {
    const [server, healthPort] = [await startNatsServer(), await freePort()];
    const fail = (error: unknown): void => expect.unreachable(String(error));
    const provisioner = await startProvisioner({ url: server.url, onFault: fail });
    const fault: { now?: Error } = { now: new Error('no room') };
    const keeper: SnapshotKeeper = { run: () => (fault.now ? Promise.reject(fault.now) : Promise.resolve()), stop: () => Promise.resolve() };
    const env = readServiceEnv('risk', { NATS_URL: server.url, HEALTH_PORT: String(healthPort), PARTITIONS: 'lease', CLOCK: 'wall', KEEP_SNAPSHOTS_MS: '200' });
    const service = await SharedService.open({ options: { name: 'risk', build: 'test', module: () => ({ module: Nothing }) }, env, lease: { ttlMs: 4_000 }, log: createLogger('risk', { env: { LOG_LEVEL: 'silent' } }), die: fail, keeper });
    void service.run();
    const told = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${healthPort}/${path}`)).text();
    await vi.waitFor(async () => expect(await told('readyz')).toContain('the log could not be folded in advance: no room'), { timeout: 20_000, interval: 100 });
    expect(await told('metrics')).toMatch(/^ballast_snapshots_total\{.*outcome="failed".*\} [1-9]/m);
    delete fault.now;
    await vi.waitFor(async () => expect(await told('readyz')).toContain('"concerns":{}'), { timeout: 20_000, interval: 100 });
    expect(await told('metrics')).toMatch(/^ballast_snapshots_total\{.*outcome="kept".*\} [1-9]/m);
    await service.leave();
    await provisioner.close();
    await server.stop();
  }, 90_000);

  it.each([[true, 'by a thread beside it'], [false, 'by itself']] as const)('that leads has its folds saved aside where it says so (%s): %s', async (savesAside, _how) => {
    const server = await startNatsServer();
    const fail = (error: unknown): void => expect.unreachable(String(error));
    const provisioner = await startProvisioner({ url: server.url, onFault: fail });
    let rounds = 0;
    const keeper: SnapshotKeeper = { run: () => Promise.resolve(void (rounds += 1)), stop: () => Promise.resolve() };
    let tellLive: () => void = () => undefined;
    const live = new Promise<void>((resolve) => (tellLive = resolve));
    const env = readServiceEnv('reporting', { NATS_URL: server.url, HEALTH_PORT: '0', PARTITIONS: 'lease', CLOCK: 'wall', KEEP_SNAPSHOTS_MS: '100' });
    const service = await SharedService.open({ options: { name: 'reporting', build: 'test', sharing: 'leader', savesAside, module: () => ({ module: Nothing }), onLive: tellLive }, env, lease: { ttlMs: 4_000 }, log: createLogger('reporting', { env: { LOG_LEVEL: 'silent' } }), die: fail, keeper });
    void service.run();
    await live;
    if (savesAside) await vi.waitFor(() => expect(rounds).toBeGreaterThan(1), { timeout: 20_000 });
    else await delay(500);
    expect(rounds > 0).toBe(savesAside);
    await service.leave();
    await provisioner.close();
    await server.stop();
  }, 90_000);

  it('takes nothing where a newer build has written to the log while it folded: that could not be read', async () => {
    const server = await startNatsServer();
    const provisioner = await startProvisioner({ url: server.url, onFault: (error) => expect.unreachable(error.message) });
    const leases = await JetStreamLeases.open({ url: server.url, service: 'risk', units: PARTITIONS });
    const served: LeaseTable = { replicas: { other: 1 }, owners: Array.from({ length: PARTITIONS }, () => 'other') };
    await leases.write(served, 0);
    const keeper: SnapshotKeeper = { run: () => leases.write({ ...served, writtenBy: { contract: CONTRACTS_UP_TO + 1, build: 'newer' } }, 1).then(() => undefined), stop: () => Promise.resolve() };
    const service = await SharedService.open({ options: { name: 'risk', build: 'test', module: () => ({ module: Nothing }) }, env: readServiceEnv('risk', { NATS_URL: server.url, HEALTH_PORT: '0', PARTITIONS: 'lease', CLOCK: 'wall' }), lease: { ttlMs: 4_000 }, log: createLogger('risk', { env: { LOG_LEVEL: 'silent' } }), die: (error) => expect.unreachable(String(error)), keeper });
    await expect(service.run()).rejects.toThrow('newer');
    expect((await leases.read())?.table.owners).toEqual(served.owners);
    await service.leave();
    await leases.close();
    await provisioner.close();
    await server.stop();
  }, 60_000);
});
