import { type Money, money, notional, price, quantity, ratio, type SignedQuantity, signedQuantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { positionSideOf, type PositionSide } from './distance.js';
import { equityFor, liquidationPriceOf, reductionTo, standingDistance, topUpTo, withCollateral } from './liquidation.js';
import type { HyperliquidModel, NadoModel, VelocityModel } from './model.js';
import { maintenanceOf, maintenanceTiersOf } from './model.js';

const nado = (long: string, short: string): NadoModel => ({ venue: 'nado', longWeight: ratio(long), shortWeight: ratio(short) });
const velocity = (maintenance: string): VelocityModel => ({ venue: 'velocity', maintenanceMarginRatio: ratio(maintenance) });
const hyperliquid = (maxLeverage: string, ...more: readonly (readonly [from: string, maxLeverage: string])[]): HyperliquidModel => ({
  venue: 'hyperliquid',
  tiers: [{ fromNotional: notional('0'), maxLeverage: ratio(maxLeverage) }, ...more.map(([from, leverage]) => ({ fromNotional: notional(from), maxLeverage: ratio(leverage) }))],
});
/** Maintenance health of one perpetual with what else the account has: balances, and the position at the oracle price by its weight. */
const healthOf = (model: NadoModel, amount: SignedQuantity, oracle: string, equity: Money): string => {
  const size = quantity(amount.abs().toString());
  return equity.minus(maintenanceOf(maintenanceTiersOf(model, positionSideOf(amount)!, size), size.times(price(oracle)))).toString();
};

describe('Nado (venues.md §5.1; its documentation of liquidations and of isolated positions)', () => {
  it('a short of 10 at oracle 3000 with 31,000 and weight 1.05 has health -500, and was to be liquidated at 2952.38', () => {
    const model = nado('0.95', '1.05');
    expect(healthOf(model, signedQuantity('-10'), '3000', money('1000'))).toBe('-500');
    expect(liquidationPriceOf({ model, side: 'SHORT', quantity: quantity('10') }, price('3000'), money('1000'))!.toFixed(6)).toBe('2952.380952');
  });

  it('once 5 of it are taken at 3030 the health is +100', () => {
    expect(healthOf(nado('0.95', '1.05'), signedQuantity('-5'), '3000', money('31000').minus('15150').minus('15000') as Money)).toBe('100');
  });

  it('a short of 5 at 10,000 by weights 1.1 and 1.05 costs 5000 and 2500 of health', () => {
    expect([nado('0.9', '1.1'), nado('0.95', '1.05')].map((model) => healthOf(model, signedQuantity('-5'), '10000', money('0')))).toEqual(['-5000', '-2500']);
  });

  it('the isolated position of the documentation has exactly its healths, initial and maintenance', () => {
    const [amount, worth, debt, quote] = [quantity('1720'), money('767.7942571785268406'), money('-800.854578334374649165'), money('200.044412311089295472')];
    const oracle = worth.div(amount).toString();
    const equity = quote.plus(worth).plus(debt) as Money;
    expect(healthOf(nado('0.9', '1.1'), signedQuantity('1720'), oracle, equity)).toBe('90.204665437388802847');
    expect(healthOf(nado('0.95', '1.05'), signedQuantity('1720'), oracle, equity)).toBe('128.594378296315144877');
  });
});

describe('Drift and Velocity (venues.md §5.1; tests/liquidatePerp.ts, Velocity documentation)', () => {
  it.each(['1.0', '0.9'])('17.5 bought for 17.517653 with 10 behind it is liquidated at 0.452190, seen from an oracle of %s', (oracle) => {
    const equity = money('10').plus(quantity('17.5').times(price(oracle))).minus('17.517653') as Money;
    expect(liquidationPriceOf({ model: velocity('0.05'), side: 'LONG', quantity: quantity('17.5') }, price(oracle), equity)!.toFixed(6)).toBe('0.452190');
  });

  it('200 SOL bought at 25 with 500 behind it is liquidated at 23.195876, 7.22 % below', () => {
    const found = liquidationPriceOf({ model: velocity('0.03'), side: 'LONG', quantity: quantity('200') }, price('25'), money('500'))!;
    expect([found.toFixed(6), found.div(25).minus(1).times(100).toFixed(2)]).toEqual(['23.195876', '-7.22']);
  });

  it('the same position, 0.02 % from liquidation, needs $213.52 at once for 5 % (venues.md §0 decision 3)', () => {
    const standing = { model: velocity('0.03'), side: 'LONG' as const, quantity: quantity('200'), price: price('23.2'), liquidationPrice: price('23.195876') };
    expect(standingDistance(standing)!.toFixed(4)).toBe('0.0002');
    expect(topUpTo(standing, ratio('0.05'), money('0.0001')).toString()).toBe('213.5238');
  });

  it('a ratio that grows with the root of the quantity demands more of a large position (venues.md §2.3)', () => {
    const model: VelocityModel = { ...velocity('0.05'), sizeFactor: ratio('0.001') };
    const rateOf = (size: string) => maintenanceTiersOf(model, 'LONG', quantity(size))[0]!.rate.toString();
    expect(['25', '100', '10000'].map(rateOf)).toEqual(['0.05', '0.05', '0.14']);
  });
});

type Case = readonly [name: string, maxLeverage: string, side: PositionSide, entry: string, size: string, collateral: string, expected: string];
/** Worked examples of Hyperliquid's formula that freqtrade checks itself against (tests/exchange/test_hyperliquid.py), to 1e-4. */
const HYPERLIQUID: readonly Case[] = [
  ['SOL', '20', 'LONG', '145.83', '0.33', '24.045107', '74.83696193'],
  ['SOL', '20', 'LONG', '173.06', '0.6', '20.735658', '142.05186667'],
  ['SOL', '20', 'SHORT', '155.89', '0.32', '24.924941', '228.07847866'],
  ['SOL', '20', 'SHORT', '163.11', '0.48', '15.650731', '190.94213618'],
  ['ETH', '50', 'LONG', '2459.5', '0.0199', '24.454895', '1243.0411908'],
  ['ETH', '50', 'SHORT', '2642.8', '0.019', '25.091876', '3924.18322043'],
  ['ETH', '50', 'LONG', '2533.2', '0.0347', '17.555195', '2047.7642302'],
  ['BTC', '50', 'LONG', '62739', '0.00077', '24.137992', '31708.03843631'],
  ['BTC', '50', 'SHORT', '68595', '0.00069', '23.64871', '101849.99354283'],
  ['BTC', '50', 'SHORT', '65536', '0.00099', '21.604172', '86493.46174617'],
  ['DOGE', '20', 'LONG', '0.11586', '437', '25.29769', '0.05945697'],
  ['AAPL', '10', 'LONG', '250', '0.5', '25', '210.5263157894737'],
  ['GOOGL', '10', 'SHORT', '190', '0.5', '9.5', '199.04761904761904'],
  ['TSLA', '10', 'LONG', '350', '1', '50', '315.7894736842105'],
];

describe('Hyperliquid (venues.md §5.1)', () => {
  it.each(HYPERLIQUID)('%s of %s x, %s from %s, %s of it with %s, is liquidated at %s', (...[, maxLeverage, side, entry, size, collateral, expected]) => {
    const found = liquidationPriceOf({ model: hyperliquid(maxLeverage), side, quantity: quantity(size) }, price(entry), money(collateral))!;
    expect(found.div(expected).minus(1).abs().lt('0.0001')).toBe(true);
  });

  it('an account of the venue itself: 0.0335 with a quote balance of -95.059824 is liquidated at 2866.26938 (venues.md §3.3)', () => {
    const size = quantity('0.0335');
    const equity = size.times(3000).minus('95.059824') as Money;
    expect(liquidationPriceOf({ model: hyperliquid('50'), side: 'LONG', quantity: size }, price('3000'), equity)!.toFixed(5)).toBe('2866.26938');
  });

  it('the demand of a position over two tiers is continuous, by the tier its notional is in at the price of liquidation', () => {
    const model = hyperliquid('25', ['100000000', '15']);
    const tiers = maintenanceTiersOf(model, 'LONG', quantity('1'));
    expect(['99999999', '100000000', '100000001'].map((value) => maintenanceOf(tiers, notional(value)).toFixed(2))).toEqual(['1999999.98', '2000000.00', '2000000.03']);
    const big = { model, side: 'SHORT' as const, quantity: quantity('30000') };
    const found = liquidationPriceOf(big, price('3000'), money('45000000'))!;
    // 135,000,000 of proceeds and margin less 30,000 L = L x 30,000 / 30 - 1,333,333.33
    expect(found.toFixed(4)).toBe('4397.8495');
    expect(equityFor(big, price('3000'), found).toFixed(6)).toBe('45000000.000000');
  });
});

it('a long with more than its notional behind it is liquidated by no price, and a withdrawal knows the least it can have', () => {
  const position = { model: velocity('0.03'), side: 'LONG' as const, quantity: quantity('2') };
  expect(liquidationPriceOf(position, price('100'), money('200'))).toBeUndefined();
  const after = withCollateral({ ...position, price: price('100'), liquidationPrice: undefined }, money('-100'));
  expect(after.liquidationPrice!.toFixed(4)).toBe('51.5464');
});

it('closing what is too much leaves the rest at the distance asked for, all of it where no rest can be', () => {
  const position = { model: velocity('0.03'), side: 'LONG' as const, quantity: quantity('200'), price: price('23.8'), liquidationPrice: price('23.195876') };
  const less = reductionTo(position, ratio('0.1'), quantity('0.1'));
  const equity = equityFor(position, position.price, position.liquidationPrice);
  const rest = { ...position, quantity: position.quantity.minus(less) as typeof less };
  const distance = (left: typeof less) => standingDistance({ ...rest, quantity: left, liquidationPrice: liquidationPriceOf({ ...rest, quantity: left }, rest.price, equity) })!;
  expect(less.toString()).toBe('107.6');
  expect([distance(rest.quantity).gte('0.1'), distance(rest.quantity.plus('0.1') as typeof less).gte('0.1')]).toEqual([true, false]);
  expect(reductionTo({ ...position, price: price('22') }, ratio('0.1'), quantity('0.1')).toString()).toBe('200');
});
