import { VirtualClock } from '@ballast/bus';
import { type Book, price, quantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { type Discarded, InstrumentFeed } from './instrument-feed.js';

const level = (at: string, size = '1') => ({ price: price(at), quantity: quantity(size) });
const book = (exchangeTime: number, bids: readonly string[] = ['99', '98'], asks: readonly string[] = ['101', '102']): Book => ({ instrument: 'ETH-PERP', bids: bids.map((at) => level(at)), asks: asks.map((at) => level(at)), exchangeTime, sequence: 77 });

function feedFrom(sequence = 0, exchangeTime = 0) {
  const clock = new VirtualClock(1_000);
  const seen = { books: [] as Book[], states: [] as string[], discarded: [] as Discarded[], resyncs: 0 };
  const feed = new InstrumentFeed({ instrument: 'ETH-PERP', staleAfterMs: 5_000, last: { sequence, exchangeTime } }, clock, {
    publishBook: (published) => void seen.books.push(published),
    publishState: (state) => void seen.states.push(state),
    discard: (reason) => void seen.discarded.push(reason),
    resync: () => void (seen.resyncs += 1),
  });
  return { clock, seen, feed };
}

describe('the feed of one instrument', () => {
  it('numbers its books without a gap, also after a restart', () => {
    const { feed, seen } = feedFrom(41);
    for (const time of [1, 2, 3]) feed.onBook(book(time));
    expect(seen.books.map(({ sequence }) => sequence)).toEqual([42, 43, 44]);
  });

  it('gives a book that is told again the number that it had, also after a restart', () => {
    const { feed, seen } = feedFrom(41, 5);
    for (const time of [5, 5, 6, 6, 7]) feed.onBook(book(time));
    expect(seen.books.map(({ sequence }) => sequence)).toEqual([41, 41, 42, 42, 43]);
  });

  it('publishes at most 20 levels a side', () => {
    const { feed, seen } = feedFrom();
    feed.onBook(book(1, Array.from({ length: 30 }, (_, index) => String(99 - index)), Array.from({ length: 30 }, (_, index) => String(101 + index))));
    expect([seen.books[0]?.bids.length, seen.books[0]?.asks.length]).toEqual([20, 20]);
  });

  it.each([
    ['crossed', ['101'], ['100']],
    ['locked', ['100'], ['100']],
    ['unsorted in its bids', ['98', '99'], ['101']],
    ['repeating an ask', ['99'], ['101', '101']],
  ])('does not publish a book that is %s: GAP, resync, then RESYNCED', (_, bids, asks) => {
    const { feed, seen } = feedFrom();
    feed.onBook(book(1));
    feed.onBook(book(2, bids, asks));
    expect([seen.books.length, seen.discarded, seen.resyncs, feed.state]).toEqual([1, ['crossed'], 1, 'GAP']);
    feed.onBook(book(3));
    expect(seen.states).toEqual(['UP', 'GAP', 'RESYNCED']);
    expect(seen.books.map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('does not publish a book that is older than the last one', () => {
    const { feed, seen } = feedFrom();
    feed.onBook(book(5));
    feed.onBook(book(4));
    expect([seen.books.length, seen.discarded]).toEqual([1, ['older']]);
  });

  it('is STALE after staleAfterMs of market time without a book, once, and UP with the next one', async () => {
    const { feed, seen, clock } = feedFrom();
    feed.onBook(book(1_000));
    await clock.run(5_999);
    expect(seen.states).toEqual(['UP']);
    await clock.run(30_000);
    expect(seen.states).toEqual(['UP', 'STALE']);
    feed.onBook(book(30_000));
    expect(seen.states).toEqual(['UP', 'STALE', 'UP']);
    await clock.run(34_999);
    expect(feed.state).toBe('UP');
    await clock.run(35_000);
    expect(feed.state).toBe('STALE');
  });

  it('is STALE also where no book ever came, and leaves no timer running', async () => {
    const { seen, clock } = feedFrom();
    await clock.run();
    expect([seen.states, clock.now()]).toEqual([['STALE'], 6_000]);
  });

  it('stays fresh while books come', async () => {
    const { feed, seen, clock } = feedFrom();
    for (let time = 1_000; time <= 60_000; time += 4_000) {
      await clock.run(time);
      feed.onBook(book(time));
    }
    expect(seen.states).toEqual(['UP']);
  });

  it('takes each trade once', () => {
    const { feed, seen } = feedFrom();
    expect(['a', 'b', 'a'].map((tradeId) => feed.isNew({ tradeId }))).toEqual([true, true, false]);
    expect(seen.discarded).toEqual(['repeated']);
  });
});
