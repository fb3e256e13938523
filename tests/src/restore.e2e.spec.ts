import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectJetStream } from '@ballast/bus';
import { money } from '@ballast/domain';
import { WORKING_COPY } from '@ballast/local';
import { runCli } from '@ballast/operator';
import { writeLocalNatsConfig } from '@ballast/provisioner';
import { DrivenMarket } from './desk/driven-market.js';
import { eventsOf, readAtRest } from './desk/log.js';
import { type DeskBot, ProcessDesk } from './desk/process-desk.js';

const SERVICES = ['strategy-dn-pair', 'market-data', 'sizing', 'risk', 'execution', 'collateral', 'operator'] as const;
const BOT: DeskBot = { botId: 'kept', portfolioId: 'main', deposit: money('500'), notional: '1000' };
const GRACE_MS = 20_000;

let desk: ProcessDesk;
let folder: string;
let nats: { readonly dir: string; readonly conf: string };

/** Runs one `ballast … --json` against the desk's server. */
async function ballast(user: string, ...argv: readonly string[]): Promise<Record<string, unknown>> {
  const out: string[] = [];
  const err: string[] = [];
  const env = { NATS_URL: urlOf(readFileSync(nats.conf, 'utf8')), BALLAST_CLI_SEED: seedOf('cli'), BALLAST_RESTORER_SEED: seedOf('restorer') };
  const connect: Parameters<typeof runCli>[1]['connect'] = ({ natsUrl, seedFile }) => connectJetStream({ url: natsUrl, service: user, credentialSeedFile: seedFile });
  const code = await runCli([...argv, '--json'], { env, cwd: folder, out: (text) => out.push(text), err: (text) => err.push(text), connect, stopped: new Promise(() => undefined), run: () => Promise.resolve(0) });
  expect({ argv, code, err }).toMatchObject({ code: 0 });
  return JSON.parse(out.join('\n')) as Record<string, unknown>;
}

const seedOf = (user: string): string => join(nats.dir, 'seeds', `${user}.nk`);
const portIn = (config: string, field: string): number => Number(new RegExp(`^${field}: "127\\.0\\.0\\.1:(\\d+)"`, 'm').exec(config)?.[1]);
const urlOf = (config: string): string => `nats://127.0.0.1:${portIn(config, 'listen')}`;

/** Writes the server's configuration anew, with the user that puts archives back or without. */
function configure(restorer: boolean): void {
  const config = readFileSync(nats.conf, 'utf8');
  writeLocalNatsConfig({ dir: nats.dir, port: portIn(config, 'listen'), monitorPort: portIn(config, 'http'), storeDir: join(nats.dir, 'store'), strategies: ['dn-pair'], restorer });
}

const stop = (...names: readonly string[]): Promise<unknown> => Promise.all(names.map((name) => desk.stack.child(name).stop(GRACE_MS)));
const start = (...names: readonly string[]): Promise<unknown> => Promise.all(names.map((name) => desk.stack.child(name).start()));

describe('the drill: the log is lost and put back', () => {
  beforeAll(async () => {
    desk = await ProcessDesk.start({ name: 'restore', market: new DrivenMarket(3_600_000), speed: 2, wallets: { main: { accountId: 'wallet-main', deposit: money('2000') } } });
    folder = mkdtempSync(join(tmpdir(), 'ballast-drill-'));
    nats = { dir: join(WORKING_COPY, 'run', `desk-restore-${process.pid}`, 'nats'), conf: join(WORKING_COPY, 'run', `desk-restore-${process.pid}`, 'nats', 'nats.conf') };
    await desk.open([BOT]);
  }, 180_000);
  afterAll(async ({}, suite) => {
    await desk.stop(suite);
    rmSync(folder, { recursive: true, force: true });
  });

  it('a desk with an open position goes on from an archive as if nothing had been: same books, same bytes, no order twice', async () => {
    const archive = join(folder, 'archive');
    const live = await ballast('cli', 'log', 'archive', archive);
    await stop(...SERVICES);
    await ballast('cli', 'log', 'archive', archive);
    const [before, held] = [await ballast('cli', 'rebuild'), await desk.log()];
    expect(Number(before['decisions'])).toBeGreaterThanOrEqual(Number(live['added']));
    expect(await ballast('cli', 'log', 'check', archive)).toMatchObject({ ok: true, faults: [], logFaults: [] });

    await stop('provisioner', 'nats-server');
    rmSync(join(nats.dir, 'store'), { recursive: true });
    expect(existsSync(seedOf('restorer'))).toBe(false);
    configure(true);
    await start('nats-server');
    await start('provisioner');
    expect(await ballast('cli', 'rebuild')).toMatchObject({ decisions: 0 });
    expect(await ballast('restorer', 'log', 'restore', archive)).toMatchObject({ found: 0, appended: before['decisions'] });
    expect(await ballast('cli', 'rebuild')).toMatchObject({ hash: before['hash'], cut: before['cut'] });
    expect((await desk.log()).bytesHash).toBe(held.bytesHash);

    configure(false);
    await desk.stack.kill('nats-server', 'SIGHUP');
    expect(readFileSync(nats.conf, 'utf8')).not.toContain('# restorer');
    await start(...SERVICES);
    await desk.command('operator', 'main', 'close-all', { botId: BOT.botId }, 'close-it');
    await desk.until('the trade\'s end', (log) => eventsOf(log, 'TradeClosed').length === 1);
    const story = await readAtRest(desk.bus.store);
    expect(story.verify.breaches).toEqual([]);
    const orders = eventsOf(story, 'OrderSubmitted').map(({ clientOrderId }) => clientOrderId);
    expect(new Set(orders).size).toBe(orders.length);
    expect(eventsOf(story, 'TradeOpened')).toHaveLength(1);
    expect(eventsOf(story, 'TradeClosed')[0]?.legs.map(({ filled, exited }) => filled.eq(exited))).toEqual([true, true]);
    expect(await desk.bus.deadLetters.open()).toEqual([]);
  }, 300_000);
});
