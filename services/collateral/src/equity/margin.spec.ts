import { money, notional, price, signedQuantity } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountLeverageOf, distanceToLiquidation, grossNotionalOf, LEVERAGE_WITHOUT_COLLATERAL } from './margin.js';

const distance = (quantity: string, oracle: string, liquidation: string) => distanceToLiquidation(signedQuantity(quantity), price(oracle), price(liquidation)).toString();

describe('distance to liquidation (C-59)', () => {
  it.each([
    ['a long 25 % above its liquidation price', '2', '125', '100', '0.25'],
    ['a short 5 % below its liquidation price', '-2', '95', '100', '0.05'],
    ['a long at its liquidation price', '2', '100', '100', '0'],
    ['a long that has fallen through', '2', '90', '100', '-0.1'],
    ['a short that has risen through', '-2', '130', '100', '-0.3'],
  ])('of %s is signed', (_, quantity, oracle, liquidation, expected) => expect(distance(quantity, oracle, liquidation)).toBe(expected));

  it('never grows while the price moves against the position, also beyond liquidation', () => {
    const cents = fc.integer({ min: 1, max: 1_000_000 }).map((value) => (value / 100).toFixed(2));
    fc.assert(
      fc.property(cents, cents, cents, fc.constantFrom('1', '-1'), (one, two, liquidation, side) => {
        const [low, high] = price(one).lt(two) ? [one, two] : [two, one];
        const at = (oracle: string) => distanceToLiquidation(signedQuantity(side), price(oracle), price(liquidation));
        expect(side === '1' ? at(low).lte(at(high)) : at(high).lte(at(low))).toBe(true);
      }),
    );
  });
});

describe('account leverage', () => {
  it('is the gross notional of longs and shorts over eligible collateral', () => {
    const gross = grossNotionalOf([{ quantity: signedQuantity('0.042'), markPrice: price('2756.9') }, { quantity: signedQuantity('-1'), markPrice: price('115.86') }]);
    expect(gross.toString()).toBe('231.6498');
    expect(accountLeverageOf(gross, money('100')).toString()).toBe('2.316498');
  });

  it('is 0 without positions and beyond every limit without collateral', () => {
    expect(accountLeverageOf(notional('0'), money('-5')).toString()).toBe('0');
    expect(accountLeverageOf(notional('1'), money('0'))).toBe(LEVERAGE_WITHOUT_COLLATERAL);
  });
});
