import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bps } from '@ballast/domain';
import type { MemoryDesk } from '@ballast/local';
import { reportingModule } from '@ballast/reporting';
import { GeneratedMarket, type MarketSource, RecordedMarket } from '@ballast/venues';
import { ballastOn } from './desk/desk-cli.js';
import { eventsOf, type LogStory, readLog } from './desk/log.js';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';

const DATA = process.env['BALLAST_DATA'] ?? '../shared/data';
const MINUTE_MS = 60_000;
const TARGET_BPS = 20;
const EXIT_BPS = 2;
const SPREAD = { mode: 'spread', targetBps: String(TARGET_BPS), exitBps: String(EXIT_BPS), windowMs: 5 * MINUTE_MS, warmUpMs: MINUTE_MS, maxHoldMs: 5 * MINUTE_MS };

interface Run {
  readonly story: LogStory;
  /** What `ballast rebuild --compare-live` says, and its exit code. */
  readonly rebuilt: { readonly code: number; readonly text: string };
  readonly openAtVenue: number;
}

async function rebuild(desk: MemoryDesk): Promise<Run['rebuilt']> {
  const { code, out, err } = await ballastOn(desk, 'rebuild', '--compare-live');
  return { code, text: `${out}\n${err}` };
}

/** One spread bot to the end of the market, with every service around it. */
async function run(source: MarketSource): Promise<Run> {
  const reportDir = await mkdtemp(join(tmpdir(), 'ballast-spread-'));
  const desk = await pairDesk({ source, more: { reporting: () => reportingModule({ reportDir }) } }, SPREAD);
  try {
    await desk.run();
    return { story: await readLog(desk.system.store), rebuilt: await rebuild(desk), openAtVenue: desk.venue.engine.account(ACCOUNT).positions.length };
  } finally {
    await desk.stop();
    await rm(reportDir, { recursive: true });
  }
}

/** Every entry is far enough from the mean, on the side that gains when it comes back, and pays for itself. */
function expectEntriesForTheirEdge(story: LogStory): void {
  const entries = eventsOf(story, 'SignalRaised').filter(({ purpose }) => purpose === 'ENTER');
  for (const { reason, legs, expectedEdgeBps } of entries) {
    const deviation = bps(/^spread (-?[\d.]+) bps/.exec(reason)?.[1] ?? '0');
    expect(deviation.abs().gte(TARGET_BPS), reason).toBe(true);
    expect(legs.map(({ instrument, side }) => [instrument, side]), reason).toEqual(deviation.gt(0) ? [[LEG_A, 'SELL'], [LEG_B, 'BUY']] : [[LEG_A, 'BUY'], [LEG_B, 'SELL']]);
    expect(expectedEdgeBps?.toString(), reason).toBe(deviation.abs().minus(EXIT_BPS).toString());
  }
  for (const { expectedCostBps, expectedEdgeBps, planId } of eventsOf(story, 'TradePlanned')) expect(expectedEdgeBps?.gt(expectedCostBps), planId).toBe(true);
}

function expectWhole({ story, rebuilt, openAtVenue }: Run): void {
  expect(story.verify.breaches).toEqual([]);
  expect(rebuilt.code, rebuilt.text).toBe(0);
  for (const service of ['operator', 'execution', 'collateral', 'reporting']) expect(rebuilt.text).toMatch(new RegExp(`${service}: equal`));
  expect([openAtVenue, Object.values(story.books.positions).filter(({ quantity }) => quantity !== '0').length], 'legs left open: venue, log').toEqual([0, 0]);
  expect(eventsOf(story, 'TradeClosed')).toHaveLength(eventsOf(story, 'TradeOpened').length);
  expectEntriesForTheirEdge(story);
}

const completed = (story: LogStory): number => eventsOf(story, 'TradeClosed').filter(({ outcome }) => outcome === 'COMPLETED').length;

describe('spread mode through all services in virtual time', () => {
  it('enters when the pair is far from its mean and leaves when it is back, several times on a generated market', async () => {
    const ran = await run(new GeneratedMarket({ seed: 7, durationMs: 20 * MINUTE_MS, coins: ['ETH', 'SOL'] }));
    expectWhole(ran);
    expect(completed(ran.story)).toBeGreaterThanOrEqual(2);
    const exits = eventsOf(ran.story, 'SignalRaised').filter(({ purpose }) => purpose === 'EXIT').map(({ reason }) => reason);
    expect(exits).toContain('spread is back at its mean');
  }, 120_000);

  it.runIf(existsSync(DATA))(`runs over the recorded books of ${DATA}, however few entries they give`, async () => {
    const ran = await run(new RecordedMarket({ path: DATA, coins: ['ETH', 'SOL'] }));
    process.stdout.write(`spread on the recorded window: ${eventsOf(ran.story, 'TradeOpened').length} entries, ${completed(ran.story)} completed\n`);
    expectWhole(ran);
  }, 240_000);
});
