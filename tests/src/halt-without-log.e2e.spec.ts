import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectJetStream, type JetStreamBus, type RunningProvisioner, startProvisioner, StreamExecutor, WallClock } from '@ballast/bus';
import { type Decider, money, partitionOf, PARTITIONS } from '@ballast/domain';
import type { BotCreated } from '@ballast/events';
import { runCli } from '@ballast/operator';
import { PAPER_DOMAIN, type PaperVenue, startPaperVenue } from '@ballast/paper-venue';
import { freePort, ManagedProcess, type NatsServer, startNatsServer, WORKSPACE_ROOT } from '@ballast/testing';
import { type MarketInput, type MarketSource, nadoEngineConfig, type Provenance, SimClockClient, x18 } from '@ballast/venues';
import type { Ran } from './desk/desk-cli.js';
import { senderOf } from './desk/process-desk.js';

const MAIN = join(WORKSPACE_ROOT, 'services', 'execution', 'dist', 'main.js');
const BOT = 'bot1';
const ETH = 4;
const STEP_MS = 500;
const RECEIVE_MS = 30_000;
const LEASE_TTL_MS = 2_000;
const FAR_MS = 3_600_000;
/** Longer than anything waits for the log: a read has 30 s. */
const AWAY_MS = 45_000;

const created: Decider<object, BotCreated, BotCreated> = { kind: 'bot', writer: 'operator', initial: {}, decide: (_state, event) => [event], evolve: (state) => state };
const fail = (error: Error): void => expect.unreachable(error.message);
const connect = ({ natsUrl, user }: { readonly natsUrl: string; readonly user: string }): Promise<JetStreamBus> => connectJetStream({ url: natsUrl, service: user, onFault: fail });

/** A market of the wall clock's own time, that only quotes. */
class QuietMarket implements MarketSource {
  readonly productIds = [ETH];
  readonly startTime = Date.now();
  readonly endTime = this.startTime + FAR_MS;

  *events(from = this.startTime): IterableIterator<MarketInput> {
    for (let time = this.startTime; time <= this.endTime; time += STEP_MS) if (time >= from) yield { type: 'snapshot', time, productId: ETH, bids: [[x18('2756.9'), x18('50')]], asks: [[x18('2757'), x18('50')]] };
  }

  provenance(): Provenance {
    return { kind: 'generated', files: [], statements: ['Quotes of one instrument that stands still.'] };
  }
}

