import { contentId } from '@ballast/domain';
import { MemorySystem } from '@ballast/bus';
import { pairRound, type WrittenDecision } from '@ballast/books';
import { expect, it } from 'vitest';
import { writeLog } from '../cli/story.fixtures.js';
import { DeskFeed } from './desk-feed.js';

it('remembers what persons asked for alone, so that a busy market makes it forget none of it', async () => {
  const round = pairRound();
  const paused: WrittenDecision = { writer: 'operator', kind: 'bot', id: 'pair1', at: round.at(-1)?.at ?? 0, correlationId: 'pair1', events: [{ type: 'BotPaused', botId: 'pair1', by: 'operator/kim' }] };
  const system = new MemorySystem(round[0]?.at ?? 0);
  await writeLog(system.store, [...round, paused]);
  const feed = await new DeskFeed(system.store, () => undefined).fresh();
  const isKnown = [...round, paused].map((_, index) => feed.decidedFor(contentId('cause', index)) !== undefined);
  expect(isKnown).toEqual([...round, paused].map(({ events }) => events.some((event) => 'by' in event)));
  expect([isKnown.at(-1), isKnown.includes(false)]).toEqual([true, true]);
  await system.stop();
});
