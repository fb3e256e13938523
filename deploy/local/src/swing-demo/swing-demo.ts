import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JetStreamBus } from '@ballast/bus';
import { contentId, type Ms } from '@ballast/domain';
import { pricePathOf, type SimClockState } from '@ballast/venues';
import { ProgressLine, timeText } from '../demo/progress.js';
import { prove } from '../demo/proofs.js';
import { RunFolder } from '../demo/run-folder.js';
import { shownPath } from '../demo/summary-table.js';
import { type BallastStack, ballastStack } from '../stack/ballast-stack.js';
import { announceRun, withdrawRun } from '../stack/current-run.js';
import type { SwingDemoConfig } from './config.js';
import { PriceWatch } from './price-watch.js';
import { cents, percent, SwingStory } from './story.js';
import { DEPOSIT, INSTRUMENT, SWING_BOT, SWING_PARTITION, SwingBot, WALLET, WALLET_DEPOSIT } from './swing-bot.js';
import { failuresOf, type SwingOutcome, swingTable } from './table.js';

const LOOK_MS = 250;
const SHOW_MS = 2_000;
/** Before the prices end, the bot leaves its position: market time, and wall time, since every step of it goes through processes. */
const WIND_DOWN_MS: Ms = 90_000;
const WIND_DOWN_WALL_MS = 15_000;
/** Once everything is back the market is watched for this much longer, ms of market time. */
const CALM_MS: Ms = 120_000;
/** Until the position is there: orders go by books that are at most 5 s of market time old. */
const ENTRY_SPEED = 5;
/** So much faster goes the market before the fall. */
const FAR_FACTOR = 4;
/** A bot that has not traded by then will not: its signal was for this candle. */
const TRADES_WITHIN_MS: Ms = 240_000;
const OVER_MS = 120_000;
const QUIET_MS = 600;
const RESTARTS_MAX = 20;
const READY_MS = 120_000;
const OBSERVED_MS = 30_000;

/** One `make demo-swing`: from the first process to the table. */
export class SwingDemo {
  private readonly line = new ProgressLine(process.stdout);
  private giveUp: (error: Error) => void = () => undefined;
  private isInterrupted = false;
  private toldUpTo = 0;

  constructor(
    private readonly config: SwingDemoConfig,
    private readonly root: string,
  ) {}

  /** True once a person has asked it to stop. */
  get interrupted(): boolean {
    return this.isInterrupted;
  }

  /** Runs to the end. @returns the exit code: 1 where something that must hold does not. */
  async run(): Promise<number> {
    const { runDir, prices } = this.config;
    const path = pricePathOf({ ...prices, coins: [INSTRUMENT.replace('-PERP', '')] });
    RunFolder.mustRest(runDir);
    rmSync(runDir, { recursive: true, force: true });
    mkdirSync(runDir, { recursive: true });
    this.line.say(`${this.dataText()}, speed ${this.config.speed}`);
    const desk = await this.stack();
    const failure = new Promise<never>((_, reject) => {
      this.giveUp = reject;
    });
    this.onInterrupt(desk);
    try {
      return await Promise.race([this.play(desk, { startTime: path.startTime, endAt: path.endTime - Math.max(WIND_DOWN_MS, this.config.speed * WIND_DOWN_WALL_MS) }), failure]);
    } finally {
      withdrawRun(runDir, desk);
      if (!this.isInterrupted) await desk.stack.stopAll();
    }
  }

  private get entrySpeed(): number {
    return Math.min(ENTRY_SPEED, this.config.speed);
  }

  private dataText(): string {
    return this.config.prices.name === 'scripted'
      ? 'no recorded candles: a scripted, made-up fall in the shape of a fast crash; books modelled around it'
      : 'recorded 5-minute candles of BTC over the crash of 2025-10-10, walked open, extremes, close; books modelled around them';
  }

