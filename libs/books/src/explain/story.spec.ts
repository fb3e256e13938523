import { describe, expect, it } from 'vitest';
import { money, notional, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import { type BallastEvent, eventTypes } from '@ballast/events';
import { recordsOf } from '../log.fixtures.js';
import { pairRound, type WrittenDecision } from '../pair-round.builders.js';
import { belongsTo, correlationOf, mentions } from './find-story.js';
import { type Chapter, Storyteller } from './story.js';
import { TELLERS } from './tellers.js';

type Of<Type extends BallastEvent['type']> = Extract<BallastEvent, { type: Type }>;
const AT = Date.UTC(2026, 0, 31, 12);
const first = <Type extends BallastEvent['type']>(type: Type): Of<Type> => pairRound().flatMap(({ events }) => events).find((event): event is Of<Type> => event.type === type)!;
const told = (decisions: readonly WrittenDecision[]): readonly Chapter[] => {
  const teller = new Storyteller();
  return recordsOf(decisions).flatMap((record) => teller.tell(record));
};
const after = (type: BallastEvent['type'], ...events: readonly BallastEvent[]): readonly Chapter[] => {
  const index = pairRound().findIndex((decision) => decision.events[0]?.type === type);
  return told([...pairRound().slice(0, index + 1), ...events.map((event) => ({ ...pairRound()[index]!, events: [event] }))]).slice(-events.length);
};
const ids = { botId: 'pair1', accountId: 'acct1', portfolioId: 'main' } as const;
const trade = { ...ids, tradeId: 'trade1', planId: 'plan1', signalId: 'signal1' } as const;
const order = { clientOrderId: 'order-entry-0', tradeId: 'trade1' } as const;

it('finds the round by every id in it, and nothing by another', () => {
  const records = recordsOf();
  for (const id of ['trade1', 'plan1', 'signal1', 'order-entry-0', 'fill-order-exit-1', records[7]!.decisionId]) {
    const found = records.find((record) => mentions(record, id));
    expect(found && correlationOf(found, id)).toBe('trade1');
  }
  expect(records.some((record) => mentions(record, 'pair2'))).toBe(false);
  expect(records.filter((record) => belongsTo(record, 'trade1')).map(({ sequence }) => sequence)).toEqual(records.map(({ sequence }) => sequence).filter((sequence) => sequence > 4 && sequence < records.length));
});

describe('the story of a completed round', () => {
  const chapters = told(pairRound());
  const facts = chapters.flatMap((chapter) => chapter.facts);

  it('tells the signal with what it saw, the plan with its book and caps, and every input of a rule', () => {
    for (const fact of ['wants to BUY ETH-PERP for $100', 'saw ETH-PERP 2756.9 / 2756.9, book 7 of 2026-01-31T12:00:00.000Z', 'valid until 2026-01-31T12:00:05.000Z', 'target $100 a leg, eligible collateral $1000', 'cap leverage: $4000 (R9)', 'expected cost of the round 4 bps of a budget of 12 bps']) expect(facts).toContain(fact);
    expect(facts.find((fact) => fact.startsWith('rule leverage'))).toBe('rule leverage [demo]: PASS, 0.23 of 5 X, distance 4.77 (gross=231.6498)');
  });

  it('tells a fill with its order, its fee, and slippage realised beside estimated', () => {
    expect(facts).toContain("slippage 0 bps against the plan's reference price 2756.9 (estimated 0.5 bps from the best price on)");
    expect(facts).toContain('$115.7898 of the ENTRY order BUY 0.042 ETH-PERP @ 2756.9, at the venue 2026-01-31T12:00:03.000Z');
    expect(facts).toContain('fee $0.011579 (1 bps)');
  });

  it('sums up what came of the plan: slippage of each leg, imbalance, result and naked exposure', () => {
    const end = chapters.at(-2);
    expect(end?.title).toBe('closed COMPLETED: held long enough');
    for (const fact of ['slippage of the entry in ETH-PERP: estimated 0.5 bps, realised 0 bps, both against the best price that the plan saw', 'imbalance planned 0.0606 %, filled 0.0606 % at reference and 0.0606 % at fill prices', 'realised $0.4902, fees $0.046307, net $0.443893 before funding', 'unhedged $231.72 x s (notional times seconds)']) expect(end?.facts).toContain(fact);
  });
});

it('measures an exit from the mid that the exit signal saw, and not from the plan', () => {
  const exit = { ...first('SignalRaised'), purpose: 'EXIT', legs: [], seen: [{ instrument: 'ETH-PERP', bestBid: price('2759'), bestAsk: price('2761'), exchangeTime: AT, bookSequence: 9 }] } as BallastEvent;
  const fill = { ...first('OrderFilled'), purpose: 'EXIT', side: 'SELL', price: price('2757.24') } as BallastEvent;
  expect(after('TradeBalanced', exit, fill)[1]?.facts).toContain('slippage 10 bps against the mid 2760 of the exit signal');
});

it('tells a refused plan with the rule that binds and all rules, and one that execution does not take', () => {
  const rules = [...first('TradeApproved').rules, { ...first('TradeApproved').rules[0]!, rule: 'imbalance', result: 'REFUSE', unit: 'RATIO', value: '0.002', limit: '0.001', distance: '-0.001' } as const, { rule: 'expiry', profile: 'demo', result: 'MISSING_INPUT', unit: 'MS', limit: String(AT), inputs: { limitMs: String(AT) } } as const];
  const [denied, refused] = after('TradePlanned', { type: 'TradeDenied', ...trade, planHash: 'h', rules, bindingRule: 'imbalance', reason: 'too far apart', grossBefore: notional('7') }, { type: 'TradeRefused', ...trade, reason: 'TRADING_HALTED: trading is HALTED' });
  expect([denied?.title, refused?.title]).toEqual(['denied by imbalance: too far apart', 'refused by execution: TRADING_HALTED: trading is HALTED']);
  expect(denied?.facts).toContain('refused by imbalance: difference of the legs over the smaller one: 0.2 %, allowed is below 0.1 %, 0.1 % beyond it (limit of demo; gross 231.6498)');
  expect(denied?.facts).toContain('refused by expiry: time of the decision, against the end of the plan: not known, so no new risk (limit of demo; limit ms 2026-01-31T12:00:00.000Z)');
});

it('tells a trading state with its scope and who changed it, in the title', () => {
  const [halted] = after('TradePlanned', { type: 'TradingStateChanged', portfolioId: 'main', scope: 'INSTRUMENT', scopeId: 'SOL-PERP', state: 'HALTED', reason: 'maintenance', by: 'user:ops' });
  expect(halted?.title).toBe('trading of instrument SOL-PERP is HALTED, by user:ops: maintenance');
  const [lifted] = after('TradePlanned', { type: 'TradingStateChanged', portfolioId: 'main', scope: 'PORTFOLIO', scopeId: 'main', state: 'HALTED', reason: 'looked', by: 'approver', hold: { causes: ['HARD_STOP'], state: 'ACTIVE' } });
  expect([lifted?.title, lifted?.facts]).toEqual(['trading of portfolio main is still HALTED, by approver: looked', ['no longer held by hard stops']]);
});

it('tells a trade that was unwound, from what went wrong to what is left', () => {
  const titles = after(
    'OrderSubmitted',
    { type: 'OrderAccepted', ...order, venueOrderId: 'v1' },
    { type: 'OrderCancelRequested', ...order, reason: 'the time of a maker is over' },
    { type: 'OrderCancelled', ...order, unfilled: quantity('0.002'), reason: 'cancelled' },
    { type: 'OrderRejected', ...order, kind: 'margin', message: 'not enough' },
    { type: 'OrderOutcomeUnknown', ...order, reason: 'timeout' },
    { type: 'OrderDenied', tradeId: 'trade1', leg: 1, instrument: 'SOL-PERP', reason: 'PRICE_OFF_TICK', found: '1.005', allowed: '0.01' },
    { type: 'HedgeStarted', tradeId: 'trade1', leaderLeg: 0, reason: 'it is filled' },
    { type: 'UnwindStarted', tradeId: 'trade1', reason: 'naked for too long' },
    { type: 'LegLiquidated', tradeId: 'trade1', leg: 0, instrument: 'ETH-PERP', liquidationId: 'l1', side: 'SELL', quantity: quantity('0.04'), price: price('2600'), fee: money('1'), venueTime: AT },
    { type: 'PairResidual', tradeId: 'trade1', accountId: 'acct1', leg: 0, instrument: 'ETH-PERP', quantity: signedQuantity('0.002'), notional: notional('5.5') },
  ).map(({ title }) => title);
  const name = 'the ENTRY order BUY 0.042 ETH-PERP @ 2756.9';
  expect(titles).toEqual([
    `the venue has ${name}`, `asks back what is unfilled of ${name}: the time of a maker is over`, `${name} ended with 0.002 unfilled: cancelled`, `the venue refused ${name}: margin: not enough`,
    `no answer for ${name}, which is looked up by its identity: timeout`, 'an order of leg 1 in SOL-PERP was not sent: PRICE_OFF_TICK, found 1.005, allowed 0.01',
    'ETH-PERP leads, the other leg follows its fills by taking: it is filled', 'unwinds the trade to flat: naked for too long',
    'the venue liquidated 0.04 ETH-PERP of this trade @ 2600 (SELL)', "left over: 0.002 ETH-PERP ($5.5), below the venue's minimum order",
  ]);
});

it('tells positions, funding and the account in the words of a desk', () => {
  const position = first('PositionOpened');
  const [short, paid, funded, forgiven, worth] = after(
    'PositionOpened',
    { ...position, type: 'PositionIncreased', position: signedQuantity('-2'), entryPrice: price('100') },
    { type: 'FundingSettled', accountId: 'acct1', instrument: 'ETH-PERP', paymentId: 'p1', amount: money('-0.3'), rateHourly: ratio('0.0000125'), position: signedQuantity('2'), venueTime: AT },
    { type: 'AccountFunded', accountId: 'acct1', portfolioId: 'main', transferId: 't2', amount: money('-5'), balance: money('995') },
    { type: 'DebtForgiven', accountId: 'acct1', portfolioId: 'main', forgivenId: 'd1', amount: money('0.0024'), balance: money('0'), venueTime: AT },
    { ...first('EquityObserved'), positions: [{ instrument: 'ETH-PERP', quantity: signedQuantity('2'), liquidationPrice: price('50'), distanceToLiquidation: ratio('0.4') }] },
  );
  expect([short?.title, paid?.title, paid?.facts[0], funded?.title]).toEqual(['position in ETH-PERP increased: SHORT 2 @ 100', 'funding of ETH-PERP paid: $0.3', 'on LONG 2 at 0.00125 % an hour, settled 2026-01-31T12:00:00.000Z', '$5 left account acct1, which has $995']);
  expect([forgiven?.title, forgiven?.facts]).toEqual(['the venue forgave the $0.0024 that account acct1 owed it after a forced sale: it has $0', ['forgiven 2026-01-31T12:00:00.000Z', 'record d1']]);
  expect([worth?.title, worth?.facts[1]]).toEqual(['account acct1 is worth $1000, $0 open, leverage 0 x', 'ETH-PERP LONG 2, liquidated at 50, 40 % away']);
});

it('has words of its own for every type of event there is', () => {
  expect(Object.keys(TELLERS).sort()).toEqual([...eventTypes()].sort());
});
