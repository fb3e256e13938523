import { bps, Decimal, notional, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { bookOf, decided, instrumentOf, planned, planTrade, policyOf, signalOf } from './plan.builders.js';
import type { LegSeen } from './plan.types.js';

const [ETH, SOL] = planTrade().seen as readonly [LegSeen, LegSeen];

describe('the limits of a plan, exactly at them', () => {
  it('takes an edge above the expected cost, and never one that is only as large (C-4)', () => {
    const maker = policyOf({ makerShareExpected: ratio('1') });
    const withEdge = (edge: string) => decided({ policy: maker, signal: signalOf({ expectedEdgeBps: bps(edge) }) });
    expect(planned({ policy: maker }).expectedCostBps.toString()).toBe('4');
    expect(withEdge('4')).toMatchObject({ type: 'TradePlanInfeasible', reason: 'EDGE', detail: expect.stringContaining('net edge is 0 bps') as string });
    expect(withEdge('4.000001').type).toBe('TradePlanned');
    const withBudget = (budget: string) => decided({ policy: maker, signal: signalOf({ costBudgetBps: bps(budget) }) }).type;
    expect([withBudget('4'), withBudget('3.999999')]).toEqual(['TradePlanned', 'TradePlanInfeasible']);
  });

  it('sends no slice that would miss the venue minimum at the lowest price it may leave at (W-16)', () => {
    const minimum = '248.121';
    const plan = planned({ policy: policyOf({ sliceNotionalMax: notional('300') }), seen: [{ ...ETH, instrument: instrumentOf('ETH-PERP', '0.001', '0.1', minimum) }, SOL] });
    const [leg] = plan.legs;
    const lowest = leg!.seen.bestBid.times(new Decimal(1).minus(plan.slippageBpsMax.div(10_000)));
    expect(leg!.slices.length).toBeGreaterThan(1);
    for (const slice of leg!.slices) expect(slice.times(lowest).gte(minimum), `${slice.toString()} at ${lowest.toString()}`).toBe(true);
  });

  it('plans no leg that reaches the venue minimum at its mid only (W-16)', () => {
    const legs = planned({}).legs.map((leg) => leg.notional);
    const eth = legs[0]!;
    const most = { legNotionalMax: notional(Decimal.max(...legs).toString()) };
    const at = (minimum: Decimal) => decided({ policy: policyOf(most), seen: [{ ...ETH, instrument: instrumentOf('ETH-PERP', '0.001', '0.1', minimum.toFixed(6)) }, SOL] });
    expect(at(eth.times('0.99')).type).toBe('TradePlanned');
    expect(at(eth)).toMatchObject({ type: 'TradePlanInfeasible', reason: 'MINIMUM' });
  });

  it.each(['ETH-PERP', 'SOL-PERP'])('sizes both legs to the slippage of %s where its book is the thin one (R29, R53)', (thin) => {
    const seen = [{ ...ETH, book: bookOf('ETH-PERP', '2756.8', '0.2', thin === 'ETH-PERP' ? '0.01' : '5') }, { ...SOL, book: bookOf('SOL-PERP', '115.85', '0.02', thin === 'SOL-PERP' ? '0.5' : '100') }];
    const plan = planned({ seen, policy: policyOf({ depthMultipleMin: ratio('0.1') }) });
    expect(plan.bindingCap).toBe('depth-slippage');
    for (const leg of plan.legs) expect(leg.estimatedSlippageBps.lte(plan.slippageBpsMax), leg.instrument).toBe(true);
  });
});
