import { price, quantity } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CandleBuilder } from './candle-builder.js';

const MINUTE = 60_000;
const builder = (since = 0) => new CandleBuilder('ETH-PERP', MINUTE, since);
const trade = (time: number, at: string, size = '1') => ({ time, price: price(at), quantity: quantity(size) });
const trades = fc.array(fc.record({ time: fc.integer({ min: 0, max: 10 * MINUTE - 1 }), cents: fc.integer({ min: 1, max: 1_000_000 }), lots: fc.integer({ min: 1, max: 1_000 }) }), { maxLength: 80 });

describe('candles from trades', () => {
  it('have open, high, low, close and volume of their minute', () => {
    const candles = builder();
    for (const [time, at] of [[0, '10'], [1, '12'], [2, '9'], [MINUTE - 1, '11']] as const) candles.add(trade(time, at, '0.5'));
    const [candle] = candles.close(MINUTE).complete;
    expect(JSON.parse(JSON.stringify(candle))).toEqual({ instrument: 'ETH-PERP', intervalMs: MINUTE, openTime: 0, open: '10', high: '12', low: '9', close: '11', volume: '2' });
  });

  it('are complete only when market time has passed their end, and come once', () => {
    const candles = builder();
    candles.add(trade(10, '10'));
    expect(candles.close(MINUTE - 1).complete).toEqual([]);
    expect(candles.close(MINUTE).complete).toHaveLength(1);
    expect(candles.close(2 * MINUTE).complete).toEqual([]);
  });

  it('come from nothing never: a minute without a trade has none', () => expect(builder().close(100 * MINUTE)).toEqual({ complete: [], interrupted: 0 }));

  it('are not changed by a trade that comes after their end was published', () => {
    const candles = builder();
    candles.close(MINUTE);
    expect(candles.add(trade(MINUTE - 1, '10'))).toBe('late');
    expect(candles.close(2 * MINUTE).complete).toEqual([]);
  });

  it('are not published for a minute that was not seen whole', () => {
    const started = builder(30_000);
    started.add(trade(40_000, '10'));
    expect(started.close(MINUTE)).toEqual({ complete: [], interrupted: 1 });
    started.add(trade(MINUTE + 1, '10'));
    started.interrupt(MINUTE + 30_000);
    expect(started.close(2 * MINUTE)).toEqual({ complete: [], interrupted: 1 });
  });

  it('keep low <= open, close <= high and lose no volume, whatever the order of trades', () => {
    fc.assert(
      fc.property(trades, (list) => {
        const candles = builder();
        for (const { time, cents, lots } of list) candles.add(trade(time, (cents / 100).toFixed(2), String(lots)));
        const { complete } = candles.close(10 * MINUTE);
        for (const { open, high, low, close } of complete) expect(low.lte(open) && low.lte(close) && high.gte(open) && high.gte(close)).toBe(true);
        expect(complete.reduce((sum, { volume }) => sum.plus(volume), quantity('0').plus(0)).toString()).toBe(String(list.reduce((sum, { lots }) => sum + lots, 0)));
        expect(complete.map(({ openTime }) => openTime)).toEqual([...new Set(list.map(({ time }) => Math.floor(time / MINUTE) * MINUTE))].sort((a, b) => a - b));
      }),
    );
  });
});
