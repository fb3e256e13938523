import { type Money, money, notional, price, quantity, ratio } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forcedSaleOf, type SaleTerms, takenPrice } from './forced-sale.js';
import { equityFor } from './liquidation.js';
import { type LiquidationModel, maintenanceOf, maintenanceTiersOf } from './model.js';

const TERMS: SaleTerms = { initialMarginRatio: ratio('0.02'), lotSize: quantity('0.001'), takerFee: ratio('0.00045'), slippage: ratio('0.005') };
const NADO: LiquidationModel = { venue: 'nado', longWeight: ratio('0.99'), shortWeight: ratio('1.01') };
const VELOCITY: LiquidationModel = { venue: 'velocity', maintenanceMarginRatio: ratio('0.08') };
const HYPERLIQUID: LiquidationModel = { venue: 'hyperliquid', tiers: [{ fromNotional: notional('0'), maxLeverage: ratio('25') }] };

describe('what a venue takes of a position that it liquidates', () => {
  it('Nado sells at the oracle less 0.5 % at least, and buys a short back at 3030 where it demands 5 % and the oracle is 3000 (venues.md §5.1)', () => {
    expect(forcedSaleOf({ model: NADO, side: 'LONG', quantity: quantity('500') }, price('100'), money('500'), TERMS).price.toString()).toBe('99.5');
    const short = forcedSaleOf({ model: { ...NADO, shortWeight: ratio('1.05') }, side: 'SHORT', quantity: quantity('10') }, price('3000'), money('1000'), { ...TERMS, initialMarginRatio: ratio('0.1') });
    expect(short.price.toString()).toBe('3030');
  });

  it('Nado sells two thirds at its weights, and the rest has its initial margin again', () => {
    const { quantity: sold, price: gets } = forcedSaleOf({ model: NADO, side: 'LONG', quantity: quantity('10') }, price('1960'), money('196'), TERMS);
    const rest = quantity('10').minus(sold);
    const equity = money('196').minus(price('1960').minus(gets).times(sold));
    expect([sold.toString(), equity.gte(rest.times(1_960).times('0.02')), equity.minus(rest.times(1_960).times('0.02')).lt('0.03')]).toEqual(['6.667', true, true]);
  });

  it('Velocity sells a shortage of 10 at 10 % and 100 as one (venues.md §5.1)', () => {
    const { quantity: sold, price: gets } = forcedSaleOf({ model: VELOCITY, side: 'SHORT', quantity: quantity('5') }, price('100'), money('40'), TERMS);
    expect([sold, gets].map(String)).toEqual(['1', '100']);
  });

  it('Hyperliquid sells all of it by a market order, and keeps the rest below two thirds of maintenance', () => {
    const position = { model: HYPERLIQUID, side: 'LONG' as const, quantity: quantity('10') };
    const [sold, kept] = [money('260'), money('259.99')].map((equity) => forcedSaleOf(position, price('1950'), equity, TERMS));
    expect([sold!.quantity, sold!.price, sold!.fee, sold!.forfeits].map(String)).toEqual(['10', '1940.25', '8.731125', 'false']);
    expect([kept!.fee.toString(), kept!.forfeits]).toEqual(['0', true]);
  });

  it('a taker gets less for a long and pays more for a short', () => expect((['LONG', 'SHORT'] as const).map((side) => takenPrice(side, price('100'), ratio('0.01')).toString())).toEqual(['99', '101']));
});

it.each([NADO, VELOCITY, HYPERLIQUID])('by the model of $venue: something is taken, never more than there is, and of what is left nothing is below maintenance', (model) => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 100, max: 100_000 }), fc.boolean(), fc.integer({ min: 0, max: 100 }), (lots, cents, long, short) => {
    const [size, at, side] = [quantity(String(lots / 1_000)), price(String(cents / 100)), long ? ('LONG' as const) : ('SHORT' as const)];
    const equity = equityFor({ model, side, quantity: size }, at, at).times(100 - short).div(100) as Money;
    const sale = forcedSaleOf({ model, side, quantity: size }, at, equity, TERMS);
    expect(sale.quantity.gt(0) && sale.quantity.lte(size)).toBe(true);
    const rest = quantity(size.minus(sale.quantity).toString());
    const left = equity.minus(at.minus(sale.price).abs().times(sale.quantity)).minus(sale.fee);
    if (rest.gt(0)) expect(left.gte(maintenanceOf(maintenanceTiersOf(model, side, rest), rest.times(at)).minus('1e-20'))).toBe(true);
  }));
});
