import { partitionOf } from '@ballast/domain';
import { afterEach, describe, expect, it } from 'vitest';
import type { MemoryDesk } from '@ballast/local';
import { eventsOf, readLog } from './desk/log.js';
import { pairDesk } from './desk/pair-desk.js';
import { STILL_START, StillMarket } from './desk/still-market.js';

const SECOND = 1_000;

describe('a bot closed by a person, through all services', () => {
  let desk: MemoryDesk;
  const ask = (verb: string, payload: object = {}): Promise<unknown> => desk.system.command({ user: 'cli', service: 'operator', partition: partitionOf('main') }, verb, { botId: 'pair-1', ...payload }, `${verb}-1`);
  const opened = async (): Promise<number> => eventsOf(await readLog(desk.system.store), 'TradeOpened').length;
  afterEach(() => desk.stop());

  it('ends flat and opens nothing, and trades again when it is started again', async () => {
    const market = new StillMarket(180 * SECOND);
    desk = await pairDesk({ source: market }, { holdMs: 5_000, sleepMs: 5_000 });
    market.watch(desk.venue.engine, () => undefined);
    await desk.system.run(STILL_START + 20 * SECOND);
    await ask('close-all', { reason: 'incident' });
    await desk.system.run(STILL_START + 60 * SECOND);
    const before = await opened();
    expect(before).toBeGreaterThan(0);
    expect(desk.venue.engine.account('pair-1').positions.filter(({ amount }) => amount !== 0n)).toEqual([]);
    await desk.system.run(STILL_START + 80 * SECOND);
    expect(await opened()).toBe(before);
    expect(await ask('start-bot')).toMatchObject({ outcome: 'appended', bot: { status: 'RUNNING' } });
    await desk.system.run(STILL_START + 120 * SECOND);
    expect(await opened()).toBeGreaterThan(before);
    expect((await readLog(desk.system.store)).verify.breaches).toEqual([]);
  }, 30_000);
});
