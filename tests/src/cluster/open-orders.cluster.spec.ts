import { type Id, money, type Partition } from '@ballast/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DrivenMarket } from '../desk/driven-market.js';
import { eventsOf, type LogStory } from '../desk/log.js';
import { type DeskBot, ProcessDesk, senderOf } from '../desk/process-desk.js';
import { ALL, ownedBy, portfolioIn, until } from './replica-desk.js';

const REPLICAS = ['execution', 'execution-2'] as const;
/** Longer than the whole restart takes: an entry ends by nothing else. */
const MAKER_TIMEOUT_MS = '100000';
const BOTS: readonly (DeskBot & { readonly partition: Partition })[] = ALL.map((partition) => ({ partition, botId: `pair-${partition}`, portfolioId: portfolioIn(partition), deposit: money('500'), notional: '500' }));
const LEGS = 2;
const rows: string[] = [];

/** What both replicas of execution do with what rests when they stop. */
describe.each(['keep', 'cancel'] as const)('entries that rest at the venue while execution is restarted, one replica after the other, with ON_STOP_ORDERS=%s', (policy) => {
  let desk: ProcessDesk;
  let market: DrivenMarket;

  const portOf = (replica: string): number => parseInt(desk.stack.child(replica).spec.env['HEALTH_PORT'] ?? '', 10);
  const restingOf = (botId: Id): readonly string[] => desk.venue.engine.openOrders(senderOf(botId)).map(({ digest }) => digest);
  const resting = (): readonly string[] => BOTS.flatMap(({ botId }) => restingOf(botId));
  const atVenue = (): readonly string[] => BOTS.flatMap(({ botId }) => desk.venue.engine.orders(senderOf(botId)).map(({ digest }) => digest));
  const endedOf = (story: LogStory): ReadonlySet<string> => {
    const ended = new Set(eventsOf(story, 'OrderCancelled').map(({ clientOrderId }) => clientOrderId));
    return new Set(eventsOf(story, 'OrderSubmitted').flatMap(({ clientOrderId, venueOrderId }) => (venueOrderId !== undefined && ended.has(clientOrderId) ? [venueOrderId] : [])));
  };
  /** Waits until the two share all partitions. */
  const shared = (): Promise<number> => until('two replicas that share the partitions', async () => {
    const owned = await Promise.all(REPLICAS.map((replica) => ownedBy(portOf(replica))));
    return owned.every((partitions) => (partitions ?? []).length > 0) && owned.flatMap((partitions) => partitions ?? []).sort().join() === ALL.join();
  });

  beforeAll(async () => {
    market = new DrivenMarket(3_600_000);
    market.print(false);
    const env = { MAKER_TIMEOUT_MS, ON_STOP_ORDERS: policy };
    desk = await ProcessDesk.start({ name: `orders-${policy}`, market, speed: 1, wallets: { main: { accountId: 'wallet-main', deposit: money('100') } }, twice: ['execution'], env: Object.fromEntries(REPLICAS.map((replica) => [replica, env])) });
    await shared();
    await desk.begin(BOTS);
    await until('the entry of each leg at the venue', () => Promise.resolve(BOTS.every(({ botId }) => restingOf(botId).length === LEGS)));
  });
  afterAll(async ({}, suite) => {
    await desk.stop(suite);
    process.stdout.write(`${rows.join('\n')}\n`);
  });

  it(policy === 'keep' ? 'stay there under the same identities, and nothing is sent beside them' : 'are withdrawn there first, and the log has their end', async () => {
    const [before, sent] = [resting(), atVenue()];
    for (const replica of REPLICAS) {
      await desk.stack.kill(replica, 'SIGTERM');
      await desk.stack.whenReady(replica);
      await shared();
    }
    if (policy === 'keep') {
      expect([resting(), atVenue()]).toEqual([before, sent]);
    } else {
      await until('the end of each in the log', async () => {
        const ended = endedOf(await desk.log());
        return before.every((digest) => ended.has(digest));
      });
      expect(before.filter((digest) => resting().includes(digest))).toEqual([]);
    }
    rows.push(`ON_STOP_ORDERS=${policy}: ${before.length} entries rested, ${before.filter((digest) => resting().includes(digest)).length} of them after both replicas were restarted`);
  });

  it('lead to a position of each bot once the market trades, each order at the venue once and known to the log', async () => {
    market.print(true);
    const story = await desk.until('a position of each bot in a clean log', (log) => new Set(eventsOf(log, 'TradeBalanced').map(({ botId }) => botId)).size === BOTS.length && log.verify.breaches.length === 0);
    const known = new Set(eventsOf(story, 'OrderSubmitted').map(({ venueOrderId }) => venueOrderId));
    expect(atVenue().filter((digest) => !known.has(digest)), 'orders that the log does not know').toEqual([]);
    expect(new Set(atVenue()).size, 'each is there once').toBe(atVenue().length);
  });
});
