import { type Decimal, type Money, money, type Ms, notional, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceOf } from '../liquidation/distance.js';
import type { SaleTerms } from '../liquidation/forced-sale.js';
import { liquidationPriceOf } from '../liquidation/liquidation.js';
import type { LiquidationModel } from '../liquidation/model.js';
import { candlesOf } from '../simulate/candles.js';
import { candleFacts } from './candle-facts.js';
import { type EpisodeWindow, episodesOf, worthOf } from './episode.js';
import type { PositionFact, ProtectionMove } from './facts.js';
import { modelFrom } from './venue-model.js';
import { Without } from './without.js';

const NADO = modelFrom('nado', { initialMarginRatio: ratio('0.02'), maintenanceMarginRatio: ratio('0.01') });
const HYPERLIQUID: LiquidationModel = { venue: 'hyperliquid', tiers: [{ fromNotional: notional('0'), maxLeverage: ratio('25') }] };
const TERMS: SaleTerms = { initialMarginRatio: ratio('0.02'), lotSize: quantity('0.001'), takerFee: ratio('0.00045'), slippage: ratio('0') };
const HOUR: Ms = 3_600_000;
const LONG = { position: signedQuantity('10'), entryPrice: price('2000') };

/** Hours 0, 1, 2 …: the price, and where the venue says it liquidates. */
const sight = (hour: number, at: string, liquidationPrice: string, position = '10'): PositionFact => ({ type: 'sight', time: hour * HOUR, stateTime: hour * HOUR, price: price(at), position: signedQuantity(position), liquidationPrice: price(liquidationPrice) });
const moved = (hour: number, change: string): ProtectionMove => ({ time: hour * HOUR, change: money(change) });
const closed = (hour: number, at: string, fee: string, position = '0'): PositionFact => ({ type: 'move', time: hour * HOUR, price: price(at), fee: money(fee), position: signedQuantity(position) });
const window = (from: number, until: number, end: EpisodeWindow['end'], fees = '0'): EpisodeWindow => ({ from: from * HOUR, until: until * HOUR, end, fees: money(fees) });
const textOf = (value: Money | undefined): string | undefined => value?.toString();

describe('ten ETH bought at 2000 with 596 behind them, which Nado liquidates at 1960 (20,000 - 596 = 0.99 x 10 x 1960) (R90)', () => {
  const parts = { model: NADO, terms: TERMS };

  it('an episode that a deposit of 495 carried through 1950 has prevented a liquidation, to the cent', () => {
    const moves = [moved(1, '495'), moved(13, '-495')];
    const facts = [sight(0.5, '1990', '1960'), sight(2, '1950', '1910'), sight(12, '2000', '1910'), sight(13, '2000', '1910')];
    const [episode] = episodesOf({ ...parts, moves }, LONG, facts, [window(1, 13, 'BACK', '2')]);
    // At 1960 are 196 behind it, 392 the initial demand: 196 / (39.2 - 9.8) = 6.667 are sold at 1960 x 0.995 = 1950.2.
    expect(episode).toMatchObject({ verdict: 'PREVENTED', end: 'BACK' });
    expect(episode!.taken.map((taken) => [taken.time / HOUR, taken.price, taken.quantity, taken.result].map(String))).toEqual([['2', '1960', '6.667', '-332.0166']]);
    // 6.667 x (2000 - 1950.2)
    expect([episode!.lossAvoided, episode!.depositedMax, episode!.moneyDays].map(textOf)).toEqual(['332.0166', '495', '247.5']);
    // 2 of fees, and 247.5 x 36.5 % / 365
    const { cost, net, roi } = worthOf(episode!, ratio('0.365'));
    expect([cost.toString(), net.toString(), roi!.toFixed(6)]).toEqual(['2.2475', '329.7691', '0.666200']);
  });

  it('one that came no nearer than 1965 was not needed: it cost its fees', () => {
    const moves = [moved(1, '495'), moved(3, '-495')];
    const [episode] = episodesOf({ ...parts, moves }, LONG, [sight(0.5, '1990', '1960'), sight(2, '1965', '1910'), sight(3, '2000', '1910')], [window(1, 3, 'BACK', '2')]);
    expect([episode!.verdict, textOf(episode!.lossAvoided), episode!.nearest!.toFixed(6)]).toEqual(['NOT_NEEDED', '0', '0.002551']);
    expect(textOf(worthOf(episode!, ratio('0')).net)).toBe('-2');
  });

  it('one that is open is told by the last price: so far what would have been sold at 1950.2 is worth 1950', () => {
    const [episode] = episodesOf({ ...parts, moves: [moved(1, '495')] }, LONG, [sight(0.5, '1990', '1960'), sight(2, '1950', '1910')], [window(1, 2, 'OPEN', '1')]);
    expect([episode!.verdict, textOf(episode!.lossAvoided), textOf(episode!.moneyDays)]).toEqual(['PREVENTED', '-1.3334', '20.625']);
  });

  it('half of it sold by the bot at 1990 settles half of the difference, with the fee that was paid for what would not have been there', () => {
    const facts = [sight(0.5, '1990', '1960'), sight(2, '1950', '1910'), closed(3, '1990', '3', '5'), closed(4, '2010', '3')];
    const [episode] = episodesOf({ ...parts, moves: [moved(1, '495'), moved(5, '-495')] }, LONG, facts, [window(1, 5, 'CLOSED')]);
    // 3.3335 x (1990 - 1950.2) + 3.3335 x (2010 - 1950.2) - 0.6667 x 6
    expect(textOf(episode!.lossAvoided)).toBe('328.0164');
  });

  it('funding is had on what would have been there alone', () => {
    const facts: PositionFact[] = [sight(0.5, '1990', '1960'), sight(2, '1950', '1910'), { type: 'funding', time: 3 * HOUR, amount: money('-3') }, sight(4, '1950.2', '1910.3')];
    const [episode] = episodesOf({ ...parts, moves: [moved(1, '495')] }, LONG, facts, [window(1, 4, 'OPEN')]);
    expect(textOf(episode!.lossAvoided)).toBe('-2.0001');
  });
});

