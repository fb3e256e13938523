import { expect, it } from 'vitest';
import { InMemoryEventStore, StreamExecutor, VirtualClock } from '@ballast/bus';
import { contentId } from '@ballast/domain';
import { Claims, type Wish } from './claims.js';
import { DeskFeed } from './desk-feed.js';

const wishOf = (key: string, content = 'a'): Wish => ({ requestId: contentId('http', 'olga', key), person: 'olga', asked: 'operator.close-all', fingerprint: content.repeat(64), causationId: contentId('command', key, content) });

/** Two replicas over one log, whose feeds keep so many requests. */
function replicas(kept?: number): readonly [Claims, Claims] {
  const clock = new VirtualClock(1);
  const store = new InMemoryEventStore(clock.work);
  const fail = (error: unknown): void => {
    if (error !== undefined) throw error as Error;
  };
  const replica = (name: string): Claims => new Claims(new StreamExecutor(store, clock, { service: 'operator', build: 'test' }), new DeskFeed(store, fail, kept), name, 200);
  return [replica('edge-1'), replica('edge-2')];
}

async function settled(claims: Claims, wish: Wish, outcome: 'DONE' | 'REFUSED' | 'UNANSWERED'): Promise<void> {
  const claim = await claims.claim(wish);
  if ('before' in claim) throw new Error(`${wish.requestId} was carried out before`);
  await claims.settle(wish, claim.attempt, outcome);
}

it('answers at once for a request that is done, also where it is older than all that the feed keeps', async () => {
  const [one, two] = replicas(2);
  for (const key of ['first', 'second', 'third', 'fourth']) await settled(one, wishOf(key), 'DONE');
  expect(await two.claim(wishOf('first'))).toEqual({ before: [] });
  await expect(two.claim(wishOf('first', 'b'))).rejects.toMatchObject({ status: 422 });
});

it('lets a request that was not answered be asked again as it was, and refuses its key for something else', async () => {
  const [one, two] = replicas();
  await settled(one, wishOf('late'), 'UNANSWERED');
  await expect(two.claim(wishOf('late', 'b'))).rejects.toMatchObject({ status: 422 });
  expect(await two.claim(wishOf('late'))).toEqual({ attempt: 2 });
  await settled(one, wishOf('no'), 'REFUSED');
  expect(await two.claim(wishOf('no', 'b'))).toEqual({ attempt: 2 });
});
