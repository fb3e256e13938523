import { describe, expect, it } from 'vitest';
import type { Equity, ProtectionRow } from '../api/wire.js';
import { timelineOf } from './price-lines.js';

const seen = (venueTime: number, price: string, quantity = '0', liquidationPrice?: string): Equity => ({
  accountId: 'a', equity: '1', collateral: '1', accountLeverage: '1', venueTime,
  marks: [{ instrument: 'ETH-PERP', markPrice: price, oraclePrice: price }, { instrument: 'SOL-PERP', markPrice: '1', oraclePrice: '1' }],
  positions: quantity === '0' ? [] : [{ instrument: 'ETH-PERP', quantity, ...(liquidationPrice === undefined ? {} : { liquidationPrice }) }],
});
const heard = (at: number, price: string) => ({ at, price, oracle: price });
const did = (at: number, type: string): ProtectionRow => ({ id: `${at}.0`, at, type });

describe('the lines of a position', () => {
  it('hold what was observed and what was heard after it, each second once, in order; between observations the account is as last seen', () => {
    const { times, price, liquidation } = timelineOf('ETH-PERP', [seen(1_000, '100', '1', '80'), seen(3_000, '101')], [heard(2_500, '99.5'), heard(3_900, '102'), heard(500, '98')], []);
    expect([times, price, liquidation]).toEqual([[0, 1, 2, 3], [98, 100, 99.5, 101], [null, 80, 80, null]]);
  });

  it('tell the distance by side, of the liquidation price: 0 is liquidation, and beyond it is negative (C-59)', () => {
    const distances = (quantity: string, liquidation: string, prices: readonly string[]) => timelineOf('ETH-PERP', [seen(0, '100', quantity, liquidation)], prices.map((price, index) => heard((index + 1) * 1_000, price)), []).distance;
    expect(distances('1', '80', ['100', '84', '80', '76'])).toEqual([25, 25, 5, 0, -5]);
    expect(distances('-0.5', '125', ['100', '125', '130'])).toEqual([20, 20, 0, -4]);
    expect(timelineOf('ETH-PERP', [seen(0, '100', '1')], [heard(1_000, '50')], []).distance).toEqual([null, null]);
  });

  it('are marked with what protection did, at its second, with the lines as they were; not with what is no action, nor with what was before them', () => {
    const { times, price, marks } = timelineOf('ETH-PERP', [seen(10_000, '100', '1', '80'), seen(20_000, '90', '1', '80')], [], [did(20_400, 'ProtectionExhausted'), did(15_200, 'ProtectionDeposited'), did(16_000, 'ProtectionConfigured'), did(9_000, 'ProtectionDeposited')]);
    expect([times, price]).toEqual([[10, 15, 20], [100, 100, 90]]);
    expect(marks.map(({ kind, index, key }) => [kind, index, key])).toEqual([['ProtectionDeposited', 1, '15200.0'], ['ProtectionExhausted', 2, '20400.0']]);
  });

  it('are empty where nothing was observed or heard, whatever was done', () => {
    expect(timelineOf('ETH-PERP', [], [], [did(1, 'ProtectionDeposited')])).toEqual({ times: [], price: [], liquidation: [], distance: [], marks: [] });
  });
});
