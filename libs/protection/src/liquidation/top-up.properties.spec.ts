import { money, type Money, notional, price, quantity, type Quantity, type Ratio, ratio, signedQuantity } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceOf, distanceToLiquidation, liquidationPriceAt, POSITION_SIDES, priceAtDistance } from './distance.js';
import { equityFor, liquidationPriceOf, reductionTo, spareAbove, standingDistance, type StandingPosition, topUpTo, withCollateral } from './liquidation.js';
import type { LiquidationModel } from './model.js';

const MODELS: readonly LiquidationModel[] = [
  { venue: 'nado', longWeight: ratio('0.97'), shortWeight: ratio('1.03') },
  { venue: 'velocity', maintenanceMarginRatio: ratio('0.05') },
  { venue: 'velocity', maintenanceMarginRatio: ratio('0.05'), sizeFactor: ratio('0.002') },
  { venue: 'hyperliquid', tiers: [{ fromNotional: notional('0'), maxLeverage: ratio('25') }] },
  { venue: 'hyperliquid', tiers: [{ fromNotional: notional('0'), maxLeverage: ratio('20') }, { fromNotional: notional('50000'), maxLeverage: ratio('10') }, { fromNotional: notional('200000'), maxLeverage: ratio('5') }] },
];
const hundredths = (min: number, max: number) => fc.integer({ min, max }).map((value) => (value / 100).toFixed(2));
const share = (min: number, max: number): fc.Arbitrary<Ratio> => fc.integer({ min, max }).map((value) => ratio((value / 10_000).toFixed(4)));
const step = fc.constantFrom(...['0.000001', '0.01', '1'].map(money));

/** Any position of any venue's model, `distance` away from liquidation. */
const standing = fc.record({ model: fc.constantFrom(...MODELS), side: fc.constantFrom(...POSITION_SIDES), size: hundredths(1, 500_000), at: hundredths(100, 500_000), distance: share(-500, 3_000) })
  .map(({ model, side, size, at, distance }): StandingPosition => ({ model, side, quantity: quantity(size), price: price(at), liquidationPrice: liquidationPriceAt(side, price(at), distance) }));

const away = (position: StandingPosition): Ratio => standingDistance(position) ?? ratio('1000000');