/** Execution alone, as a replica, at the paper venue. */
describe('execution that shares its partitions, on a NATS server whose JetStream is away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-halt-'));
  let nats: NatsServer;
  let bare: NatsServer;
  let provisioner: RunningProvisioner;
  let venue: PaperVenue;
  let execution: ManagedProcess;
  let base: string;
  let pid: number;
  let wentAt: number;
  let sent = 0;

  const page = async (path: string): Promise<string> => (await fetch(`${base}${path}`)).text();
  const owned = async (): Promise<number> => [...(await page('/metrics')).matchAll(/^ballast_partition_owned\{.*\} 1$/gm)].length;
  const resting = (): number => venue.engine.openOrders(senderOf(BOT)).length;
  const rest = async (): Promise<void> => {
    sent += 1;
    const { marketMs } = await new SimClockClient(venue.url).clock();
    // The venue goes on while its answer is under way.
    const at = Math.max(marketMs, venue.engine.now ?? marketMs);
    venue.engine.submit({ type: 'place', requestKey: `order-${sent}`, digest: `0x${String(sent).padStart(64, '0')}`, subaccount: senderOf(BOT), productId: ETH, price: x18('2700'), amount: x18('0.1'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: at + RECEIVE_MS, expiresAt: at + FAR_MS }, at);
    await expect.poll(resting, { timeout: 10_000 }).toBe(1);
  };
  const ballast = async (...argv: readonly string[]): Promise<Ran> => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCli([...argv, '--nats', nats.url], { env: {}, cwd: '/', out: (text) => out.push(text), err: (text) => err.push(text), connect, stopped: new Promise(() => undefined), run: () => Promise.resolve(0) });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };

  beforeAll(async () => {
    nats = await startNatsServer();
    provisioner = await startProvisioner({ url: nats.url, onFault: fail });
    const operator = await connect({ natsUrl: nats.url, user: 'operator' });
    const event: BotCreated = { type: 'BotCreated', botId: BOT, portfolioId: 'main', accountId: BOT, strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'cli' };
    await new StreamExecutor(operator.store, new WallClock(), { service: 'operator', build: 'test' }).execute(created, { partition: partitionOf('main'), id: BOT }, event, { causationId: BOT, correlationId: BOT, lane: BOT });
    await operator.close();
    venue = await startPaperVenue({ port: 0, market: new QuietMarket(), marketName: 'halt', engine: nadoEngineConfig(1), speed: 1, journalPath: join(folder, 'journal'), domain: PAPER_DOMAIN, rateLimits: false });
    await new SimClockClient(venue.url).deposit(senderOf(BOT), money('1000'), 'deposit');
    const keyFile = join(folder, 'wallet.key');
    writeFileSync(keyFile, `0x${'11'.repeat(32)}\n`, { mode: 0o600 });
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const env = {
      ...process.env, NATS_URL: nats.url, CLOCK: 'wall', PARTITIONS: 'lease', LEASE_TTL_MS: String(LEASE_TTL_MS), HEALTH_PORT: String(port), VENUE: 'paper',
      NADO_GATEWAY_URL: `${venue.url}/v1`, NADO_ARCHIVE_URL: `${venue.url}/archive/v1`, NADO_STREAM_URL: `${venue.url.replace('http', 'ws')}/v1/subscribe`, NADO_CHAIN_ID: String(PAPER_DOMAIN.chainId), NADO_ENDPOINT_ADDRESS: PAPER_DOMAIN.endpointAddress, NADO_KEY_FILE: keyFile,
    };
    execution = new ManagedProcess({ name: 'execution', command: process.execPath, args: [MAIN], env, ready: () => fetch(`${base}/readyz`).then(({ ok }) => ok, () => false), readyTimeoutMs: 60_000 });
    await execution.start();
    await vi.waitFor(async () => expect(await owned()).toBe(PARTITIONS), { timeout: 30_000, interval: 100 });
    pid = execution.pid;
    await provisioner.close();
    await nats.kill();
    wentAt = performance.now();
    // The same address, and no JetStream behind it.
    bare = await startNatsServer({ port: nats.port, config: 'jetstream: disabled' });
    await delay(2 * LEASE_TTL_MS);
  }, 180_000);
  afterAll(async () => {
    await execution.stop();
    await provisioner.close();
    await bare.stop();
    await nats.stop();
    await venue.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['everywhere', []],
    ['in one portfolio, whose name is not looked up in the log first', ['--portfolio', 'main']],
  ])('cancels at the venue on halt --venue %s, and says what is cancelled and that the halt is not in the log', async (_where, scope) => {
    await rest();
    const { code, out, err } = await ballast('halt', '--venue', ...scope);
    expect(out).toMatch(/^partition \d: 1 order of 1 account cancelled$/m);
    expect(out).toContain('orders are cancelled, and nothing that adds risk is sent until `ballast resume`');
    expect(err).toContain('the halt is not in the log');
    expect([code, resting()]).toEqual([1, 0]);
  }, 180_000);

  it('says of whatever else is asked that nobody is there, without a wait', async () => {
    const cli = await connect({ natsUrl: nats.url, user: 'cli' });
    const began = performance.now();
    await expect(cli.requests.query('execution', 0, 'parked', {})).rejects.toThrow('nobody listens');
    expect(performance.now() - began).toBeLessThan(5_000);
    await cli.close();
  }, 60_000);

  it('goes on in the same process with what it had, once JetStream is back after longer than anybody waits for it', async () => {
    await delay(Math.max(0, AWAY_MS - (performance.now() - wentAt)));
    await bare.kill();
    await nats.restart();
    provisioner = await startProvisioner({ url: nats.url, onFault: fail });
    await rest();
    await expect.poll(() => ballast('halt', '--venue').then(({ out }) => out), { timeout: 60_000, interval: 1_000 }).toMatch(/^partition \d: \d orders? of 1 account cancelled$/m);
    const cli = await connect({ natsUrl: nats.url, user: 'cli' });
    await expect.poll(() => cli.requests.query('execution', 0, 'parked', {}).then(({ ok }) => ok, () => false), { timeout: 60_000 }).toBe(true);
    await cli.close();
    expect([await owned(), execution.pid, resting()]).toEqual([PARTITIONS, pid, 0]);
  }, 240_000);
});
