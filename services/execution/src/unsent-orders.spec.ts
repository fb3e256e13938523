import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { PaperDesk, PARTITION } from './paper-desk.fixtures.js';
import { tradeDecider } from './trade/trade.decider.js';
import { ETH, limits, pair, sight, SOL } from './trade/trade.fixtures.js';

const desk = new PaperDesk({ limits: { makerTimeoutMs: 1_000 } });
afterEach(() => desk.stop());

it('a start with several orders of one account that never left waits for no answer that only a moving market brings, and sends them then', async () => {
  const { streams: dead } = desk.system.platform('execution');
  await dead.execute(tradeDecider, { partition: PARTITION, id: 'trade1' }, { type: 'OpenTrade', approval: { ...pair, validUntil: desk.system.clock.now() + 30_000 }, limits: { ...limits, makerTimeoutMs: 1_000 }, tradingState: 'ACTIVE', sight }, { causationId: 'approval', correlationId: 'trade1', lane: 'account1' });
  const start = desk.start().then(() => 'live');
  expect(await Promise.race([start, delay(5_000, 'it waits for the market')])).toBe('live');
  await desk.run(10_000);
  expect([(await desk.trade()).phase, await desk.positions()]).toEqual(['HELD', { [ETH]: '0.42', [SOL]: '-10' }]);
});
