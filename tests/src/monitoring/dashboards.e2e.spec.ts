import { NATS_JOB } from '@ballast/monitoring';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardsOnDisk, emptyPanels, NEEDS_AN_EVENT } from './panels.js';
import { WatchedDesk } from './watched-desk.js';

/** What a busy machine is slow at: these may page while all is well. */
const BY_THE_WALL = ['OrderAckBudgetBurn', 'MarketDataBudgetBurn', 'MarketDataStale', 'MarketClockStuck', 'EventLoopBlocked', 'VenueCallsFail', 'ServiceDown', 'ServiceNotReady', 'RejectStorm'];
const LOOK_BACK_S = 60;

describe('a real Prometheus that reads the real services while they trade', () => {
  let desk: WatchedDesk;
  beforeAll(async () => {
    desk = await WatchedDesk.start({ name: 'dashboards', scale: 0.02, marketMinutes: 30, speed: '5', env: { risk: { SNAPSHOT_EVERY: '100' } } });
    await desk.trade({ holdMs: 5_000, sleepMs: 3_000 });
    await desk.until('a trade that ended', async () => ((await desk.prometheus.instant('sum(ballast_cycles_total{outcome="COMPLETED"})'))[0] ?? 0) >= 1);
  }, 900_000);
  afterAll(() => desk.stop(), 60_000);

  it('has data for every query of every panel, but where the run has no such event', async () => {
    const titles = boardsOnDisk().flatMap(({ uid, panels }) => panels.map(({ title }) => `${uid}: ${title}`));
    expect(Object.keys(NEEDS_AN_EVENT).filter((panel) => !titles.includes(panel))).toEqual([]);
    const missing = async (): Promise<readonly string[]> => {
      await fetch(`${desk.stack.http?.url ?? ''}/api/bots`);
      return (await emptyPanels(desk.prometheus, LOOK_BACK_S)).filter(({ panel }) => NEEDS_AN_EVENT[panel] === undefined).map(({ panel, why }) => `${panel}: ${why}`);
    };
    await expect.poll(missing, { timeout: 180_000, interval: 1_000 }).toEqual([]);
  }, 240_000);

  it('knows when each process started, for the alert that counts starts', async () => {
    expect(await desk.prometheus.instant(`up{job!="${NATS_JOB}"} unless on (job) process_start_time_seconds`)).toEqual([]);
  });

  it('evaluates every rule and every alert without an error', async () => {
    expect(await desk.prometheus.brokenRules()).toEqual([]);
  });

  it('fires the watchdog, and pages nobody while all is well', async () => {
    const firing = (await desk.prometheus.alerts()).filter(({ state }) => state === 'firing');
    expect(firing.map(({ name }) => name)).toContain('Watchdog');
    expect(firing.filter(({ name, severity }) => severity === 'page' && !BY_THE_WALL.includes(name)).map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)).toEqual([]);
  });
});
