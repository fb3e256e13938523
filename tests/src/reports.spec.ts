import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventStore, InMemoryDeadLetters, InMemoryEventStore } from '@ballast/bus';
import { PARTITIONS } from '@ballast/domain';
import type { MemoryDesk } from '@ballast/local';
import { type CliBus, type CliIo, runCli } from '@ballast/operator';
import { GeneratedMarket } from '@ballast/venues';
import { eventsOf, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';

const MINUTE = 60_000;
const KINDS = ['standup', 'snapshot', 'tracker', 'slippage', 'weekly'] as const;

/** One `ballast …` on a log alone: no service is there to be asked. */
async function ballast(store: EventStore, ...argv: readonly string[]): Promise<string> {
  const out: string[] = [];
  const bus = { store, deadLetters: new InMemoryDeadLetters(), close: () => Promise.resolve() } as Partial<CliBus> as CliBus;
  const io: CliIo = { env: {}, cwd: '/', out: (text) => out.push(text), err: (text) => out.push(text), connect: () => Promise.resolve(bus), stopped: new Promise(() => undefined), run: () => Promise.resolve(0) };
  expect([await runCli(argv, io), argv.join(' ')]).toEqual([0, argv.join(' ')]);
  return out.join('\n');
}

/** The same bytes in a store of their own, as a backup has them. */
async function copied(store: EventStore): Promise<EventStore> {
  const copy = new InMemoryEventStore();
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const last = new Map<string, number>();
    const messages: (readonly [string, Uint8Array, number])[] = [];
    await store.read(partition, { filters: [] }, ({ subject, bytes, sequence }) => messages.push([subject, bytes, sequence]));
    for (const [subject, bytes, sequence] of messages) {
      expect(await copy.append(partition, subject, last.get(subject) ?? 0, bytes)).toMatchObject({ status: 'appended', sequence });
      last.set(subject, sequence);
    }
  }
  return copy;
}

describe('the reports of a desk that has traded', () => {
  let desk: MemoryDesk;

  beforeAll(async () => {
    const source = new GeneratedMarket({ seed: 7, durationMs: 6 * MINUTE, coins: ['ETH', 'SOL'] });
    desk = await pairDesk({ source }, { holdMs: 65_000 });
    await desk.run(source.endTime);
  }, 120_000);
  afterAll(() => desk.stop());

  it.each(KINDS)('%s is rebuilt from the log alone to the same bytes, as text and as JSON', async (kind) => {
    const copy = await copied(desk.system.store);
    for (const json of [[], ['--json']]) expect(await ballast(copy, 'report', kind, ...json)).toBe(await ballast(desk.system.store, 'report', kind, ...json));
  });

  it('agree with the log: every trade that was closed is in each, with the same result', async () => {
    const closed = eventsOf(await readLog(desk.system.store), 'TradeClosed').filter(({ outcome }) => outcome !== 'UNFILLED');
    const read = async (kind: string): Promise<Record<string, unknown>> => JSON.parse(await ballast(desk.system.store, 'report', kind, '--json')) as Record<string, unknown>;
    expect(closed.length).toBeGreaterThan(1);
    const tracker = (await read('tracker')) as unknown as { readonly total: { readonly net: string }; readonly trades: readonly { readonly tradeId: string; readonly risk: string | null; readonly legs: readonly { readonly spreadBps: string | null; readonly volatilityDaily: string | null }[] }[] };
    expect(tracker.trades.map(({ tradeId }) => tradeId)).toEqual(closed.map(({ tradeId }) => tradeId));
    for (const { risk, legs } of tracker.trades) expect([risk === null, legs.length, legs.some(({ spreadBps }) => spreadBps === null)]).toEqual([false, 2, false]);
    expect(tracker.trades.at(-1)?.legs.every(({ volatilityDaily }) => volatilityDaily !== null)).toBe(true);
    expect(await read('snapshot')).toMatchObject({ bots: [{ botId: 'pair-1', trades: closed.length, net: tracker.total.net }] });
    expect(await read('standup')).toMatchObject({ portfolios: [{ portfolioId: 'main', unexplained: '0', results: { trades: closed.length, net: tracker.total.net } }] });
  });
});

it('the page on reports shows every kind that there is', () => {
  const page = readFileSync(new URL('../../docs/how-to/read-the-reports.md', import.meta.url), 'utf8');
  for (const kind of KINDS) expect(page).toContain(`ballast report ${kind}`);
});
