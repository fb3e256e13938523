import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineFill, EngineOutput, MarketInput, PlaceOrder, PriceLevel, X18 } from './engine.api.js';
import { Engine } from './engine.js';
import { abs, x18 } from './fixed.js';
import { nadoEngineConfig } from './presets.js';

const START = 3_600_000 * 500 - 5000;
const TICK = x18('0.1');
const LOT = x18('0.001');

type Move =
  | { readonly kind: 'order'; readonly who: string; readonly ticks: number; readonly lots: number; readonly tif: PlaceOrder['timeInForce']; readonly postOnly: boolean; readonly reduceOnly: boolean }
  | { readonly kind: 'cancel'; readonly who: string }
  | { readonly kind: 'book'; readonly centre: number; readonly sizes: readonly number[] }
  | { readonly kind: 'trade'; readonly ticks: number; readonly lots: number; readonly isBuy: boolean }
  | { readonly kind: 'rate'; readonly rate: number }
  | { readonly kind: 'oracle'; readonly ticks: number };

const who = fc.constantFrom('a', 'b');
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('order' as const), who, ticks: fc.integer({ min: -6, max: 6 }), lots: fc.integer({ min: -4000, max: 4000 }), tif: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const), postOnly: fc.boolean(), reduceOnly: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), who }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('book' as const), centre: fc.integer({ min: -300, max: 300 }), sizes: fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 4, maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('trade' as const), ticks: fc.integer({ min: -4, max: 4 }), lots: fc.integer({ min: 1, max: 5000 }), isBuy: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rate' as const), rate: fc.integer({ min: -50, max: 50 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('oracle' as const), ticks: fc.integer({ min: -3000, max: 3000 }) }) },
);
const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), move), { minLength: 5, maxLength: 60 });

const at = (ticks: number): X18 => x18('2000') + BigInt(ticks) * TICK;
const side = (best: number, direction: 1 | -1, sizes: readonly number[]): PriceLevel[] => sizes.map((lots, index): PriceLevel => [at(best + direction * index), BigInt(lots) * LOT]);

/** Plays moves into an engine; `serial` numbers requests, so two engines get the same. */
function play(engine: Engine, script: readonly (readonly [number, Move])[], from = START, serial = 0): { readonly outputs: EngineOutput[]; readonly time: number; readonly serial: number } {
  const outputs: EngineOutput[] = [];
  let [time, count] = [from, serial];
  for (const [gap, step] of script) {
    time += gap;
    count += 1;
    const key = `r${count}`;
    outputs.push(...engine.advanceTo(time));
    if (step.kind === 'order') {
      const { who: subaccount, ticks, lots, tif, postOnly, reduceOnly } = step;
      engine.submit({ type: 'place', requestKey: key, digest: key, subaccount, productId: 4, price: at(ticks), amount: BigInt(lots) * LOT, timeInForce: postOnly ? 'GTC' : tif, postOnly, reduceOnly, receiveBy: time + 1000, expiresAt: time + 20_000 }, time);
    } else if (step.kind === 'cancel') {
      engine.submit({ type: 'cancelProducts', requestKey: key, digest: key, subaccount: step.who, productIds: [] }, time);
    } else {
      outputs.push(...engine.market(inputOf(step, time, key)));
    }
  }
  outputs.push(...engine.advanceTo(time + 30_000));
  return { outputs, time: time + 30_000, serial: count };
}

function inputOf(step: Exclude<Move, { kind: 'order' | 'cancel' }>, time: number, tradeId: string): MarketInput {
  if (step.kind === 'book') return { type: 'snapshot', time, productId: 4, bids: side(step.centre - 1, -1, step.sizes), asks: side(step.centre + 1, 1, [...step.sizes].reverse()) };
  if (step.kind === 'trade') return { type: 'trade', time, productId: 4, tradeId, side: step.isBuy ? 'BUY' : 'SELL', price: at(step.ticks), size: BigInt(step.lots) * LOT };
  if (step.kind === 'oracle') return { type: 'oracle', time, productId: 4, price: at(step.ticks) };
  return { type: 'fundingRate', time, productId: 4, rateHourly: BigInt(step.rate) * x18('0.0001') };
}

