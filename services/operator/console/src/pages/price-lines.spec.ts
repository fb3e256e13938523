import { describe, expect, it } from 'vitest';
import type { Equity } from '../api/wire.js';
import { priceLines } from './price-lines.js';

const seen = (venueTime: number, markPrice: string, liquidationPrice?: string): Equity => ({
  accountId: 'a', equity: '1', collateral: '1', accountLeverage: '1', venueTime,
  marks: [{ instrument: 'ETH-PERP', markPrice, oraclePrice: markPrice }, { instrument: 'SOL-PERP', markPrice: '1', oraclePrice: '1' }],
  positions: [{ instrument: 'ETH-PERP', quantity: '1', ...(liquidationPrice === undefined ? {} : { liquidationPrice }) }],
});

describe('the lines of a position', () => {
  it('hold what was observed and what was heard after it, each second once, in order', () => {
    const { times, lines } = priceLines('ETH-PERP', [seen(1_000, '100', '80'), seen(3_000, '101')], [{ at: 2_500, price: '99.5' }, { at: 3_900, price: '102' }], { price: 'p', liquidation: 'l' });
    expect([times, lines.map(({ label, values }) => [label, values])]).toEqual([[1, 2, 3], [['p', [100, 99.5, 102]], ['l', [80, null, null]]]]);
  });
});
