import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalHash, type CanonicalState } from '@ballast/books';
import { MemorySystem } from '@ballast/bus';
import { contentId, type Decider, money, partitionOf, price, quantity, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { Metrics } from '@ballast/observability';
import { reportingModule } from './reporting.module.js';
import type { Summary } from '@ballast/reports';

const BOT = { botId: 'bot1', accountId: 'account1', portfolioId: 'portfolio1' } as const;
const ETH = 'ETH-PERP';
const START = Date.UTC(2025, 8, 4, 12);
const PARTITION = partitionOf(BOT.portfolioId);

/** A stream that records what it is told: this spec is about who reads it. */
const teller = (writer: string, kind: string): Decider<null, BallastEvent, BallastEvent> => ({ kind, writer, initial: null, decide: (_state, event) => [event], evolve: () => null });

const submitted = (clientOrderId: string): BallastEvent => ({ type: 'OrderSubmitted', clientOrderId, tradeId: 't1', ...BOT, leg: 0, purpose: 'ENTRY', instrument: ETH, side: 'BUY', quantity: quantity('2'), limitPrice: price('100'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: 0, expiresAt: 0, deadlineAt: 0, slice: 0, attempt: 0, bookSequence: 1 });

describe('the reporting service on the in-memory bus', () => {
  let folder: string;
  let system: MemorySystem;
  const metrics = new Metrics({ service: 'reporting', version: 'test', commit: 'test' });

  const tell = async (writer: string, kind: string, events: readonly BallastEvent[]): Promise<void> => {
    const { streams } = system.platform(writer);
    for (const event of events) await streams.execute(teller(writer, kind), { partition: PARTITION, id: 'x1' }, event, { causationId: contentId(writer, JSON.stringify(event)), correlationId: 't1', lane: BOT.accountId });
    await system.run();
  };
  const ask = async <Answer>(name: string, payload: object = {}): Promise<Answer> => {
    const reply = system.requestsOf('cli').query('reporting', PARTITION, name, payload);
    await system.run();
    const answer = await reply;
    if (!answer.ok) throw new Error(answer.error);
    return answer.data as Answer;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-reporting-'));
    system = new MemorySystem(START);
    await system.add('reporting', () => reportingModule({ reportDir: join(folder, 'run'), provenance: { oracle: '60 s EMA of mid' }, metrics }));
    await tell('operator', 'bot', [{ type: 'BotCreated', ...BOT, strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'cli' }]);
    await tell('execution', 'trade', [submitted('o1'), submitted('o2'), { type: 'OrderFilled', clientOrderId: 'o1', fillId: 'f1', tradeId: 't1', ...BOT, leg: 0, purpose: 'ENTRY', instrument: ETH, side: 'BUY', quantity: quantity('2'), price: price('100'), fee: money('0.02'), liquidity: 'MAKER', venueTime: START }]);
    await tell('execution', 'position', [{ type: 'PositionOpened', accountId: BOT.accountId, instrument: ETH, fillId: 'f1', tradeId: 't1', side: 'BUY', quantity: quantity('2'), price: price('100'), fee: money('0.02'), position: signedQuantity('2'), entryPrice: price('100'), realisedPnl: money('0'), venueTime: START }]);
  });

  afterEach(async () => {
    await system.stop();
    rmSync(folder, { recursive: true });
  });

  it('answers with figures of what is in the log, for one bot and for all', async () => {
    expect(await ask<Summary>('summary')).toMatchObject({ events: 5, execution: { orders: 2, fills: 1, turnover: '200', unresolvedOrders: 1 }, pnl: { fees: '0.02', net: '-0.02' } });
    expect(await ask<Summary>('summary', { botId: 'other' })).toMatchObject({ execution: { orders: 0 }, pnl: { net: '0' } });
  });

  it('reaches to market time now, not to the last event', async () => {
    await system.run(START + 25_000);
    expect((await ask<Summary>('summary')).marketTime).toEqual({ from: new Date(START).toISOString(), to: new Date(START + 25_000).toISOString() });
  });

  it('lists trades and orders, the open ones by themselves', async () => {
    expect(await ask('orders', { which: 'OPEN' })).toMatchObject({ total: 1, orders: [{ clientOrderId: 'o2', status: 'SUBMITTED' }] });
    expect(await ask('trades')).toMatchObject({ total: 1, trades: [{ tradeId: 't1', net: null }] });
    expect(await ask('positions')).toMatchObject({ positions: { 'account1/ETH-PERP': { quantity: '2', entryPrice: '100' } } });
    expect(await ask('balances')).toMatchObject({ balances: { account1: { cash: '-0.02' } }, equity: {} });
  });

  it('answers `state` with the canonical books, their hash and the cut they hold at', async () => {
    const { state, hash, cut, events } = await ask<{ state: CanonicalState; hash: string; cut: object; events: number }>('state');
    expect(canonicalHash(state)).toBe(hash);
    expect({ cut, events }).toEqual({ cut: { [PARTITION]: 5 }, events: 5 });
    expect(await ask('state', { part: 'orders', after: 'o1' })).toMatchObject({ hash, values: { o2: { status: 'SUBMITTED' } }, next: null });
  });

  it('writes the files of a report, and nothing half written beside them', async () => {
    const run = join(folder, 'run');
    const data = (await system.command({ user: 'cli', service: 'reporting', partition: PARTITION }, 'write-report', {}, 'key-1')) as { files: Record<string, string>; summary: Summary };
    expect(readdirSync(run).sort()).toEqual(['report.md', 'slices.csv', 'slippage-buckets.csv', 'slippage.csv', 'slippage.json', 'summary.json', 'trades.csv']);
    expect(JSON.parse(readFileSync(data.files['summary.json'] ?? '', 'utf8'))).toEqual(data.summary);
    expect(readFileSync(data.files['report.md'] ?? '', 'utf8')).toContain('oracle: 60 s EMA of mid');
  });

  it('tells Prometheus fills, fees and open orders', async () => {
    const text = await metrics.text();
    expect(text).toMatch(/ballast_fills_total\{bot="bot1",instrument="ETH-PERP",liquidity="MAKER"\} \d/);
    expect(text).toContain('ballast_fees_quote{bot="bot1"} 0.02');
    expect(text).toContain('ballast_open_orders{bot="bot1"} 1');
  });

  it('refuses a query that it does not know the fields of', async () => {
    await expect(ask('summary', { bot: 'b' })).rejects.toThrow(/bot: found/);
    await expect(ask('project-pnl', { tradesPerDay: 20, notional: 1000, spreadBps: '20', makerShare: '0.7', makerRoundBps: '4', takerRoundBps: '20' })).rejects.toThrow(/notional: .*decimal string/);
  });
});
