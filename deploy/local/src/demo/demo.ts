import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { JetStreamBus } from '@ballast/bus';
import type { Ms } from '@ballast/domain';
import type { SimClockState } from '@ballast/venues';
import { type BallastStack, ballastStack } from '../stack/ballast-stack.js';
import { discoverStrategies } from '../strategies.js';
import { announceRun, withdrawRun } from '../stack/current-run.js';
import { type DemoConfig, paceOf } from './config.js';
import { botSettings, DEMO_BOT, DEMO_PARTITION, DemoBot, depositFor, INSTRUMENTS } from './demo-bot.js';
import { type DemoMarket, demoMarket } from './market.js';
import { completeSummary, type Failure, failuresOf, type Outcome } from './outcome.js';
import { ProgressLine, progressText } from './progress.js';
import { prove } from './proofs.js';
import { publishedReport } from './published-report.js';
import { RunFolder } from './run-folder.js';
import { RunningTotals } from './running-totals.js';
import { shownPath, summaryTable } from './summary-table.js';
import { writtenReport } from './written-report.js';

const LOOK_MS = 250;
const SHOW_MS = 2_000;
/** What a bot may take to leave its positions: wall time, and market time where that is slower. */
const FLAT_MS = 90_000;
const TRADES_WITHIN_MS: Ms = 5 * 60_000;
/** The log has come to rest when nothing but observations was added for this long. */
const QUIET_MS = 600;
const RESTARTS_MAX = 20;
/** A dozen processes start at once, perhaps on a machine that is busy. */
const READY_MS = 120_000;
const INSPECT = '`make inspect` serves its log to `npx ballast trades`, `explain`, `verify` and `rebuild`';

/** One `make demo`: from the first process to the table. */
export class Demo {
  private readonly line = new ProgressLine(process.stdout);
  private giveUp: (error: Error) => void = () => undefined;
  private isInterrupted = false;

  constructor(
    private readonly config: DemoConfig,
    private readonly root: string,
    /** Who reporting is to tell: its `NOTIFY_…`, handed on as they are and kept nowhere. */
    private readonly notify: Readonly<Record<string, string>> = {},
  ) {}

  /** True once a person has asked it to stop. */
  get interrupted(): boolean {
    return this.isInterrupted;
  }

  /** Runs to the end. @returns the exit code: 1 where something that must hold does not. */
  async run(): Promise<number> {
    const { config } = this;
    const market = demoMarket(config, INSTRUMENTS);
    const run = RunFolder.open(config);
    if (run.setAside !== undefined) this.line.say(run.setAside);
    this.line.say(`${run.isResumed ? 'going on with the unfinished run' : 'a new run'}: ${config.mode}, ${config.legNotional.toString()} a leg, ${config.data ?? `generated market (seed ${config.seed})`}, speed ${config.speed}`);
    const desk = await this.stackOf(market);
    const failure = new Promise<never>((_, reject) => {
      this.giveUp = reject;
    });
    this.onInterrupt(desk, run);
    try {
      return await Promise.race([this.trade(desk, run, market), failure]);
    } finally {
      withdrawRun(config.runDir, desk);
      if (!this.isInterrupted) await desk.stack.stopAll();
    }
  }

  private stackOf(market: DemoMarket): Promise<BallastStack> {
    const { runDir, speed } = this.config;
    return ballastStack({
      root: this.root,
      runDir,
      market: market.choice,
      speed,
      instruments: INSTRUMENTS,
      strategies: discoverStrategies(this.root).map(({ name }) => name),
      reportDir: join(runDir, 'report'),
      http: true,
      sharedBudget: true,
      readyTimeoutMs: READY_MS,
      restart: { restartsMax: RESTARTS_MAX },
      onGivenUp: (error) => this.giveUp(error),
      env: { reporting: { REPORT_PROVENANCE: JSON.stringify(market.provenance), ...this.notify } },
    });
  }

