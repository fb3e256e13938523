import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArchiveFolder, connectJetStream, connectLogStreams, CONTRACTS_UP_TO, type JetStreamBus, restoreLog, startProvisioner } from '@ballast/bus';
import { money, partitionOf } from '@ballast/domain';
import { WORKING_COPY } from '@ballast/local';
import { runCli } from '@ballast/operator';
import { writeLocalNatsConfig } from '@ballast/provisioner';
import { startNatsServer } from '@ballast/testing';
import { DrivenMarket } from '../desk/driven-market.js';
import { eventsOf, type LogStory, readLog } from '../desk/log.js';
import { type DeskBot, ProcessDesk } from '../desk/process-desk.js';

const SERVICES = ['strategy-dn-pair', 'market-data', 'sizing', 'risk', 'execution', 'collateral', 'operator'] as const;
const ROUNDS = { holdMs: 4_000, sleepMs: 1_000 };
const ROLLED: DeskBot = { botId: 'rolled', portfolioId: 'main', deposit: money('500'), notional: '1000', settings: ROUNDS };
const OTHER: DeskBot = { botId: 'other', portfolioId: 'second', deposit: money('500'), notional: '1000', settings: ROUNDS };
const [P, Q] = [partitionOf(ROLLED.portfolioId), partitionOf(OTHER.portfolioId)];
const GRACE_MS = 20_000;
/** A pair that trades decides something every few seconds. */
const AT_ONCE_MS = 5_000;
const LOOK_MS = 200;
const PATIENCE_MS = 180_000;

let desk: ProcessDesk;
let bus: JetStreamBus;
let folder: string;
let nats: { readonly dir: string; readonly conf: string };
const rows: string[] = [];

const fail = (error: Error): void => {
  throw error;
};
const seedOf = (user: string): string => join(nats.dir, 'seeds', `${user}.nk`);
const portIn = (config: string, field: string): number => Number(new RegExp(`^${field}: "127\\.0\\.0\\.1:(\\d+)"`, 'm').exec(config)?.[1]);
const url = (): string => `nats://127.0.0.1:${portIn(readFileSync(nats.conf, 'utf8'), 'listen')}`;
const archive = (): string => join(folder, 'archive');
const closedOf = (story: LogStory, { botId }: DeskBot): number => eventsOf(story, 'TradeClosed').filter((closed) => closed.botId === botId).length;
const roundOf = (story: LogStory): string => `${closedOf(story, ROLLED)} and ${closedOf(story, OTHER)}`;

/** Runs one `ballast … --json`; `at` another server than the desk's; `says`: what it adds, and its exit code. */
async function ballast(argv: readonly string[], at?: string, says: { readonly code: number; readonly err: readonly unknown[] } = { code: 0, err: [] }): Promise<Record<string, unknown>> {
  const [out, err]: [string[], string[]] = [[], []];
  const env = at === undefined ? { NATS_URL: url(), BALLAST_CLI_SEED: seedOf('cli'), BALLAST_RESTORER_SEED: seedOf('restorer') } : { NATS_URL: at };
  const connect: Parameters<typeof runCli>[1]['connect'] = ({ natsUrl, user, seedFile, archiveDir }) => connectJetStream({ url: natsUrl, service: user, archiveDir, ...(seedFile === undefined ? {} : { credentialSeedFile: seedFile }) });
  const code = await runCli([...argv, '--json'], { env, cwd: folder, out: (text) => out.push(text), err: (text) => err.push(text), connect, stopped: new Promise(() => undefined), run: () => Promise.resolve(0) });
  expect({ argv, code, err: code === 0 ? [] : err }).toEqual({ argv, ...says });
  return JSON.parse(out.join('\n')) as Record<string, unknown>;
}

/** Puts the restorer into the configuration that the server runs with, or takes it out. */
async function allowRestorer(restorer: boolean): Promise<void> {
  const config = readFileSync(nats.conf, 'utf8');
  writeLocalNatsConfig({ dir: nats.dir, port: portIn(config, 'listen'), monitorPort: portIn(config, 'http'), storeDir: join(nats.dir, 'store'), strategies: ['dn-pair'], restorer });
  await desk.stack.kill('nats-server', 'SIGHUP');
}

/** The whole log, what is sealed from its archive, as soon as this holds of it. */
async function until(what: string, holds: (story: LogStory) => boolean): Promise<LogStory> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const story = await readLog(bus.store);
    if (holds(story)) return story;
    if (performance.now() > end) throw new Error(`${what}: waited ${PATIENCE_MS} ms in vain; rounds are ${roundOf(story)}`);
    await delay(LOOK_MS);
  }
}

