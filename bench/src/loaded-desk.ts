import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamBus, RequestTimeout } from '@ballast/bus';
import { money, PARTITIONS, partitionOf } from '@ballast/domain';
import { type BallastStack, ballastStack, WORKING_COPY } from '@ballast/local';
import { type ProcessUse, useOf } from './process-use.js';

const STRATEGY = 'dn-pair';
const INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'] as const;
const DEPOSIT = money('2000');
const PATIENCE_MS = 240_000;
const LOOK_MS = 250;
/** An edge that no market of these two has: the bot looks at every tick and stays out. */
const NEVER = { mode: 'spread', targetBps: '900', warmUpMs: 5_000, windowMs: 60_000 } as const;
const ALWAYS = { mode: 'cycle', holdMs: 20_000, sleepMs: 10_000, costBudgetBps: '50', dailyCostBudget: '5000' } as const;

export interface LoadedDeskOptions {
  /** Names the folder of the run. */
  readonly name: string;
  readonly bots: number;
  /** Whether they trade round after round, or only watch. */
  readonly trading: boolean;
  /** Market ms per wall ms. */
  readonly speed: number;
}

/** What has happened up to a moment. */
export interface Standing {
  readonly marketMs: number;
  readonly use: Readonly<Record<string, ProcessUse>>;
  /** Books that market-data has published. */
  readonly books: number;
  readonly rounds: number;
  /** Messages and bytes of the log, all partitions. */
  readonly decisions: number;
  readonly logBytes: number;
}

interface StreamsOfServer {
  readonly account_details?: readonly { readonly stream_detail?: readonly { readonly name: string; readonly state: { readonly messages: number; readonly bytes: number } }[] }[];
}

/** A desk of processes with many pair bots, each with an account and a portfolio of its own, in a generated market. */
export class LoadedDesk {
  private books = 0;

  private constructor(
    private readonly options: LoadedDeskOptions,
    private readonly desk: BallastStack,
    private readonly bus: JetStreamBus,
    private readonly runDir: string,
  ) {
    bus.marketWire.subscribe((subject) => {
      if (subject.startsWith('mkt.book.')) this.books += 1;
    });
  }

  static async start(options: LoadedDeskOptions): Promise<LoadedDesk> {
    const runDir = join(WORKING_COPY, 'run', `bench-${options.name}-${process.pid}`);
    rmSync(runDir, { recursive: true, force: true });
    const desk = await ballastStack({ root: WORKING_COPY, runDir, reportDir: join(runDir, 'report'), market: { data: undefined, seed: 1, durationMinutes: 60 }, speed: String(options.speed), instruments: INSTRUMENTS, strategies: [STRATEGY], readyTimeoutMs: PATIENCE_MS });
    await desk.start();
    return new LoadedDesk(options, desk, await desk.connect(), runDir);
  }

  /** Funds, creates and starts every bot, lets the market move, and waits until each has had its first round, or has seen enough of it. */
  async open(): Promise<void> {
    const { desk, options } = this;
    await desk.venue.release();
    for (let index = 0; index < options.bots; index += 1) {
      const [botId, portfolioId] = [`bot-${index}`, `desk-${index}`];
      await desk.venue.deposit(desk.wallet.senderOf(botId), DEPOSIT, botId);
      const settings = { instrumentA: INSTRUMENTS[0], instrumentB: INSTRUMENTS[1], targetNotional: '1000', ...(options.trading ? ALWAYS : NEVER) };
      await this.command(portfolioId, 'create-bot', { botId, portfolioId, accountId: botId, strategy: STRATEGY, profiles: ['demo'], settings });
      await this.command(portfolioId, 'start-bot', { botId });
    }
    const began = (await desk.venue.clock()).marketMs;
    if (options.trading) await this.until(async () => (await this.rounds()) >= options.bots);
    else await this.until(async () => (await desk.venue.clock()).marketMs > began + 60_000);
  }

  async standing(): Promise<Standing> {
    const { desk, books } = this;
    const streams = (await (await fetch(`${desk.nats.monitorUrl ?? ''}/jsz?streams=true&accounts=true`)).json()) as StreamsOfServer;
    const log = (streams.account_details ?? []).flatMap(({ stream_detail: details = [] }) => details).filter(({ name }) => name.startsWith('EVENTS_'));
    if (log.length !== PARTITIONS) throw new Error(`/jsz: found ${log.length} streams of the log, expected ${PARTITIONS}`);
    const use = Object.fromEntries(desk.stack.status().map(({ name, pid }) => [name, useOf(pid ?? 0)]));
    const sum = (of: 'messages' | 'bytes'): number => log.reduce((all, { state }) => all + state[of], 0);
    return { marketMs: (await desk.venue.clock()).marketMs, use, books, rounds: await this.rounds(), decisions: sum('messages'), logBytes: sum('bytes') };
  }

  async pass(marketMs: number): Promise<void> {
    const end = (await this.desk.venue.clock()).marketMs + marketMs;
    await this.until(async () => (await this.desk.venue.clock()).marketMs >= end);
  }

  async stop(): Promise<void> {
    await this.bus.close();
    await this.desk.stack.stopAll();
    rmSync(this.runDir, { recursive: true, force: true });
  }

  private async rounds(): Promise<number> {
    const port = this.desk.stack.child('reporting').spec.env['HEALTH_PORT'] ?? '';
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return [...text.matchAll(/^ballast_cycles_total\{[^}]*\} (\d+)/gm)].reduce((all, [, count]) => all + Number(count), 0);
  }

  private async until(holds: () => Promise<boolean>): Promise<void> {
    const by = performance.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (performance.now() > by) throw new Error(`${this.options.name}: waited ${PATIENCE_MS / 1_000} s in vain`);
      await delay(LOOK_MS);
    }
  }

  private async command(portfolioId: string, verb: string, payload: Readonly<Record<string, unknown>> & { readonly botId: string }): Promise<void> {
    const by = performance.now() + PATIENCE_MS;
    for (;;) {
      const reply = await this.bus.requests.command('operator', partitionOf(portfolioId), verb, payload, `${verb}-${payload.botId}`).catch((error: unknown) => {
        if (error instanceof RequestTimeout) return undefined;
        throw error;
      });
      if (reply?.ok) return;
      if (reply || performance.now() > by) throw new Error(`${verb} ${payload.botId}: ${reply?.error ?? 'no answer'}`);
    }
  }
}