  private stack(): Promise<BallastStack> {
    const { runDir, seed, prices } = this.config;
    return ballastStack({
      root: this.root,
      runDir,
      market: { data: undefined, seed, durationMinutes: 0, prices },
      speed: String(this.entrySpeed),
      instruments: [INSTRUMENT],
      strategies: [SWING_BOT.strategy],
      wallets: { [SWING_BOT.portfolioId]: WALLET },
      reportDir: join(runDir, 'report'),
      http: true,
      sharedBudget: true,
      readyTimeoutMs: READY_MS,
      restart: { restartsMax: RESTARTS_MAX },
      onGivenUp: (error) => this.giveUp(error),
    });
  }

  private onInterrupt(desk: BallastStack): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => {
        this.isInterrupted = true;
        withdrawRun(this.config.runDir, desk);
        this.line.say('stopping every process');
      });
  }

  private async play(desk: BallastStack, market: { readonly startTime: Ms; readonly endAt: Ms }): Promise<number> {
    const began = performance.now();
    this.line.say('starting nats-server, redis, the paper venue and every service …');
    await desk.start();
    announceRun(this.config.runDir, desk);
    const bus = await desk.connect();
    this.line.say(`everything runs (${secondsSince(began)} s); logs in ${shownPath(this.config.runDir)}/logs`);
    if (desk.http) this.line.say(`HTTP and the console: ${desk.http.url}; tokens by role in ${shownPath(desk.http.tokensFile)}`);
    const story = new SwingStory(bus.store, SWING_PARTITION);
    const prices = new PriceWatch(bus.marketWire, INSTRUMENT);
    const bot = new SwingBot(bus.requests);
    await this.setOff(desk, bot, story);
    const tradingFrom = performance.now();
    await this.watch(desk, story, prices, market);
    this.line.say('the end of the run: the bot stops and leaves what is open');
    await bot.stop('the end of the demonstration');
    await this.rest(story);
    const wallSeconds = Math.round(secondsSince(tradingFrom));
    const code = this.conclude(await this.outcomeOf(desk, story, prices, { startTime: market.startTime, wallSeconds }));
    if (this.config.keepsRunning) await this.stayUp();
    await this.leave(bus);
    return code;
  }

  /** Funds the account and the wallet, creates, protects and starts the bot, lets the market move: the bot tries once per candle, so its account is to be known by then. */
  private async setOff({ venue, wallet }: BallastStack, bot: SwingBot, story: SwingStory): Promise<void> {
    await venue.deposit(wallet.senderOf(SWING_BOT.accountId), DEPOSIT, contentId('demo-swing', 'deposit'));
    await venue.deposit(wallet.senderOf(WALLET), WALLET_DEPOSIT, contentId('demo-swing', 'wallet'));
    await bot.create();
    await venue.release();
    await bot.protect();
    for (const until = performance.now() + OBSERVED_MS; !story.observed && performance.now() < until; await delay(LOOK_MS)) await story.follow();
    await bot.start();
  }

  private async watch({ venue }: BallastStack, story: SwingStory, prices: PriceWatch, { startTime, endAt }: { readonly startTime: Ms; readonly endAt: Ms }): Promise<void> {
    let shownAt = -Infinity;
    let calmFrom: Ms | undefined;
    for (;;) {
      const clock = await clockOf(venue);
      // A venue that was killed before the market had moved holds it again.
      if (clock?.speed === '0') await venue.release();
      await this.follow(story);
      if (clock && story.balanced) await this.keepPace(venue, clock);
      if (clock) {
        calmFrom = story.allBack ? (calmFrom ?? clock.marketMs) : undefined;
        if (performance.now() - shownAt >= SHOW_MS) {
          shownAt = performance.now();
          this.line.show(lineOf(clock.marketMs, story, prices));
        }
        const isIdle = !story.balanced && clock.marketMs >= startTime + TRADES_WITHIN_MS;
        if (isIdle || clock.done || clock.marketMs >= endAt || (calmFrom !== undefined && clock.marketMs >= calmFrom + CALM_MS) || story.isOver) return;
      }
      await delay(LOOK_MS);
    }
  }

  /** Fast while nothing can happen, then slow enough for everything to go through processes. */
  private async keepPace(venue: BallastStack['venue'], { marketMs, speed }: SimClockState): Promise<void> {
    const wanted = marketMs < this.config.nearFrom ? this.config.speed * FAR_FACTOR : this.config.speed;
    if (speed !== String(wanted)) await venue.setSpeed(wanted);
  }

  /** Tells what is new in the log. */
  private async follow(story: SwingStory): Promise<void> {
    const wasOpen = story.balanced !== undefined;
    await story.follow();
    if (!wasOpen && story.balanced) this.line.say(`the bot holds ${story.position.toString()} ${INSTRUMENT}: ${story.plan?.reason ?? ''}`);
    for (const { at, text } of story.told.slice(this.toldUpTo)) this.line.say(`${timeText(at)} UTC  ${text}`);
    this.toldUpTo = story.told.length;
  }

  /** Waits until the position is left, protection is back and the log is quiet. */
  private async rest(story: SwingStory): Promise<void> {
    const until = performance.now() + OVER_MS;
    for (let seen = -1, since = performance.now(); performance.now() < until; await delay(LOOK_MS)) {
      await this.follow(story);
      if (story.sequence !== seen) [seen, since] = [story.sequence, performance.now()];
      if ((story.isOver || !story.balanced) && performance.now() - since > QUIET_MS) return;
    }
  }

  private async outcomeOf(desk: BallastStack, story: SwingStory, prices: PriceWatch, { startTime, wallSeconds }: { readonly startTime: Ms; readonly wallSeconds: number }): Promise<SwingOutcome> {
    const to = prices.last?.time ?? startTime;
    const proofs = await prove(this.root, desk.nats);
    const restarts = Object.fromEntries(desk.stack.status().map(({ name, restarts: count }) => [name, count]));
    return { story, prices, proofs, marketTime: { from: startTime, to }, speed: String(this.config.speed), wallSeconds, data: this.dataText(), restarts };
  }

  private conclude(outcome: SwingOutcome): number {
    const failures = failuresOf(outcome);
    const text = [swingTable(outcome), ...failures.map((failure) => `FAILED: ${failure}`)].join('\n');
    mkdirSync(this.config.outDir, { recursive: true });
    const file = join(this.config.outDir, 'report.txt');
    writeFileSync(file, `${text}\n`);
    this.line.say(`\n${text}\n\nthis table is in ${shownPath(file)}; the run is kept in ${shownPath(this.config.runDir)}: \`make inspect RUN=${shownPath(this.config.runDir)}\` serves its log to \`npx ballast protection report\`, \`explain\`, \`verify\``);
    return failures.length === 0 ? 0 : 1;
  }

  private async stayUp(): Promise<void> {
    this.line.say('everything stays up for `npx ballast …` until Ctrl-C');
    await new Promise<never>(() => undefined);
  }

  private leave(bus: JetStreamBus): Promise<void> {
    return bus.close();
  }
}

/** Undefined while the venue is away: it is being started again. */
async function clockOf(venue: BallastStack['venue']): Promise<SimClockState | undefined> {
  try {
    return await venue.clock();
  } catch (error) {
    if (error instanceof Error && error.name === 'VenueError') return undefined;
    throw error;
  }
}

function lineOf(now: Ms, story: SwingStory, prices: PriceWatch): string {
  const limit = story.acts.at(-1)?.saw?.liquidationPrice;
  const { last } = prices;
  const distance = limit && last && !story.position.isZero() ? `  ${percent(last.price.minus(limit).div(limit))} above the last known liquidation price` : '';
  return `${timeText(now)} UTC  ${INSTRUMENT} ${last ? cents(last.price) : '-'}  position ${story.position.toString()}  protection ${cents(story.deposited)}${distance}`;
}

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 100) / 10;