describe('over all models and both sides', () => {
  it('what stands behind a position and the price that liquidates it name each other exactly', () => {
    fc.assert(fc.property(standing, (position) => {
      const found = liquidationPriceOf(position, position.price, equityFor(position, position.price, position.liquidationPrice!));
      expect(found!.minus(position.liquidationPrice!).abs().lt('1e-25')).toBe(true);
    }), { numRuns: 500 });
  });

  it('a top-up lands on the target distance, and one step of the venue less does not reach it (C-62)', () => {
    fc.assert(fc.property(standing, share(1, 4_000), step, (position, target, unit) => {
      const amount = topUpTo(position, target, unit);
      if (amount.isZero()) return void expect(away(position).gte(target.minus('1e-25'))).toBe(true);
      expect(away(withCollateral(position, amount)).gte(target.minus('1e-25'))).toBe(true);
      expect(away(withCollateral(position, amount.minus(unit) as Money)).lt(target)).toBe(true);
      expect(amount.mod(unit).isZero()).toBe(true);
    }), { numRuns: 1_000 });
  });

  it('a top-up of a whole number of steps is not one more, though a division left a residue', () => {
    const position: StandingPosition = { model: MODELS[3] as LiquidationModel, side: 'SHORT', quantity: quantity('904.65'), price: price('1459.8'), liquidationPrice: price('1459.8') };
    const amount = topUpTo(position, ratio('0.184'), money('0.000001'));
    expect(away(withCollateral(position, amount)).minus('0.184').abs().lt('1e-25')).toBe(true);
    expect(away(withCollateral(position, amount.minus('0.000001') as Money)).lt('0.184')).toBe(true);
  });

  it('the nearer a position is to liquidation, the more its top-up is (R91)', () => {
    fc.assert(fc.property(standing, share(3_001, 4_000), share(1, 500), (position, target, nearer) => {
      const near = { ...position, liquidationPrice: liquidationPriceAt(position.side, position.price, away(position).minus(nearer) as Ratio) };
      expect(topUpTo(near, target, money('0.000001')).gt(topUpTo(position, target, money('0.000001')))).toBe(true);
    }));
  });

  it('what may be spared leaves the distance to keep, and one step more does not (C-67)', () => {
    fc.assert(fc.property(standing, share(1, 2_900), step, (position, keep, unit) => {
      const amount = spareAbove(position, keep, unit);
      if (away(position).lte(keep)) return void expect(amount.isZero()).toBe(true);
      expect(away(withCollateral(position, amount.neg() as Money)).gte(keep.minus('1e-25'))).toBe(true);
      expect(away(withCollateral(position, amount.plus(unit).neg() as Money)).lt(keep)).toBe(true);
    }), { numRuns: 1_000 });
  });

  it('more collateral never brings liquidation nearer, less never takes it away', () => {
    fc.assert(fc.property(standing, hundredths(1, 1_000_000), (position, amount) => {
      expect(away(withCollateral(position, money(amount))).gt(away(position))).toBe(true);
      expect(away(withCollateral(position, money(`-${amount}`))).lt(away(position))).toBe(true);
    }));
  });

  it('a reduction leaves the rest at the distance asked for, and is no more than all of it', () => {
    fc.assert(fc.property(standing, share(1, 4_000), (position, target) => {
      const less = reductionTo(position, target, quantity('0.01'));
      expect(less.lte(position.quantity)).toBe(true);
      const rest = position.quantity.minus(less) as Quantity;
      if (rest.isZero()) return;
      const equity = equityFor(position, position.price, position.liquidationPrice!);
      const liquidationPrice = liquidationPriceOf({ ...position, quantity: rest }, position.price, equity);
      expect(away({ ...position, quantity: rest, liquidationPrice }).gte(target.minus('1e-25'))).toBe(true);
    }), { numRuns: 500 });
  });
});

describe('distance to liquidation (C-59)', () => {
  const distance = (size: string, oracle: string, liquidation: string) => distanceToLiquidation(signedQuantity(size), price(oracle), price(liquidation)).toString();

  it.each([
    ['a long 25 % above its liquidation price', '2', '125', '100', '0.25'],
    ['a short 5 % below its liquidation price', '-2', '95', '100', '0.05'],
    ['a long at its liquidation price', '2', '100', '100', '0'],
    ['a long that has fallen through', '2', '90', '100', '-0.1'],
    ['a short that has risen through', '-2', '130', '100', '-0.3'],
  ])('of %s is signed', (_, size, oracle, liquidation, expected) => expect(distance(size, oracle, liquidation)).toBe(expected));

  it('never grows while the price moves against the position, also beyond liquidation', () => {
    const cents = hundredths(1, 1_000_000);
    fc.assert(fc.property(cents, cents, cents, fc.constantFrom('1', '-1'), (one, two, liquidation, side) => {
      const [low, high] = price(one).lt(two) ? [one, two] : [two, one];
      const at = (oracle: string) => distanceToLiquidation(signedQuantity(side), price(oracle), price(liquidation));
      expect(side === '1' ? at(low).lte(at(high)) : at(high).lte(at(low))).toBe(true);
    }));
  });

  it('names the price of a distance and the liquidation price of a distance, each the other turned round', () => {
    fc.assert(fc.property(fc.constantFrom(...POSITION_SIDES), hundredths(1, 1_000_000), share(-9_000, 9_000), (side, at, far) => {
      expect(priceAtDistance(side, liquidationPriceAt(side, price(at), far), far).minus(at).abs().lt('1e-25')).toBe(true);
      expect(distanceOf(side, price(at), liquidationPriceAt(side, price(at), far)).minus(far).abs().lt('1e-25')).toBe(true);
    }));
  });
});
