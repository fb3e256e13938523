import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { money } from '@ballast/domain';
import { GeneratedMarket, nadoEngineConfig, SimClockClient } from '@ballast/venues';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PAPER_DOMAIN, type PaperVenue, startPaperVenue } from '../paper-venue.js';

const market = new GeneratedMarket({ seed: 3, durationMs: 60_000, coins: ['ETH'] });
const SENDER = `0x${'11'.repeat(32)}`;
let journalPath: string;
let holdFile: string;
let venue: PaperVenue;

const start = async (speed: number | 'max'): Promise<SimClockClient> => {
  venue = await startPaperVenue({ port: 0, market, marketName: 'held', engine: nadoEngineConfig(3), speed, holdFile, journalPath, domain: PAPER_DOMAIN });
  return new SimClockClient(venue.url);
};

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-held-'));
  journalPath = join(folder, 'journal');
  holdFile = join(folder, 'held');
  writeFileSync(holdFile, '');
});
afterEach(() => venue.stop());

it('holds a fresh replay at its start, takes deposits there, and runs from there when it is released', async () => {
  const sim = await start(1_000);
  await sim.deposit(SENDER, money('2000'), 'first');
  const held = await sim.clock();
  expect(held).toMatchObject({ marketMs: market.startTime, speed: '0', mode: 'replay' });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await sim.clock()).marketMs).toBe(market.startTime);
  await sim.release();
  await expect.poll(async () => (await sim.clock()).marketMs).toBeGreaterThan(market.startTime);
  expect((await sim.clock()).speed).toBe('1000');
});

it('answers a step of a held lock step only when it is released', async () => {
  const sim = await start('max');
  let answered = false;
  const step = sim.step(market.startTime).then((moved) => {
    answered = true;
    return moved;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(answered).toBe(false);
  await sim.release();
  expect((await step).marketMs).toBeGreaterThan(market.startTime);
});

it('goes on at once when it comes back, but for one that is to wait again', async () => {
  const before = await start(1_000);
  await before.release();
  expect(existsSync(holdFile)).toBe(false);
  await expect.poll(async () => (await before.clock()).marketMs).toBeGreaterThan(market.startTime + 1_000);
  await venue.stop();
  const after = await start(1_000);
  expect((await after.clock()).speed).toBe('1000');
  await venue.stop();
  writeFileSync(holdFile, '');
  const again = await start(1_000);
  const { marketMs, speed } = await again.clock();
  expect([speed, marketMs > market.startTime + 1_000]).toEqual(['0', true]);
  expect((await again.clock()).marketMs).toBe(marketMs);
});

it('takes another speed from where the market is, and refuses what is no speed', async () => {
  const sim = await start(1);
  await sim.setSpeed(2);
  expect((await sim.clock()).speed).toBe('0');
  await sim.release();
  expect((await sim.clock()).speed).toBe('2');
  const before = await sim.clock();
  await sim.setSpeed(1_000);
  const after = await sim.clock();
  expect([after.speed, after.epochMarketMs >= before.marketMs, after.epochMarketMs - before.marketMs < 5_000]).toEqual(['1000', true, true]);
  await expect.poll(async () => (await sim.clock()).marketMs).toBeGreaterThan(after.epochMarketMs + 1_000);
  await sim.setSpeed(5);
  const slow = await sim.clock();
  expect([slow.speed, slow.marketMs > after.epochMarketMs + 1_000]).toEqual(['5', true]);
  await expect(sim.setSpeed(0)).rejects.toThrow('a whole number from 1 to 9999');
});

it('tells a clock that is behind its own as far as it is asked to, in a replay, and refuses another', async () => {
  const sim = await start(1);
  const before = await sim.clock();
  await sim.setClockBehind(3_000);
  const behind = await sim.clock();
  expect([before.marketMs - behind.marketMs, before.epochMarketMs - behind.epochMarketMs]).toEqual([3_000, 3_000]);
  await sim.setClockBehind(0);
  expect((await sim.clock()).marketMs).toBe(before.marketMs);
  await expect(sim.setClockBehind(60_001)).rejects.toThrow('a whole number of ms from 0 to 60000');
  await expect((await start('max')).setClockBehind(1)).rejects.toThrow('allowed is a replay');
});
