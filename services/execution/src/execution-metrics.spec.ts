import 'reflect-metadata';
import { price, ratio } from '@ballast/domain';
import { Metrics } from '@ballast/observability';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PaperDesk } from './paper-desk.fixtures.js';
import { approvalOf, ETH, plannedLeg } from './trade/trade.fixtures.js';

const LOOK_MS = 5_000;
const held = approvalOf([{ ...plannedLeg(0, 'BUY', ['0.42']), stopPrice: price('2700') }], { outcome: 'SINGLE', imbalanceRatio: ratio('0') });

describe('what execution measures at the simulated exchange', () => {
  let desk: PaperDesk;
  let metrics: Metrics;
  const lines = async (name: string): Promise<readonly string[]> => (await metrics.text()).split('\n').filter((line) => line.startsWith(`ballast_${name}{`));
  const count = async (name: string): Promise<number> => Number((await lines(name))[0]?.split(' ').at(-1));

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    metrics = new Metrics({ service: 'execution', version: 'test', commit: 'test' });
    desk = new PaperDesk({ limits: { makerTimeoutMs: 1_000 }, metrics });
    await desk.start();
    await desk.approve(held);
    await desk.run(8_000);
  });
  afterEach(async () => {
    await desk.stop();
    vi.useRealTimers();
  });

  it('is the time from a durable order to the word of the venue on it', async () => {
    const accepted = (await desk.of('OrderAccepted')).length;
    expect(accepted).toBeGreaterThan(0);
    expect(await lines('order_ack_seconds_count')).toEqual([`ballast_order_ack_seconds_count{venue="${desk.venue.venue}",outcome="accepted"} ${accepted}`]);
    expect(await count('order_ack_seconds_sum')).toBeGreaterThan(0);
  });

  it('is each comparison of an account with the log, and what differs', async () => {
    await desk.run(60_000);
    expect(await lines('reconciliations_total')).toEqual(['ballast_reconciliations_total{account="account1",outcome="agreed"} 1']);
    expect(await lines('reconciliation_open_differences')).toEqual(['ballast_reconciliation_open_differences{account="account1"} 0']);
  });

  it('is the market time for which a held position has a stop that no fresh book judges, and no other', async () => {
    expect(await desk.positions()).toEqual({ [ETH]: '0.42' });
    vi.advanceTimersByTime(LOOK_MS);
    await desk.run(5_000);
    vi.advanceTimersByTime(LOOK_MS);
    expect(await lines('unguarded_position_seconds_total')).toEqual([]);
    desk.market.quotes[ETH] = { bids: [], asks: [] };
    await desk.run(10_000);
    vi.advanceTimersByTime(LOOK_MS);
    expect(await lines('unguarded_position_seconds_total')).toEqual(['ballast_unguarded_position_seconds_total{bot="bot1",reason="no_stop"} 10']);
  });
});
