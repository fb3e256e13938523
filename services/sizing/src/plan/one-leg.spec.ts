import fc from 'fast-check';
import { isMultipleOf, notional, price, quantity } from '@ballast/domain';
import type { SignalLeg } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { AT, bookOf, ETH_BOOK, infeasible, instrumentOf, planned, policyOf, signalOf } from './plan.builders.js';
import type { PlanTrade } from './plan.types.js';

const ETH = { book: ETH_BOOK, instrument: instrumentOf('ETH-PERP', '0.001', '0.1') };
const of = (leg: Partial<SignalLeg> = {}, target = '1000', change: Partial<PlanTrade> = {}): Partial<PlanTrade> => ({
  signal: signalOf({ legs: [{ instrument: 'ETH-PERP', side: 'BUY', ...leg }], targetNotional: notional(target) }), seen: [ETH], ...change,
});

describe('the plan of one leg', () => {
  it('is the most whole lots that the target allows, and nothing that it is balanced against (R36)', () => {
    const plan = planned(of());
    expect([plan.outcome, plan.imbalanceRatio.toString(), plan.legs.map(({ quantity: lots }) => lots.toString())]).toEqual(['SINGLE', '0', ['0.362']]);
    expect(plan.caps.map(({ name }) => name)).toEqual(['progressive', 'leverage-formula', 'position-table', 'profile-leg', 'depth-slippage', 'depth-multiple']);
  });

  it('never passes the smallest of every ceiling, in whole lots, whatever its target (C-32)', () => {
    fc.assert(fc.property(fc.integer({ min: 100, max: 5_000 }), fc.integer({ min: 100, max: 1_500 }), fc.constantFrom<SignalLeg['side']>('BUY', 'SELL'), (target, legMax, side) => {
      const plan = planned(of({ side }, String(target), { policy: policyOf({ legNotionalMax: notional(String(legMax)), legNotionalMin: notional('5') }) }));
      const [leg] = plan.legs;
      expect([notional(String(target)), ...plan.caps.map(({ limit }) => limit)].filter((limit) => leg?.notional.gt(limit))).toEqual([]);
      expect(isMultipleOf(leg?.quantity ?? quantity('0'), quantity('0.001'))).toBe(true);
    }), { numRuns: 60 });
  });

  it('is refused where no number of lots reaches the minimum within the ceilings', () => {
    expect(infeasible(of({}, '80'))).toMatchObject({ reason: 'MINIMUM', detail: expect.stringContaining('profile-leg-minimum') as string });
    expect(infeasible(of({}, '1000', { seen: [{ ...ETH, book: bookOf('ETH-PERP', '2756.8', '0.2', '0.0001', 1) }] })).reason).toBe('DEPTH');
  });

  it('carries its stop and its target on the tick that is nearer to the entry, on either side', () => {
    const heldOf = (leg: Partial<SignalLeg>) => planned(of(leg)).legs.map(({ stopPrice, targetPrice }) => [stopPrice?.toString(), targetPrice?.toString()])[0];
    expect(heldOf({ stopPrice: price('2650.04'), targetPrice: price('2900.09') })).toEqual(['2650.1', '2900']);
    expect(heldOf({ side: 'SELL', stopPrice: price('2900.09'), targetPrice: price('2650.04') })).toEqual(['2900', '2650.1']);
    expect(heldOf({})).toEqual([undefined, undefined]);
  });

  it.each<[string, Partial<SignalLeg>]>([
    ['a stop above the book of a long', { stopPrice: price('2800') }], ['a target below the book of a long', { targetPrice: price('2700') }],
    ['a stop below the book of a short', { side: 'SELL', stopPrice: price('2700') }], ['a target above the book of a short', { side: 'SELL', targetPrice: price('2800') }],
  ])('refuses %s by name', (_what, leg) => {
    expect(infeasible(of(leg))).toMatchObject({ reason: 'STOP_OR_TARGET', detail: expect.stringContaining('allowed is') as string });
  });

  it('is not planned from a stop that is no number', () => {
    expect(infeasible(of({ stopPrice: price('2650').times(NaN) as never }), AT).detail).toContain('stopPrice of ETH-PERP');
  });
});
