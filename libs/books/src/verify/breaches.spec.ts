import { describe, expect, it } from 'vitest';
import { Decimal, type Money, type Notional, type Price, type Quantity, type Ratio, type SignedQuantity } from '@ballast/domain';
import type { BallastEvent, PlannedLeg } from '@ballast/events';
import { recordsOf } from '../log.fixtures.js';
import { pairRound, type WrittenDecision } from '../pair-round.builders.js';
import { altered, type Of, verified, withExtra, without } from './tampered.fixtures.js';
import { Verifier } from './verifier.js';

const eventOf = <Type extends BallastEvent['type']>(type: Type, which: (event: Of<Type>) => boolean = () => true): Of<Type> =>
  pairRound().flatMap(({ events }) => events).find((event): event is Of<Type> => event.type === type && which(event as Of<Type>))!;
const dec = <Value extends Decimal>(text: string): Value => new Decimal(text) as Value;
/** Every event that `which` names is changed. */
const changed = (which: (event: BallastEvent) => object | undefined): readonly WrittenDecision[] => pairRound().map((decision) => ({ ...decision, events: decision.events.map((event) => ({ ...event, ...which(event) }) as BallastEvent) }));
const left = (which: (event: BallastEvent) => boolean): readonly WrittenDecision[] => pairRound().filter(({ events }) => !events.some(which));
const isExitOf = (leg: number) => (event: BallastEvent): boolean => ('clientOrderId' in event && event.clientOrderId === `order-exit-${leg}`) || ('fillId' in event && event.fillId === `fill-order-exit-${leg}`);

/** The first breach of a rule in a tampered log, as "event: detail". */
function firstOf(rule: string, decisions: readonly WrittenDecision[]): string {
  const [first] = verified(recordsOf(decisions)).filter((breach) => breach.rule === rule);
  return first ? `${first.eventType}: ${first.detail}` : 'nothing found';
}

describe('verify names the first event that breaks a position', () => {
  it.each<[string, string, readonly WrittenDecision[], RegExp]>([
    ['a wrong running position', 'running position', altered('PositionOpened', () => ({ position: dec<SignedQuantity>('99') })), /^PositionOpened: .*is told to leave 99, it leaves 0.042/],
    ['a wrong entry price', 'running position', altered('PositionOpened', () => ({ entryPrice: dec<Price>('1') })), /^PositionOpened: .*entry price 1, it has 2756.9/],
    ['an opening told as an increase', 'running position', altered('PositionOpened', () => ({ type: 'PositionIncreased' }) as object), /told as PositionIncreased, it is PositionOpened/],
    ['a result that no fill brought', 'running position', altered('PositionClosed', () => ({ realisedPnl: dec<Money>('7') })), /^PositionClosed: .*to realise 7, it realises 0.1302/],
    ['a liquidation that leaves what it took', 'running position', withExtra('TradeBalanced', { type: 'PositionLiquidated', accountId: 'acct1', instrument: 'ETH-PERP', liquidationId: 'l1', side: 'SELL', quantity: dec('0.04'), price: dec('2756.9'), fee: dec('0'), position: dec('0.042'), realisedPnl: dec('0'), venueTime: 1 }), /^PositionLiquidated: .*is told to leave 0.042, it leaves 0.002/],
    ['funding on what is not held', 'running position', withExtra('TradeClosed', { type: 'FundingSettled', accountId: 'acct1', instrument: 'ETH-PERP', paymentId: 'p1', amount: dec('0'), rateHourly: dec('0'), position: dec('3'), venueTime: 1 }), /^FundingSettled: funding of ETH-PERP of account acct1 on 3, held is 0/],
    ['another quantity than its fill', 'one position event per fill', altered('PositionOpened', () => ({ quantity: dec<Quantity>('5') })), /^PositionOpened: fill fill-order-entry-0 is BUY 0.042 .*moved by BUY 5 /],
    ['another instrument than its fill', 'one position event per fill', altered('PositionOpened', () => ({ instrument: 'BTC-PERP' })), /moved by BUY 0.042 BTC-PERP/],
    ['another fee than its fill, though nobody observed the account', 'one position event per fill', altered('PositionOpened', () => ({ fee: dec<Money>('77') })).filter(({ events }) => events[0]?.type !== 'AccountFunded' && events[0]?.type !== 'EquityObserved'), /^PositionOpened: .*fee 0.01157898.*fee 77/],
  ])('and catches %s', (_what, rule, decisions, first) => expect(firstOf(rule, decisions)).toMatch(first));
});

