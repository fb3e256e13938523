import { expect, it } from 'vitest';
import { budgetedVenue, GeneratedMarket } from '@ballast/venues';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';

const MINUTES_MS = 5 * 60_000;
const SETTINGS = { redisUrl: undefined, replicas: 1, products: 4 };

/** Execution behind its own part of the call budget, or not; the lines are what the budget had to say. */
async function replay(budgeted: boolean, lines: string[]): Promise<LogStory> {
  const desk = await pairDesk({
    source: new GeneratedMarket({ seed: 7, durationMs: MINUTES_MS, coins: ['ETH', 'SOL'] }),
    ...(budgeted ? { executionVenue: (venue, { clock }) => budgetedVenue(venue, { caller: 'execution', settings: SETTINGS, clock, warn: (line) => lines.push(line) }).venue } : {}),
  });
  try {
    await desk.run();
    return await readLog(desk.system.store);
  } finally {
    await desk.stop();
  }
}

it('a desk that trades behind the call budget writes the same log, byte for byte, where the budget suffices', async () => {
  const lines: string[] = [];
  const [bare, budgeted] = [await replay(false, lines), await replay(true, lines)];
  expect(eventsOf(bare, 'TradeClosed').length, 'it traded').toBeGreaterThan(0);
  expect([budgeted.hash, budgeted.bytesHash]).toEqual([bare.hash, bare.bytesHash]);
  expect(lines).toEqual([]);
}, 120_000);
