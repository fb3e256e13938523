import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type Ms, price, quantity } from '@ballast/domain';
import { type Candle, ContractError, type StrategyScenario, strategyScenario } from '@ballast/strategy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averageOf, averageTrueRange, BASE_MS, barsOf } from './candles.js';
import type { SwingSettings } from './swing.settings.js';
import { Swing, type Swings } from './swing.strategy.js';

const ETH = 'ETH-PERP';
const START = Date.UTC(2026, 0, 5);
const DAY_MS = 24 * BASE_MS;
const SETTINGS = { instrument: ETH, targetNotional: '1000', costBudgetBps: '30', intervalMs: BASE_MS, averagePeriods: 5, slopePeriods: 2, rangePeriods: 4, atrPeriods: 4 };
type Bot = StrategyScenario<SwingSettings, Swings>;
const botOf = (settings: object = {}): Bot => strategyScenario(new Swing(), { settings: { ...SETTINGS, ...settings }, startAt: START });

const hour = (openTime: Ms, close: string, spread = 2): Candle => {
  const at = price(close);
  return { instrument: ETH, intervalMs: BASE_MS, openTime, open: at, high: price(at.plus(spread).toString()), low: price(at.minus(spread).toString()), close: at, volume: quantity('1') };
};
/** Hours that end now, with these closes. */
const past = (closes: readonly string[], spread = 2): readonly Candle[] => closes.map((close, index) => hour(START - (closes.length - index) * BASE_MS, close, spread));
const UP = ['2700', '2700', '2700', '2701', '2702', '2703', '2720'];
const DOWN = ['2740', '2740', '2740', '2739', '2738', '2737', '2720'];
const entered = (bot: Bot) => bot.signals.flatMap((event) => (event.type === 'SignalRaised' && event.purpose === 'ENTER' ? [event] : []));

function faultsIn(settings: object): readonly string[] {
  try {
    botOf(settings);
  } catch (error) {
    if (error instanceof ContractError) return Object.keys(error.fields);
    throw error;
  }
  return [];
}

describe('candles', () => {
  it('of 2 h and 4 h are those of all their hours, and end at the first hole', () => {
    const hours = past(Array.from({ length: 24 }, (_, index) => String(2700 + index)));
    const [first] = barsOf(hours, 4 * BASE_MS, START, 3);
    expect([first?.openTime, first?.open, first?.close, first?.high, first?.low].map(String)).toEqual([String(START - 12 * BASE_MS), '2712', '2715', '2717', '2710']);
    expect(barsOf(hours.filter(({ openTime }) => openTime !== START - 6 * BASE_MS), 2 * BASE_MS, START, 10)).toHaveLength(2);
    expect(barsOf(hours.slice(0, -1), BASE_MS, START, 10)).toEqual([]);
  });

  it('are the same whenever within their next one they are looked at', () => {
    const hours = past(UP);
    fc.assert(fc.property(fc.integer({ min: 0, max: BASE_MS - 1 }), (later) => { expect(barsOf(hours, BASE_MS, START + later, 7)).toEqual(barsOf(hours, BASE_MS, START, 7)); }));
  });

  it('give an average of closes, and a true range that counts the gap', () => {
    const bars = barsOf(past(['2700', '2710', '2740']), BASE_MS, START, 3);
    expect([averageOf(bars, 3), averageOf(bars, 2, 1), averageTrueRange(bars, 2)].map(String)).toEqual(['2716.666666666667', '2705', '22']);
  });
});