function opened(seed = 1): Engine {
  const engine = new Engine(nadoEngineConfig(seed));
  engine.market({ type: 'snapshot', time: START, productId: 4, bids: side(-1, -1, [2000, 3000, 500, 9000]), asks: side(1, 1, [1500, 2500, 700, 8000]) });
  engine.deposit('a', x18('400'), START);
  engine.deposit('b', x18('100000'), START);
  return engine;
}
const fillsOf = (outputs: readonly EngineOutput[]): EngineFill[] => outputs.flatMap((output) => (output.type === 'fill' ? [output.fill] : []));

describe('whatever is ordered, traded and moved, the simulated exchange', () => {
  it('keeps every unit of quote: accounts, fees, insurance, funding, market and social losses sum to the deposits', () => {
    fc.assert(fc.property(moves, (script) => {
      const engine = opened();
      play(engine, script);
      const { deposits, ...pots } = engine.pots();
      const held = ['a', 'b'].map((name) => engine.account(name)).reduce((sum, account) => sum + account.cash + account.positions.reduce((all, { vQuote }) => all + vQuote, 0n), 0n);
      expect(held + Object.values(pots).reduce((sum, pot) => sum + pot, 0n)).toBe(deposits);
    }), { numRuns: 150 });
  });

  it('holds exactly the positions that its fills and liquidations sum to', () => {
    fc.assert(fc.property(moves, (script) => {
      const engine = opened();
      play(engine, script);
      for (const name of ['a', 'b']) {
        const filled = [...engine.fills(name, 0), ...engine.liquidations(name, 0)].reduce((sum, { side: direction, size }) => sum + (direction === 'BUY' ? size : -size), 0n);
        expect(engine.account(name).positions[0]?.amount ?? 0n).toBe(filled);
      }
    }), { numRuns: 150 });
  });

  it('never fills an order beyond its amount or worse than its limit, nor a reduce-only order beyond the position', () => {
    fc.assert(fc.property(moves, (script) => {
      const engine = opened();
      play(engine, script);
      const held = new Map<string, X18>();
      const trades = ['a', 'b'].flatMap((name) => [...engine.fills(name, 0).map((fill) => ({ ...fill, index: fill.submissionIndex })), ...engine.liquidations(name, 0).map((taken) => ({ ...taken, index: taken.liquidationId, digest: '' }))]);
      for (const { subaccount, side: direction, size, digest, price } of trades.sort((x, y) => Number.parseInt(x.index, 10) - Number.parseInt(y.index, 10))) {
        const before = held.get(subaccount) ?? 0n;
        const after = before + (direction === 'BUY' ? size : -size);
        const order = engine.order(digest);
        if (order?.reduceOnly) expect(abs(after)).toBeLessThan(abs(before));
        if (order) expect(direction === 'BUY' ? price <= order.price : price >= order.price).toBe(true);
        held.set(subaccount, after);
      }
      for (const order of [...engine.orders('a'), ...engine.orders('b')]) expect([order.filled + order.remaining, order.remaining >= 0n]).toEqual([order.original, true]);
    }), { numRuns: 150 });
  });

  it('never lets takers take more of a level than it displays, however often they try', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 50, max: 90 }), fc.integer({ min: 50, max: 4000 })), { minLength: 1, maxLength: 30 }), (tries) => {
      const engine = opened();
      const script = tries.map(([gap, lots]): [number, Move] => [gap, { kind: 'order', who: 'b', ticks: 3, lots, tif: 'IOC', postOnly: false, reduceOnly: false }]);
      const taken = new Map<X18, X18>();
      for (const { price, size } of fillsOf(play(engine, script).outputs)) taken.set(price, (taken.get(price) ?? 0n) + size);
      for (const [price, lots] of [[at(1), 1500n], [at(2), 2500n], [at(3), 700n]] as const) expect(taken.get(price) ?? 0n).toBeLessThanOrEqual(lots * LOT);
    }), { numRuns: 100 });
  });

  it('does the same again from the same start, and from an image taken in the middle (R20)', () => {
    fc.assert(fc.property(moves, moves, (before, after) => {
      const [first, second] = [opened(), opened()];
      const half = play(first, before);
      play(second, before);
      expect(second.digest()).toBe(first.digest());
      const resumed = Engine.restore(first.config, JSON.parse(JSON.stringify(first.export())) as ReturnType<Engine['export']>);
      const expected = play(first, after, half.time, half.serial);
      expect(play(resumed, after, half.time, half.serial).outputs).toEqual(expected.outputs);
      expect(resumed.digest()).toBe(first.digest());
    }), { numRuns: 60 });
  });
});
