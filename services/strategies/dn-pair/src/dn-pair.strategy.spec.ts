import { bps, price } from '@ballast/domain';
import { ContractError, EXIT_RETRY_MS, LAPSE_MS, MID_SAMPLE_MS, type StrategyScenario, strategyScenario } from '@ballast/strategy';
import { describe, expect, it } from 'vitest';
import { deviationBps } from './deviation.js';
import { DnPair } from './dn-pair.strategy.js';

const PAIR = { instrumentA: 'ETH-PERP', instrumentB: 'SOL-PERP', targetNotional: '1000' };
const CYCLE = { ...PAIR, mode: 'cycle', costBudgetBps: '25', dailyCostBudget: '50', holdMs: 30_000, sleepMs: 10_000 };
const SPREAD = { ...PAIR, mode: 'spread', windowMs: 600_000, warmUpMs: 60_000, maxHoldMs: 120_000 };
const MIDS = { 'ETH-PERP': '2756.9', 'SOL-PERP': '115.86' };
const bot = (settings: Record<string, unknown>) => strategyScenario(new DnPair(), { settings });
const round = (scenario: ReturnType<typeof bot>, as: Parameters<ReturnType<typeof bot>['closed']>[0] = {}) => scenario.books(MIDS).opened().balanced().after(30_000).books(MIDS).exiting().closed(as).after(10_000);
const sideOfA = ({ signals }: { signals: readonly { type: string }[] }) => signals.flatMap((event) => ('legs' in event && 'purpose' in event && event.purpose === 'ENTER' ? [(event.legs as { side: string }[])[0]?.side] : []));
function faultsOf(settings: Record<string, unknown>): Readonly<Record<string, string>> {
  try {
    bot(settings);
  } catch (error) {
    if (error instanceof ContractError) return error.fields;
    throw error;
  }
  return {};
}

describe('cycle mode', () => {
  it('enters both legs on opposite sides with the cost budget and what it saw', () => {
    const scenario = bot({ ...CYCLE, direction: 'SHORT_A' }).books(MIDS);
    expect(scenario.lastSignal).toMatchObject({ purpose: 'ENTER', legs: [{ instrument: 'ETH-PERP', side: 'SELL' }, { instrument: 'SOL-PERP', side: 'BUY' }] });
    expect(scenario.lastSignal.costBudgetBps?.toString()).toBe('25');
    expect(scenario.lastSignal.expectedEdgeBps).toBeUndefined();
    expect(scenario.lastSignal.seen.map(({ instrument, bookSequence }) => [instrument, bookSequence])).toEqual([['ETH-PERP', 1], ['SOL-PERP', 1]]);
  });

  it('holds both legs for holdMs, then leaves the trade', () => {
    const scenario = bot(CYCLE).books(MIDS).opened().after(5_000).balanced().after(29_999).books(MIDS);
    expect(scenario.signals).toHaveLength(1);
    scenario.after(1).books(MIDS);
    expect(scenario.lastSignal).toMatchObject({ purpose: 'EXIT', tradeId: scenario.signals[0]?.tradeId, legs: [] });
  });

  it('leaves on time also where no book comes', () => {
    const scenario = bot(CYCLE).books(MIDS).opened().balanced().books(MIDS).after(60_000);
    expect(scenario.lastSignal).toMatchObject({ purpose: 'EXIT' });
  });

  it('alternates the direction after each completed round and ends after its iterations', () => {
    const scenario = bot({ ...CYCLE, iterations: 3 });
    round(round(round(scenario))).books(MIDS);
    expect(sideOfA(scenario)).toEqual(['BUY', 'SELL', 'BUY']);
    expect(scenario.finished).toBe('3 iterations done');
  });

  it('does not count a round that was unwound or not filled', () => {
    const scenario = bot({ ...CYCLE, iterations: 1 }).books(MIDS).opened().closed({ outcome: 'UNFILLED' }).after(10_000).books(MIDS).opened().closed({ outcome: 'UNWOUND' }).after(10_000).books(MIDS);
    expect(scenario.finished).toBeUndefined();
    expect(scenario.signals).toHaveLength(3);
  });

  it('sleeps between rounds', () => {
    const scenario = round(bot({ ...CYCLE, sleepMs: 20_000 })).books(MIDS);
    expect(scenario.signals).toHaveLength(2);
    scenario.after(10_000).books(MIDS);
    expect(scenario.signals).toHaveLength(3);
  });

  it('raises one entry at a time', () => {
    const scenario = bot(CYCLE).books(MIDS).after(250).books(MIDS).after(250).books(MIDS);
    expect(scenario.signals).toHaveLength(1);
  });

  it('waits for both books and trades nothing without them (R39)', () => {
    const scenario = bot(CYCLE).books({ 'ETH-PERP': '2756.9' }).after(9_000).books({ 'ETH-PERP': '2756.9' });
    expect(scenario.signals).toHaveLength(0);
    scenario.books(MIDS);
    expect(scenario.signals).toHaveLength(1);
  });

  it('gives an entry up after 10 s without both books and tries again after the pause (R39)', () => {
    const scenario = bot(CYCLE).books({ 'ETH-PERP': '2756.9' }).after(10_000).books(MIDS);
    expect(scenario.signals).toHaveLength(0);
    scenario.after(10_000).books(MIDS);
    expect(scenario.signals).toHaveLength(1);
  });

  it('enters on no book that is older than 5 s and on no broken feed', () => {
    const stale = bot(CYCLE).pause().books(MIDS).start().after(5_001).tick();
    const broken = bot(CYCLE).feed('SOL-PERP', 'GAP').books(MIDS);
    expect(stale.signals).toHaveLength(0);
    expect(broken.signals).toHaveLength(0);
    expect(broken.feed('SOL-PERP', 'RESYNCED').books(MIDS).signals).toHaveLength(1);
  });

  it('stops entering when one more round could exceed the daily budget, until the next UTC day', () => {
    const scenario = round(bot(CYCLE), { realisedPnl: '-40', fees: '8' }).books(MIDS).after(3_600_000).books(MIDS);
    expect(sideOfA(scenario)).toHaveLength(1);
    scenario.after(23 * 3_600_000).books(MIDS);
    expect(sideOfA(scenario)).toHaveLength(2);
  });

  it('enters nothing while paused or stopped, and still leaves what is open', () => {
    const scenario = bot(CYCLE).books(MIDS).opened().balanced().pause().after(30_000).books(MIDS);
    expect(scenario.lastSignal.purpose).toBe('EXIT');
    scenario.closed().after(60_000).books(MIDS).stop().after(60_000).books(MIDS);
    expect(scenario.signals).toHaveLength(2);
    expect(scenario.start().books(MIDS).signals).toHaveLength(3);
  });

  it('asks for an exit again after a refusal, not before', () => {
    const scenario = bot(CYCLE).books(MIDS).opened().balanced().after(30_000).books(MIDS).denied().books(MIDS);
    expect(scenario.signals).toHaveLength(2);
    expect(scenario.after(EXIT_RETRY_MS).books(MIDS).signals).toHaveLength(3);
  });

  it('withdraws a signal that nobody answered and goes on', () => {
    const scenario = bot(CYCLE).books(MIDS).after(5_000 + LAPSE_MS + 1).books(MIDS);
    expect(scenario.signals.map(({ type }) => type)).toEqual(['SignalRaised', 'SignalWithdrawn']);
    expect(scenario.after(10_000).books(MIDS).signals).toHaveLength(3);
  });

  it('decides the same after a restart, from the log alone', () => {
    const play = (restart: boolean) => {
      const scenario = round(bot(CYCLE)).books(MIDS).opened().balanced();
      return (restart ? scenario.restart() : scenario).after(30_000).books(MIDS).closed().after(10_000).books(MIDS).infeasible().after(10_000).books(MIDS).signals;
    };
    expect(JSON.stringify(play(true))).toBe(JSON.stringify(play(false)));
  });
});