describe('the same with 792 behind it at Hyperliquid, which liquidates it at 1960 as a whole', () => {
  const parts = { model: HYPERLIQUID, terms: TERMS };

  it('liquidated all the same, at 1910 with a deposit of 490: not prevented, and the loss is the larger for it', () => {
    const facts = [sight(0.5, '1990', '1960'), sight(2, '1915', '1910'), closed(3, '1910', '8.595')];
    const [episode] = episodesOf({ ...parts, moves: [moved(1, '490'), moved(4, '-490')] }, LONG, facts, [window(1, 4, 'LIQUIDATED')]);
    expect(episode!.verdict).toBe('NOT_PREVENTED');
    // 10 x (1960 - 2000) - 19,600 x 4.5 bp
    expect(episode!.taken.map(({ result }) => textOf(result))).toEqual(['-408.82']);
    // -908.595 against -408.82
    expect(textOf(episode!.lossAvoided)).toBe('-499.775');
  });

  it('a price that is first seen far beyond leaves nothing: all that stood behind it goes to the backstop', () => {
    const seenAt = (at: string) => {
      const without = new Without({ ...parts, moves: [] }, LONG);
      without.see(sight(0.5, at, '1960'));
      return without.taken.map(({ result }) => textOf(result));
    };
    // At 1950 are 792 - 500 behind it, two thirds of what is demanded are 260; at 1940 are 192 behind it, against 258.67.
    expect([seenAt('1950'), seenAt('1940')]).toEqual([['-508.775'], ['-792']]);
  });

  it('an episode after one that would have ended it counts nothing', () => {
    const moves = [moved(1, '490'), moved(3, '-490'), moved(5, '490'), moved(7, '-490')];
    const facts = [sight(0.5, '1990', '1960'), sight(2, '1950', '1910'), sight(3, '2000', '1910'), sight(6, '1950', '1910'), sight(7, '2000', '1910')];
    const [first, second] = episodesOf({ ...parts, moves }, LONG, facts, [window(1, 3, 'BACK'), window(5, 7, 'BACK')]);
    expect([first!.verdict, textOf(first!.lossAvoided)]).toEqual(['PREVENTED', '408.82']);
    expect([second!.verdict, second!.taken, textOf(second!.lossAvoided)]).toEqual(['ALREADY_GONE', [], '0']);
  });

  it('a short is its mirror', () => {
    const short = { position: signedQuantity('-10'), entryPrice: price('2000') };
    const at = liquidationPriceOf({ model: HYPERLIQUID, side: 'SHORT', quantity: quantity('10') }, price('2000'), money('848'))!;
    // 20,848 / 10.2
    expect(at.toFixed(6)).toBe('2043.921569');
    const deeper = at.plus(money('500').div('10.2')).toString();
    const facts = [sight(0.5, '2010', at.toString(), '-10'), sight(2, '2050', deeper, '-10'), sight(3, '2000', deeper, '-10')];
    const [episode] = episodesOf({ ...parts, moves: [moved(1, '500'), moved(3, '-500')] }, short, facts, [window(1, 3, 'BACK')]);
    expect([episode!.verdict, episode!.taken[0]!.price.toFixed(6)]).toEqual(['PREVENTED', '2043.921569']);
    // 439.22 of loss, and 20,439.22 x 4.5 bp
    expect(episode!.lossAvoided.toFixed(2)).toBe('448.41');
  });
});

