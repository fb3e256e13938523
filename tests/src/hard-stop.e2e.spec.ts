import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JetStreamBus } from '@ballast/bus';
import { money, type Ms } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { type BallastStack, ballastStack, WORKING_COPY } from '@ballast/local';
import { eventsOf, type LogStory, readAtRest, readLog } from './desk/log.js';

const MIDNIGHT: Ms = Date.UTC(2026, 0, 6);
const START = MIDNIGHT - 200_000;
const LENGTH_MS: Ms = 440_000;
/** Market ms per wall ms. */
const SPEED = 4;
const STEP_MS: Ms = 500;
const LEVELS = 10;
const RUN = join(WORKING_COPY, 'run', `hard-stop-${process.pid}`);
const MARKET = join(RUN, 'market');
const PAIR = { botId: 'pair-1', portfolioId: 'main', accountId: 'pair-1', strategy: 'dn-pair', profiles: ['demo'], settings: { mode: 'cycle', instrumentA: 'ETH-PERP', instrumentB: 'SOL-PERP', targetNotional: '1000', costBudgetBps: '50', dailyCostBudget: '500', holdMs: 1_000, sleepMs: 1_000 } } as const;
/** Never trades: through it the hard stops of `legion` bind the whole portfolio (W-17). */
const WATCH = { ...PAIR, botId: 'watch-1', accountId: 'watch-1', profiles: ['legion'] } as const;

/** Still books around the end of a day, in which a round costs its fees and nothing else happens. */
function writeMarket(): void {
  mkdirSync(MARKET, { recursive: true });
  for (const [coin, mid, tick, size] of [['ETH', 27_569, 0.1, 40], ['SOL', 11_586, 0.01, 1_000]] as const) {
    const places = tick === 0.1 ? 1 : 2;
    const columns = ['bid', 'ask'].flatMap((side) => Array.from({ length: LEVELS }, (_, level) => `${side}_price_${level},${side}_size_${level}`));
    const rows = Array.from({ length: LENGTH_MS / STEP_MS + 1 }, (_, step) => {
      const shown = (size + (step % 2) / 10).toFixed(1);
      const levels = [-1, 1].flatMap((direction) => Array.from({ length: LEVELS }, (_each, level) => `${((mid + direction * (level + 1)) * tick).toFixed(places)},${shown}`));
      const time = START + step * STEP_MS;
      return [time, step + 1, time, ...levels].join(',');
    });
    writeFileSync(join(MARKET, `still_${coin}_night_book20.csv`), `${['timestamp,sequence,exchange_timestamp', ...columns].join(',')}\n${rows.join('\n')}\n`);
  }
}

