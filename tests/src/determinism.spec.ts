import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GeneratedMarket, type MarketSource, RecordedMarket } from '@ballast/venues';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';

const DATA = process.env['BALLAST_DATA'] ?? '../shared/data';
const MINUTE_MS = 60_000;
const RUNS = 3;

/** Everything through all services in virtual time. */
async function replay(source: MarketSource, minutes: number): Promise<LogStory> {
  const began = performance.now();
  const until = Math.min(source.endTime, source.startTime + minutes * MINUTE_MS);
  const desk = await pairDesk({ source });
  try {
    await desk.run(until);
    const story = await readLog(desk.system.store);
    process.stdout.write(`${((until - source.startTime) / MINUTE_MS).toFixed(1)} minutes of both legs through all services: ${Math.round(performance.now() - began)} ms, ${story.recorded.length} events\n`);
    return story;
  } finally {
    await desk.stop();
  }
}

async function expectTheSame(source: () => MarketSource, minutes: number): Promise<LogStory> {
  const first = await replay(source(), minutes);
  expect(eventsOf(first, 'TradeClosed').filter(({ outcome }) => outcome === 'COMPLETED').length, 'it traded').toBeGreaterThan(0);
  expect(first.verify.breaches).toEqual([]);
  for (let run = 2; run <= RUNS; run += 1) {
    const again = await replay(source(), minutes);
    expect([again.hash, again.bytesHash], `state hash and bytes of the log, run ${run}`).toEqual([first.hash, first.bytesHash]);
  }
  return first;
}

describe('the same market through all services in virtual time', () => {
  it('gives the same state and the same bytes three times on the generated market', async () => {
    await expectTheSame(() => new GeneratedMarket({ seed: 7, durationMs: 5 * MINUTE_MS, coins: ['ETH', 'SOL'] }), 5);
  }, 120_000);

  it('gives another log for another seed', async () => {
    const [one, other] = [await replay(new GeneratedMarket({ seed: 7, durationMs: 2 * MINUTE_MS }), 2), await replay(new GeneratedMarket({ seed: 8, durationMs: 2 * MINUTE_MS }), 2)];
    expect(one.bytesHash).not.toBe(other.bytesHash);
  }, 120_000);
});

describe.runIf(existsSync(DATA))(`the recorded books of ${DATA}`, () => {
  const recorded = (): MarketSource => new RecordedMarket({ path: DATA, coins: ['ETH', 'SOL'] });

  it('give the same state and the same bytes three times over the whole window, with every leg closed (R20)', async () => {
    const story = await expectTheSame(recorded, Infinity);
    expect(eventsOf(story, 'TradeClosed').filter(({ outcome }) => outcome === 'COMPLETED').length).toBeGreaterThanOrEqual(20);
    expect(Object.values(story.books.positions).every(({ quantity }) => quantity === '0'), 'no leg left open').toBe(true);
  }, 300_000);
});
