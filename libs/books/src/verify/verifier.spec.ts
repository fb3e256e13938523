import { expect, it } from 'vitest';
import { Decimal, type Money, type Price, type Quantity } from '@ballast/domain';
import type { DecisionRecord } from '@ballast/bus';
import type { BallastEvent } from '@ballast/events';
import { recordsOf } from '../log.fixtures.js';
import { pairRound, type WrittenDecision } from '../pair-round.builders.js';
import { altered, more, type Of, verified, withExtra, without } from './tampered.fixtures.js';
import { Verifier } from './verifier.js';

const orderOf = (): Of<'OrderSubmitted'> => pairRound().flatMap(({ events }) => events).find((event) => event.type === 'OrderSubmitted') as Of<'OrderSubmitted'>;
const cancelled = (unfilled: string): BallastEvent => ({ type: 'OrderCancelled', clientOrderId: 'order-entry-0', tradeId: 'trade1', unfilled: new Decimal(unfilled) as Quantity, reason: 'test' });

it('finds nothing in a sound round', () => {
  expect(verified(recordsOf())).toEqual([]);
});

it.each<[string, string, readonly WrittenDecision[], RegExp]>([
  ['an order sent twice', 'order quantities', withExtra('TradeOpened', orderOf()), /submitted twice/],
  ['a cancel that loses a lot', 'order quantities', withExtra('TradeBalanced', cancelled('0.001')), /ordered 0.042, filled 0.042 \+ unfilled 0.001/],
  ['a fill of an order that never was', 'order quantities', altered('OrderFilled', () => ({ clientOrderId: 'ghost' })), /never submitted/],
  ['a replacement of what has not ended', 'order quantities', withExtra('TradeBalanced', { ...orderOf(), clientOrderId: 'again', replaces: 'order-entry-0' }), /has not ended/],
  ['a remainder that is taken over twice', 'order quantities', withExtra('TradeBalanced', { ...orderOf(), clientOrderId: 'ended' }, { ...cancelled('0.042'), clientOrderId: 'ended' } as BallastEvent, { ...orderOf(), clientOrderId: 'once', replaces: 'ended' }, { ...orderOf(), clientOrderId: 'twice', replaces: 'ended' }), /order twice replaces ended, whose remainder once has taken over/],
  ['an approval of other quantities', 'planned is ordered', altered('TradeApproved', ({ legs }) => ({ legs: legs.map((leg) => ({ ...leg, quantity: more(leg.quantity) })) })), /approved/],
  ['a trade opened with rounded quantities', 'planned is ordered', altered('TradeOpened', ({ legs }) => ({ legs: legs.map((leg) => ({ ...leg, quantity: leg.quantity.toDecimalPlaces(2) as Quantity })) })), /opened BUY 0.04 ETH-PERP/],
  ['an order off the lot grid', 'planned is ordered', altered('OrderSubmitted', () => ({ quantity: new Decimal('0.0425') as Quantity })), /whole number of lots/],
  ['an order off the tick grid', 'planned is ordered', altered('OrderSubmitted', () => ({ limitPrice: new Decimal('2756.905') as Price })), /whole number of ticks/],
  ['more entered than planned', 'planned is ordered', withExtra('TradeBalanced', { ...(pairRound().flatMap(({ events }) => events).find(({ type }) => type === 'OrderFilled') as Of<'OrderFilled'>), fillId: 'second' }), /entered 0.084, planned 0.042/],
  ['a fill that moved no position', 'one position event per fill', without('PositionClosed'), /moved no position/],
  ['a position that no fill moved', 'one position event per fill', altered('PositionOpened', () => ({ fillId: 'ghost' })), /which no order has/],
  ['a result that an average price has rounded', 'realised results', altered('PositionClosed', ({ realisedPnl }) => ({ realisedPnl: more(realisedPnl, '0.000000000000000001') as Money })), /position acct1\/ETH-PERP is flat, and its realised results differ from its cash by 0.000000000000000001/],
  ['a fee booked wrong by a cent', 'cash', altered('PositionClosed', ({ fee }) => ({ fee: more(fee, '0.01') as Money })), /venue's balance was 1000.44389302, the log's is 1000.43389302/],
  ['funding that nobody paid', 'cash', withExtra('TradeClosed', { type: 'FundingSettled', accountId: 'acct1', instrument: 'ETH-PERP', paymentId: 'p1', amount: new Decimal('0.000002') as Money, rateHourly: new Decimal(0) as never, position: new Decimal(0) as never, venueTime: 0 }), /account acct1/],
])('catches %s under "%s"', (_what, rule, decisions, detail) => {
  const breaches = verified(recordsOf(decisions)).filter((breach) => breach.rule === rule);
  expect(breaches.length).toBeGreaterThan(0);
  expect(breaches.map((breach) => breach.detail).join('\n')).toMatch(detail);
});

it.each<[string, RegExp, (records: readonly DecisionRecord[]) => readonly DecisionRecord[]]>([
  ['a message taken out', /found sequence 6 after 4/, (records) => records.filter(({ sequence }) => sequence !== 5)],
  ['a version taken out of a stream', /found version 3 after 1/, (records) => records.filter(({ stream, version }) => !(stream === 'execution.trade.trade1' && version === 2)).map((record, index) => ({ ...record, sequence: index + 1 }))],
  ['bytes changed after they were written', /previous hash is/, (records) => records.map((record) => (record.sequence === 1 ? { ...record, hash: 'f'.repeat(64) } : record))],
])('catches %s in the chain', (_what, detail, change) => {
  const [first] = verified(change(recordsOf())).filter(({ rule }) => rule === 'chain');
  expect(first?.detail).toMatch(detail);
});