  private onInterrupt(desk: BallastStack, run: RunFolder): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => {
        this.isInterrupted = true;
        withdrawRun(this.config.runDir, desk);
        this.line.say(`stopping every process; the run is kept${run.isFinished ? `, finished: ${INSPECT}` : ': `make demo` goes on with it, `make demo NEW=1` starts another'}`);
      });
  }

  private async trade(desk: BallastStack, run: RunFolder, market: DemoMarket): Promise<number> {
    const began = performance.now();
    this.line.say('starting nats-server, redis, the paper venue and every service …');
    await desk.start();
    announceRun(this.config.runDir, desk);
    const bus = await desk.connect();
    this.line.say(`everything runs (${this.secondsSince(began)} s); logs in ${this.config.runDir}/logs`);
    if (desk.http) this.line.say(`HTTP: ${desk.http.url}/api/docs; tokens by role in ${shownPath(desk.http.tokensFile)}`);
    const totals = new RunningTotals(bus.store, DEMO_PARTITION, DEMO_BOT.accountId);
    const bot = new DemoBot(bus.requests, run);
    await this.setOff(desk, run, bot);
    const tradingFrom = performance.now();
    await this.watch(desk, totals, market);
    this.line.say('the end of the run: the bot stops and leaves its positions');
    await bot.stop('the end of the demonstration');
    const isFlat = await this.rest(totals);
    const wallSeconds = Math.round(this.secondsSince(tradingFrom));
    const outcome = await this.outcomeOf(desk, bus, totals, { isFlat, wallSeconds, mustTrade: this.mustTrade(market) });
    const failures = this.conclude(outcome);
    run.finish();
    if (this.config.keepsRunning) await this.stayUp();
    this.line.say(`the run is kept in ${shownPath(this.config.runDir)}: ${INSPECT}`);
    await bus.close();
    return failures.length === 0 ? 0 : 1;
  }

  /** Funds the account, creates and starts the bot, lets the market move; whatever of it was done before is not done again. */
  private async setOff({ venue, wallet }: BallastStack, run: RunFolder, bot: DemoBot): Promise<void> {
    await venue.deposit(wallet.senderOf(DEMO_BOT.accountId), depositFor(this.config), run.keyOf('deposit'));
    if ((await bot.status()) === 'ABSENT') await bot.create(botSettings(this.config));
    await venue.release();
    if ((await bot.status()) === 'CREATED') await bot.start();
  }

  private async watch({ venue }: BallastStack, totals: RunningTotals, market: DemoMarket): Promise<void> {
    let shownAt = -Infinity;
    for (;;) {
      const clock = await this.clockOf(venue);
      // A venue that was killed before the market had moved holds it again.
      if (clock?.speed === '0') await venue.release();
      const isOver = clock !== undefined && (clock.marketMs >= market.endAt || clock.done);
      if (clock && (isOver || performance.now() - shownAt >= SHOW_MS)) {
        shownAt = performance.now();
        await totals.follow();
        this.line.show(progressText(totals, { now: clock.marketMs, start: market.startTime, end: market.endAt }));
      }
      if (isOver) return;
      await delay(LOOK_MS);
    }
  }

  /** Undefined while the venue is away: it is being started again. */
  private async clockOf(venue: BallastStack['venue']): Promise<SimClockState | undefined> {
    try {
      return await venue.clock();
    } catch (error) {
      if (error instanceof Error && error.name === 'VenueError') return undefined;
      throw error;
    }
  }

  /** Waits until nothing is open and nothing moves. */
  private async rest(totals: RunningTotals): Promise<boolean> {
    const until = performance.now() + FLAT_MS / Math.min(1, paceOf(this.config) ?? 1);
    let flatSince: number | undefined;
    while (performance.now() < until) {
      await totals.follow();
      if (!totals.isFlat) flatSince = undefined;
      else if (flatSince === undefined) flatSince = performance.now();
      else if (performance.now() - flatSince > QUIET_MS) return true;
      await delay(LOOK_MS);
    }
    return false;
  }

  private async outcomeOf(desk: BallastStack, bus: JetStreamBus, totals: RunningTotals, how: Pick<Outcome, 'isFlat' | 'wallSeconds' | 'mustTrade'>): Promise<Outcome> {
    // First, since the market moves on while the log is proven: the report is of the moment at which the bot came to rest.
    const { files, summary } = await writtenReport(bus.requests, DEMO_PARTITION, totals.sequence);
    const proofs = await prove(this.root, desk.nats);
    const restarts = Object.fromEntries(desk.stack.status().map(({ name, restarts: count }) => [name, count]));
    return { ...how, proofs, files, summary, restarts, speed: this.config.speed };
  }

  private conclude(outcome: Outcome): readonly Failure[] {
    const failures = failuresOf(outcome);
    completeSummary(outcome, failures);
    const files = publishedReport(outcome.files, this.config.outDir);
    this.line.say(`\n${summaryTable({ ...outcome, files }, failures)}`);
    return failures;
  }

  /** A bot that trades for volume completes a round a minute; one that looks for an edge may find none. */
  private mustTrade({ startTime, endAt }: DemoMarket): boolean {
    return this.config.mode === 'cycle' && endAt - startTime >= TRADES_WITHIN_MS;
  }

  private async stayUp(): Promise<void> {
    this.line.say('everything stays up for `npx ballast …` until Ctrl-C');
    await new Promise<never>(() => undefined);
  }

  private secondsSince(began: number): number {
    return Math.round((performance.now() - began) / 100) / 10;
  }
}
