import fc from 'fast-check';
import { absorbable, positionAfter } from '@ballast/balance';
import { Decimal, imbalanceOf, isMultipleOf, notional, notionalOf, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { decodeAs, TradePlanned } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { bookOf, decided, ETH_BOOK, instrumentOf, planned, policyOf, signalOf, SOL_BOOK } from './plan.builders.js';

const ETH_TERMS = instrumentOf('ETH-PERP', '0.001', '0.1', '100');
const SOL_TERMS = instrumentOf('SOL-PERP', '0.1', '0.01', '100');
const seenWith = (eth?: string, sol?: string) => [
  { book: ETH_BOOK, instrument: ETH_TERMS, ...(eth === undefined ? {} : { residual: signedQuantity(eth) }) },
  { book: SOL_BOOK, instrument: SOL_TERMS, ...(sol === undefined ? {} : { residual: signedQuantity(sol) }) },
];
const positions = (plan: TradePlanned): readonly string[] => plan.legs.map((leg) => positionAfter(leg.side, leg.quantity, leg.residualAbsorbed).toString());
const orders = (plan: TradePlanned): readonly string[] => plan.legs.map((leg) => leg.quantity.toString());

describe('a plan that finds a residual (W-16)', () => {
  const clean = planned({ seen: seenWith() });

  it('orders less of what is on its side, so that the position after it is the balanced quantity', () => {
    const plan = planned({ seen: seenWith('0.012') });
    expect(positions(plan)).toEqual(orders(clean));
    expect(orders(plan)).toEqual([clean.legs[0]?.quantity.minus('0.012').toString(), clean.legs[1]?.quantity.toString()]);
    expect(plan.legs.map((leg) => leg.residualAbsorbed?.toString())).toEqual(['0.012', undefined]);
    expect([plan.outcome, plan.imbalanceRatio.toString()]).toEqual([clean.outcome, clean.imbalanceRatio.toString()]);
    expect(plan.legs[0]?.slices.reduce((sum, slice) => sum.plus(slice), new Decimal(0)).toString()).toBe(plan.legs[0]?.quantity.toString());
  });

  it('orders more of what is against it, and takes over both legs at once', () => {
    const plan = planned({ seen: seenWith('-0.012', '-0.4') });
    expect(positions(plan)).toEqual(orders(clean));
    expect(orders(plan)).toEqual([clean.legs[0]?.quantity.plus('0.012').toString(), clean.legs[1]?.quantity.minus('0.4').toString()]);
  });

  it('says nothing of residuals where there is none, and is valid on the wire where there is one', () => {
    expect(JSON.stringify(planned({ seen: seenWith('0', '0') }))).toBe(JSON.stringify(clean));
    expect(JSON.stringify(clean)).not.toContain('residualAbsorbed');
    const wire: unknown = JSON.parse(JSON.stringify(planned({ seen: seenWith('-0.012') })));
    expect(decodeAs(TradePlanned, wire).legs.map((leg) => leg.residualAbsorbed?.toString())).toEqual(['-0.012', undefined]);
  });

  it('leaves the order above the venue\'s minimum, or takes a larger pair', () => {
    const plan = planned({ seen: seenWith('0.03'), signal: signalOf({ targetNotional: notional('200') }) });
    expect([orders(plan), positions(plan)]).toEqual([['0.054', '2'], ['0.084', '2']]);
    const refused = decided({ seen: seenWith('0.035'), signal: signalOf({ targetNotional: notional('120') }) });
    expect(refused).toMatchObject({ type: 'TradePlanInfeasible', reason: 'MINIMUM' });
    expect(refused.type === 'TradePlanInfeasible' && refused.detail).toContain('residual 0.035 ETH-PERP');
  });

  it('judges the imbalance with what is less than a lot and can be taken over by nobody', () => {
    const plan = planned({ seen: seenWith('0.0001') });
    expect(plan.legs[0]?.residualAbsorbed).toBeUndefined();
    expect(plan.imbalanceRatio.toString()).not.toBe(clean.imbalanceRatio.toString());
    expect(decided({ seen: seenWith('0.0009') })).toMatchObject({ reason: 'BEST_EFFORT_REFUSED' });
  });

  it('refuses where it is not known what stands open', () => {
    const seen = seenWith().map((leg) => ({ ...leg, residual: new Decimal(NaN) as SignedQuantity }));
    expect(decided({ seen })).toMatchObject({ reason: 'STALE_DATA' });
  });

  it('always ends balanced, on the grid, within every cap and above the minimums, whatever stands open', () => {
    const command = fc.record({ eth: fc.integer({ min: 10_000, max: 50_000 }), sol: fc.integer({ min: 2_000, max: 40_000 }), target: fc.integer({ min: 100, max: 4_000 }), leftA: fc.integer({ min: -100, max: 100 }), leftB: fc.integer({ min: -100, max: 100 }), flip: fc.boolean() });
    let taken = 0;
    fc.assert(fc.property(command, ({ eth, sol, target, leftA, leftB, flip }) => {
      const [priceA, priceB] = [(eth / 10).toFixed(1), (sol / 100).toFixed(2)];
      const residual = (dollars: number, at: string, lot: Decimal): SignedQuantity => absorbable(new Decimal(dollars).div(at) as SignedQuantity, lot as never);
      const event = decided({
        signal: signalOf({ targetNotional: notional(String(target)), legs: [{ instrument: 'ETH-PERP', side: flip ? 'SELL' : 'BUY' }, { instrument: 'SOL-PERP', side: flip ? 'BUY' : 'SELL' }] }),
        policy: policyOf({ legNotionalMax: notional('20000') }),
        seen: [
          { book: bookOf('ETH-PERP', priceA, '0.1', '10'), instrument: ETH_TERMS, residual: residual(leftA, priceA, ETH_TERMS.lotSize) },
          { book: bookOf('SOL-PERP', priceB, '0.01', '500'), instrument: SOL_TERMS, residual: residual(leftB, priceB, SOL_TERMS.lotSize) },
        ],
      });
      if (event.type !== 'TradePlanned') return;
      taken += event.legs.filter((leg) => leg.residualAbsorbed !== undefined).length;
      const most = event.caps.filter((cap) => cap.name !== 'progressive').reduce((least, cap) => Decimal.min(least, cap.limit), new Decimal(Infinity));
      const [a, b] = event.legs.map((leg) => notionalOf(positionAfter(leg.side, leg.quantity, leg.residualAbsorbed), leg.referencePrice));
      expect(imbalanceOf(a!, b!).lt('0.001') && imbalanceOf(a!, b!).toDecimalPlaces(12).eq(event.imbalanceRatio)).toBe(true);
      for (const leg of event.legs) {
        const position = positionAfter(leg.side, leg.quantity, leg.residualAbsorbed);
        expect([isMultipleOf(leg.quantity, leg.terms.lotSize), isMultipleOf(position, leg.terms.lotSize), leg.quantity.gt(0)]).toEqual([true, true, true]);
        expect(leg.slices.every((slice) => slice.times(leg.seen.bestBid).gte(leg.terms.notionalMin))).toBe(true);
        expect(position.times(leg.referencePrice).gte(100) && position.times(leg.referencePrice).lte(most) && leg.notional.lte(most)).toBe(true);
      }
    }), { numRuns: 400 });
    expect(taken).toBeGreaterThan(100);
  });
});
