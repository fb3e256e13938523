import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairRound } from '@ballast/books';
import { MemorySystem } from '@ballast/bus';
import { contentId, type Decider, partitionOf } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { Metrics } from '@ballast/observability';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportingModule } from './reporting.module.js';

const PARTITION = partitionOf('main');
const IDS = { botId: 'pair1', accountId: 'acct1', portfolioId: 'main' } as const;
const NO_ORDERS = Object.fromEntries(['filled', 'cancelled', 'rejected', 'failed'].map((outcome) => [`{bot="pair1",outcome="${outcome}"}`, 0]));
const writerOf = (writer: string, kind: string): Decider<null, readonly BallastEvent[], BallastEvent> => ({ kind, writer, initial: null, decide: (_state, events) => events, evolve: () => null });

describe('trading as Prometheus sees it', () => {
  let system: MemorySystem;
  let metrics: Metrics;
  let folder: string;
  let written = 0;

  const write = async (writer: string, kind: string, id: string, events: readonly BallastEvent[]): Promise<void> => {
    written += 1;
    await system.platform(writer).streams.execute(writerOf(writer, kind), { partition: PARTITION, id }, events, { causationId: contentId('cause', written), correlationId: 'trade1', lane: IDS.accountId });
    await system.run(system.clock.now());
  };
  const values = async (name: string): Promise<Readonly<Record<string, number>>> =>
    Object.fromEntries((await metrics.text()).split('\n').filter((line) => line.startsWith(`ballast_${name}{`)).map((line) => [line.slice(line.indexOf('{'), line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
  const report = async (): Promise<void> => {
    metrics = new Metrics({ service: 'reporting', version: 'test', commit: 'test' });
    await system.add('reporting', () => reportingModule({ reportDir: folder, archiveDir: folder, metrics }));
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-trading-metrics-'));
    const [first] = pairRound();
    system = new MemorySystem(first?.at ?? 0);
    await report();
    for (const { writer, kind, id, at, events } of pairRound()) {
      await system.run(at);
      await write(writer, kind, id, events);
    }
  });
  afterEach(async () => {
    await system.stop();
    rmSync(folder, { recursive: true });
  });

  it('is a whole round: when its first order left, how its orders ended, what of it was filled, as maker or taker (C-14, R43)', async () => {
    expect(await values('signal_to_order_seconds_sum')).toEqual({ '{bot="pair1"}': 1 });
    expect(await values('signal_to_order_seconds_count')).toEqual({ '{bot="pair1"}': 1 });
    expect(await values('orders_total')).toEqual({ ...NO_ORDERS, '{bot="pair1",outcome="filled"}': 4 });
    expect(await values('turnover_quote_total')).toEqual({ '{bot="pair1",liquidity="MAKER"}': expect.closeTo(463.0698, 6) });
    const [ordered, filled] = [await values('round_ordered_quote_total'), await values('round_filled_quote_total')];
    expect(ordered).toEqual({ '{bot="pair1"}': expect.closeTo(463.2996, 4) });
    expect(filled).toEqual(ordered);
    expect(await values('cycles_total')).toEqual({ '{bot="pair1",outcome="COMPLETED"}': 1 });
  });

  it('is slippage, estimated and realised, and its mean over the last entries, which a restart remembers (C-56)', async () => {
    expect(await values('slippage_bps_sum')).toEqual({ '{bot="pair1",measure="estimated"}': 0.5, '{bot="pair1",measure="realised"}': 0 });
    const means = { '{bot="pair1",measure="estimated"}': 0.5, '{bot="pair1",measure="realised"}': 0 };
    expect(await values('slippage_mean_bps')).toEqual(means);
    await system.stop();
    await report();
    expect(await values('slippage_mean_bps')).toEqual(means);
    expect(await values('slippage_bps_count')).toEqual({});
  });

  it('shows no mean of slippage of a bot that is stopped, after a restart neither, until it is started again', async () => {
    await write('operator', 'bot', 'pair1', [{ type: 'BotStopped', botId: 'pair1', reason: 'over', by: 'cli' }]);
    expect(await values('slippage_mean_bps')).toEqual({});
    await system.stop();
    await report();
    expect(await values('slippage_mean_bps')).toEqual({});
    await write('operator', 'bot', 'pair1', [{ type: 'BotStarted', botId: 'pair1', by: 'cli' }]);
    expect(Object.keys(await values('slippage_mean_bps'))).toHaveLength(2);
    await write('operator', 'bot', 'pair1', [{ type: 'BotDeleted', ...IDS, reason: 'over', by: 'cli' }]);
    expect(await values('slippage_mean_bps')).toEqual({});
  });

  it('begins at 0 for each bot that is not deleted, after a restart too, so that the first of each is seen to be added', async () => {
    await system.stop();
    await report();
    expect(await values('orders_total')).toEqual(NO_ORDERS);
    expect(Object.values(await values('plans_infeasible_total'))).toEqual([0, 0]);
    expect([await values('round_ordered_quote_total'), await values('round_filled_quote_total')]).toEqual([{ '{bot="pair1"}': 0 }, { '{bot="pair1"}': 0 }]);
    expect(await values('hedge_imbalance_ratio_count')).toEqual({ '{bot="pair1",stage="filled_at_reference"}': 0 });
    await write('operator', 'bot', 'pair1', [{ type: 'BotDeleted', ...IDS, reason: 'over', by: 'cli' }]);
    await system.stop();
    await report();
    expect(await values('orders_total')).toEqual({});
  });

  it('is the result of the bot, its fees and its funding, as the books have them', async () => {
    expect(await values('realised_pnl_quote')).toEqual({ '{bot="pair1"}': 0.4902 });
    expect(await values('fees_quote')).toEqual({ '{bot="pair1"}': 0.04630698 });
    expect(await values('funding_quote')).toEqual({ '{bot="pair1"}': 0 });
  });

  it('tells orders that the venue rejected by a rule of its own from those that failed, and what execution refused itself (R59)', async () => {
    const order = pairRound().flatMap(({ events }) => events).find((event) => event.type === 'OrderSubmitted');
    if (order?.type !== 'OrderSubmitted') throw new Error('the round has no order');
    for (const [clientOrderId, kind] of [['o-rule', 'postOnly'], ['o-failed', 'signature']] as const) {
      await write('execution', 'trade', 'trade1', [{ ...order, clientOrderId }]);
      await write('execution', 'trade', 'trade1', [{ type: 'OrderRejected', clientOrderId, tradeId: 'trade1', kind, message: 'no' }]);
    }
    await write('execution', 'trade', 'trade1', [{ ...order, clientOrderId: 'o-cut' }, { type: 'OrderCancelled', clientOrderId: 'o-cut', tradeId: 'trade1', unfilled: order.quantity, reason: 'time' }, { type: 'OrderDenied', tradeId: 'trade1', leg: 0, instrument: order.instrument, reason: 'QUANTITY_OFF_LOT', found: '1', allowed: '2' }]);
    await write('sizing', 'plan', 'plan2', [{ type: 'TradePlanInfeasible', ...IDS, planId: 'plan2', signalId: 's2', tradeId: 'trade2', reason: 'DEPTH', detail: 'thin', caps: [], seen: [] }]);
    expect(await values('orders_total')).toEqual({ '{bot="pair1",outcome="filled"}': 4, '{bot="pair1",outcome="rejected"}': 1, '{bot="pair1",outcome="failed"}': 1, '{bot="pair1",outcome="cancelled"}': 1 });
    expect(await values('order_refusals_total')).toEqual({ '{bot="pair1",by="venue",reason="postOnly"}': 1, '{bot="pair1",by="venue",reason="signature"}': 1, '{bot="pair1",by="contract",reason="QUANTITY_OFF_LOT"}': 1 });
    expect(await values('plans_infeasible_total')).toEqual({ '{bot="pair1",reason="DEPTH"}': 1, '{bot="pair1",reason="SLIPPAGE"}': 0 });
  });

  it('is what is halted, by its scope, until it is resumed or the bot is deleted', async () => {
    const state = (scope: 'PORTFOLIO' | 'BOT', scopeId: string, to: 'HALTED' | 'ACTIVE'): BallastEvent => ({ type: 'TradingStateChanged', portfolioId: IDS.portfolioId, scope, scopeId, state: to, reason: 'why', by: 'cli' });
    await write('risk', 'trading-state', 'main', [state('PORTFOLIO', 'main', 'HALTED'), state('BOT', 'pair1', 'HALTED'), state('PORTFOLIO', 'main', 'ACTIVE')]);
    expect(await values('trading_state')).toEqual({ '{portfolio="main",scope="portfolio"}': 0, '{portfolio="main",scope="bot/pair1"}': 2 });
    await write('operator', 'bot', 'pair1', [{ type: 'BotDeleted', ...IDS, reason: 'over', by: 'cli' }]);
    expect(await values('trading_state')).toEqual({ '{portfolio="main",scope="portfolio"}': 0 });
  });

  it('is the age of the archive of the log, from its manifest', async () => {
    const file = join(folder, 'manifest.json');
    writeFileSync(file, '{}');
    const hourAgo = (Date.now() - 3_600_000) / 1_000;
    utimesSync(file, hourAgo, hourAgo);
    const line = (await metrics.text()).split('\n').find((each) => each.startsWith('ballast_archive_age_seconds '));
    expect(Number(line?.split(' ')[1])).toBeGreaterThan(3_590);
  });
});