describe('candles laid over an episode', () => {
  const series = candlesOf(['date,open,high,low,close', '1760000000000,100,101,90,95', '1760000300000,95,99,94,98', '1760000600000,98,99,80,97'].join('\n'));
  const texts = (changes: object) => candleFacts(series, { side: 'LONG', from: 1_760_000_100_000, until: 1_760_000_700_000, ...changes }).map(({ time, price: at }) => `${time - 1_760_000_000_000} ${at.toString()}`);

  it('count with the worst price of the candle it begins in, and of the one it ends in where the position lives on', () => {
    expect(texts({})).toEqual(['150000 90', '299999 95', '300000 95', '450000 94', '599999 98', '600000 98', '600000 80', '600000 98']);
  });

  it('but only with the close of the candle in which the position was opened: its worst price may have been before', () => {
    expect(texts({ openedAt: 1_760_000_000_000 }).slice(0, 2)).toEqual(['150000 90', '299999 95']);
    expect(texts({ openedAt: 1_760_000_050_000 }).slice(0, 2)).toEqual(['299999 95', '300000 95']);
  });

  it('nor with that of a candle in which the position was closed', () => expect(texts({ flatAt: 1_760_000_690_000 }).slice(-2)).toEqual(['599999 98', '600000 98']));
});

const step = fc.record({ price: fc.integer({ min: 15_000, max: 25_000 }), deposit: fc.integer({ min: 0, max: 300 }) });
const MODELS: readonly LiquidationModel[] = [NADO, HYPERLIQUID, modelFrom('velocity', { initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.03') })];

it.each(MODELS)('by the model of $venue: without deposits no distance is ever larger than with them, and what is ahead is what was taken, priced at the end', (model) => {
  fc.assert(fc.property(fc.array(step, { minLength: 2, maxLength: 20 }), fc.boolean(), (steps, long) => {
    const side = long ? ('LONG' as const) : ('SHORT' as const);
    const [size, direction] = [quantity('10'), long ? 1 : -1];
    const moves: ProtectionMove[] = [];
    const without = new Without({ model, terms: { ...TERMS, slippage: ratio('0.003') }, moves }, { position: signedQuantity(long ? '10' : '-10'), entryPrice: price('2000') });
    let deposited = money('0');
    for (const [index, { price: cents, deposit }] of steps.entries()) {
      const at = price(String(cents / 10));
      const equity = money('2000').plus(deposited).plus(at.minus(2_000).times(10).times(direction)) as Money;
      const found = liquidationPriceOf({ model, side, quantity: size }, at, equity);
      const real = found && distanceOf(side, at, found);
      if (real?.lte(0)) break;
      without.see({ type: 'sight', time: index * 10 + 5, stateTime: index * 10 + 5, price: at, position: signedQuantity(long ? '10' : '-10'), ...(found ? { liquidationPrice: found } : {}) });
      const ahead = without.taken.reduce<Decimal>((sum, { quantity: part, result }) => sum.plus(at.minus(2_000).times(part).times(direction)).minus(result), money('0'));
      expect(without.ahead.minus(ahead).abs().lt('1e-20')).toBe(true);
      if (real && without.taken.length === 0) expect(without.distance!.lte(real.plus('1e-30'))).toBe(true);
      if (deposited.isZero()) expect(without.taken).toEqual([]);
      moves.push({ time: index * 10 + 7, change: money(String(deposit)) });
      deposited = deposited.plus(deposit) as Money;
    }
    expect(without.kept.gte(0) && without.kept.lte(10)).toBe(true);
  }));
});
