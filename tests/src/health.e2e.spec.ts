import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectJetStream, type JetStreamBus, type RunningProvisioner, StreamExecutor, startProvisioner, WallClock } from '@ballast/bus';
import { type Decider, partitionOf } from '@ballast/domain';
import type { ReconciliationDifferenceFound } from '@ballast/events';
import { freePort, ManagedProcess, type NatsServer, startNatsServer, WORKSPACE_ROOT } from '@ballast/testing';

const MAIN = join(WORKSPACE_ROOT, 'services', 'risk', 'dist', 'main.js');

/** Writes as execution does. */
const found: Decider<object, ReconciliationDifferenceFound, ReconciliationDifferenceFound> = { kind: 'reconciliation', writer: 'execution', initial: {}, decide: (_state, event) => [event], evolve: (state) => state };

describe('what a service that runs says of itself', () => {
  let nats: NatsServer;
  let provisioner: RunningProvisioner;
  let bus: JetStreamBus;
  let risk: ManagedProcess;
  let base: string;
  const get = (path: string): Promise<Response> => fetch(`${base}${path}`);
  const metric = async (line: RegExp): Promise<string | undefined> => line.exec(await (await get('/metrics')).text())?.[1];

  beforeAll(async () => {
    nats = await startNatsServer();
    provisioner = await startProvisioner({ url: nats.url, onFault: (error) => expect.unreachable(error.message) });
    bus = await connectJetStream({ url: nats.url, service: 'execution', onFault: (error) => expect.unreachable(error.message) });
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const env = { ...process.env, NATS_URL: nats.url, CLOCK: 'wall', HEALTH_PORT: String(port) };
    risk = new ManagedProcess({ name: 'risk', command: process.execPath, args: [MAIN], env, ready: () => get('/readyz').then(({ ok }) => ok, () => false), readyTimeoutMs: 60_000 });
    await risk.start();
  }, 120_000);
  afterAll(async () => {
    await risk.stop();
    await bus.close();
    await provisioner.close();
    await nats.stop();
  });

  it('counts on /metrics what it has folded and handled, with how long that took and how old it was', async () => {
    const partition = partitionOf('main');
    const event: ReconciliationDifferenceFound = { type: 'ReconciliationDifferenceFound', accountId: 'a1', portfolioId: 'main', what: 'POSITION', subject: 'ETH-PERP', expected: '0', found: '1' };
    await new StreamExecutor(bus.store, new WallClock(), { service: 'execution', build: 'test' }).execute(found, { partition, id: 'a1' }, event, { causationId: 'test', correlationId: 'a1', lane: 'a1' });
    await expect.poll(() => metric(/^ballast_handling_seconds_count\{consumer="risk"\} (\d+)$/m), { timeout: 10_000 }).toBe('1');
    expect(await metric(/^ballast_event_age_seconds_count\{consumer="risk"\} (\d+)$/m)).toBe('1');
    expect(await metric(/^ballast_events_folded_total\{kind="reconciliation"\} (\d+)$/m)).toBe('1');
    expect(await metric(/^ballast_messages_handled_total\{consumer="risk",outcome="acknowledged"\} (\d+)$/m)).toBe('1');
  });

  it('names a feed that is away on /readyz, and stays ready, until it is back', async () => {
    const concerns = async (): Promise<unknown> => (await get('/readyz')).json();
    const say = (state: string): void => bus.marketWire.publish('mkt.feed.ETH-PERP', { instrument: 'ETH-PERP', state, reason: 'the test', time: 1 });
    say('DOWN');
    await expect.poll(concerns, { timeout: 10_000 }).toEqual({ ready: true, missing: [], concerns: { feeds: 'ETH-PERP DOWN: the test' } });
    expect(await metric(/^ballast_concern\{check="feeds"\} (\d)$/m)).toBe('1');
    say('UP');
    await expect.poll(concerns, { timeout: 10_000 }).toEqual({ ready: true, missing: [], concerns: {} });
  });
});
