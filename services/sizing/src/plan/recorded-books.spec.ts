import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Book, notional, price, quantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { accountOf, instrumentOf, planTrade, policyOf, signalOf } from './plan.builders.js';
import { planDecider } from './plan.decider.js';

const DATA = process.env['BALLAST_DATA'] ?? resolve(import.meta.dirname, '../../../../../shared/data');
const file = (asset: string): string => join(DATA, 'book', `hyperliquid_perp_${asset}_2025-09-04_book20.csv.gz`);

/** About one book of every `everyMs`, in the order recorded. */
function books(asset: string, everyMs: number): readonly Book[] {
  const [head, ...rows] = gunzipSync(readFileSync(file(asset))).toString('utf8').trim().split('\n');
  const column = new Map(head?.split(',').map((name, index) => [name.trim(), index]));
  const sampled: Book[] = [];
  for (const row of rows) {
    const cells = row.split(',');
    const cell = (name: string): string => cells[column.get(name) ?? -1]?.trim() ?? '';
    const exchangeTime = parseInt(cell('exchange_timestamp'), 10);
    if (exchangeTime < (sampled.at(-1)?.exchangeTime ?? 0) + everyMs) continue;
    const side = (name: 'bid' | 'ask') => Array.from({ length: 20 }, (_, n) => ({ price: price(cell(`${name}_price_${n}`)), quantity: quantity(cell(`${name}_size_${n}`)) }));
    sampled.push({ instrument: `${asset}-PERP`, bids: side('bid'), asks: side('ask'), exchangeTime, sequence: sampled.length });
  }
  return sampled;
}

describe.runIf(existsSync(file('ETH')) && existsSync(file('SOL')))('plans on recorded books (where the recorded data is there)', () => {
  it('are balanced at $1,000 a leg at nearly every moment, and never anything but balanced or refused', () => {
    const sol = books('SOL', 1_000);
    const outcomes = books('ETH', 20_000).flatMap((eth) => {
      const near = sol.findLast((book) => book.exchangeTime <= eth.exchangeTime);
      if (!near || eth.exchangeTime - near.exchangeTime > 5_000) return [];
      const at = eth.exchangeTime;
      const command = planTrade({ signal: signalOf({ targetNotional: notional('1000'), validUntil: at }), account: { ...accountOf(), observedAt: at }, policy: policyOf(), seen: [{ book: eth, instrument: instrumentOf('ETH-PERP', '0.001', '0.1') }, { book: near, instrument: instrumentOf('SOL-PERP', '0.1', '0.01') }] });
      return planDecider.decide(planDecider.initial, command, { decisionId: 'd', at }).map((event) => (event.type === 'TradePlanned' ? event.outcome : `${event.reason} ${event.detail}`));
    });
    const balanced = outcomes.filter((outcome) => outcome === 'BALANCED').length;
    expect(outcomes.length).toBeGreaterThan(50);
    expect(outcomes.filter((outcome) => outcome === 'BEST_EFFORT' || outcome.startsWith('EDGE'))).toEqual([]);
    expect(balanced / outcomes.length, outcomes.filter((outcome) => outcome !== 'BALANCED').join('\n')).toBeGreaterThan(0.9);
  });
});
