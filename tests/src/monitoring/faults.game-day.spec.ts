import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { WORKING_COPY } from '@ballast/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GameDayFault, isFor } from './game-day/fault.js';
import { FAULTS_OF_LOG, FAULTS_OF_RULES } from './game-day/faults-of-log.js';
import { FAULTS_OF_PROCESSES } from './game-day/faults-of-processes.js';
import { FAULTS_OF_VENUE } from './game-day/faults-of-venue.js';
import { hold } from './game-day/holding-bot.js';
import { CAN_LOOP } from './game-day/hot-loop.js';
import { type Row, writeTable } from './game-day/page.js';
import { Timeline } from './game-day/timeline.js';
import { emptyPanels } from './panels.js';
import type { Firing } from './prometheus.js';
import { WatchedDesk } from './watched-desk.js';

/** In an order in which what a fault leaves behind for an hour of the rules is what the next one brings, too. */
const FAULTS: readonly GameDayFault[] = [...FAULTS_OF_PROCESSES, ...FAULTS_OF_RULES, ...FAULTS_OF_VENUE, ...FAULTS_OF_LOG];
const SCALE = 0.02;
/** Market time goes as wall time does: what the rules say of market data and of answers then asks no more of this machine than of a live one. */
const SPEED = '1';
/** Shorter than in force, so that a trade that waits and an account that nobody looks at are seen soon. */
const ENV = { operator: { ...CAN_LOOP, SNAPSHOT_EVERY: '200' }, risk: { RISK_RULE_PERIOD_MINUTES: '1' }, execution: { MAKER_TIMEOUT_MS: '3000' }, collateral: { OBSERVE_INTERVAL_MS: '10000' } };
const LOOK_MS = 250;
/** Twice the shortened five minutes of a burn rate: the first orders of a desk wait for what has just started. */
const SETTLES_MS = 12_000;
/** The shortened hour of a fill rate and the shortened half hour of a burn rate, and a start of a process. */
const CLEAR_S = 150;
/** A fault lasts at least this long, so that what else it raises is seen. */
const LASTS_S = 8;

const seconds = (since: number): number => (performance.now() - since) / 1_000;

describe('on a game day', () => {
  const rows: Row[] = [];
  let desk: WatchedDesk;
  let timeline: Timeline;
  let began = 0;
  let begun = 0;

  /** Looks until it holds or the time is over; true where it held. */
  async function looks(holds: (alerts: readonly Firing[]) => boolean, withinS: number, since: number): Promise<boolean> {
    for (;;) {
      if (holds(await timeline.look())) return true;
      if (seconds(since) > withinS) return false;
      await delay(LOOK_MS);
    }
  }

  beforeAll(async () => {
    desk = await WatchedDesk.start({ name: 'game-day', scale: SCALE, marketMinutes: 120, speed: SPEED, env: ENV });
    timeline = new Timeline(desk.prometheus, join(WORKING_COPY, 'run', 'game-day.log'));
    await desk.trade({ targetNotional: '400', holdMs: 500, sleepMs: 1_000 });
    await hold(desk);
    await desk.until('a trade that ended', async () => ((await desk.prometheus.instant('sum(ballast_cycles_total{outcome="COMPLETED"})'))[0] ?? 0) >= 1);
    await delay(SETTLES_MS);
    began = performance.now();
  }, 900_000);
  afterAll(async () => {
    await desk.stop();
    if (begun === FAULTS.length) writeTable(rows, begun, seconds(began) / 60);
  }, 120_000);

  it.each(FAULTS.map((fault) => [fault.what, fault.alert, fault] as const))('%s: %s fires in its time, nobody is paged for anything else, and it clears', async (what, alert, fault) => {
    const isPage = (one: Firing): boolean => one.severity === 'page' && one.state === 'firing' && !isFor(fault, one);
    const isOwn = (one: Firing): boolean => isFor(fault, one);
    const quiet = await looks((alerts) => !alerts.some((one) => isOwn(one) || (isPage(one) && !fault.follow.includes(one.name))), CLEAR_S, performance.now());
    const others = new Set<string>();
    let severity = '';
    timeline.say(what);
    begun += 1;
    const since = performance.now();
    const isThere = (alerts: readonly Firing[]): boolean => {
      for (const { name } of alerts.filter(isPage)) others.add(name);
      severity = alerts.find(isOwn)?.severity ?? severity;
      return alerts.some(isOwn);
    };
    const end = await fault.inject(desk);
    const fired = (await looks(isThere, fault.withinS, since)) ? seconds(since) : Infinity;
    await looks((alerts) => isThere(alerts) && seconds(since) >= LASTS_S, LASTS_S, since);
    await end();
    const ended = performance.now();
    timeline.say(`ended after ${seconds(since).toFixed(1)} s`);
    const cleared = (await looks((alerts) => !isThere(alerts), CLEAR_S, ended)) ? seconds(ended) : Infinity;
    await fault.after?.(desk);
    const unrelated = [...others].filter((name) => !fault.follow.includes(name)).sort();
    rows.push({ what, alert, severity, withinS: fault.withinS, firedS: fired, others: fault.follow.filter((name) => others.has(name)).sort(), unrelated, clearedS: cleared });
    expect(quiet, 'nobody is paged before').toBe(true);
    expect(fired, `${alert} fires`).toBeLessThanOrEqual(fault.withinS);
    expect(cleared, `${alert} clears`).toBeLessThanOrEqual(CLEAR_S);
    expect(unrelated).toEqual([]);
  }, 600_000);

  it('has brought what a desk on which all is well has no event for to the dashboards', async () => {
    const missing = async (): Promise<readonly string[]> => {
      await fetch(`${desk.stack.http?.url ?? ''}/api/bots`);
      return (await emptyPanels(desk.prometheus, Math.ceil(seconds(began)))).map(({ panel, why }) => `${panel}: ${why}`);
    };
    await expect.poll(missing, { timeout: 60_000, interval: 2_000 }).toEqual([]);
  }, 180_000);
});