it('proves each partition\'s streams by themselves: a name in two partitions is two streams', () => {
  const elsewhere = recordsOf(pairRound().slice(0, 1)).map((record) => ({ ...record, partition: 7, decisionId: 'elsewhere' }));
  expect(verified([...recordsOf(), ...elsewhere])).toEqual([]);
});

it('catches a decision that is in the log twice', () => {
  const records = recordsOf();
  const again = { ...records.at(-1)!, sequence: records.length + 1, version: 99, decisionId: records[0]!.decisionId };
  expect(verified([...records, again]).map(({ rule }) => rule)).toContain('decision once');
});

it('lets movements of the very millisecond of an observation be on either side of it', () => {
  const at = pairRound().at(-1)!.at;
  const seen = (venueTime: number): readonly WrittenDecision[] => pairRound().map((decision, index, all) => ({ ...decision, events: decision.events.map((event) => {
    if (index === all.length - 1) return { ...event, collateral: new Decimal('1000.32528502') } as BallastEvent;
    return 'fillId' in event && event.fillId === 'fill-order-exit-0' ? { ...event, venueTime } : event;
  }) }));
  expect(verified(recordsOf(seen(at)))).toEqual([]);
  expect(verified(recordsOf(seen(at - 1))).map(({ rule }) => rule)).toEqual(['cash']);
});

it('reports only what is in range, and judges it by all that was before', () => {
  const verifier = new Verifier({ inRange: ({ sequence }) => sequence > 18 });
  for (const record of recordsOf(without('PositionOpened'))) verifier.see(record);
  const { messages, breaches } = verifier.report();
  expect([messages, breaches.map(({ rule, sequence }) => [rule, sequence])]).toEqual([1, [['cash', 19]]]);
});

it('lets a fill come after the end of its order, but not stay away', () => {
  const early = pairRound().flatMap((decision) => (decision.events.some((event) => event.type === 'OrderSubmitted' && event.clientOrderId === 'order-entry-0') ? [decision, { ...decision, events: [cancelled('0')] }] : [decision]));
  expect(verified(recordsOf(early))).toEqual([]);
  const never = early.filter(({ events }) => !events.some((event) => event.type === 'OrderFilled' && event.clientOrderId === 'order-entry-0'));
  expect(verified(recordsOf(never)).map(({ detail }) => detail)).toContainEqual(expect.stringMatching(/order order-entry-0: ordered 0.042, filled 0 \+ unfilled 0 = 0/));
});

it('can be asked for its report again after it has seen more', () => {
  const verifier = new Verifier();
  const records = recordsOf();
  const open = records.findIndex(({ events }) => events[0]?.type === 'OrderFilled') + 1;
  for (const record of records.slice(0, open)) verifier.see(record);
  expect(verifier.report().breaches.map(({ rule }) => rule)).toEqual(['one position event per fill']);
  for (const record of records.slice(open)) verifier.see(record);
  expect(verifier.report().breaches).toEqual([]);
});

it('lets a partial close take a part of the cost along, as long as the last one takes the rest', () => {
  const halves = (first: string, second: string): readonly WrittenDecision[] => pairRound().flatMap((decision) => {
    const [closed] = decision.events;
    if (closed?.type !== 'PositionClosed' || closed.instrument !== 'ETH-PERP') return [decision];
    const half = { ...closed, quantity: new Decimal('0.021') as Quantity, fee: new Decimal(0) as Money };
    const reduced = { ...half, type: 'PositionReduced', fillId: 'half', position: new Decimal('0.021'), realisedPnl: new Decimal(first) } as BallastEvent;
    return [{ ...decision, events: [reduced] }, { ...decision, events: [{ ...half, realisedPnl: new Decimal(second) } as BallastEvent] }];
  });
  const results = (decisions: readonly WrittenDecision[]): number => verified(recordsOf(decisions)).filter(({ rule }) => rule === 'realised results').length;
  expect([results(halves('0.06', '0.0702')), results(halves('0.06', '0.07'))]).toEqual([0, 1]);
});

it('checks cash over 6,000 movements and 1,500 observations without comparing each with each', () => {
  const round = pairRound();
  const [closed] = round.flatMap(({ events }) => events).filter((event) => event.type === 'PositionClosed');
  const observed = round.at(-1)!;
  const decisions: WrittenDecision[] = round.slice(0, 3).map((decision) => ({ ...decision, events: decision.events.map((event) => (event.type === 'AccountFunded' ? { ...event, venueTime: 0 } : event)) }));
  for (let number = 0; number < 6_000; number += 1) {
    decisions.push({ ...observed, writer: 'execution', kind: 'position', id: `p${number}`, events: [{ ...closed!, fillId: `f${number}`, realisedPnl: new Decimal(1), fee: new Decimal(0), venueTime: number + 1 } as BallastEvent] });
    if (number % 4 === 3) decisions.push({ ...observed, id: `e${number}`, events: [{ ...observed.events[0]!, collateral: new Decimal(1_000 + number + 1), venueTime: number + 1 } as BallastEvent] });
  }
  const records = recordsOf(decisions);
  const verifier = new Verifier();
  for (const record of records) verifier.see(record);
  const began = performance.now();
  const cash = verifier.report().breaches.filter(({ rule }) => rule === 'cash');
  expect([cash.length, performance.now() - began < 1_500]).toEqual([0, true]);
});
