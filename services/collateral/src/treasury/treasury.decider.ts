import { addMoney, type Decider, type DecisionContext, type Id, isMultipleOf, maxOf, type Money, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { AccountMoney, ChestReinvested, TreasuryBooked, TreasuryDayClosed, TreasuryEntry, TreasuryOpened, TreasuryWithdrawn } from '@ballast/events';
import { DAY_MS, dayNameOf, dayStartOf } from '@ballast/performance';
import { CENT, type Parts, returnedOf, sharedOut, splitOf } from './split.js';
import { balancesOf, type BookMoney, type BoundTreasury, cameBetween, type CloseDay, type Fund, fundOf, NO_FUNDS, type OpenTreasury, type OwnFund, resultsOf, type Treasury, type TreasuryCommand, type TreasuryEvent, withEntries, type Withdraw, withMoney } from './treasury.types.js';

const entry = (fund: Fund, accountId: Id, amount: Money): TreasuryEntry => ({ fund, accountId, amount });
const minus = (amount: Money): Money => subMoney(ZERO_MONEY, amount);
/** Out of one fund into another, account by account: each account's lines sum to 0. */
const moved = (from: Fund, to: Fund, parts: Parts): readonly TreasuryEntry[] => parts.flatMap(([accountId, amount]) => [entry(from, accountId, minus(amount)), entry(to, accountId, amount)]);
const withoutZeros = (entries: readonly TreasuryEntry[]): readonly TreasuryEntry[] => entries.filter(({ amount }) => !amount.isZero());

/** Transfers and results come from outside, into trading equity. */
const bookingOf = (came: readonly AccountMoney[]): readonly TreasuryEntry[] =>
  withoutZeros(came.flatMap(({ accountId, paidIn, paidOut, results }) => moved('OUTSIDE', 'TRADING', [[accountId, subMoney(paidIn, paidOut)], [accountId, results]])));

function opened(state: Treasury, { portfolioId, bound, money, dayBoundaryMs }: OpenTreasury, { at }: DecisionContext): readonly TreasuryOpened[] {
  if (state.opened) return [];
  const start = dayStartOf(at, dayBoundaryMs);
  const entries = bookingOf(money.accounts);
  return [{
    type: 'TreasuryOpened', portfolioId, profile: bound.profile, day: dayNameOf(start, dayBoundaryMs), nextBoundaryAt: start + DAY_MS, highWaterMark: resultsOf(money.accounts), throughSequence: money.sequence, accounts: money.accounts, entries,
    balances: balancesOf(withEntries(NO_FUNDS, entries), false),
  }];
}

function booked(state: Treasury, { portfolioId, money }: Pick<BookMoney, 'portfolioId' | 'money'>): readonly TreasuryBooked[] {
  const came = money.sequence > state.sequence ? cameBetween(state.booked, money.accounts) : [];
  if (!state.opened || came.length === 0) return [];
  const entries = bookingOf(came);
  return [{ type: 'TreasuryBooked', portfolioId, throughSequence: money.sequence, accounts: came, entries, balances: balancesOf(withEntries(state.funds, entries), state.chestCounts) }];
}

/** Results of the day in progress, account by account: what was earned is what is split. */
const earnedToday = ({ booked: totals, dayBegan }: Treasury): Parts => totals.map(({ accountId, results }) => [accountId, subMoney(results, dayBegan[accountId] ?? ZERO_MONEY)] as const);

const countsAt = (chest: Money, { policy }: BoundTreasury): boolean => policy.countsAbove !== undefined && chest.gt(policy.countsAbove);

function splitEntries(state: Treasury, split: Pick<TreasuryDayClosed, 'toChest' | 'toOperating' | 'toWithdrawal'>): readonly TreasuryEntry[] {
  const parts: readonly (readonly [OwnFund, Money])[] = [['CHEST', split.toChest], ['OPERATING', split.toOperating], ['WITHDRAWAL', split.toWithdrawal]];
  return parts.flatMap(([fund, amount]) => (amount.isZero() ? [] : moved('TRADING', fund, sharedOut(amount, earnedToday(state)))));
}

function dayClosed(state: Treasury, { portfolioId, boundaryAt, bound, winsInARow, dayBoundaryMs }: CloseDay): TreasuryDayClosed {
  const results = resultsOf(state.booked);
  const highWaterMark = maxOf(state.highWaterMark, results);
  const profit = subMoney(highWaterMark, state.highWaterMark);
  const split = splitOf(profit, bound.policy, winsInARow);
  const entries = splitEntries(state, split);
  const funds = withEntries(state.funds, entries);
  return {
    type: 'TreasuryDayClosed', portfolioId, day: dayNameOf(dayStartOf(boundaryAt - 1, dayBoundaryMs), dayBoundaryMs), boundaryAt, nextBoundaryAt: dayStartOf(boundaryAt, dayBoundaryMs) + DAY_MS, profile: bound.profile,
    dayResult: earnedToday(state).reduce((sum, [, amount]) => addMoney(sum, amount), ZERO_MONEY), results, highWaterMarkBefore: state.highWaterMark, highWaterMark, profit, winsInARow, ...split,
    entries, balances: balancesOf(funds, countsAt(fundOf(funds, 'CHEST'), bound)),
  };
}

function chestReinvested(state: Treasury, { portfolioId, bound }: CloseDay, day: string): readonly ChestReinvested[] {
  const chestBefore = fundOf(state.funds, 'CHEST');
  const { above, amount } = returnedOf(chestBefore, bound.policy);
  if (amount.isZero()) return [];
  const entries = moved('CHEST', 'TRADING', sharedOut(amount, Object.entries(state.funds.CHEST)));
  const funds = withEntries(state.funds, entries);
  return [{ type: 'ChestReinvested', portfolioId, day, profile: bound.profile, chestBefore, above, share: bound.policy.reinvestShare, amount, entries, balances: balancesOf(funds, countsAt(fundOf(funds, 'CHEST'), bound)) }];
}

/** What came up to the day's end is booked, its profit is split, a share of a full chest goes back: one decision. */
function closed(state: Treasury, command: CloseDay, { at }: DecisionContext): readonly TreasuryEvent[] {
  if (!state.opened || command.boundaryAt !== state.nextBoundaryAt || at < command.boundaryAt) return [];
  const bookings = booked(state, command);
  const before = bookings.reduce(evolve, state);
  const day = dayClosed(before, command);
  return [...bookings, day, ...chestReinvested(evolve(before, day), command, day.day)];
}

/** Why nothing can be said to be withdrawn, in words; undefined where it can. A repeated command is no fault. */
export function withdrawalFault(state: Treasury, { withdrawalId, fund, amount }: Pick<Withdraw, 'withdrawalId' | 'fund' | 'amount'>): string | undefined {
  if (!state.opened) return 'this portfolio has no treasury: none of its bots binds a profile with one';
  if (state.withdrawalIds.includes(withdrawalId)) return undefined;
  if (amount.lte(0) || !isMultipleOf(amount, CENT)) return `amount: found ${amount.toString()}, allowed is more than 0, in whole cents`;
  const there = fundOf(state.funds, fund);
  if (amount.gt(there)) return `amount: found ${amount.toString()}, allowed is at most the ${there.toString()} of the ${fund.toLowerCase()} fund`;
  if (amount.gt(state.unassigned)) return `amount: found ${amount.toString()}, allowed is at most the ${state.unassigned.toString()} that left the portfolio by the venue's record and is of no fund yet: move the money first, and say so a minute later`;
  return undefined;
}

function withdrawn(state: Treasury, command: Withdraw): readonly TreasuryWithdrawn[] {
  const { portfolioId, withdrawalId, fund, amount, reason, by } = command;
  if (withdrawalFault(state, command) !== undefined || state.withdrawalIds.includes(withdrawalId)) return [];
  const parts = sharedOut(amount, Object.entries(state.funds[fund]));
  // The transfer was booked out of trading equity when the venue told of it: that line is taken back.
  const entries = [...moved(fund, 'OUTSIDE', parts), ...moved('OUTSIDE', 'TRADING', parts)];
  return [{ type: 'TreasuryWithdrawn', portfolioId, withdrawalId, fund, amount, reason, by, entries, balances: balancesOf(withEntries(state.funds, entries), state.chestCounts) }];
}

const paidOutOf = (accounts: readonly AccountMoney[]): Money => accounts.reduce((sum, { paidOut }) => addMoney(sum, paidOut), ZERO_MONEY);
const resultsByAccount = (accounts: readonly AccountMoney[]): Treasury['dayBegan'] => Object.fromEntries(accounts.map(({ accountId, results }) => [accountId, results]));

function evolve(state: Treasury, event: TreasuryEvent): Treasury {
  const then = { ...state, funds: withEntries(state.funds, event.entries), chestCounts: event.balances.chestCounts };
  switch (event.type) {
    case 'TreasuryOpened':
      return { ...then, opened: true, nextBoundaryAt: event.nextBoundaryAt, sequence: event.throughSequence, booked: event.accounts, dayBegan: resultsByAccount(event.accounts), highWaterMark: event.highWaterMark };
    case 'TreasuryBooked':
      return { ...then, sequence: event.throughSequence, booked: withMoney(state.booked, event.accounts), unassigned: addMoney(state.unassigned, paidOutOf(event.accounts)) };
    case 'TreasuryDayClosed':
      return { ...then, nextBoundaryAt: event.nextBoundaryAt, dayBegan: resultsByAccount(state.booked), highWaterMark: event.highWaterMark };
    case 'ChestReinvested':
      return then;
    case 'TreasuryWithdrawn':
      return { ...then, unassigned: subMoney(state.unassigned, event.amount), withdrawalIds: [...state.withdrawalIds, event.withdrawalId] };
  }
}

/**
 * One portfolio's double-entry ledger (R96, R102, C-40 to C-42, W-8): every event's lines sum to exactly 0, and what comes enters
 * trading equity. These are bookings inside the portfolio's money: no venue transfer follows from them, what is set aside
 * stays in the accounts that earned it, and sizing and risk do not see it. Losses never siphon: only what results to date
 * rise above their high-water mark is split.
 */
export const treasuryDecider: Decider<Treasury, TreasuryCommand, TreasuryEvent> = {
  kind: 'treasury',
  writer: 'collateral',
  initial: { opened: false, nextBoundaryAt: 0, sequence: 0, booked: [], dayBegan: {}, highWaterMark: ZERO_MONEY, funds: NO_FUNDS, chestCounts: false, unassigned: ZERO_MONEY, withdrawalIds: [] },

  decide(state, command, context) {
    switch (command.type) {
      case 'OpenTreasury': return opened(state, command, context);
      case 'BookMoney': return booked(state, command);
      case 'CloseDay': return closed(state, command, context);
      case 'Withdraw': return withdrawn(state, command);
    }
  },

  evolve,
};