describe('the swing bot', () => {
  it.each([[UP, 'BUY', '2704.5', '2751'], [DOWN, 'SELL', '2735.5', '2689']] as const)('enters one leg on the side of the trend when a candle breaks out, with a stop and a target in average true ranges', (closes, side, stop, target) => {
    const bot = botOf().candles(past(closes)).books({ [ETH]: '2720' });
    const [leg] = bot.lastSignal.legs;
    expect(bot.lastSignal.legs).toHaveLength(1);
    expect([leg?.side, leg?.stopPrice?.toString(), leg?.targetPrice?.toString()]).toEqual([side, stop, target]);
  });

  it('looks at each candle once: one that was refused enters nothing more, the next one may', () => {
    const bot = botOf().candles(past(UP)).books({ [ETH]: '2720' }).denied().after(60_000).books({ [ETH]: '2720' });
    expect(entered(bot)).toHaveLength(1);
    bot.after(BASE_MS).candles([hour(START, '2740')]).books({ [ETH]: '2740' });
    expect(entered(bot)).toHaveLength(2);
  });

  it.each([['against the trend', UP, { direction: 'SHORT' }], ['in a flat market', UP.map(() => '2700'), {}], ['without enough candles', UP.slice(1), {}], ['within its range', [...UP.slice(0, -1), '2703'], {}]])('enters nothing %s', (_when, closes, settings) => {
    expect(entered(botOf(settings).candles(past(closes)).books({ [ETH]: closes.at(-1) ?? '2700' }))).toEqual([]);
  });

  it('enters a pullback where a candle has touched the average and closed on the side of the trend', () => {
    const closes = ['2700', '2705', '2710', '2715', '2720', '2725', '2722'];
    expect(entered(botOf({ entry: 'pullback' }).candles(past(closes)).books({ [ETH]: '2722' }))).toEqual([]);
    expect(entered(botOf({ entry: 'pullback' }).candles(past(closes, 6)).books({ [ETH]: '2722' })).map(({ legs }) => legs[0]?.side)).toEqual(['BUY']);
  });

  it('holds for days, leaves after the longest hold, and waits for execution before', () => {
    const bot = botOf({ maxHoldMs: 2 * DAY_MS }).candles(past(UP)).books({ [ETH]: '2720' }).opened().after(2 * DAY_MS).books({ [ETH]: '2720' });
    expect(bot.signals).toHaveLength(1);
    bot.balanced().after(2 * DAY_MS - 1).books({ [ETH]: '2720' });
    expect(bot.signals).toHaveLength(1);
    bot.after(1).tick();
    expect(bot.lastSignal).toMatchObject({ purpose: 'EXIT', reason: `held ${2 * DAY_MS} ms` });
  });

  it('leaves when the trend has turned, the same after a restart', () => {
    const turned = [hour(START, '2690'), hour(START + BASE_MS, '2680'), hour(START + 2 * BASE_MS, '2670')];
    const bot = botOf().candles(past(UP)).books({ [ETH]: '2720' }).opened().balanced().restart().after(3 * BASE_MS).candles([...past(UP), ...turned]).books({ [ETH]: '2720' });
    expect(bot.lastSignal).toMatchObject({ purpose: 'EXIT', reason: 'the trend has turned' });
  });

  it('judges what it holds by its own market once its settings name another', () => {
    const bot = botOf().candles(past(UP)).books({ [ETH]: '2720' }).opened().balanced().configure({ ...SETTINGS, instrument: 'BTC-PERP' });
    bot.candles(past(DOWN).map((candle) => ({ ...candle, instrument: 'BTC-PERP' }))).books({ 'BTC-PERP': '2720' });
    expect(bot.signals).toHaveLength(1);
    bot.after(3 * BASE_MS).candles([hour(START, '2690'), hour(START + BASE_MS, '2680'), hour(START + 2 * BASE_MS, '2670')]).books({ 'BTC-PERP': '2800' });
    expect(bot.lastSignal).toMatchObject({ purpose: 'EXIT', reason: 'the trend has turned' });
  });

  it('finishes after its rounds', () => {
    expect(botOf({ rounds: 1 }).candles(past(UP)).books({ [ETH]: '2720' }).opened().balanced().closed().tick().finished).toBe('1 rounds done');
  });

  it.each([['intervalMs', { intervalMs: 60_000 }], ['stopAtr', { stopAtr: '0' }], ['targetAtr', { targetAtr: '51' }], ['costBudgetBps', { costBudgetBps: '0' }], ['targetNotional', { targetNotional: '0' }], ['slippageBpsMax', { slippageBpsMax: '21' }], ['averagePeriods', { averagePeriods: 2 }], ['entry', { entry: 'hope' }], ['maxHoldMs', { maxHoldMs: 1_000 }]])('refuses %s by name', (field, settings) => {
    expect(faultsIn(settings)).toEqual([field]);
  });
});

const FILE = `${process.env['BALLAST_DATA'] ?? '../shared/data'}/candles/hyperliquid_perp_ETH_1h_2024-09-04_2025-03-13.csv.gz`;

/** Entries on recorded hours, a look at the end of each; every position is left after two days. */
function traded(from: Ms, days: number): readonly string[] {
  const [head = '', ...rows] = gunzipSync(readFileSync(FILE)).toString('utf8').trim().split('\n');
  const names = head.split(',');
  const column = (row: string, name: string): string => row.split(',')[names.indexOf(name)] ?? '';
  const hours = rows.map((row): Candle => ({ instrument: ETH, intervalMs: BASE_MS, openTime: Number.parseInt(column(row, 'date'), 10), open: price(column(row, 'open')), high: price(column(row, 'high')), low: price(column(row, 'low')), close: price(column(row, 'close')), volume: quantity('1') }));
  const bot = strategyScenario(new Swing(), { settings: { instrument: ETH, targetNotional: '1000', costBudgetBps: '30', maxHoldMs: 2 * DAY_MS }, startAt: from });
  const entries: string[] = [];
  for (const candle of hours.filter(({ openTime }) => openTime >= from - 10 * DAY_MS && openTime < from + days * DAY_MS)) {
    bot.candles([candle]);
    if (candle.openTime < from) continue;
    const before = bot.signals.length;
    bot.after(BASE_MS).books({ [ETH]: candle.close.toString() });
    const [signal] = bot.signals.slice(before);
    if (signal?.type !== 'SignalRaised') continue;
    if (signal.purpose === 'EXIT') bot.exiting().closed();
    else {
      entries.push(JSON.stringify([bot.now, signal.legs, signal.reason]));
      bot.opened().balanced();
    }
  }
  return entries;
}

describe.runIf(existsSync(FILE))('the swing bot on recorded candles', () => {
  it('decides the same on every run, on both sides of the market, with its stop always on the losing side', () => {
    const entries = traded(Date.UTC(2024, 11, 1), 60);
    expect(traded(Date.UTC(2024, 11, 1), 60)).toEqual(entries);
    const legs = entries.map((text) => (JSON.parse(text) as [number, [{ side: string; stopPrice: string; targetPrice: string }]])[1][0]);
    expect(new Set(legs.map(({ side }) => side))).toEqual(new Set(['BUY', 'SELL']));
    for (const { side, stopPrice, targetPrice } of legs) expect(price(stopPrice).lt(price(targetPrice))).toBe(side === 'BUY');
  });
});
