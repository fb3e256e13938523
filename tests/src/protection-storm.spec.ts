import type { Ms } from '@ballast/domain';
import type { SimCall } from '@ballast/venues';
import { afterEach, expect, it } from 'vitest';
import { EXECUTES, QUERIES, quantile, waitedMs } from './desk/acceptance.js';
import { isExecute, type VenueLimits } from './desk/limited-venue.js';
import { eventsOf } from './desk/log.js';
import { StormDesk } from './desk/storm-desk.js';

const STORM_MS: Ms = 60_000;
const PERCENT = 20;
const WAIT_MS_MAX: Ms = 2_000;
/** Of an order, a cancel and a look-up: after a 429 they try again within a second. */
const TRADE_WAIT_MS_MAX: Ms = 1_000;
/** Of priority 3 to 5. */
const MONITORING = ['openOrders', 'fillsSince', 'fundingSince', 'liquidationsSince', 'transfersSince'];
const isReading = ({ name }: SimCall): boolean => name === 'accountState' || MONITORING.includes(name);
/** A bot's fills are looked up with its orders. */
const LESS_URGENT = new Set(MONITORING.filter((name) => name !== 'fillsSince'));
/** What a deposit needs, in its order. */
const DEPOSIT = ['freeFunds', 'prepare', 'send'];

let storm: StormDesk;
afterEach(() => storm.stop());

/** How long each call of this name that was taken waited, from its first attempt on, though the venue had room for it, or had until readings took it. */
function waitsOf(name: string, during: readonly SimCall[], { calls, percentAt }: VenueLimits): readonly Ms[] {
  const windows = name === 'send' ? EXECUTES : QUERIES;
  const same = calls.filter((call) => isExecute(call) === (windows === EXECUTES));
  let wantedAt: Ms | undefined;
  return during.filter((call) => call.name === name).flatMap(({ at, taken, weight }) => {
    wantedAt ??= at;
    if (!taken) return [];
    const waited = waitedMs({ wantedAt, takenAt: at, weight, yields: isReading }, same, windows, percentAt);
    wantedAt = undefined;
    return [waited];
  });
}

function tradeWaitMs(wantedAt: Ms, taken: SimCall, { calls, percentAt }: VenueLimits): Ms {
  const same = calls.filter((call) => isExecute(call) === isExecute(taken));
  return waitedMs({ wantedAt, takenAt: taken.at, weight: taken.weight, yields: isReading }, same, isExecute(taken) ? EXECUTES : QUERIES, percentAt);
}

it.each([60, 10])('%i protected accounts slide 20 %% at a venue that answers 429 to all but a fifth of its budget for 60 s: what deposits need is accepted at once, no trade call waits for a reading, reconciliation and analytics starve first (C-63, C-64, R82)', async (accounts) => {
  storm = await StormDesk.start(accounts);
  const top = await storm.approach(57_337);
  const [from, until] = [storm.now, storm.now + STORM_MS];
  storm.limits.squeeze(from, until, PERCENT);
  storm.slideTo(top.times('0.8'), STORM_MS);
  await storm.run(STORM_MS);
  storm.slideTo(top, 10_000);
  const during = storm.limits.calls.filter(({ at }) => at >= from && at < until);
  await storm.run(100_000);
  const story = await storm.log();
  expect(story.verify.breaches).toEqual([]);

  const waits = Object.fromEntries(DEPOSIT.map((name) => [name, waitsOf(name, during, storm.limits)]));
  const all = Object.values(waits).flat();
  process.stdout.write(`deposits in the storm: ${waits['send']?.length ?? 0}; their calls waited ${quantile(all, 0.5)} ms (p50), ${quantile(all, 0.99)} ms (p99), ${Math.max(...all)} ms at most from when the venue had room\n`);
  expect(waits['send']?.length).toBeGreaterThan(2);
  expect(quantile(all, 0.99)).toBeLessThanOrEqual(WAIT_MS_MAX);

  const since = during.slice(during.findIndex(({ taken }) => !taken)).filter(({ taken }) => taken);
  const weightOf = (some: readonly SimCall[]): number => some.reduce((sum, { weight }) => sum + weight, 0);
  expect(weightOf(since.filter(({ name }) => MONITORING.includes(name)))).toBeLessThan(weightOf(since) / 10);
  expect(storm.lines.filter((line) => line.startsWith('[RPC] Skipping ')).length).toBeGreaterThan(0);
  expect(storm.lines.filter((line) => /Skipping (freeFunds|prepareTransfer|sendTransfer)/.test(line))).toEqual([]);

  const trades = storm.trades.filter(({ taken: { at } }) => at >= from && at < until);
  const delays = trades.map(({ wantedAt, taken }) => tradeWaitMs(wantedAt, taken, storm.limits));
  const overtaking = trades.flatMap(({ name, wantedAt, taken: { at } }) => during.filter((call) => call.taken && LESS_URGENT.has(call.name) && call.at > wantedAt && call.at < at).map((call) => `${call.name} at ${call.at} before ${name} of ${wantedAt}`));
  process.stdout.write(`trade calls in the storm: ${['place', 'cancel', 'findOrder'].map((name) => `${trades.filter((trade) => trade.name === name).length} ${name}`).join(', ')}; they waited ${quantile(delays, 0.5)} ms (p50), ${Math.max(...delays)} ms at most from when the venue had room\n`);
  expect(trades.filter(({ name }) => name === 'place').length).toBeGreaterThan(2);
  expect(quantile(delays, 0.5)).toBe(0);
  expect(Math.max(...delays)).toBeLessThanOrEqual(TRADE_WAIT_MS_MAX);
  expect(overtaking).toEqual([]);

  const deposits = eventsOf(story, 'ProtectionDeposited');
  expect(new Set(deposits.map(({ transferId }) => transferId)).size).toBe(deposits.length);
  expect(eventsOf(story, 'AccountFunded').filter(({ digest, amount }) => digest !== undefined && amount.gt(0)).length).toBe(deposits.length);
}, 300_000);
