import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, money, type Money, notional, price, type Price, quantity, ratio, ZERO_MONEY } from '@ballast/domain';
import { directionOf, distanceOf } from './distance.js';
import { type Leg, legBounds, liquidationPricesNow, priceAtHealth } from './legs.js';
import { liquidationPriceOf, type ModelledPosition } from './liquidation.js';
import { type LiquidationModel, maintenanceOf, maintenanceTiersOf } from './model.js';

const MODELS: readonly LiquidationModel[] = [
  { venue: 'nado', longWeight: ratio('0.95'), shortWeight: ratio('1.05') },
  { venue: 'velocity', maintenanceMarginRatio: ratio('0.05'), sizeFactor: ratio('0.002') },
  { venue: 'hyperliquid', tiers: [{ fromNotional: notional('0'), maxLeverage: ratio('20') }, { fromNotional: notional('50000'), maxLeverage: ratio('5') }] },
];
const TRIGGER = ratio('0.05');
const STEP = money('0.000001');

interface Holding extends ModelledPosition {
  readonly entry: Price;
}
const demand = (leg: ModelledPosition, at: Price): Decimal => maintenanceOf(maintenanceTiersOf(leg.model, leg.side, leg.quantity), leg.quantity.times(at));
/** The venue's own reckoning of a cross account: cash, results and demands of all legs at these prices. */
const healthAt = (cash: Money, legs: readonly Holding[], at: readonly Price[]): Money =>
  legs.reduce<Decimal>((sum, leg, place) => sum.plus((at[place] ?? leg.entry).minus(leg.entry).times(leg.quantity).times(directionOf(leg.side))).minus(demand(leg, at[place] ?? leg.entry)), cash) as Money;
const toldAt = (cash: Money, legs: readonly Holding[], at: readonly Price[]): readonly (Price | undefined)[] =>
  legs.map((leg, place) => liquidationPriceOf(leg, at[place] ?? leg.entry, healthAt(cash, legs, at).plus(demand(leg, at[place] ?? leg.entry)) as Money));

const leg: fc.Arbitrary<Holding> = fc.record({ model: fc.constantFrom(...MODELS), side: fc.constantFrom('LONG' as const, 'SHORT' as const), lots: fc.integer({ min: 1, max: 2_000 }), cents: fc.integer({ min: 1_000, max: 20_000 }) })
  .map(({ model, side, lots, cents }) => ({ model, side, quantity: quantity(String(lots)), entry: price((cents / 100).toFixed(2)) }));
const account = fc.record({ legs: fc.array(leg, { minLength: 2, maxLength: 3 }), permille: fc.integer({ min: 120, max: 900 }), moves: fc.array(fc.integer({ min: 850, max: 1_150 }), { minLength: 3, maxLength: 3 }) }).map(({ legs, permille, moves }) => ({
  legs, moves, cash: legs.reduce<Decimal>((sum, { quantity: size, entry }) => sum.plus(size.times(entry).times(permille).div(1_000)), ZERO_MONEY) as Money,
}));
const moved = (legs: readonly Holding[], moves: readonly number[]): readonly Price[] => legs.map(({ entry }, place) => entry.times(moves[place] ?? 1_000).div(1_000) as Price);
const close = (a: Price | undefined, b: Price | undefined): boolean => (a && b ? a.minus(b).abs().lte(b.times('1e-9')) : a === b);

describe('legs of one account', () => {
  it('are liquidated where the venue would tell it, were it asked at these prices', () => {
    fc.assert(fc.property(account, ({ legs, moves, cash }) => {
      const [entries, now] = [legs.map(({ entry }) => entry), moved(legs, moves)];
      const told = toldAt(cash, legs, entries);
      const read = legs.map((each, place): Leg => ({ ...each, readAt: each.entry, at: now[place] ?? each.entry, liquidationPrice: told[place] }));
      const expected = toldAt(cash, legs, now);
      expect(liquidationPricesNow(read, healthAt(cash, legs, entries)).every((found, place) => close(found, expected[place]))).toBe(true);
    }), { seed: 4, numRuns: 150 });
  });

  it('give away at what price the venue reckoned', () => {
    fc.assert(fc.property(account, ({ legs, cash }) => {
      const entries = legs.map(({ entry }) => entry);
      const health = healthAt(cash, legs, entries);
      for (const [place, told] of toldAt(cash, legs, entries).entries()) {
        const each = legs[place];
        if (each && told && told.gt('0.001')) expect(close(priceAtHealth(each, told, health), each.entry)).toBe(true);
      }
    }), { seed: 4, numRuns: 150 });
  });

  it('are in no danger while each stays on its side of its bound, wherever they go', () => {
    let inside = 0;
    fc.assert(fc.property(account, fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 3, maxLength: 3 }), ({ legs, cash }, shares) => {
      const entries = legs.map(({ entry }) => entry);
      const told = toldAt(cash, legs, entries);
      const bounds = legBounds(legs.map((each, place) => ({ ...each, price: each.entry, liquidationPrice: told[place] })), TRIGGER, STEP);
      const now = legs.map(({ entry }, place) => entry.plus((bounds[place] ?? entry).minus(entry).times(shares[place] ?? 0).div(1_000)) as Price);
      const within = legs.every(({ side, entry }, place) => (side === 'LONG' ? (bounds[place] ?? entry).lte(entry) : (bounds[place] ?? entry).gte(entry)));
      if (!within || now.some((at) => at.lte(0))) return;
      inside += 1;
      for (const [place, liquidation] of toldAt(cash, legs, now).entries()) {
        const [each, at] = [legs[place], now[place]];
        if (each && at && liquidation) expect(distanceOf(each.side, at, liquidation).gte(TRIGGER.minus('1e-9'))).toBe(true);
      }
    }), { seed: 4, numRuns: 250 });
    expect(inside).toBeGreaterThan(40);
  });

  it('are each beyond their bound where one of them is that near already', () => {
    const each = { model: MODELS[0] as LiquidationModel, quantity: quantity('1'), price: price('100') };
    expect(legBounds([{ ...each, side: 'LONG', liquidationPrice: price('97') }, { ...each, side: 'SHORT', liquidationPrice: price('500') }], TRIGGER, STEP).map(String)).toEqual(['200', '50']);
  });
});
