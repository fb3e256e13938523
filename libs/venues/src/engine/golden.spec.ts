import { describe, expect, it } from 'vitest';
import { takerFeeDue } from './ledger.js';
import { fundingOf } from './funding.js';
import { liquidatePart, liquidationExecutionPrice } from './liquidation.js';
import { health, liquidationPriceOf } from './margin.js';
import { abs, formatX18, mulDown, mulUp, parseX18, x18 } from './fixed.js';
import { nadoEngineConfig, NADO_INSTRUMENTS } from './presets.js';
import { joinQueue, queueAfterLevel, queueAfterTrade } from './queue.js';
import { accountOf, initialState, marketOf, type Run } from './state.js';

const runWith = (maintenanceShort: string, oracle: string): Run => {
  const instruments = NADO_INSTRUMENTS.map((terms) => ({ ...terms, shortWeightMaintenance: x18(maintenanceShort) }));
  const config = nadoEngineConfig(1, { instruments });
  const run: Run = { config, instruments: new Map(instruments.map((terms) => [terms.productId, terms])), state: initialState(config), out: [] };
  marketOf(run, 4).oracle = { average: x18(oracle), mid: x18(oracle), time: 0, published: x18(oracle), publishedAt: 0, external: true };
  return run;
};

describe('the engine agrees with the published numbers (venues.md §5.1)', () => {
  it('counts 31,000 USDT0 and a short of 10 ETH at 3000 with weight 1.05 as health -500', () => {
    const run = runWith('1.05', '3000');
    const account = accountOf(run, 'a');
    account.cash = x18('31000');
    account.positions.set(4, { amount: x18('-10'), vQuote: 0n });
    expect(health(run, account, 'maintenance')).toBe(x18('-500'));
  });

  it('takes 5 ETH of it at 3030: 15,850 USDT0 and -5 ETH are left, health is +100 and 75 go to insurance', () => {
    const run = runWith('1.05', '3000');
    const account = accountOf(run, 'a');
    account.cash = x18('1000');
    account.positions.set(4, { amount: x18('-10'), vQuote: x18('30000') });
    liquidatePart(run, account, 4, x18('5'), 0);
    expect(formatX18(account.liquidations[0]?.price ?? 0n)).toBe('3030');
    expect(formatX18(account.cash + (account.positions.get(4)?.vQuote ?? 0n))).toBe('15850');
    expect(account.positions.get(4)?.amount).toBe(x18('-5'));
    expect(formatX18(health(run, account, 'maintenance'))).toBe('100');
    expect(formatX18(run.state.pots.insurance)).toBe('75');
  });

  it('executes the liquidation of a 50 x long at 99.50 of 100, and 500 SOL of it pay 125 into insurance', () => {
    const price = liquidationExecutionPrice(x18('100'), x18('0.99'), x18('500'));
    expect(formatX18(price)).toBe('99.5');
    expect(formatX18(mulDown(abs(x18('100') - price), x18('500')) / 2n)).toBe('125');
  });

  it('finds the oracle price at which maintenance health is 0', () => {
    expect(liquidationPriceOf(x18('3000'), x18('-525'), x18('-10'), x18('1.05'))).toBe(x18('2950'));
  });

  it('pays 3.03 of funding for +0.01 % on 10 x 3030: long pays, short receives', () => {
    expect(formatX18(fundingOf(x18('10'), x18('3030'), x18('0.0001')))).toBe('-3.03');
    expect(formatX18(fundingOf(x18('-10'), x18('3030'), x18('0.0001')))).toBe('3.03');
  });

  it('charges 17.50 for taking 50,000 and 0.035 for taking 75', () => {
    const none = { takerNotional: 0n, takerFee: 0n };
    expect(formatX18(takerFeeDue(none, x18('50000'), x18('100'), x18('0.00035')))).toBe('17.5');
    expect(formatX18(takerFeeDue(none, x18('75'), x18('100'), x18('0.00035')))).toBe('0.035');
    expect(formatX18(takerFeeDue({ takerNotional: x18('75'), takerFee: x18('0.035') }, x18('50'), x18('100'), x18('0.00035')))).toBe('0.00875');
  });

  it('reaches an order of 50 behind 100 with 0, 10 and 50 by sells of 80, 30 and 50: fills 0, 10, 40', () => {
    let queue = joinQueue(100n);
    let left = 50n;
    const fills = [80n, 30n, 50n].map((size) => {
      const after = queueAfterTrade(queue, size);
      queue = after.queue;
      const fill = after.reaches < left ? after.reaches : left;
      left -= fill;
      return fill;
    });
    expect(fills).toEqual([0n, 10n, 40n]);
  });

  it('moves a front of 60 in 100 to 44.571429 when 20 leave without trades (PowerProb, n = 3)', () => {
    const queue = { front: x18('60'), displayed: x18('100'), traded: 0n };
    expect(formatX18(queueAfterLevel(queue, x18('80'), 'powerProb3').front).slice(0, 9)).toBe('44.571428');
    expect(queueAfterLevel(queue, x18('80'), 'pessimistic').front).toBe(x18('60'));
  });

  it('rounds against the account and reads plain decimals only', () => {
    expect(mulUp(-1n, 1n)).toBe(0n);
    expect(mulDown(-1n, 1n)).toBe(-1n);
    expect(parseX18('0.0000077462')).toBe(7_746_200_000_000n);
    for (const bad of ['', '-', '.5', '5.', '1e-7', '1.2.3', ' 1', '0x1', '1.0000000000000000001']) expect(parseX18(bad)).toBeUndefined();
  });
});
