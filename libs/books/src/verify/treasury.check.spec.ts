import { Decimal, type Money, money } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../log.fixtures.js';
import type { WrittenDecision } from '../pair-round.builders.js';
import { treasuryRound } from '../treasury-round.builders.js';
import { type Of, verified } from './tampered.fixtures.js';

const faults = (decisions: readonly WrittenDecision[]): readonly string[] => verified(recordsOf(decisions)).filter(({ rule }) => rule === 'treasury').map(({ detail }) => detail);
const altered = <Type extends BallastEvent['type']>(type: Type, change: (event: Of<Type>) => Partial<Of<Type>>): readonly WrittenDecision[] =>
  treasuryRound().map((decision) => ({ ...decision, events: decision.events.map((event) => (event.type === type ? ({ ...event, ...change(event as Of<Type>) } as BallastEvent) : event)) }));
const plus = (amount: Money, by: string): Money => amount.plus(by) as Money;
const withdrawal: BallastEvent = { type: 'TreasuryWithdrawn', portfolioId: 'main', withdrawalId: 'w', fund: 'WITHDRAWAL', amount: money('0.02'), reason: 'wages', by: 'approver', entries: [], balances: { trading: money('1000.28389302'), chest: money('0.08'), operating: money('0.06'), withdrawal: money('0.02'), chestCounts: false } };
const last = (): WrittenDecision => treasuryRound().at(-1)!;

describe('verify of a treasury (R96, R102, W-8)', () => {
  it('finds nothing where every cent is accounted for', () => expect(verified(recordsOf(treasuryRound()))).toEqual([]));

  it.each<[string, readonly WrittenDecision[], RegExp]>([
    ['entries that make a cent', altered('TreasuryDayClosed', ({ entries }) => ({ entries: [...entries.slice(0, -1), { ...entries.at(-1)!, amount: plus(entries.at(-1)!.amount, '0.01') }] })), /the entries of account acct1 sum to 0.01/],
    ['a balance that no entry explains', altered('TreasuryBooked', ({ balances }) => ({ balances: { ...balances, chest: money('1') } })), /CHEST: recorded 1, the log adds up to 0/],
    ['results that nobody had', altered('TreasuryBooked', ({ accounts, entries, balances }) => ({ accounts: [{ ...accounts[0]!, results: money('5.44389302') }], entries: [...entries, { fund: 'OUTSIDE', accountId: 'acct1', amount: money('-5') }, { fund: 'TRADING', accountId: 'acct1', amount: money('5') }], balances: { ...balances, trading: plus(balances.trading, '5') } })), /results of account acct1: recorded 5.44389302, the log adds up to 0.44389302/],
    ['a transfer that is not booked', altered('TreasuryBooked', ({ accounts }) => ({ accounts: [{ ...accounts[0]!, paidIn: money('0') }] })), /paidIn of account acct1: recorded 0, the log adds up to 1000/],
    ['a siphon of what is no profit', altered('TreasuryDayClosed', () => ({ profit: money('10'), reinvested: money('9.84') })), /profit above the high-water mark: recorded 10, the log adds up to 0.44389302/],
    ['a high-water mark that is not the highest', altered('TreasuryDayClosed', () => ({ highWaterMark: money('0.4') })), /high-water mark: recorded 0.4, the log adds up to 0.44389302/],
    ['parts that are not all of the profit', altered('TreasuryDayClosed', () => ({ reinvested: money('0.28') })), /parts of the profit: recorded 0.44, the log adds up to 0.44389302/],
    ['a share that is booked and not told', altered('TreasuryDayClosed', () => ({ toChest: money('0.07'), reinvested: money('0.29389302') })), /to the chest: recorded 0.08, the log adds up to 0.07/],
    ['a day that is closed twice', [...treasuryRound(), { ...last(), at: last().at + 1 }], /closed at \d+, the day in progress ends at/],
    ['a treasury that nobody opened', treasuryRound().filter(({ events }) => events[0]?.type !== 'TreasuryOpened'), /has no treasury that was opened/],
    ['a treasury that is opened twice', treasuryRound().flatMap((decision) => (decision.events[0]?.type === 'TreasuryOpened' ? [decision, decision] : [decision])), /opened twice/],
    ['a withdrawal of what never left', [...treasuryRound(), { ...last(), at: last().at + 1, events: [withdrawal] }], /0.02 are said to have left, the venue's records have 0 more/],
    ['eligible collateral that has what is set aside in it', altered('EquityObserved', () => ({ setAside: money('0.16') })), /account acct1: 1000 eligible and 0.16 set aside of 1000/],
  ])('catches %s in a treasury', (_what, decisions, detail) => expect(faults(decisions).join('\n')).toMatch(detail));

  it('catches a siphon on a day that lost, however well the rest is booked', () => {
    const loss = altered('PositionClosed', ({ realisedPnl }) => ({ realisedPnl: realisedPnl.minus(10) as Money }));
    const booked = loss.map((decision) => ({ ...decision, events: decision.events.map((event) => (event.type === 'TreasuryBooked' ? honest(event, '-19.55610698') : event)) }));
    expect(faults(booked)).toEqual([expect.stringMatching(/profit above the high-water mark: recorded 0.44389302, the log adds up to 0;/)]);
  });
});

/** The booking that these results would have had. */
function honest(event: Of<'TreasuryBooked'>, results: string): BallastEvent {
  const amount = money(results);
  const back = new Decimal(0).minus(amount) as Money;
  return { ...event, accounts: [{ ...event.accounts[0]!, results: amount }], entries: [...event.entries.slice(0, 2), { fund: 'OUTSIDE', accountId: 'acct1', amount: back }, { fund: 'TRADING', accountId: 'acct1', amount }], balances: { ...event.balances, trading: plus(money('1000'), results) } };
}