describe('spread mode', () => {
  const calm = (scenario: StrategyScenario<never, never> | ReturnType<typeof bot>, samples: number) => {
    for (let index = 0; index < samples; index += 1) (scenario as ReturnType<typeof bot>).books(MIDS).after(MID_SAMPLE_MS);
    return scenario as ReturnType<typeof bot>;
  };

  it('is silent until the window is warm and while the spread is near its mean', () => {
    expect(bot(SPREAD).books({ ...MIDS, 'ETH-PERP': '2800' }).signals).toHaveLength(0);
    expect(calm(bot(SPREAD), 40).signals).toHaveLength(0);
  });

  it('sells the dear leg when the deviation reaches 20 bps, with the edge down to the exit', () => {
    const scenario = calm(bot(SPREAD), 40).books({ ...MIDS, 'ETH-PERP': '2764.9' });
    expect(scenario.lastSignal.legs.map(({ side }) => side)).toEqual(['SELL', 'BUY']);
    expect(scenario.lastSignal.expectedEdgeBps?.gt(18)).toBe(true);
    expect(scenario.lastSignal.expectedEdgeBps?.lt(28)).toBe(true);
    expect(scenario.lastSignal.costBudgetBps).toBeUndefined();
  });

  it('buys the cheap leg on the other side, and leaves on reversion', () => {
    const scenario = calm(bot(SPREAD), 40).books({ ...MIDS, 'ETH-PERP': '2748.9' });
    expect(scenario.lastSignal.legs.map(({ side }) => side)).toEqual(['BUY', 'SELL']);
    scenario.opened().balanced().after(1_000).books({ ...MIDS, 'ETH-PERP': '2749' });
    expect(scenario.signals).toHaveLength(1);
    scenario.after(1_000).books(MIDS);
    expect(scenario.lastSignal).toMatchObject({ purpose: 'EXIT', reason: 'spread is back at its mean' });
  });

  it('judges what it holds by the spread of its own legs once its settings name others', () => {
    const scenario = calm(bot(SPREAD), 40).books({ ...MIDS, 'ETH-PERP': '2764.9' }).opened().balanced().configure({ ...SPREAD, instrumentA: 'BTC-PERP', instrumentB: 'XRP-PERP' });
    const others = { 'BTC-PERP': '90000', 'XRP-PERP': '2' };
    for (let index = 0; index < 15; index += 1) scenario.books({ ...others, 'ETH-PERP': '2764.9', 'SOL-PERP': '115.86' }).after(MID_SAMPLE_MS);
    expect(scenario.signals).toHaveLength(1);
    scenario.books({ ...others, ...MIDS });
    expect(scenario.lastSignal).toMatchObject({ purpose: 'EXIT', reason: 'spread is back at its mean' });
  });

  it('leaves after maxHoldMs without reversion', () => {
    const high = { ...MIDS, 'ETH-PERP': '2764.9' };
    const scenario = calm(bot(SPREAD), 100).books(high).opened().balanced().after(119_000).books(high);
    expect(scenario.signals).toHaveLength(1);
    expect(scenario.after(1_000).books(high).lastSignal.purpose).toBe('EXIT');
  });

  it('takes candles of before its start in place of mids', () => {
    const scenario = bot(SPREAD);
    for (let minute = 3; minute > 0; minute -= 1) for (const [instrument, mid] of Object.entries(MIDS)) scenario.candle(instrument, scenario.now - minute * 60_000, mid);
    expect(scenario.after(5_000).books({ ...MIDS, 'ETH-PERP': '2770' }).signals).toHaveLength(1);
  });
});

