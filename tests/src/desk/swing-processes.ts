import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamBus, type Reply, RequestTimeout } from '@ballast/bus';
import { money, type Ms, partitionOf } from '@ballast/domain';
import { type BallastStack, ballastStack, WORKING_COPY } from '@ballast/local';
import { eventsOf, type LogStory, readLog } from './log.js';
import { ordersInArchive } from './venue-archive.js';

const BOT = { botId: 'swing-1', portfolioId: 'main', accountId: 'swing-1', strategy: 'swing', profiles: ['swing'] } as const;
const PARTITION = partitionOf(BOT.portfolioId);
/** Where the scripted fall begins. */
const BEGIN = Date.UTC(2026, 0, 5, 20, 45);
const MINUTE_MS: Ms = 60_000;
const PATIENCE_MS = 150_000;
const LOOK_MS = 50;
/** Until the position is there: a bot enters once per candle, and orders go by books that are at most 5 s of market time old. */
const ENTRY_SPEED = 2;

/** Every service as a process, with the swing bot long before the scripted fall; once it is in, at `speed` market ms per wall ms. */
export class SwingProcesses {
  private constructor(
    readonly desk: BallastStack,
    readonly bus: JetStreamBus,
    private readonly runDir: string,
  ) {}

  /** `restartMs`: what a process that was killed stays away at least, wall time. */
  static async start(name: string, options: { readonly skipMinutes: number; readonly speed: number; readonly restartMs: number; readonly stopAtr: string }): Promise<SwingProcesses> {
    const runDir = join(WORKING_COPY, 'run', `swing-${name}-${process.pid}`);
    rmSync(runDir, { recursive: true, force: true });
    const desk = await ballastStack({
      root: WORKING_COPY, runDir, reportDir: join(runDir, 'report'), speed: String(ENTRY_SPEED), instruments: ['BTC-PERP'], strategies: [BOT.strategy],
      market: { data: undefined, seed: 1, durationMinutes: 0, prices: { name: 'scripted', path: '', from: BEGIN + options.skipMinutes * MINUTE_MS } },
      restart: { restartsMax: 20, backoffMs: options.restartMs, backoffMaxMs: options.restartMs, steadyMs: 1_000 }, readyTimeoutMs: PATIENCE_MS,
    });
    try {
      await desk.start();
      const all = new SwingProcesses(desk, await desk.connect(), runDir);
      await all.open(options.stopAtr);
      await desk.venue.setSpeed(options.speed);
      return all;
    } catch (error) {
      await desk.stack.stopAll();
      throw error;
    }
  }

  log(): Promise<LogStory> {
    return readLog(this.bus.store);
  }

  async until(what: string, holds: (story: LogStory) => boolean, lookMs = LOOK_MS): Promise<LogStory> {
    const by = performance.now() + PATIENCE_MS;
    for (;;) {
      const story = await this.log();
      if (holds(story)) return story;
      if (performance.now() > by) throw new Error(`${what}: not within ${PATIENCE_MS / 1_000} s; last: ${story.events.slice(-5).map(({ type }) => type).join(', ')}`);
      await delay(lookMs);
    }
  }

  async now(): Promise<Ms> {
    return (await this.desk.venue.clock()).marketMs;
  }

  /** Waits until so many minutes of the fall have passed. */
  async reach(minutes: number): Promise<void> {
    while ((await this.now()) < BEGIN + minutes * MINUTE_MS) await delay(LOOK_MS);
  }

  /** Digests of every order that the venue has accepted. */
  ordersAtVenue(): Promise<readonly string[]> {
    return ordersInArchive(this.desk.venueUrl, this.desk.wallet.senderOf(BOT.accountId));
  }

  async stop(): Promise<void> {
    await this.bus.close();
    await this.desk.stack.stopAll();
    rmSync(this.runDir, { recursive: true, force: true });
  }

  private async open(stopAtr: string): Promise<void> {
    const settings = { instrument: 'BTC-PERP', targetNotional: '1000', costBudgetBps: '30', intervalMs: 4 * 60 * MINUTE_MS, entry: 'pullback', direction: 'LONG', averagePeriods: 160, slopePeriods: 20, atrPeriods: 14, stopAtr, targetAtr: '6', rounds: 1 };
    await this.desk.venue.deposit(this.desk.wallet.senderOf(BOT.accountId), money('2000'), 'deposit');
    await this.command('create-bot', { ...BOT, settings });
    await this.desk.venue.release();
    await this.command('start-bot', { botId: BOT.botId });
    await this.until('a position with its target at the venue', (story) => eventsOf(story, 'TradeBalanced').length === 1 && targetIsThere(story));
  }

  /** The same key is the same command: one that got no answer is sent again. */
  private async command(verb: string, payload: object): Promise<void> {
    const by = performance.now() + PATIENCE_MS;
    for (;;) {
      const reply = await this.ask(verb, payload);
      if (reply?.ok) return;
      if (reply || performance.now() > by) throw new Error(`operator ${verb}: ${reply?.error ?? 'no answer'} ${JSON.stringify(reply?.fields ?? {})}`);
      await delay(LOOK_MS);
    }
  }

  private async ask(verb: string, payload: object): Promise<Reply | undefined> {
    try {
      return await this.bus.requests.command('operator', PARTITION, verb, payload, `swing-${verb}`);
    } catch (error) {
      if (error instanceof RequestTimeout) return undefined;
      throw error;
    }
  }
}

function targetIsThere(story: LogStory): boolean {
  const targets = eventsOf(story, 'OrderSubmitted').filter(({ purpose }) => purpose === 'TARGET').map(({ clientOrderId }) => clientOrderId);
  return eventsOf(story, 'OrderAccepted').some(({ clientOrderId }) => targets.includes(clientOrderId));
}
