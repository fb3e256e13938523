import { money } from '@ballast/domain';
import { decodeEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { treasuryDecider, withdrawalFault } from './treasury.decider.js';
import { account, BOUND, close, DAY_MS, DAY_START, eventsOf, LEGION_SPLIT, open, play, seen } from './treasury.fixtures.js';
import { type MoneySeen, setAsideOf, type TreasuryCommand, type TreasuryEvent, type Withdraw } from './treasury.types.js';

const book = (money_: MoneySeen): TreasuryCommand => ({ type: 'BookMoney', portfolioId: 'p', money: money_ });
const withdraw = (amount: string, over: Partial<Withdraw> = {}): Withdraw => ({ type: 'Withdraw', portfolioId: 'p', withdrawalId: 'w1', fund: 'WITHDRAWAL', amount: money(amount), reason: 'wages', by: 'approver', ...over });
const balances = (events: readonly TreasuryEvent[]): readonly string[] => {
  const { trading, chest, operating, withdrawal } = events.at(-1)!.balances;
  return [trading, chest, operating, withdrawal].map(String);
};
const setAside = (state: ReturnType<typeof play>['state'], accountId = 'a') => setAsideOf(state, accountId)?.toString();

describe('a portfolio\'s treasury', () => {
  it('opens with what is there as trading equity, once, and splits nothing of what was earned before', () => {
    const { state, events } = play(open(seen(4, account('a', '200', '50'))), open(), close(1, seen(4, account('a', '200', '50'))));
    expect(events.map(({ type }) => type)).toEqual(['TreasuryOpened', 'TreasuryDayClosed']);
    expect(events[0]).toMatchObject({ day: '2026-01-05', nextBoundaryAt: DAY_START + DAY_MS, throughSequence: 4 });
    expect([balances(events), setAside(state)]).toEqual([['250', '0', '0', '0'], '0']);
  });

  it('lets transfers and results enter trading equity, each once', () => {
    const { events } = play(open(seen(0)), book(seen(2, account('a', '200'))), book(seen(2, account('a', '200'))), book(seen(5, account('a', '200', '-3.5', '20'))), book(seen(4, account('a', '200'))));
    expect(eventsOf(events, 'TreasuryBooked').map(({ entries }) => entries.map(({ fund, amount }) => `${fund} ${amount.toString()}`))).toEqual([['OUTSIDE -200', 'TRADING 200'], ['OUTSIDE 20', 'TRADING -20', 'OUTSIDE 3.5', 'TRADING -3.5']]);
    expect(balances(events)).toEqual(['176.5', '0', '0', '0']);
  });

  it('splits the day\'s profit 60/20/15/5 at its end (R96, R102, W-8), and says when the next day ends', () => {
    const { state, events } = play(open(), close(1, seen(9, account('a', '200', '100'))));
    expect(events.map(({ type }) => type)).toEqual(['TreasuryOpened', 'TreasuryBooked', 'TreasuryDayClosed']);
    expect(JSON.parse(JSON.stringify(events.at(-1)))).toMatchObject({ day: '2026-01-05', boundaryAt: DAY_START + DAY_MS, nextBoundaryAt: DAY_START + 2 * DAY_MS, profile: 'legion@1', profit: '100', dayResult: '100', reinvested: '60', toChest: '20', toOperating: '15', toWithdrawal: '5', highWaterMark: '100' });
    expect([balances(events), setAside(state)]).toEqual([['260', '20', '15', '5'], '40']);
  });

  it('takes a quarter for the chest after five wins in a row: 55/25/15/5 (C-41)', () => {
    expect(balances(play(open(), close(1, seen(9, account('a', '200', '100')), 5)).events)).toEqual(['255', '25', '15', '5']);
    expect(balances(play(open(), close(1, seen(9, account('a', '200', '100')), 4)).events)).toEqual(['260', '20', '15', '5']);
  });

  it('takes nothing of a loss, nor of what only makes it good: above the high-water mark only (W-8)', () => {
    const { events } = play(open(), close(1, seen(2, account('a', '200', '100'))), close(2, seen(3, account('a', '200', '40'))), close(3, seen(4, account('a', '200', '100'))), close(4, seen(5, account('a', '200', '110'))));
    expect(eventsOf(events, 'TreasuryDayClosed').map(({ dayResult, profit, highWaterMark }) => [dayResult, profit, highWaterMark].map(String))).toEqual([['100', '100', '100'], ['-60', '0', '100'], ['60', '0', '100'], ['10', '10', '110']]);
    expect(balances(events)).toEqual(['266', '22', '16.5', '5.5']);
  });

  it('takes the money that comes in for no profit, and what is withdrawn for no loss', () => {
    const { events } = play(open(), close(1, seen(2, account('a', '5200'))), close(2, seen(3, account('a', '5200', '10', '5000'))));
    expect(eventsOf(events, 'TreasuryDayClosed').map(({ profit }) => profit.toString())).toEqual(['0', '10']);
  });

  it('gives half of the chest above $100 back once a day, after the day\'s split (R96, C-42)', () => {
    const { events } = play(open(), close(1, seen(2, account('a', '200', '500'))), close(2, seen(3, account('a', '200', '800'))), close(3, seen(3, account('a', '200', '800'))));
    expect(eventsOf(events, 'ChestReinvested').map(({ day, chestBefore, above, amount, balances: { chest } }) => [day, chestBefore, above, amount, chest].map(String))).toEqual([
      ['2026-01-06', '160', '60', '30', '130'],
      ['2026-01-07', '130', '30', '15', '115'],
    ]);
  });

  it('takes each share from the accounts that earned it, and gives it back to them', () => {
    const { state } = play(open(seen(1, account('a', '100'), account('b', '100'))), close(1, seen(2, account('a', '100', '150'), account('b', '100', '-50'))));
    expect([setAside(state, 'a'), setAside(state, 'b')]).toEqual(['40', '0']);
    const later = play(open(seen(1, account('a', '100'), account('b', '100'))), close(1, seen(2, account('a', '100', '600'), account('b', '100', '200')))).events;
    expect(eventsOf(later, 'ChestReinvested')[0]?.entries.map(({ fund, accountId, amount }) => `${fund} ${accountId} ${amount.toString()}`)).toEqual(['CHEST a -22.5', 'TRADING a 22.5', 'CHEST b -7.5', 'TRADING b 7.5']);
  });

  it('closes a day once, no day before its end, and none out of turn', () => {
    const money_ = seen(9, account('a', '200', '100'));
    expect(eventsOf(play(open(), close(1, money_), close(1, money_), close(3, money_)).events, 'TreasuryDayClosed')).toHaveLength(1);
    const { state } = play(open());
    expect(treasuryDecider.decide(state, close(1, money_), { decisionId: 'd', at: DAY_START + DAY_MS - 1 })).toEqual([]);
    expect(treasuryDecider.decide(state, close(1, money_), { decisionId: 'd', at: DAY_START + DAY_MS })).toHaveLength(2);
  });

  it('does nothing before it is opened (W-18)', () => expect(play(book(seen(3, account('a', '1'))), close(1, seen(3)), withdraw('1')).events).toEqual([]));

  it('lets the chest count as sizing equity above $50 only where the profile says so (C-42, W-18)', () => {
    const counting = { ...BOUND, policy: { ...LEGION_SPLIT, countsAbove: money('50') } };
    const after = (results: string, bound = BOUND) => play(open(), close(1, seen(2, account('a', '200', results)), 0, bound));
    expect(setAside(after('300').state)).toBe('120');
    expect([setAside(after('300', counting).state), after('300', counting).events.at(-1)?.balances.chestCounts]).toEqual(['60', true]);
    expect(setAside(after('250', counting).state)).toBe('100');
    expect(setAside(after('250.05', counting).state)).toBe('50');
  });

  it('takes a withdrawal out of its fund once money has left by the venue\'s record, and gives trading equity back what that booked', () => {
    const earned = [open(), close(1, seen(2, account('a', '200', '400')))] as const;
    const { state, events } = play(...earned, book(seen(3, account('a', '200', '400', '21'))), withdraw('20'), withdraw('20'));
    expect(eventsOf(events, 'TreasuryWithdrawn').map(({ entries }) => entries.map(({ fund, amount }) => `${fund} ${amount.toString()}`))).toEqual([['WITHDRAWAL -20', 'OUTSIDE 20', 'OUTSIDE -20', 'TRADING 20']]);
    expect([balances(events), state.unassigned.toString()]).toEqual([['439', '80', '60', '0'], '1']);
  });

  it.each([
    ['nobody has a treasury', play(), withdraw('1'), /no treasury/],
    ['the fund has less', play(open(), close(1, seen(2, account('a', '200', '100', '50')))), withdraw('5.01'), /found 5.01, allowed is at most the 5 of the withdrawal fund/],
    ['no money has left', play(open(), close(1, seen(2, account('a', '200', '100')))), withdraw('5'), /at most the 0 that left the portfolio/],
    ['it is no amount', play(open()), withdraw('0'), /more than 0/],
    ['it is less than a cent', play(open()), withdraw('0.001'), /whole cents/],
  ])('refuses a withdrawal where %s', (_what, { state }, command, fault) => {
    expect(withdrawalFault(state, command)).toMatch(fault);
    expect(treasuryDecider.decide(state, command, { decisionId: 'd', at: DAY_START })).toEqual([]);
  });

  it('writes events that their contracts accept', () => {
    const { events } = play(open(), close(1, seen(2, account('a', '200', '800', '30'))), withdraw('30', { fund: 'OPERATING' }));
    expect(events.map(({ type }) => type)).toEqual(['TreasuryOpened', 'TreasuryBooked', 'TreasuryDayClosed', 'ChestReinvested', 'TreasuryWithdrawn']);
    for (const event of events) expect(decodeEvent(JSON.parse(JSON.stringify(event)), { writer: 'collateral', kind: 'treasury' }).type).toBe(event.type);
  });
});
