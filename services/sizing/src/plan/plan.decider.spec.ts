import fc from 'fast-check';
import { bps, Decimal, imbalanceOf, isMultipleOf, money, notional, ratio } from '@ballast/domain';
import { decodeAs, TradePlanInfeasible, TradePlanned } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { planDecider } from './plan.decider.js';
import { accountOf, AT, bookOf, decided, infeasible, instrumentOf, planned, planTrade, policyOf, signalOf } from './plan.builders.js';
import type { PlanTrade } from './plan.types.js';
import { traceLines } from './plan-trace.js';

const context = { decisionId: 'd1', at: AT };
const wire = (event: object): unknown => JSON.parse(JSON.stringify(event));
const [ETH, SOL] = planTrade().seen;

describe('the plan of a signal', () => {
  it('holds the golden quantities at a target of 100 (R35), and they are valid on the wire', () => {
    const plan = planned({ signal: signalOf({ targetNotional: notional('100') }) });
    expect(plan.legs.map((leg) => [leg.instrument, leg.side, leg.quantity.toString(), leg.referencePrice.toString()])).toEqual([['ETH-PERP', 'BUY', '0.042', '2756.9'], ['SOL-PERP', 'SELL', '1', '115.86']]);
    expect([plan.outcome, plan.imbalanceRatio.toString(), plan.bindingCap]).toEqual(['BALANCED', '0.000606271019', 'target']);
    expect(decodeAs(TradePlanned, wire(plan))).toMatchObject({ type: 'TradePlanned' });
  });

  it('decides nothing for a repeated signal, nor for an exit', () => {
    const event = decided();
    expect(planDecider.decide(planDecider.evolve(planDecider.initial, event), planTrade(), context)).toEqual([]);
    expect(planDecider.decide(planDecider.initial, planTrade({ signal: signalOf({ purpose: 'EXIT', legs: [] }) }), context)).toEqual([]);
  });

  it('names the leverage formula where it binds, and the table where collateral has outgrown it (R9, R10, C-19)', () => {
    const small = planned({ account: accountOf('400'), policy: policyOf({ depthMultipleMin: ratio('1') }) });
    expect([small.bindingCap, small.caps.find((cap) => cap.name === 'leverage-formula')?.limit.toString()]).toEqual(['leverage-formula', '800']);
    const big = planned({ signal: signalOf({ targetNotional: notional('9000') }), account: accountOf('100000'), policy: policyOf({ legNotionalMax: notional('9999') }) });
    expect([big.bindingCap, big.caps.find((cap) => cap.name === 'position-table')?.limit.toString()]).toEqual(['position-table', '4000']);
    expect(big.legs.every((leg) => leg.notional.lte(4000))).toBe(true);
  });

  it('shrinks with the collateral and grows no further than the multiplier (R22, C-24)', () => {
    const shrunk = planned({ account: accountOf('1800', '2000') });
    expect([shrunk.bindingCap, shrunk.caps[0]?.limit.toString()]).toEqual(['progressive', '900']);
    expect(planned({ account: accountOf('3000', '2000') }).caps[0]?.limit.toString()).toBe('1000');
    expect(planned({ account: accountOf('4000', '2000'), policy: policyOf({ growthMultiplierMax: ratio('1.5'), legNotionalMax: notional('9999') }) }).caps[0]?.limit.toString()).toBe('1500');
  });

  it('takes the depth of the thinner leg, three times over (R29, R52, C-55)', () => {
    const plan = planned({ seen: [ETH!, { book: bookOf('SOL-PERP', '115.85', '0.02', '3'), instrument: instrumentOf('SOL-PERP', '0.1', '0.01') }] });
    expect(plan.bindingCap).toMatch(/^depth/);
    for (const leg of plan.legs) expect(leg.depthNotional.gte(leg.notional.times(3)) && leg.estimatedSlippageBps.lte(10)).toBe(true);
  });

  it('reads asks for a buy and bids for a sell (R52)', () => {
    const thinAsks = { ...ETH!.book!, asks: ETH!.book!.asks.slice(0, 1).map((level) => ({ ...level, quantity: level.quantity.div(100) as typeof level.quantity })) };
    const sides = (a: 'BUY' | 'SELL', b: 'BUY' | 'SELL') => signalOf({ legs: [{ instrument: 'ETH-PERP', side: a }, { instrument: 'SOL-PERP', side: b }] });
    const seen = [{ ...ETH!, book: thinAsks }, SOL!];
    const depthOf = (signal: ReturnType<typeof signalOf>) => decided({ seen, signal }).caps.find((cap) => cap.name === 'depth-multiple')!.limit;
    expect(depthOf(sides('SELL', 'BUY')).gt(1_000)).toBe(true);
    expect(depthOf(sides('BUY', 'SELL')).lt(50)).toBe(true);
  });

  it.each([
    ['EXPIRED', {}, AT + 10_001],
    ['STALE_DATA', {}, AT + 5_000],
    ['STALE_DATA', { seen: [{}, SOL!] }, AT],
    ['STALE_DATA', { seen: [ETH!, { book: SOL!.book }] }, AT],
    ['STALE_DATA', { seen: [{ ...ETH!, book: { ...ETH!.book!, bids: [] } }, SOL!] }, AT],
    ['STALE_DATA', { seen: [{ ...ETH!, book: { ...ETH!.book!, bids: ETH!.book!.asks, asks: ETH!.book!.bids } }, SOL!] }, AT],
    ['NO_ACCOUNT_STATE', { account: undefined }, AT],
    ['NO_ACCOUNT_STATE', { account: accountOf('0') }, AT],
    ['NO_ACCOUNT_STATE', { account: { ...accountOf(), observedAt: AT - 180_001 } }, AT],
    ['NO_ACCOUNT_STATE', { policy: undefined }, AT],
    ['NO_PAIR', { signal: signalOf({ legs: [] }) }, AT],
    ['EDGE', { signal: { ...signalOf(), costBudgetBps: bps('5') } }, AT],
    ['EDGE', { signal: signalOf({ costBudgetBps: bps('30'), expectedEdgeBps: bps('5') }) }, AT],
    ['MINIMUM', { seen: [{ ...ETH!, instrument: instrumentOf('ETH-PERP', '0.001', '0.1', '2000') }, SOL!] }, AT],
    ['BEST_EFFORT_REFUSED', { signal: signalOf({ targetNotional: notional('100') }), policy: policyOf({ legNotionalMax: notional('110') }) }, AT],
  ] as const)('is refused as %s, with the reason in words', (reason, overrides, at) => {
    const event = infeasible(overrides as Partial<PlanTrade>, at);
    expect([event.reason, event.detail.length > 10]).toEqual([reason, true]);
    expect(decodeAs(TradePlanInfeasible, wire(event))).toMatchObject({ reason });
  });

  it('refuses a signal that names neither an edge nor a budget', () => {
    const { costBudgetBps: _budget, ...signal } = signalOf();
    expect(infeasible({ signal }).detail).toContain('neither');
  });

  it('refuses depth that runs out before the minimum', () => {
    expect(infeasible({ seen: [ETH!, { book: bookOf('SOL-PERP', '115.85', '0.02', '0.01', 1), instrument: instrumentOf('SOL-PERP', '0.1', '0.01') }] }).reason).toBe('DEPTH');
  });

  it('accepts a best effort only up to the waiver and before it expires, and flags it (C-31, W-11)', () => {
    const overrides = (expiresAt: number, max: string) => ({ signal: signalOf({ targetNotional: notional('100') }), policy: policyOf({ legNotionalMax: notional('110'), waiver: { imbalanceRatioMax: ratio(max), expiresAt } }) });
    const plan = planned(overrides(AT, '0.05'));
    expect([plan.outcome, plan.imbalanceRatio.gt('0.001')]).toEqual(['BEST_EFFORT', true]);
    expect(infeasible(overrides(AT - 1, '0.05')).reason).toBe('BEST_EFFORT_REFUSED');
    expect(infeasible(overrides(AT, '0.0011')).bestImbalanceRatio?.gt('0.001')).toBe(true);
  });

  it('expects 4 bps a round all maker and 20 bps plus slippage all taker (R19, W-15)', () => {
    expect(planned({ policy: policyOf({ makerShareExpected: ratio('1') }) }).expectedCostBps.toString()).toBe('4');
    expect(planned({ policy: policyOf({ makerShareExpected: ratio('0') }) }).expectedCostBps.gte(20)).toBe(true);
  });

  it('traces the same quantities at each hop, in order (R36, W-20)', () => {
    const lines = traceLines(planned({ signal: signalOf({ targetNotional: notional('100') }) }));
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['[SIZING]', '[BALANCE]', '[PLAN]']);
    expect(lines[1]).toBe('[BALANCE] Calculated quantities: ETH-PERP 0.042 ($115.79), SOL-PERP 1 ($115.86), Imbalance: 0.061%');
    for (const line of lines) expect([line.includes('ETH-PERP 0.042'), line.includes('SOL-PERP 1')]).toEqual([true, true]);
  });

  it('never plans off the grid, above a cap, below a minimum, or slices that do not add up, whatever the market', () => {
    const command = fc.record({ eth: fc.integer({ min: 10_000, max: 50_000 }), sol: fc.integer({ min: 2_000, max: 40_000 }), target: fc.integer({ min: 20, max: 9_000 }), size: fc.integer({ min: 1, max: 500 }), collateral: fc.integer({ min: 10, max: 5_000 }), slice: fc.integer({ min: 5, max: 900 }) });
    fc.assert(fc.property(command, ({ eth, sol, target, size, collateral, slice }) => {
      const event = decided({
        signal: signalOf({ targetNotional: notional(String(target)) }),
        account: { ...accountOf(), eligibleCollateral: money(String(collateral)), initialCollateral: money(String(collateral)) },
        policy: policyOf({ legNotionalMax: notional('20000'), sliceNotionalMax: notional(String(slice)) }),
        seen: [
          { book: bookOf('ETH-PERP', (eth / 10).toFixed(1), '0.1', (size / 50).toFixed(3)), instrument: instrumentOf('ETH-PERP', '0.001', '0.1') },
          { book: bookOf('SOL-PERP', (sol / 100).toFixed(2), '0.01', (size / 2).toFixed(1)), instrument: instrumentOf('SOL-PERP', '0.1', '0.01') },
        ],
      });
      if (event.type !== 'TradePlanned') return;
      const most = event.caps.filter((cap) => cap.name !== 'progressive').reduce((least, cap) => Decimal.min(least, cap.limit), new Decimal(Infinity));
      expect(imbalanceOf(event.legs[0]!.notional, event.legs[1]!.notional).lt('0.001')).toBe(true);
      for (const leg of event.legs) {
        expect(isMultipleOf(leg.quantity, leg.terms.lotSize)).toBe(true);
        expect(leg.slices.reduce((sum, part) => sum.plus(part), new Decimal(0)).eq(leg.quantity)).toBe(true);
        for (const part of leg.slices) expect(isMultipleOf(part, leg.terms.lotSize) && part.times(leg.seen.bestBid).gte(leg.terms.notionalMin)).toBe(true);
        expect(leg.notional.lte(most) && leg.estimatedSlippageBps.lte('10.000001') && leg.depthNotional.gte(leg.notional.times(3))).toBe(true);
      }
    }), { numRuns: 400 });
  });
});
