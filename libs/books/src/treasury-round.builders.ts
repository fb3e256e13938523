import { type Id, money, type Ms, ratio, ZERO_MONEY } from '@ballast/domain';
import type { BallastEvent, TreasuryBalances, TreasuryEntry } from '@ballast/events';
import { pairRound, type WrittenDecision } from './pair-round.builders.js';

const DAY_MS: Ms = 86_400_000;
const BOUNDARY: Ms = Date.UTC(2026, 1, 1);
const OF = { portfolioId: 'main', profile: 'legion@1' } as const;

const entry = (fund: TreasuryEntry['fund'], amount: string): TreasuryEntry => ({ fund, accountId: 'acct1', amount: money(amount) });
const balances = (trading: string, chest = '0', operating = '0', withdrawal = '0'): TreasuryBalances => ({ trading: money(trading), chest: money(chest), operating: money(operating), withdrawal: money(withdrawal), chestCounts: false });
const decision = (at: Ms, ...events: readonly BallastEvent[]): WrittenDecision => ({ writer: 'collateral', kind: 'treasury', id: 'main' satisfies Id, at, correlationId: 'main', events });
const none = { paidIn: ZERO_MONEY, paidOut: ZERO_MONEY, results: ZERO_MONEY };

/** The pair's round under a profile with a treasury: opened with nothing, booked after the round, the day's $0.44389302 split at midnight. */
export function treasuryRound(): readonly WrittenDecision[] {
  const [created, ...rest] = pairRound();
  const last = rest.length + 2;
  const at = rest.at(-1)?.at ?? BOUNDARY;
  const opened: BallastEvent = { type: 'TreasuryOpened', ...OF, day: '2026-01-31', nextBoundaryAt: BOUNDARY, highWaterMark: ZERO_MONEY, throughSequence: 0, accounts: [], entries: [], balances: balances('0') };
  const booked: BallastEvent = {
    type: 'TreasuryBooked', portfolioId: 'main', throughSequence: last, accounts: [{ accountId: 'acct1', ...none, paidIn: money('1000'), results: money('0.44389302') }],
    entries: [entry('OUTSIDE', '-1000'), entry('TRADING', '1000'), entry('OUTSIDE', '-0.44389302'), entry('TRADING', '0.44389302')], balances: balances('1000.44389302'),
  };
  const closed: BallastEvent = {
    type: 'TreasuryDayClosed', ...OF, day: '2026-01-31', boundaryAt: BOUNDARY, nextBoundaryAt: BOUNDARY + DAY_MS, dayResult: money('0.44389302'), results: money('0.44389302'), highWaterMarkBefore: ZERO_MONEY, highWaterMark: money('0.44389302'), profit: money('0.44389302'),
    winsInARow: 1, chestRatio: ratio('0.2'), reinvested: money('0.28389302'), toChest: money('0.08'), toOperating: money('0.06'), toWithdrawal: money('0.02'),
    entries: [entry('TRADING', '-0.08'), entry('CHEST', '0.08'), entry('TRADING', '-0.06'), entry('OPERATING', '0.06'), entry('TRADING', '-0.02'), entry('WITHDRAWAL', '0.02')], balances: balances('1000.28389302', '0.08', '0.06', '0.02'),
  };
  return [...(created ? [created] : []), decision(created?.at ?? at, opened), ...rest, decision(at + 1, booked), decision(BOUNDARY, closed)];
}
