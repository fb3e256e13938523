import { expect, it } from 'vitest';
import type { CanonicalBot } from '@ballast/books';
import { type Id, partitionOf } from '@ballast/domain';
import { cancelledLines, haltAtVenue, haltedLines, haltFault, type VenueHalt, type VenueHaltPorts } from './venue-halt.js';

const MAIN = partitionOf('main');
/** Another portfolio in the partition of main. */
const neighbour = (): Id => {
  const found = Array.from({ length: 500 }, (_, nth) => `desk${nth}`).find((portfolioId) => partitionOf(portfolioId) === MAIN);
  if (found === undefined) throw new Error('no portfolio shares a partition with main');
  return found;
};
const BOTS = new Map([['a', { portfolioId: 'main', accountId: 'acct-a' }], ['b', { portfolioId: neighbour(), accountId: 'acct-b' }]]) as unknown as ReadonlyMap<Id, CanonicalBot>;

type Sent = Parameters<VenueHaltPorts['send']>[0];

/** Everything that a stop sends, and what is told of it; execution stops what it is asked for. */
async function halted(halt: Omit<VenueHalt, 'partitions' | 'reason'>): Promise<{ readonly sent: readonly Sent[]; readonly told: readonly string[]; readonly advice: string | undefined }> {
  const sent: Sent[] = [];
  const send: VenueHaltPorts['send'] = (order) => {
    sent.push(order);
    const { portfolioId, accountId } = order.payload as { readonly portfolioId?: Id; readonly accountId?: Id };
    const accounts = [...BOTS.values()].filter((bot) => (portfolioId ?? bot.portfolioId) === bot.portfolioId && (accountId ?? bot.accountId) === bot.accountId).length;
    return Promise.resolve({ ok: true, data: { accounts, cancelled: accounts } });
  };
  const done = await haltAtVenue({ send, bots: () => Promise.resolve(BOTS) }, { partitions: [MAIN], reason: 'fire', ...halt });
  return { sent, told: [...cancelledLines(done.partitions), ...haltedLines(done.halts)], advice: haltFault(done, halt.accountId)?.advice };
}

it('stops at the venue the named portfolio alone, where its partition holds another: what it stops it halts, and what it halts a person can resume', async () => {
  const { sent, told } = await halted({ portfolioId: 'main' });
  expect(sent).toEqual([
    { service: 'execution', partition: MAIN, verb: 'halt-venue', payload: { portfolioId: 'main' } },
    { service: 'risk', partition: MAIN, verb: 'halt', payload: { portfolioId: 'main', scope: 'PORTFOLIO', scopeId: 'main', reason: 'fire' } },
  ]);
  expect(told).toEqual([`partition ${MAIN}: 1 order of 1 account cancelled`, 'portfolio main: HALTED']);
});

it('stops at the venue one account of a portfolio, or everything where nothing is named, and halts all of it', async () => {
  const account = await halted({ portfolioId: 'main', accountId: 'acct-a' });
  expect([account.sent[0]?.payload, account.told.at(-1)]).toEqual([{ portfolioId: 'main', accountId: 'acct-a' }, 'bot a: HALTED']);
  const all = await halted({});
  expect([all.sent[0]?.payload, all.told]).toEqual([{}, [`partition ${MAIN}: 2 orders of 2 accounts cancelled`, 'portfolio main: HALTED', `portfolio ${neighbour()}: HALTED`]]);
});

it('stops and halts nothing for an account of another portfolio, and names those that could be meant', async () => {
  const { sent, told, advice } = await halted({ portfolioId: 'main', accountId: 'acct-b' });
  expect([sent.map(({ service }) => service), told, advice]).toEqual([['execution'], [], 'name one of the accounts there are (acct-a), or cancel at the venue itself']);
});

it('says what was cancelled before it asks the log for anything', async () => {
  const told: string[] = [];
  const never = new Promise<never>(() => undefined);
  void haltAtVenue({ send: () => Promise.resolve({ ok: true, data: { accounts: 1, cancelled: 3 } }), bots: () => never, onCancelled: (partitions) => told.push(...cancelledLines(partitions)) }, { partitions: [MAIN], reason: 'fire' });
  await expect.poll(() => told).toEqual([`partition ${MAIN}: 3 orders of 1 account cancelled`]);
});
