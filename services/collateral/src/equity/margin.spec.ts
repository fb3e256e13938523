import { money, notional, price, signedQuantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { accountLeverageOf, grossNotionalOf, LEVERAGE_WITHOUT_COLLATERAL } from './margin.js';

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
