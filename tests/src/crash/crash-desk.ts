import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamBus, RequestTimeout, type Reply } from '@ballast/bus';
import { money, type Ms, partitionOf } from '@ballast/domain';
import { type BallastStack, ballastStack, type Proofs, prove, WORKING_COPY } from '@ballast/local';
import { eventsOf, type LogStory, readLog } from '../desk/log.js';
import { ordersInArchive } from '../desk/venue-archive.js';

export const BOT = { botId: 'pair-1', portfolioId: 'main', accountId: 'pair-1', strategy: 'dn-pair', profiles: ['demo'] } as const;
const INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'];
const PARTITION = partitionOf(BOT.portfolioId);
const LOOK_MS = 10;
const QUIET_MS = 1_500;
const PATIENCE_MS = 240_000;

/** Kill -9 of one process at a moment of market time, counted from the start of the market. */
export interface Kill {
  readonly victim: string;
  readonly atMs: Ms;
}

export interface CrashRun {
  /** Names the folder of the run. */
  readonly name: string;
  /** Market ms per wall ms, or `max` for lock step. */
  readonly speed: string;
  readonly seed: number;
  readonly marketSeconds: number;
  /** The bot is told to stop and to leave this long before the end; absent = it ends by its own iterations. */
  readonly stopBeforeEndMs?: Ms;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly kills: readonly Kill[];
}

export interface Ending {
  readonly story: LogStory;
  readonly proofs: Proofs;
  /** Digests of every order that the venue has accepted. */
  readonly venueOrders: readonly string[];
  /** Kills that hit a running process, with the market time at which they did. */
  readonly kills: readonly { readonly victim: string; readonly hitAtMs: Ms }[];
  readonly restarts: Readonly<Record<string, number>>;
}

/** Processes that were started again without having been killed, with how often. */
export function diedByThemselves({ kills, restarts }: Ending): Readonly<Record<string, number>> {
  const beyond = Object.entries(restarts).map(([name, count]): [string, number] => [name, count - kills.filter(({ victim }) => victim === name).length]);
  return Object.fromEntries(beyond.filter(([, count]) => count > 0));
}

/**
 * One run of every service as a process. The wallet's key is the same in every run: what the venue calls an order hangs on it.
 * It goes from an empty log to the end of the market, with these kills on the way.
 */
export async function crashRun(run: CrashRun): Promise<Ending> {
  const runDir = join(WORKING_COPY, 'run', `crash-${run.name}-${process.pid}`);
  rmSync(runDir, { recursive: true, force: true });
  const keys = join(runDir, 'keys');
  mkdirSync(keys, { recursive: true });
  writeFileSync(join(keys, 'wallet.key'), `0x${'11'.repeat(32)}\n`, { mode: 0o600 });
  let givenUp: Error | undefined;
  const desk = await ballastStack({
    root: WORKING_COPY,
    runDir,
    market: { data: undefined, seed: run.seed, durationMinutes: 1 },
    speed: run.speed,
    instruments: INSTRUMENTS,
    strategies: [BOT.strategy],
    reportDir: join(runDir, 'report'),
    restart: { restartsMax: 200, backoffMs: 50, backoffMaxMs: 500, steadyMs: 1_000 },
    readyTimeoutMs: 60_000,
    onGivenUp: (error) => (givenUp = error),
    env: { 'paper-venue': { DURATION: `${run.marketSeconds}s` } },
  });
  let passed = false;
  try {
    await desk.start();
    const ending = await new Course(run, desk, await desk.connect(), () => givenUp).toTheEnd();
    passed = true;
    return ending;
  } finally {
    await desk.stack.stopAll();
    if (passed) rmSync(runDir, { recursive: true, force: true });
  }
}

class Course {
  private readonly hits: { readonly victim: string; readonly hitAtMs: Ms }[] = [];

  constructor(
    private readonly run: CrashRun,
    private readonly desk: BallastStack,
    private readonly bus: JetStreamBus,
    private readonly givenUp: () => Error | undefined,
  ) {}

