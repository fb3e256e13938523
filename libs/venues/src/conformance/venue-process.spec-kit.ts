import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Clock, type Disarm, type Ms, money } from '@ballast/domain';
import type { VenueAccount } from '../venue-adapter.js';
import { NadoAdapter } from '../nado/nado-adapter.js';
import { OrderCodec } from '../nado/order-codec.js';
import { SimClockClient } from '../nado/sim-clock.js';
import { nadoAccount } from '../nado/subaccount.js';
import type { ConformanceHarness } from './conformance-scope.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const KEY = `0x${'22'.repeat(32)}` as const;
const DOMAIN = { chainId: 763373, endpointAddress: '0x698D87105274292B5673367DEC81874Ce3633Ac2' } as const;

/** What the wallet's subaccount of each harness holds, quote. */
const WALLET = '1000';

export interface VenueProcess {
  readonly url: string;
  readonly journal: string;
  /** Sends the signal and waits for the end. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Builds the paper venue's process, so that the suite meets the code as it is. */
export function buildPaperVenue(): void {
  const built = spawnSync(process.execPath, [createRequire(import.meta.url).resolve('typescript/bin/tsc'), '-b', join(ROOT, 'services/paper-venue')], { cwd: ROOT, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the paper venue does not build:\n${built.stdout}`);
}

export const newJournal = (): string => join(mkdtempSync(join(tmpdir(), 'ballast-venue-')), 'journal.jsonl');

/** Starts the real paper venue on a free port (or `port`) and waits until it listens. */
export function startVenueProcess(environment: Readonly<Record<string, string>>, port = 0): Promise<VenueProcess> {
  const journal = environment['JOURNAL'] ?? newJournal();
  const child: ChildProcess = spawn(process.execPath, [join(ROOT, 'services/paper-venue/dist/main.js')], { env: { PATH: process.env['PATH'], VENUE_PORT: String(port), RATE_LIMITS: 'off', ...environment, JOURNAL: journal }, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (data) => {
      text += String(data);
      const url = /"url":"([^"]+)"/.exec(text)?.[1];
      if (url !== undefined) resolve({ url, journal, end: (signal) => (child.kill(signal), ended) });
    });
    child.once('exit', (code) => reject(new Error(`the paper venue ended with ${String(code)}: ${text}`)));
  });
}

/** Market time as the venue's last frame or step told it. */
export class SteppedClock extends Clock {
  private time: Ms = 0;
  private readonly timers = new Set<{ readonly at: Ms; readonly run: () => void }>();

  now(): Ms {
    return this.time;
  }

  at(time: Ms, run: () => void): Disarm {
    const timer = { at: time, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  set(time: Ms): void {
    this.time = Math.max(this.time, time);
    for (const timer of [...this.timers].filter((armed) => armed.at <= this.time)) {
      this.timers.delete(timer);
      timer.run();
    }
  }
}

/** A NadoAdapter in front of one venue process in lock step. */
export class NadoHarness implements ConformanceHarness {
  readonly instrument = 'ETH-PERP';
  readonly account: VenueAccount;
  readonly wallet: VenueAccount;
  readonly adapter: NadoAdapter;
  readonly sim: SimClockClient;
  private readonly clock = new SteppedClock();

  constructor(readonly venue: VenueProcess, accountId: string) {
    this.account = nadoAccount(accountId);
    this.wallet = nadoAccount(`wallet-of-${accountId}`);
    this.sim = new SimClockClient(venue.url);
    this.adapter = new NadoAdapter({ gatewayUrl: `${venue.url}/v1`, archiveUrl: `${venue.url}/archive/v1`, streamUrl: `${venue.url.replace('http', 'ws')}/v1/subscribe`, ...DOMAIN, privateKey: KEY, clock: this.clock, live: false, prices: 'stream', reconnectMinMs: 20, onMarketTime: (time) => this.clock.set(time) });
  }

  /** Opens the account at the next whole even second, when the conformance market's book is untouched. */
  async open(deposit: string): Promise<this> {
    await this.adapter.connect();
    this.clock.set((await this.sim.clock()).marketMs);
    for (const [account, amount] of [[this.account, deposit], [this.wallet, WALLET]] as const) await this.sim.deposit(new OrderCodec(KEY, DOMAIN).senderOf(account.subaccount), money(amount), `deposit-${account.accountId}`);
    await this.step();
    while (this.now() % 2_000 !== 0) await this.step();
    return this;
  }

  now(): Ms {
    return this.clock.now();
  }

  async settle<T>(call: Promise<T>): Promise<T> {
    let open = true;
    const ended = call.then(() => (open = false), () => (open = false));
    while (open) {
      const { openCalls } = await this.sim.clock();
      if (openCalls > 0) await this.step();
      else await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2))]);
    }
    return call;
  }

  async pass(ms: Ms): Promise<void> {
    const until = this.now() + ms;
    while (this.now() < until) await this.step();
  }

  async fault(rule: Parameters<SimClockClient['addFault']>[0]): Promise<void> {
    await this.sim.addFault(rule);
  }

  async freezeTransfers(frozen: boolean): Promise<void> {
    if (frozen) await this.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'freeze' } });
    else await this.sim.clearFaults();
  }

  async loseTransferAnswer(): Promise<void> {
    await this.sim.addFault({ match: { kind: 'transfer' }, fault: { type: 'dropAfterAccept' }, times: 1 });
  }

  async disconnect(): Promise<void> {
    await this.sim.addFault({ match: { kind: 'query' }, fault: { type: 'disconnect' }, times: 1 });
    await this.adapter.book(this.instrument, 1);
  }

  async close(): Promise<void> {
    await this.sim.clearFaults();
    await this.adapter.close();
  }

  private async step(): Promise<void> {
    this.clock.set((await this.sim.step((await this.sim.clock()).marketMs)).marketMs);
  }
}