describe('verify names the first event that breaks an order or a plan', () => {
  const legs = (change: (leg: PlannedLeg) => object) => (event: BallastEvent): object | undefined => (event.type === 'TradePlanned' || event.type === 'TradeApproved' || event.type === 'TradeOpened' ? { legs: event.legs.map((leg) => ({ ...leg, ...change(leg) })) } : undefined);
  it.each<[string, string, readonly WrittenDecision[], RegExp]>([
    ['a trade without any approval', 'planned is ordered', without('TradeApproved'), /^TradeOpened: plan plan1 was opened as trade trade1 but never approved/],
    ['a plan that is carried out twice, whatever the second trade is called', 'planned is ordered', withExtra('TradeClosed', { ...eventOf('TradeOpened'), tradeId: 'trade2' }), /^TradeOpened: plan plan1 was opened twice: as trade trade1 and as trade trade2/],
    ['slices of the plan that do not add up', 'planned is ordered', changed(legs(() => ({ slices: [dec('0.001')] }))), /^TradePlanned: plan plan1: leg 0 is 0.042, its slices are 0.001/],
    ['slices that the approval changed', 'planned is ordered', altered('TradeApproved', (event) => ({ legs: event.legs.map((leg) => ({ ...leg, slices: [leg.quantity, dec<Quantity>('0')] })) })), /^TradeApproved: .*approved BUY 0.042 ETH-PERP in 0.042 \+ 0/],
    ['an order of another instrument than its leg', 'orders are their leg\'s', altered('OrderSubmitted', () => ({ instrument: 'BTC-PERP' })), /^OrderSubmitted: ENTRY order order-entry-0 .*is in BTC-PERP, the leg in ETH-PERP/],
    ['an order of another account', 'orders are their leg\'s', altered('OrderSubmitted', () => ({ accountId: 'acct2' })), /of account acct2, the trade of acct1/],
    ['an entry on the other side', 'orders are their leg\'s', altered('OrderSubmitted', () => ({ side: 'SELL' })), /is a SELL, the leg a BUY/],
    ['an exit on the side of its leg', 'orders are their leg\'s', changed((event) => (event.type === 'OrderSubmitted' && event.purpose === 'EXIT' ? { side: 'BUY' } : undefined)), /order-exit-0 .*is a BUY, as the leg that it leaves/],
    ['an exit that is not reduce-only', 'orders are their leg\'s', changed((event) => (event.type === 'OrderSubmitted' ? { reduceOnly: false } : undefined)), /^OrderSubmitted: EXIT order order-exit-0 .*is not reduce-only/],
    ['a fill of another instrument than its order', 'orders are their leg\'s', altered('OrderFilled', () => ({ instrument: 'BTC-PERP' })), /^OrderFilled: fill fill-order-entry-0 is ENTRY BUY BTC-PERP/],
    ['an exit order filled twice', 'order quantities', withExtra('TradeClosed', { ...eventOf('OrderFilled', ({ purpose }) => purpose === 'EXIT'), fillId: 'again' }), /^OrderFilled: order order-exit-0: ordered 0.042, filled 0.084/],
    ['an order that never ends', 'trades end as told', withExtra('TradeOpened', { ...eventOf('OrderSubmitted'), clientOrderId: 'forgotten' }), /^TradeBalanced: .*order forgotten has not ended/],
    ['an order of the exit that never ends', 'trades end as told', withExtra('TradeBalanced', { ...eventOf('OrderSubmitted', ({ purpose }) => purpose === 'EXIT'), clientOrderId: 'forgotten' }), /^TradeClosed: .*order forgotten has not ended/],
  ])('and catches %s', (_what, rule, decisions, first) => expect(firstOf(rule, decisions)).toMatch(first));
});