describe('spread of a pair (W-17)', () => {
  const sample = (time: number, mid: string, spanMs = 5_000) => ({ time, mid: price(mid), spanMs });
  it('is the log price ratio against its time-weighted mean, in bps', () => {
    const pairs = [{ time: 0, a: sample(0, '100'), b: sample(0, '100') }];
    expect(deviationBps(price('100.2'), price('100'), pairs, 5_000)?.toString()).toBe('19.980027');
    expect(deviationBps(price('100'), price('100.2'), pairs, 5_000)?.toString()).toBe('-19.980027');
    expect(deviationBps(price('100'), price('100'), pairs, 5_001)).toBeUndefined();
  });
  it('weighs samples by the time they stand for', () => {
    const pairs = [{ time: 0, a: sample(0, '100', 60_000), b: sample(0, '100', 60_000) }, { time: 5_000, a: sample(5_000, '101'), b: sample(5_000, '100') }];
    const mean = bps('10000').times(price('1.01').ln()).div(13);
    expect(deviationBps(price('100'), price('100'), pairs, 0)?.plus(mean).abs().lt('0.000001')).toBe(true);
  });
});

describe('settings', () => {
  it('holds for the documented minimum of both modes', () => {
    expect(faultsOf({ ...PAIR, mode: 'spread' })).toEqual({});
    expect(faultsOf({ ...PAIR, mode: 'cycle', costBudgetBps: '25', dailyCostBudget: '50' })).toEqual({});
  });

  it('names every missing, unknown and wrong field with what is allowed', () => {
    const { instrumentB: _, ...incomplete } = CYCLE;
    expect(faultsOf(incomplete)['instrumentB']).toContain('found nothing');
    expect(faultsOf({ ...CYCLE, holdTime: 5 })['holdTime']).toMatch(/should not exist; there are .*instrumentA.*targetNotional.*holdMs/);
    expect(Object.keys(faultsOf({ mode: 'cycle', foo: 1 })).sort()).toEqual(['foo', 'instrumentA', 'instrumentB', 'targetNotional']);
    expect(faultsOf({ ...CYCLE, mode: 'grid' })['mode']).toMatch(/found string "grid".*cycle, spread/);
    expect(faultsOf({ ...CYCLE, targetNotional: 1000 })['targetNotional']).toMatch(/number 1000.*decimal string/);
    expect(faultsOf({ ...CYCLE, targetNotional: undefined })['targetNotional']).toBeDefined();
    expect(faultsOf({ ...CYCLE, holdMs: -1 })['holdMs']).toContain('found number -1');
  });

  it('judges fields against each other', () => {
    const { costBudgetBps: _, dailyCostBudget: __, ...noBudgets } = CYCLE;
    expect(Object.keys(faultsOf(noBudgets))).toEqual(['costBudgetBps', 'dailyCostBudget']);
    expect(faultsOf({ ...CYCLE, instrumentB: 'ETH-PERP' })['instrumentB']).toContain('other than instrumentA');
    expect(faultsOf({ ...CYCLE, slippageBpsMax: '21' })['slippageBpsMax']).toContain('at most 20');
    expect(faultsOf({ ...SPREAD, targetBps: '2' })['targetBps']).toContain('above exitBps');
    expect(faultsOf({ ...SPREAD, warmUpMs: 600_001 })['warmUpMs']).toContain('at most windowMs');
  });
});
