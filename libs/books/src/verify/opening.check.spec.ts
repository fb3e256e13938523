import { expect, it } from 'vitest';
import { money, price, signedQuantity } from '@ballast/domain';
import type { PartitionOpened } from '@ballast/events';
import { Books } from '../books.js';
import { recordsOf } from '../log.fixtures.js';
import { carriedBooks } from '../opening.js';
import { pairRound, type WrittenDecision } from '../pair-round.builders.js';
import { OpeningCheck } from './opening.check.js';

const HEX = 'a'.repeat(64);

const NOBODYS: PartitionOpened['positions'][number] = { accountId: 'acct1', instrument: 'ETH-PERP', quantity: signedQuantity('1'), entryPrice: price('1'), realisedPnl: money('0'), fees: money('0'), funding: money('0') };

function foundIn(change: (opening: PartitionOpened) => Partial<PartitionOpened>, round = pairRound()): readonly string[] {
  const books = new Books();
  const before = recordsOf(round);
  for (const decision of before) decision.events.forEach((event, index) => books.apply({ event, index, decision }));
  const opening: PartitionOpened = { type: 'PartitionOpened', partition: before[0]?.partition ?? 0, sealedUpTo: before.length, digest: HEX, lastHash: HEX, wholeFrom: 0, ...carriedBooks(books.canonical()) };
  const written: WrittenDecision = { writer: 'restorer', kind: 'opening', id: 'p0', at: round.at(-1)?.at ?? 0, correlationId: 'partition-0', events: [{ ...opening, ...change(opening) }] };
  const check = new OpeningCheck();
  return recordsOf([...round, written]).flatMap((decision) => decision.events.flatMap((event, index) => check.event({ event, index, decision }) ?? []));
}

it('finds an opening that holds the books of all before it, directly behind what it seals', () => {
  expect(foundIn(() => ({}))).toEqual([]);
});

it('carries the positions that are open, with what they came to, and none that is flat', () => {
  const round = pairRound();
  const opens = round.findIndex(({ events }) => events.some(({ type }) => type === 'PositionOpened'));
  const held: (readonly string[])[] = [];
  const hold = ({ positions }: PartitionOpened): Partial<PartitionOpened> => {
    held.push(positions.map(({ instrument }) => instrument));
    return {};
  };
  expect([foundIn(hold, round.slice(0, opens + 1)), foundIn(hold)]).toEqual([[], []]);
  expect(held).toEqual([[expect.any(String)], []]);
  expect(foundIn(({ positions }) => ({ positions: positions.map((position) => ({ ...position, quantity: signedQuantity('7') })) }), round.slice(0, opens + 1))).toEqual([expect.stringMatching(/opens with position .*"quantity":"7".*comes to .*"quantity":/)]);
});

it.each<[string, (opening: PartitionOpened) => Partial<PartitionOpened>, RegExp]>([
  ['cash that is a cent too much', ({ balances }) => ({ balances: balances.map((balance) => ({ ...balance, cash: money(balance.cash.plus('0.01').toString()) })) }), /opens with balance .*"cash":"1000\.45389302".*, the log before it comes to .*"cash":"1000\.44389302"/],
  ['a position that nobody has', () => ({ positions: [NOBODYS] }), /opens with 1 positions, the log before it comes to 0/],
  ['an account too few', () => ({ balances: [] }), /opens with 0 balances, the log before it comes to 1/],
  ['other books behind the same balances', () => ({ booksHash: HEX }), /opens with books of SHA-256 a{64}, the log before it comes to [0-9a-f]{64}/],
  ['a seal that is not directly before it', ({ sealedUpTo }) => ({ sealedUpTo: sealedUpTo - 1 }), /opens at 22 and seals up to 20, expected 21/],
  ['the number of another partition', ({ partition }) => ({ partition: (partition + 1) % 8 }), /found the opening of partition \d in partition \d/],
])('an opening with %s is a breach, and the figure is named', (_, change, says) => {
  expect(foundIn(change)).toEqual([expect.stringMatching(says)]);
});
