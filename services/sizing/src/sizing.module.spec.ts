import 'reflect-metadata';
import { MemorySystem } from '@ballast/bus';
import { type Decider, money, notional, partitionOf, ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AT, ETH_BOOK, instrumentOf, signalOf, SOL_BOOK } from './plan/plan.builders.js';
import { sizingModule } from './sizing.module.js';

const partition = partitionOf('p1');

describe('the sizing service on the in-memory bus', () => {
  let system: MemorySystem;
  let lines: string[];
  beforeEach(async () => {
    lines = [];
    system = new MemorySystem(AT);
    await system.add('sizing', () => sizingModule({ trace: (line) => lines.push(line) }));
  });
  afterEach(() => system.stop());

  async function wrote(writer: string, kind: string, id: string, event: BallastEvent): Promise<void> {
    const decider: Decider<object, BallastEvent, BallastEvent> = { kind, writer, initial: {}, decide: (_state, command) => [command], evolve: (state) => state };
    const done = system.platform(writer).streams.execute(decider, { partition, id }, event, { causationId: `cause-${id}`, correlationId: 't1', lane: 'a1' });
    await system.work.idle();
    await done;
    await system.run(system.clock.now());
  }
  async function plansOf(): Promise<readonly Record<string, unknown>[]> {
    const events: Record<string, unknown>[] = [];
    const read = system.store.read(partition, { filters: [`evt.${partition}.sizing.plan.*`] }, ({ bytes }) => {
      events.push(...(JSON.parse(Buffer.from(bytes).toString('utf8')) as { events: Record<string, unknown>[] }).events);
    });
    await system.work.idle();
    await read;
    return events;
  }
  async function market(): Promise<void> {
    const { market: feed } = system.platform('market-data');
    for (const book of [ETH_BOOK, SOL_BOOK]) feed.publish('book', book.instrument, book);
    feed.publish('instrument', 'ETH-PERP', instrumentOf('ETH-PERP', '0.001', '0.1'));
    feed.publish('instrument', 'SOL-PERP', instrumentOf('SOL-PERP', '0.1', '0.01'));
    await system.run(system.clock.now());
  }
  const equity: BallastEvent = { type: 'EquityObserved', accountId: 'a1', portfolioId: 'p1', botId: 'b1', trigger: 'START', collateral: money('2000'), eligibleCollateral: money('2000'), equity: money('2000'), initialMarginHealth: money('2000'), maintenanceMarginHealth: money('2000'), grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime: AT };
  const ready = async (): Promise<void> => {
    await wrote('operator', 'bot', 'b1', { type: 'BotCreated', botId: 'b1', portfolioId: 'p1', accountId: 'a1', strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'test' });
    await wrote('collateral', 'equity', 'a1', equity);
  };

  it('turns a signal to enter into one plan with the golden quantities, and traces them (R35, R36, W-20)', async () => {
    await ready();
    await market();
    await wrote('strategy-dn-pair', 'signal', 's1', signalOf({ targetNotional: notional('100') }));
    const plans = await plansOf();
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatchObject({ type: 'TradePlanned', signalId: 's1', outcome: 'BALANCED', legs: [{ quantity: '0.042' }, { quantity: '1' }] });
    expect(lines).toHaveLength(3);
    expect(lines.every((line) => line.includes('ETH-PERP 0.042') && line.includes('SOL-PERP 1'))).toBe(true);
  });

  it('says why there is no plan where no book has been seen', async () => {
    await ready();
    await wrote('strategy-dn-pair', 'signal', 's1', signalOf());
    expect(await plansOf()).toMatchObject([{ type: 'TradePlanInfeasible', reason: 'STALE_DATA' }]);
    expect(lines).toEqual([]);
  });

  it('leaves an exit alone: its quantities are the open position', async () => {
    await ready();
    await market();
    await wrote('strategy-dn-pair', 'signal', 's2', signalOf({ signalId: 's2', purpose: 'EXIT', legs: [] }));
    expect(await plansOf()).toEqual([]);
  });
});