describe('verify names the first event that breaks a trade', () => {
  const residual = (quantity: string): BallastEvent => ({ type: 'PairResidual', tradeId: 'trade1', accountId: 'acct1', leg: 1, instrument: 'SOL-PERP', quantity: dec('-1').times(quantity) as SignedQuantity, notional: dec<Notional>(quantity) });
  /** SOL is left only in part, and the rest is told as a residual. */
  const leaving = (rest: string, told: string): readonly WrittenDecision[] => pairRound().flatMap((decision) => {
    if (decision.events[0]?.type === 'TradeClosed') return [{ ...decision, events: [residual(told)] }, decision];
    return [{ ...decision, events: decision.events.map((event) => (isExitOf(1)(event) ? { ...event, quantity: dec('1').minus(rest) } : event) as BallastEvent) }];
  });
  it.each<[string, readonly WrittenDecision[], RegExp]>([
    ['a leg left open after COMPLETED', left(isExitOf(1)), /^TradeClosed: trade trade1 was closed: leg 1: it still holds 1 SOL-PERP, which is told as no residual/],
    ['a whole leg told as a residual', leaving('1', '1'), /^PairResidual: .*1 SOL-PERP is worth at least .*, the venue's minimum is 10/],
    ['a residual told smaller than what is left', leaving('0.5', '0.05'), /^TradeClosed: .*leg 1: 0.5 SOL-PERP is worth at least/],
    ['a result that was invented', altered('TradeClosed', () => ({ realisedPnl: dec<Money>('1000000') })), /^TradeClosed: .*realised result: told 1000000, its fills add up to 0.4902/],
    ['fees that were left out', altered('TradeClosed', () => ({ fees: dec<Money>('0') })), /fees: told 0, its fills add up to 0.04630698/],
    ['turnover that was left out', altered('TradeClosed', () => ({ turnover: dec<Notional>('1') })), /turnover: told 1, its fills add up to 463.0698/],
    ['plan volume that nobody planned, which reports and rungs count', altered('TradeClosed', () => ({ planVolume: dec<Notional>('1000') })), /plan volume: told 1000, its plan comes to 115.86/],
    ['a leg that tells of more than was filled', altered('TradeClosed', ({ legs }) => ({ legs: legs.map((leg) => ({ ...leg, exited: dec<Quantity>('2') })) })), /leg 0 exited: told 2/],
    ['COMPLETED of what was never balanced', without('TradeBalanced'), /told COMPLETED, it was never balanced/],
    ['balanced on half a leg', altered('OrderFilled', () => ({ quantity: dec<Quantity>('0.001') })), /^TradeBalanced: .*order order-entry-0 has not ended/],
    ['balanced on what the plan did not ask', changed((event) => ('clientOrderId' in event && event.clientOrderId === 'order-entry-0' ? { quantity: dec('0.041') } : undefined)), /^TradeBalanced: .*leg 0 entered 0.041, planned 0.042/],
    ['an imbalance at reference prices that was invented', altered('TradeBalanced', () => ({ imbalanceAtReference: dec<Ratio>('0') })), /^TradeBalanced: .*imbalance at reference prices: told 0, its fills add up to 0.000606/],
    ['an imbalance at fill prices that was invented', altered('TradeBalanced', () => ({ imbalanceAtFill: dec<Ratio>('0') })), /imbalance at fill prices: told 0/],
    ['another planned imbalance than the plan\'s', altered('TradeBalanced', () => ({ imbalancePlanned: dec<Ratio>('0') })), /imbalance planned: told 0/],
    ['a fill after the close that nobody takes back', withExtra('TradeClosed', { ...eventOf('OrderFilled'), fillId: 'late' }), /trade trade1 was filled after it had closed: leg 0: it still holds 0.042 ETH-PERP/],
  ])('and catches %s', (_what, decisions, first) => expect(firstOf('trades end as told', decisions)).toMatch(first));

  it('takes what the venue has no more of for the end of a trade that is not COMPLETED, and for no other', () => {
    const missing = { ...residual('1'), missing: true } as BallastEvent;
    const lost = (outcome: string): readonly WrittenDecision[] => left(isExitOf(1)).flatMap((decision) => (decision.events[0]?.type === 'TradeClosed' ? [{ ...decision, events: [missing] }, { ...decision, events: [{ ...eventOf('TradeClosed'), outcome, legs: eventOf('TradeClosed').legs.map((leg) => (leg.leg === 1 ? { ...leg, exited: dec('0'), fees: dec('0.011586') } : leg)), turnover: dec('347.5698'), realisedPnl: dec('0.1302'), fees: dec('0.03475698') } as BallastEvent] }] : [decision]));
    expect(firstOf('trades end as told', lost('UNWOUND'))).toBe('nothing found');
    expect(firstOf('trades end as told', lost('COMPLETED'))).toMatch(/told COMPLETED, the venue had less than it held/);
  });

  it('takes a residual under the minimum for the end of a trade', () => {
    const legs = (event: Of<'TradeClosed'>): object => ({ legs: event.legs.map((leg) => (leg.leg === 1 ? { ...leg, exited: dec('0.95') } : leg)), turnover: dec('457.2948'), realisedPnl: dec('0.4722') });
    const decisions = leaving('0.05', '0.05').map((decision) => ({ ...decision, events: decision.events.map((event) => (event.type === 'TradeClosed' ? { ...event, ...legs(event) } : event) as BallastEvent) }));
    expect(firstOf('trades end as told', decisions)).toBe('nothing found');
  });
});

describe('verify compares cash at every observation', () => {
  const funded = (transferId: string, amount: string, venueTime?: number): BallastEvent => ({ ...eventOf('AccountFunded'), transferId, amount: dec<Money>(amount), ...(venueTime === undefined ? {} : { venueTime }) });
  const at = pairRound().at(-1)!.at;
  const forgiven = (amount: string): BallastEvent => ({ type: 'DebtForgiven', accountId: 'acct1', portfolioId: 'main', forgivenId: 'd1', amount: dec<Money>(amount), balance: dec<Money>('0'), venueTime: at - 1 });
  /** The last observation has another balance. */
  const seen = (collateral: string, decisions: readonly WrittenDecision[]): readonly WrittenDecision[] => decisions.map((decision, index) => (index === decisions.length - 1 ? { ...decision, events: decision.events.map((event) => ({ ...event, collateral: dec(collateral) }) as BallastEvent) } : decision));
  it.each<[string, readonly WrittenDecision[], RegExp]>([
    ['money that came from nowhere', without('AccountFunded'), /^: account acct1: the venue's balance was 1000, the log's is 0/],
    ['a loss booked as a transfer', seen('1000.42', withExtra('TradeClosed', funded('t2', '-0.02389302'))), /^AccountFunded: transfer t2 of -0.02389302 of account acct1 is no record of the venue's/],
    ['a transfer that is told twice', withExtra('TradeClosed', funded('transfer1', '1000', at)), /^AccountFunded: transfer transfer1 of account acct1 is in the log twice/],
    ['a transfer before an observation that did not see it', withExtra('TradeClosed', funded('t2', '500', at - 1)), /the log's is 1500.44389302/],
    ['a debt that is forgiven, and that the venue does not show', withExtra('TradeClosed', forgiven('0.0024')), /the log's is 1000.44629302/],
    ['a debt that is forgiven twice', withExtra('TradeClosed', forgiven('0.0024'), forgiven('0.0024')), /^DebtForgiven: debt d1 of account acct1 is forgiven in the log twice/],
    ['a debt that is none', withExtra('TradeClosed', forgiven('0')), /^DebtForgiven: debt d1 of account acct1 is 0, allowed is more than 0/],
    ['an account that nobody observed', without('EquityObserved'), /^: account acct1: its money moved, and the venue's balance was never observed/],
  ])('and finds %s', (_what, decisions, first) => expect(verified(recordsOf(decisions)).filter(({ rule }) => rule === 'cash').map(({ eventType, detail }) => `${eventType}: ${detail}`)).toContainEqual(expect.stringMatching(first)));

  it('and counts a debt that the venue has forgiven', () => {
    expect(firstOf('cash', seen('1000.44629302', withExtra('TradeClosed', forgiven('0.0024'))))).toBe('nothing found');
  });

  it('and takes an opening balance without a time for what the observation before it saw', () => {
    const [created, started, opening, observed, ...rest] = pairRound();
    expect(firstOf('cash', [created!, started!, observed!, { ...opening!, at: observed!.at + 5 }, ...rest])).toBe('nothing found');
  });

  it('and takes a transfer of the venue\'s own record by the venue\'s time, however late the log has it', () => {
    expect(firstOf('cash', [...pairRound(), { ...pairRound().at(-1)!, writer: 'collateral', kind: 'ledger', id: 'main', events: [funded('t2', '500', at + 1)] }])).toBe('nothing found');
    expect(firstOf('cash', [...seen('1500.44389302', pairRound()), { ...pairRound().at(-1)!, writer: 'collateral', kind: 'ledger', id: 'main', events: [funded('t2', '500', at - 1)] }])).toBe('nothing found');
  });
});

it('finds a log whose front is cut off', () => {
  const verifier = new Verifier();
  for (const record of recordsOf()) if (record.sequence > 2) verifier.see(record);
  expect(verifier.report().breaches[0]).toMatchObject({ rule: 'chain', sequence: 3, detail: 'partition 0: found sequence 3 after nothing, expected 1' });
});
