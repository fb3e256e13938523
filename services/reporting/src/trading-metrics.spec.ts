import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pairRound } from '@ballast/books';
import { MemorySystem } from '@ballast/bus';
import { contentId, type Decider, money, notional, partitionOf, ratio, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { Metrics } from '@ballast/observability';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportingModule } from './reporting.module.js';

const PARTITION = partitionOf('main');
const IDS = { botId: 'pair1', accountId: 'acct1', portfolioId: 'main' } as const;
const NO_ORDERS = Object.fromEntries(['filled', 'cancelled', 'rejected', 'failed'].map((outcome) => [`{bot="pair1",outcome="${outcome}"}`, 0]));
/** Remembers which gauges were set. */
class WatchedMetrics extends Metrics {
  readonly sets: string[] = [];

  override set: Metrics['set'] = (name, labels, value) => {
    // The base class sets its first gauge before this one has its list.
    (this.sets as string[] | undefined)?.push(`${name} ${Object.values(labels).join(' ')}`);
    super.set(name, labels, value);
  };
}
const writerOf = (writer: string, kind: string): Decider<null, readonly BallastEvent[], BallastEvent> => ({ kind, writer, initial: null, decide: (_state, events) => events, evolve: () => null });

describe('trading as Prometheus sees it', () => {
  let system: MemorySystem;
  let metrics: WatchedMetrics;
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
    metrics = new WatchedMetrics({ service: 'reporting', version: 'test', commit: 'test' });
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
    for (const [clientOrderId, kind] of [['o-rule', 'postOnly'], ['o-failed', 'signature'], ['o-kept', 'withheld']] as const) {
      await write('execution', 'trade', 'trade1', [{ ...order, clientOrderId }]);
      await write('execution', 'trade', 'trade1', [{ type: 'OrderRejected', clientOrderId, tradeId: 'trade1', kind, message: 'no' }]);
    }
    await write('execution', 'trade', 'trade1', [{ ...order, clientOrderId: 'o-cut' }, { type: 'OrderCancelled', clientOrderId: 'o-cut', tradeId: 'trade1', unfilled: order.quantity, reason: 'time' }, { type: 'OrderDenied', tradeId: 'trade1', leg: 0, instrument: order.instrument, reason: 'QUANTITY_OFF_LOT', found: '1', allowed: '2' }]);
    await write('sizing', 'plan', 'plan2', [{ type: 'TradePlanInfeasible', ...IDS, planId: 'plan2', signalId: 's2', tradeId: 'trade2', reason: 'DEPTH', detail: 'thin', caps: [], seen: [] }]);
    expect(await values('orders_total')).toEqual({ '{bot="pair1",outcome="filled"}': 4, '{bot="pair1",outcome="rejected"}': 2, '{bot="pair1",outcome="failed"}': 1, '{bot="pair1",outcome="cancelled"}': 1 });
    expect(await values('order_refusals_total')).toEqual({ '{bot="pair1",by="venue",reason="postOnly"}': 1, '{bot="pair1",by="venue",reason="signature"}': 1, '{bot="pair1",by="execution",reason="withheld"}': 1, '{bot="pair1",by="contract",reason="QUANTITY_OFF_LOT"}': 1 });
    expect(await values('plans_infeasible_total')).toEqual({ '{bot="pair1",reason="DEPTH"}': 1, '{bot="pair1",reason="SLIPPAGE"}': 0 });
  });

  it('is what is halted, by its scope, until it is resumed or the bot is deleted', async () => {
    const state = (scope: 'PORTFOLIO' | 'BOT', scopeId: string, to: 'HALTED' | 'ACTIVE'): BallastEvent => ({ type: 'TradingStateChanged', portfolioId: IDS.portfolioId, scope, scopeId, state: to, reason: 'why', by: 'cli' });
    await write('risk', 'trading-state', 'main', [state('PORTFOLIO', 'main', 'HALTED'), state('BOT', 'pair1', 'HALTED'), state('PORTFOLIO', 'main', 'ACTIVE')]);
    expect(await values('trading_state')).toEqual({ '{portfolio="main",scope="portfolio"}': 0, '{portfolio="main",scope="bot/pair1"}': 2 });
    await write('operator', 'bot', 'pair1', [{ type: 'BotDeleted', ...IDS, reason: 'over', by: 'cli' }]);
    expect(await values('trading_state')).toEqual({ '{portfolio="main",scope="portfolio"}': 0 });
  });

  it('sets the lines of the bot, the portfolio and the scope that an event is of, and no other: what it costs does not grow with the bots', async () => {
    const OTHER = { botId: 'pair2', accountId: 'acct2', portfolioId: 'other' } as const;
    const events = pairRound().flatMap((act) => act.events);
    const find = <Type extends BallastEvent['type']>(type: Type): Extract<BallastEvent, { type: Type }> => {
      const found = events.find((event) => event.type === type);
      if (!found) throw new Error(`the round has no ${type}`);
      return found as Extract<BallastEvent, { type: Type }>;
    };
    const [created, order, fill, opened] = [find('BotCreated'), find('OrderSubmitted'), find('OrderFilled'), find('PositionOpened')];
    const volume = (portfolioId: string): BallastEvent => ({ type: 'VolumeCounted', tradeId: `trade-${portfolioId}`, portfolioId, planVolume: notional('7'), turnover: notional('7'), day: '2026-01-31' });
    const halted = (scopeId: string): BallastEvent => ({ type: 'TradingStateChanged', portfolioId: IDS.portfolioId, scope: 'BOT', scopeId, state: 'HALTED', reason: 'why', by: 'cli' });
    await write('operator', 'bot', 'pair2', [{ ...created, ...OTHER }]);
    await write('execution', 'trade', 'trade2', [{ ...order, ...OTHER, tradeId: 'trade2', clientOrderId: 'o-other' }]);
    await write('execution', 'position', 'acct2', [{ ...opened, accountId: OTHER.accountId, tradeId: 'trade2' }]);
    await write('risk', 'exposure', 'main', [volume('other'), volume('main')]);
    await write('risk', 'trading-state', 'main', [halted('pair1'), halted('pair2')]);
    const setBy = async (writer: string, kind: string, id: string, event: BallastEvent): Promise<readonly string[]> => {
      metrics.sets.length = 0;
      await write(writer, kind, id, [event]);
      return metrics.sets.filter((line) => /open_orders|_quote |trading_state/.test(line)).sort();
    };
    expect(await setBy('execution', 'trade', 'trade1', { ...order, clientOrderId: 'o-new' })).toEqual(['ballast_open_orders pair1']);
    expect(await values('open_orders')).toEqual({ '{bot="pair1"}': 1, '{bot="pair2"}': 1 });
    expect(await setBy('execution', 'trade', 'trade1', { ...fill, clientOrderId: 'o-new', fillId: 'f-new', quantity: order.quantity })).toEqual(['ballast_open_orders pair1']);
    expect(await setBy('execution', 'trade', 'trade2', { type: 'OrderCancelled', clientOrderId: 'o-other', tradeId: 'trade2', unfilled: order.quantity, reason: 'time' })).toEqual(['ballast_open_orders pair2']);
    expect(await values('open_orders')).toEqual({ '{bot="pair1"}': 0, '{bot="pair2"}': 0 });
    expect(await setBy('execution', 'position', 'acct1', opened)).toEqual(['fees', 'funding', 'realised_pnl'].map((name) => `ballast_${name}_quote pair1`));
    expect(await setBy('risk', 'exposure', 'main', volume('main'))).toEqual(['ballast_daily_volume_quote main']);
    expect(await values('daily_volume_quote')).toEqual({ '{portfolio="main"}': 14, '{portfolio="other"}': 7 });
    expect(await setBy('risk', 'exposure', 'main', { type: 'DayRolled', portfolioId: 'main', day: '2026-02-01' })).toEqual(['ballast_daily_volume_quote main']);
    expect(await values('daily_volume_quote')).toEqual({ '{portfolio="main"}': 0, '{portfolio="other"}': 7 });
    expect(await setBy('risk', 'trading-state', 'main', halted('pair1'))).toEqual(['ballast_trading_state main bot/pair1']);
  });

  it('is the result of all accounts that a bot has had, and of none that is another\'s now', async () => {
    const created = pairRound().flatMap(({ events }) => events).find((event) => event.type === 'BotCreated');
    const funding = (accountId: string, amount: string): BallastEvent => ({ type: 'FundingSettled', accountId, instrument: 'v.BTC-PERP', paymentId: `${accountId}-${amount}`, amount: money(amount), rateHourly: ratio('0'), position: signedQuantity('1'), venueTime: 1 });
    if (created?.type !== 'BotCreated') throw new Error('the round has no bot');
    await write('operator', 'bot', 'pair1', [{ ...created, accountId: 'acct9' }]);
    await write('execution', 'position', 'acct9', [funding('acct9', '3')]);
    expect([await values('funding_quote'), await values('realised_pnl_quote')]).toEqual([{ '{bot="pair1"}': 3 }, { '{bot="pair1"}': 0.4902 }]);
    await write('operator', 'bot', 'pair2', [{ ...created, botId: 'pair2', accountId: 'acct9' }]);
    await write('execution', 'position', 'acct9', [funding('acct9', '1')]);
    await write('execution', 'position', 'acct1', [funding('acct1', '2')]);
    expect(await values('funding_quote')).toEqual({ '{bot="pair1"}': 2, '{bot="pair2"}': 4 });
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