const roundsMore = async (count: number): Promise<LogStory> => {
  const before = await readLog(bus.store);
  return until(`${count} rounds more of both bots`, (story) => [ROLLED, OTHER].every((bot) => closedOf(story, bot) >= closedOf(before, bot) + count));
};

describe('a partition that is rolled over while the desk trades', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-roll-drill-'));
    desk = await ProcessDesk.start({ name: 'roll', env: Object.fromEntries(SERVICES.map((name) => [name, { ARCHIVE_DIR: archive() }])), market: new DrivenMarket(3_600_000), speed: 2, wallets: { main: { accountId: 'wallet-main', deposit: money('2000') }, second: { accountId: 'wallet-second', deposit: money('2000') } } });
    const dir = join(WORKING_COPY, 'run', `desk-roll-${process.pid}`, 'nats');
    nats = { dir, conf: join(dir, 'nats.conf') };
    bus = await connectJetStream({ url: url(), service: 'cli', credentialSeedFile: seedOf('cli'), archiveDir: archive() });
    await desk.open([ROLLED, OTHER]);
  }, 240_000);
  afterAll(async ({}, suite) => {
    await bus.close();
    await desk.stop(suite);
    rmSync(folder, { recursive: true, force: true });
    process.stdout.write(`${rows.join('\n')}\n`);
  });

  it('holds nobody up, and everything goes on: its services, the other partition, and each service that is killed and comes back', async () => {
    await roundsMore(2);
    await allowRestorer(true);
    const begun = performance.now();
    const before = await bus.store.lastSequence(Q);
    const rolled = await ballast(['log', 'roll', String(P), '--archive', archive(), '--keep-hours', '0']);
    const tookMs = performance.now() - begun;
    // Its bots may have had nothing to decide in so short a time.
    await expect.poll(() => bus.store.lastSequence(Q), { message: 'the other partition goes on', timeout: AT_ONCE_MS }).toBeGreaterThan(before);
    const [was, is] = [rolled['before'], rolled['after']] as { readonly messages: number; readonly bytes: number }[];
    expect(is?.bytes).toBeLessThan((was?.bytes ?? 0) / 2);
    rows.push(`partition ${P} was rolled over in ${(tookMs / 1_000).toFixed(1)} s: ${was?.messages} messages, ${was?.bytes} bytes before, ${is?.messages} messages, ${is?.bytes} bytes after`);
    await allowRestorer(false);
    await roundsMore(1);
    for (const name of ['execution', 'risk', 'collateral'] as const) {
      await desk.stack.kill(name);
      await desk.stack.child(name).start();
    }
    const story = await roundsMore(1);
    expect(story.verify.breaches).toEqual([]);
  }, 400_000);

  it('comes back from snapshots as a whole desk, which holds what the log says, as that of a desk that never was rolled over', async () => {
    await Promise.all(SERVICES.map((name) => desk.stack.child(name).stop(GRACE_MS)));
    await Promise.all(SERVICES.map((name) => desk.stack.child(name).start()));
    const story = await roundsMore(1);
    const orders = eventsOf(story, 'OrderSubmitted').map(({ clientOrderId }) => clientOrderId);
    expect(new Set(orders).size).toBe(orders.length);
    expect(await bus.deadLetters.open()).toEqual([]);
    for (const { botId, portfolioId } of [ROLLED, OTHER]) await desk.command('operator', portfolioId, 'close-all', { botId }, `close-${botId}`);
    await until('both bots at rest', (log) => Object.values(log.books.positions).every(({ quantity }) => quantity === '0') && eventsOf(log, 'TradeOpened').length === eventsOf(log, 'TradeClosed').length);
    expect(await ballast(['verify', '--archive', archive()])).toMatchObject({ ok: true });
    // The desk of the drill runs no reporting.
    await ballast(['rebuild', '--compare-live', '--archive', archive()], undefined, { code: 3, err: ['nothing differs, and not everything is compared: reporting: does not answer', expect.any(String)] });
    await Promise.all(SERVICES.map((name) => desk.stack.child(name).stop(GRACE_MS)));
    const rebuilt = await ballast(['rebuild', '--archive', archive()]);
    await ballast(['log', 'archive', archive()]);

    const fresh = await startNatsServer();
    const provisioner = await startProvisioner({ url: fresh.url, onFault: fail });
    const streams = await connectLogStreams({ url: fresh.url, user: 'restorer' });
    await restoreLog(streams, new ArchiveFolder(archive()), { contractsUpTo: CONTRACTS_UP_TO });
    expect(await ballast(['rebuild'], fresh.url)).toMatchObject({ hash: rebuilt['hash'], cut: rebuilt['cut'], decisions: rebuilt['decisions'] });
    expect(await ballast(['verify'], fresh.url)).toMatchObject({ ok: true });
    await streams.close();
    await provisioner.close();
    await fresh.stop();
  }, 400_000);
});
