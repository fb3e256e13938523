import { setTimeout as delay } from 'node:timers/promises';
import type { Ms } from '@ballast/domain';
import { prove, WORKING_COPY } from '@ballast/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, type LogStory } from '../desk/log.js';
import { LogWitness } from './log-witness.fixtures.js';
import { nakedSpans } from './naked-spans.js';
import { until } from './replica-desk.js';
import { openTradesOf, TradingDesk } from './trading-desk.js';
import { arrivalsAt, disagreements } from './venue-books.js';

const BOTS_IN = [1, 4, 6];
const FROZEN_MS = 9_000;
/** Both times are rounded down to whole ms, by one clock. */
const ROUNDING_MS = 1;
const rows: string[] = [];
const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** What the log has acknowledged: every decision with its place. */
const decisionsOf = (story: LogStory): ReadonlyMap<string, string> => new Map(story.recorded.map(({ decision }) => [`${decision.partition}/${decision.sequence}`, decision.decisionId]));
const missingFrom = (story: LogStory, acknowledged: ReadonlyMap<string, string>): readonly string[] => {
  const now = decisionsOf(story);
  return [...acknowledged].filter(([place, decisionId]) => now.get(place) !== decisionId).map(([place]) => place);
};

describe('a desk that trades on a log that three servers keep', () => {
  let desk: TradingDesk;
  let witness: LogWitness;
  let story: LogStory;
  let passed = 0;
  let frozen: { readonly from: Ms; readonly to: Ms };

  beforeAll(async () => {
    desk = await TradingDesk.start({ name: 'log-away', natsServers: 3, replicas: { risk: 2, execution: 2 }, partitions: BOTS_IN, env: { execution: { MAKER_TIMEOUT_MS: '5000' } } });
    witness = await LogWitness.open(desk.desk);
    await desk.trade();
    await until('an open trade', async () => openTradesOf(await desk.log()).length > 0);
  });
  afterAll(async () => {
    await witness.close();
    await desk.stop(passed === 4);
    process.stdout.write(`${['three servers under a desk that trades', ...rows].join('\n')}\n`);
  });

  it('loses nothing that it has acknowledged when the leader of a stream with open trades is killed by kill -9', async () => {
    const [partition = 0] = BOTS_IN;
    const leader = await witness.leaderOf(partition);
    const acknowledged = decisionsOf(await desk.log());
    await desk.desk.stack.kill(`nats-server-${leader}`);
    // It is back before the others have chosen, and may lead again.
    await desk.desk.stack.whenReady(`nats-server-${leader}`);
    const ledMs = await until('a leader', async () => (await witness.leaderOf(partition)) !== undefined);
    await desk.rounds(1);
    const missing = missingFrom(await desk.log(), acknowledged);
    rows.push(`kill -9 of server ${leader}, which led EVENTS_${partition}: it had a leader ${inSeconds(ledMs)} after the server was back; of ${acknowledged.size} acknowledged decisions ${missing.length} are missing`);
    expect(missing).toEqual([]);
    passed += 1;
  });

  it('goes on when two of three servers were away together for 9 s', async () => {
    const acknowledged = decisionsOf(await desk.log());
    const from = Date.now();
    for (const server of [1, 2]) await desk.desk.stack.kill(`nats-server-${server}`, 'SIGSTOP');
    await delay(FROZEN_MS);
    frozen = { from, to: Date.now() };
    for (const server of [1, 2]) await desk.desk.stack.kill(`nats-server-${server}`, 'SIGCONT');
    await desk.rounds(1);
    expect(missingFrom(await desk.log(), acknowledged)).toEqual([]);
    passed += 1;
  });

  it('has sent no order to the venue before its intent was in the log, also while the log was away', async () => {
    story = await desk.rest();
    const { epochWallMs, epochMarketMs } = await desk.desk.venue.clock();
    const intents = new Map(story.recorded.flatMap(({ event, decision }) => (event.type === 'OrderSubmitted' && event.venueOrderId !== undefined ? [[event.venueOrderId, decision]] : [])));
    const arrivals = arrivalsAt(desk).map(({ digest, at }) => ({ digest, wallMs: epochWallMs + at - epochMarketMs }));
    const early: string[] = [];
    const leads: number[] = [];
    let storedWhileFrozen = 0;
    for (const { digest, wallMs } of arrivals) {
      const intent = intents.get(digest);
      const storedAt = intent ? await witness.storedAt(intent.partition, intent.sequence) : Infinity;
      leads.push(wallMs - storedAt);
      if (storedAt > wallMs + ROUNDING_MS) early.push(`${digest} came ${storedAt - wallMs} ms before its intent was stored`);
      if (storedAt > frozen.from && storedAt < frozen.to) storedWhileFrozen += 1;
    }
    const cameWhileFrozen = arrivals.filter(({ wallMs }) => wallMs > frozen.from && wallMs < frozen.to).length;
    rows.push(`${arrivals.length} orders came to the venue, the earliest ${Math.min(...leads)} ms after its intent was stored; while two servers were frozen for ${inSeconds(FROZEN_MS)}: ${cameWhileFrozen}, of ${storedWhileFrozen} intents stored meanwhile`);
    expect(arrivals.length).toBeGreaterThan(0);
    expect(early).toEqual([]);
    expect(storedWhileFrozen, 'the log was away').toBe(0);
    passed += 1;
  });

  it('has the same orders, fills and positions at the venue and in a clean log', async () => {
    const spans = nakedSpans(story);
    const { verify, rebuild } = await prove(WORKING_COPY, desk.desk.nats);
    rows.push(`${eventsOf(story, 'TradeClosed').length} trades, verify: ${verify.breaches} breaches in ${verify.decisions} decisions; longest naked leg ${inSeconds(Math.max(0, ...spans.map(({ lengthMs }) => lengthMs)))}`);
    expect(await disagreements(desk, story)).toEqual([]);
    expect(verify.breaches, verify.first ?? '').toBe(0);
    expect(rebuild.equalsLive, rebuild.difference ?? '').toBe(true);
    expect(spans.filter(({ lengthMs, limitMs }) => lengthMs > limitMs)).toEqual([]);
    passed += 1;
  });
});
