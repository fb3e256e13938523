import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Decimal, type Side } from '@ballast/domain';
import type { DecisionRecord } from '@ballast/bus';
import type { BallastEvent } from '@ballast/events';
import { Books } from './books.js';
import { canonicalHash, canonicalText } from './canonical-state.js';
import { recordsOf } from './log.fixtures.js';
import { pairRound } from './pair-round.builders.js';

const booksOf = (records: readonly DecisionRecord[]): Books => {
  const books = new Books();
  for (const decision of records) decision.events.forEach((event, index) => books.apply({ event, index, decision }));
  return books;
};
const RECORD = recordsOf()[0]!;
const recordsWith = (events: readonly BallastEvent[]): readonly DecisionRecord[] => events.map((event) => ({ ...RECORD, events: [event] }));

it('keeps the books of a round to the last digit', () => {
  expect(booksOf(recordsOf()).canonical()).toMatchObject({
    bots: { pair1: { status: 'RUNNING', accountId: 'acct1', settings: { mode: 'cycle' } } },
    positions: {
      'acct1/ETH-PERP': { quantity: '0', entryPrice: '', realisedPnl: '0.1302', fees: '0.02317098', funding: '0' },
      'acct1/SOL-PERP': { quantity: '0', entryPrice: '', realisedPnl: '0.36', fees: '0.023136', funding: '0' },
    },
    orders: { 'order-entry-0': { status: 'FILLED', filled: '0.042', filledNotional: '115.7898' }, 'order-exit-1': { status: 'FILLED', side: 'BUY', reduceOnly: true } },
    balances: { acct1: { transfers: '1000', realised: '0.4902', fees: '0.04630698', cash: '1000.44389302' } },
  });
});

it('has a hash that knows nothing of order of keys, sequences, builds or market times', () => {
  const state = booksOf(recordsOf()).canonical();
  const turned = { balances: state.balances, orders: Object.fromEntries(Object.entries(state.orders).reverse()), positions: state.positions, bots: state.bots };
  expect(canonicalHash(turned)).toBe(canonicalHash(state));
  expect(canonicalHash(booksOf(recordsOf().map((record) => ({ ...record, sequence: record.sequence + 7, build: 'other', occurredAt: 1 }))).canonical())).toBe(canonicalHash(state));
  expect(canonicalText(state)).not.toContain('e-');
});

const amount = fc.bigInt({ min: -1_000_000_000_000n, max: 1_000_000_000_000n });
const text = (units: bigint): string => new Decimal(units.toString()).div('1e9').toString();
const act = fc.record({
  kind: fc.constantFrom('fund' as const, 'fill' as const, 'funding' as const, 'liquidation' as const, 'forgiven' as const),
  account: fc.constantFrom('a1', 'a2'),
  instrument: fc.constantFrom('ETH-PERP', 'SOL-PERP'),
  position: amount,
  realised: amount,
  fee: amount,
});
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

function eventOf({ kind, account, instrument, position, realised, fee }: Act, index: number): BallastEvent {
  const decimal = (units: bigint): Decimal => new Decimal(text(units));
  const [held, gained, paid] = [decimal(position), decimal(realised), decimal(fee)];
  const moved = { accountId: account, instrument, tradeId: 't', side: 'BUY' as Side, quantity: held.abs(), price: new Decimal(1), fee: paid, position: held, realisedPnl: gained, venueTime: index };
  if (kind === 'fund') return { type: 'AccountFunded', accountId: account, portfolioId: 'p', transferId: `t${index}`, amount: gained, balance: gained } as BallastEvent;
  if (kind === 'forgiven') return { type: 'DebtForgiven', accountId: account, portfolioId: 'p', forgivenId: `d${index}`, amount: gained, balance: gained, venueTime: index } as BallastEvent;
  if (kind === 'funding') return { type: 'FundingSettled', accountId: account, instrument, paymentId: `f${index}`, amount: gained, rateHourly: new Decimal(0), position: held, venueTime: index } as BallastEvent;
  if (kind === 'liquidation') return { ...moved, type: 'PositionLiquidated', liquidationId: `l${index}` } as unknown as BallastEvent;
  return { ...moved, type: 'PositionIncreased', fillId: `x${index}`, entryPrice: new Decimal(2) } as BallastEvent;
}

it('agrees with a naive fold in whole units of a billionth, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { balances, positions } = booksOf(recordsWith(acts.map(eventOf))).canonical();
      for (const account of ['a1', 'a2']) {
        const own = acts.filter((one) => one.account === account);
        if (own.length === 0) return;
        const sum = (...parts: readonly (readonly [Act['kind'], (one: Act) => bigint])[]): bigint => own.reduce((total, one) => parts.reduce((so, [kind, value]) => (one.kind === kind ? so + value(one) : so), total), 0n);
        const cash = sum(['fund', (one) => one.realised], ['funding', (one) => one.realised], ['forgiven', (one) => one.realised], ['fill', (one) => one.realised - one.fee], ['liquidation', (one) => one.realised - one.fee]);
        expect(balances[account]?.cash).toBe(text(cash));
        for (const instrument of ['ETH-PERP', 'SOL-PERP']) {
          const last = own.filter((one) => one.kind !== 'fund' && one.kind !== 'forgiven' && one.instrument === instrument).at(-1);
          expect(positions[`${account}/${instrument}`]?.quantity).toBe(last && text(last.position));
        }
      }
    }),
    { numRuns: 300 },
  );
});

it('keeps the filled quantity and status of an order, whatever way it ends', () => {
  const order = pairRound().flatMap(({ events }) => events).find(({ type }) => type === 'OrderSubmitted') as Extract<BallastEvent, { type: 'OrderSubmitted' }>;
  const fill = pairRound().flatMap(({ events }) => events).find(({ type }) => type === 'OrderFilled') as Extract<BallastEvent, { type: 'OrderFilled' }>;
  const part = { ...fill, quantity: fill.quantity.div(2) } as BallastEvent;
  const id = { clientOrderId: order.clientOrderId, tradeId: order.tradeId };
  const accepted: BallastEvent = { type: 'OrderAccepted', ...id, venueOrderId: 'v1' };
  const cancelled: BallastEvent = { type: 'OrderCancelled', ...id, unfilled: order.quantity, reason: 'test' };
  const rejected: BallastEvent = { type: 'OrderRejected', ...id, kind: 'margin', message: 'no' };
  const ends = (...events: readonly BallastEvent[]): unknown => {
    const found = booksOf(recordsWith([order, ...events])).canonical().orders[order.clientOrderId]!;
    return [found.status, found.filled];
  };
  expect([ends(), ends(accepted), ends(part), ends(part, cancelled), ends(cancelled, part, part), ends(rejected), ends(accepted, part, part, cancelled)]).toEqual([
    ['SUBMITTED', '0'], ['OPEN', '0'], ['OPEN', '0.021'], ['CANCELLED', '0.021'], ['FILLED', '0.042'], ['REJECTED', '0'], ['FILLED', '0.042'],
  ]);
});
