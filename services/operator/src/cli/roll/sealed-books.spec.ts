import { expect, it } from 'vitest';
import { contentId, partitionOf } from '@ballast/domain';
import { encodeEnvelope, hashOf, InMemoryEventStore, type Thinning } from '@ballast/bus';
import type { BallastEvent } from '@ballast/events';
import type { WrittenDecision } from '@ballast/books';
import { writeLog } from '../story.fixtures.js';
import { rounds } from './rounds.fixtures.js';
import { SealedBooks } from './sealed-books.js';

const P = partitionOf('main');
const HOUR_MS = 3_600_000;

async function booksOf(decisions: readonly WrittenDecision[]): Promise<SealedBooks> {
  const store = new InMemoryEventStore();
  await writeLog(store, decisions);
  const books = new SealedBooks(P);
  await store.read(P, { filters: [] }, ({ sequence, subject, bytes }) => books.see({ sequence, subject, bytes, headers: [] }));
  return books;
}

const names = (thinnings: readonly Thinning[]): readonly string[] => thinnings.map(([subject]) => subject.split('.').slice(3).join('.'));
const LONG_LIVED = ['bot.pair1', 'equity.acct1', 'position.acct1-ETH-PERP', 'position.acct1-SOL-PERP', 'exposure.main'];

it('keeps the last message of every stream, and nothing else, where everything is over and old', async () => {
  const books = await booksOf(rounds(0, 3));
  const thinnings = books.thinning(books.newestAt + 1);
  expect([...names(thinnings)].sort()).toEqual([...LONG_LIVED, 'trade.trade1', 'trade.trade1-r1', 'trade.trade1-r2'].sort());
  for (const [subject, below] of thinnings) expect([subject, books.messagesOf(subject) > 1, below <= books.last]).toEqual([subject, true, true]);
  expect(books.breaches()).toEqual([]);
});

it('keeps whole what of trades, plans and requests is younger than asked, and thins what lives on all the same', async () => {
  const books = await booksOf(rounds(0, 3));
  expect([...names(books.thinning(books.newestAt - HOUR_MS - 60_000))].sort()).toEqual([...LONG_LIVED, 'trade.trade1'].sort());
  expect([...names(books.thinning(0))].sort()).toEqual([...LONG_LIVED].sort());
});

it('keeps whole the trade that is not over, however old its last word is', async () => {
  const open = rounds(0, 2).filter(({ id, events }) => id !== 'trade1' || events.every(({ type }) => type !== 'TradeClosed'));
  const books = await booksOf(open);
  expect([...names(books.thinning(books.newestAt + 1))].sort()).toEqual([...LONG_LIVED, 'trade.trade1-r1'].sort());
});

it('passes over what a strategy wrote and nobody can read, keeps its chain, and lets it move no clock', async () => {
  const books = await booksOf(rounds(0, 1));
  const subject = `evt.${P}.strategy-x.signal.s1`;
  const { newestAt } = books;
  const late = (version: number, previousHash: string, occurredAt: number): Uint8Array =>
    encodeEnvelope({ format: 1, decisionId: contentId('late', version), stream: 'strategy-x.signal.s1', version, occurredAt, writer: 'strategy-x', build: 'test', correlationId: 's1', causationId: contentId('c'), lane: 'acct1', contract: 1, previousHash, events: [{ type: 'SignalWithdrawn', portfolioId: 'main', accountId: 'acct1', botId: 'pair1', tradeId: 's1', signalId: 's1', reason: 'late' } as BallastEvent] });
  const torn = Buffer.from('{');
  const newer = Buffer.from(JSON.stringify({ ...(JSON.parse(Buffer.from(late(2, hashOf(torn), newestAt)).toString('utf8')) as object), contract: 99 }));
  for (const bytes of [torn, newer, late(3, hashOf(newer), newestAt + 1_000 * HOUR_MS)]) books.see({ sequence: books.last + 1, subject, bytes, headers: [] });
  expect([books.breaches(), books.newestAt, books.messagesOf(subject)]).toEqual([[], newestAt, 3]);
  expect(books.thinning(books.newestAt + 1)).toContainEqual([subject, books.last]);
});

it('tells what cannot be read as a breach, with its place', async () => {
  const books = await booksOf(rounds(0, 1));
  books.see({ sequence: books.last + 1, subject: `evt.${P}.execution.trade.torn`, bytes: Buffer.from('{'), headers: [] });
  expect(books.breaches()).toMatchObject([{ rule: 'contract', sequence: 22 }]);
});