  async toTheEnd(): Promise<Ending> {
    const { desk, bus } = this;
    await desk.venue.deposit(desk.wallet.senderOf(BOT.accountId), money('2000'), 'deposit');
    await this.command('create-bot', { ...BOT, settings: { mode: 'cycle', instrumentA: INSTRUMENTS[0], instrumentB: INSTRUMENTS[1], targetNotional: '1000', costBudgetBps: '50', dailyCostBudget: '500', ...this.run.settings } });
    await this.command('start-bot', { botId: BOT.botId });
    await this.killAlongTheMarket();
    const story = await this.rest();
    const proofs = await prove(WORKING_COPY, desk.nats);
    const venueOrders = await this.ordersAtVenue();
    const restarts = Object.fromEntries(desk.stack.status().map(({ name, restarts: count }) => [name, count]));
    await bus.close();
    return { story, proofs, venueOrders, kills: this.hits, restarts };
  }

  private async killAlongTheMarket(): Promise<void> {
    const { desk, run } = this;
    const waiting = [...run.kills].sort((a, b) => a.atMs - b.atMs);
    await desk.venue.release();
    for (let stopped = false; ; await delay(LOOK_MS)) {
      const clock = await this.clock();
      if (!clock) continue;
      if (clock.speed === '0' || clock.marketMs === clock.startMs) await desk.venue.release();
      const passed = clock.marketMs - clock.startMs;
      for (; waiting[0] && waiting[0].atMs <= passed; waiting.shift()) await this.kill(waiting[0].victim, passed);
      const isLate = run.stopBeforeEndMs !== undefined && clock.marketMs >= clock.endMs - run.stopBeforeEndMs;
      if (isLate && !stopped) {
        stopped = true;
        await this.command('stop-bot', { botId: BOT.botId, reason: 'the end' });
        await this.command('close-all', { botId: BOT.botId, reason: 'the end' });
      }
      if (clock.done) return;
    }
  }

  private async kill(victim: string, hitAtMs: Ms): Promise<void> {
    await this.desk.stack.whenReady(victim);
    await this.desk.stack.kill(victim);
    this.hits.push({ victim, hitAtMs });
  }

  /** Undefined while the venue is being started again. @throws what the supervisor gave up. */
  private async clock(): ReturnType<BallastStack['venue']['clock']> extends Promise<infer State> ? Promise<State | undefined> : never {
    const lost = this.givenUp();
    if (lost) throw lost;
    try {
      return await this.desk.venue.clock();
    } catch (error) {
      if (error instanceof Error && error.name === 'VenueError') return undefined;
      throw error;
    }
  }

  /** Waits until every trade is over and nothing is added any more. */
  private async rest(): Promise<LogStory> {
    const until = performance.now() + PATIENCE_MS;
    let last = '';
    let since = performance.now();
    for (;;) {
      for (const { name } of this.desk.stack.status()) await this.desk.stack.whenReady(name);
      const story = await readLog(this.bus.store);
      const closed = new Set(eventsOf(story, 'TradeClosed').map(({ tradeId }) => tradeId));
      const open = eventsOf(story, 'TradeOpened').filter(({ tradeId }) => !closed.has(tradeId));
      if (story.hash !== last) [last, since] = [story.hash, performance.now()];
      if (open.length === 0 && performance.now() - since > QUIET_MS) return story;
      if (performance.now() > until) throw new Error(`the desk did not come to rest: ${open.length} trades open`);
      await delay(250);
    }
  }

  private ordersAtVenue(): Promise<readonly string[]> {
    return ordersInArchive(this.desk.venueUrl, this.desk.wallet.senderOf(BOT.accountId));
  }

  /** The same key is the same command: one that got no answer is sent again. */
  private async command(verb: string, payload: object): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const reply = await this.ask(verb, payload);
      if (reply?.ok) return;
      if (reply || performance.now() > until) throw new Error(`operator ${verb}: ${reply?.error ?? 'no answer'}`);
      await delay(200);
    }
  }

  private async ask(verb: string, payload: object): Promise<Reply | undefined> {
    try {
      return await this.bus.requests.command('operator', PARTITION, verb, payload, `crash-${verb}`);
    } catch (error) {
      if (error instanceof RequestTimeout) return undefined;
      throw error;
    }
  }
}