describe('a hard stop over processes that die', () => {
  let desk: BallastStack;
  let bus: JetStreamBus;
  let closeBus: (() => Promise<void>) | undefined;

  const story = (): Promise<LogStory> => readLog(bus.store);
  const marketMs = async (): Promise<Ms> => (await desk.venue.clock()).marketMs;
  const entries = (told: LogStory): number => eventsOf(told, 'OrderSubmitted').filter(({ reduceOnly }) => !reduceOnly).length;
  const haltedBy = (told: LogStory): readonly string[] => eventsOf(told, 'TradingStateChanged').map(({ state, by }) => `${state} ${by}`);
  async function first<Type extends BallastEvent['type']>(type: Type, patienceMs: Ms): Promise<Extract<BallastEvent, { readonly type: Type }>> {
    for (const until = performance.now() + patienceMs; performance.now() < until; await delay(200)) {
      const [found] = eventsOf(await story(), type);
      if (found) return found;
    }
    throw new Error(`no ${type} within ${patienceMs} ms`);
  }
  /** The command line as a process of its own, with the credential of this user. */
  const ballast = (user: string, ...argv: readonly string[]): Promise<{ readonly code: number; readonly text: string }> =>
    new Promise((resolve) => {
      const cli = join(WORKING_COPY, 'services', 'operator', 'dist', 'cli.js');
      execFile(process.execPath, [cli, '--as', user, ...argv, '--nats', desk.nats.url, '--seed', desk.nats.seedFiles[user] ?? ''], (error, stdout, stderr) => resolve({ code: error ? 1 : 0, text: `${stdout}${stderr}` }));
    });
  const create = async ({ settings, ...bot }: typeof PAIR | typeof WATCH): Promise<void> => {
    const made = await ballast('cli', 'bot', 'create', bot.botId, '--portfolio', bot.portfolioId, '--account', bot.accountId, '--strategy', bot.strategy, '--profile', ...bot.profiles, '--settings', JSON.stringify(settings));
    if (made.code !== 0) throw new Error(made.text);
  };

  beforeAll(async () => {
    rmSync(RUN, { recursive: true, force: true });
    writeMarket();
    desk = await ballastStack({
      root: WORKING_COPY, runDir: RUN, market: { data: MARKET, seed: 1, durationMinutes: 1 }, speed: String(SPEED), instruments: ['ETH-PERP', 'SOL-PERP'], strategies: ['dn-pair'], reportDir: join(RUN, 'report'),
      restart: { restartsMax: 20, backoffMs: 50, backoffMaxMs: 500, steadyMs: 1_000 }, readyTimeoutMs: 60_000, env: { execution: { MAKER_TIMEOUT_MS: '1500' } },
    });
    await desk.start();
    bus = await desk.connect();
    closeBus = () => bus.close();
    await desk.venue.deposit(desk.wallet.senderOf('pair-1'), money('2000'), 'deposit');
    await create(WATCH);
    await create(PAIR);
    expect((await ballast('cli', 'bot', 'start', 'pair-1')).code).toBe(0);
    await desk.venue.release();
  }, 150_000);
  afterAll(async () => {
    await closeBus?.();
    await desk.stack.stopAll();
    rmSync(RUN, { recursive: true, force: true });
  });

  it('stops after three losing rounds, stays stopped over kill -9 of risk and of execution, and trades again when the approver says so, not before its day is over (R111, C-49, W-9)', async () => {
    const tripped = await first('HardStopTripped', 40_000);
    expect(tripped).toMatchObject({ stop: 'CONSECUTIVE_LOSSES', value: '3', state: 'HALTED', heldUntil: MIDNIGHT });
    // Until the approver has asked, the day is not over, however long processes take to start.
    await desk.venue.setSpeed(1);
    await Promise.all(['risk', 'execution'].map((victim) => desk.stack.kill(victim)));
    await Promise.all(['risk', 'execution'].map((victim) => desk.stack.whenReady(victim)));
    await expect.poll(async () => haltedBy(await story()), { timeout: 10_000 }).toEqual(['HALTED policy:hard-stop']);
    const stopped = entries(await story());
    expect(await ballast('cli', 'resume', '--reason', 'go on')).toMatchObject({ code: 1, text: expect.stringContaining('allowed is that of approver') as string });
    expect(await ballast('approver', 'resume', '--reason', 'go on')).toMatchObject({ code: 1, text: expect.stringContaining('held until 2026-01-06T00:00:00.000Z') as string });
    await desk.venue.setSpeed(SPEED);
    while ((await marketMs()) < MIDNIGHT + 1_000) await delay(200);
    expect([entries(await story()), haltedBy(await story())]).toEqual([stopped, ['HALTED policy:hard-stop']]);
    const resumed = await ballast('approver', 'resume', '--reason', 'a new day');
    expect([resumed.code, resumed.text]).toEqual([0, 'portfolio main is ACTIVE\n']);
    await expect.poll(async () => entries(await story()), { timeout: 40_000 }).toBeGreaterThan(stopped);
    const told = await readAtRest(bus.store);
    expect(eventsOf(told, 'HardStopResumed')).toMatchObject([{ stop: 'CONSECUTIVE_LOSSES', by: 'approver', reason: 'a new day' }]);
    expect(eventsOf(told, 'PeriodOpened').filter(({ period }) => period === 'DAY').map(({ key }) => key)).toEqual(['2026-01-05', '2026-01-06']);
    expect(told.verify.breaches).toEqual([]);
  }, 240_000);
});
