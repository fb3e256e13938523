import { Decimal, type Id, maxOf, type Ms } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { AccountMoney, BallastEvent, ChestReinvested, EquityObserved, TreasuryBooked, TreasuryDayClosed, TreasuryEntry, TreasuryOpened, TreasuryWithdrawn } from '@ballast/events';
import { FundSums, isTreasuryEvent, type TreasuryEvent } from '../treasury/treasury-books.js';
import type { Check } from './breach.js';

const ZERO = new Decimal(0);

/** Money that came to, or left, an account, as its own events say. */
interface Move extends Readonly<Record<'paidIn' | 'paidOut' | 'results', Decimal>> {
  readonly sequence: number;
  readonly accountId: Id;
}

interface Kept {
  readonly funds: FundSums;
  highWaterMark: Decimal;
  /** Net results booked to date, and when the day began. */
  results: Decimal;
  dayBegan: Decimal;
  nextBoundaryAt: Ms;
  /** Left the portfolio, and is of no fund yet. */
  unassigned: Decimal;
}

const sum = (amounts: Iterable<Decimal>): Decimal => [...amounts].reduce<Decimal>((total, amount) => total.plus(amount), ZERO);
const same = (what: string, found: Decimal, expected: Decimal): string | undefined => (found.eq(expected) ? undefined : `${what}: recorded ${found}, the log adds up to ${expected}`);
/** Moved by these lines into a fund. */
const into = (entries: readonly TreasuryEntry[], fund: TreasuryEntry['fund']): Decimal => sum(entries.filter((entry) => entry.fund === fund).map(({ amount }) => amount));

/**
 * Every cent of a treasury: the lines of each event sum to exactly 0, its balances are the sums of all lines, what is booked is what
 * transfers and results say, and only what results to date rise above their high-water mark is split: nothing of a loss
 * (R96, R102, C-41, C-42, W-8).
 */
export class TreasuryCheck implements Check {
  readonly rule = 'treasury';
  private readonly treasuries = new Map<Id, Kept>();
  private readonly owners = new Map<Id, Id>();
  /** Not booked yet, by portfolio. */
  private readonly moves = new Map<Id, Move[]>();
  /** Payloads of protection's transfers: no money of a fund (C-10). */
  private readonly protection = new Set<string>();

  event(recorded: Recorded): string | undefined {
    const { event, decision } = recorded;
    if (isTreasuryEvent(event)) return this.judge(event);
    if (event.type === 'EquityObserved') return eligible(event);
    if (event.type === 'BotCreated') this.owners.set(event.accountId, event.portfolioId);
    if (event.type === 'ProtectionTransferPrepared') this.protection.add(event.payload.digest);
    const move = event.type === 'AccountFunded' && this.protection.has(event.digest ?? '') ? undefined : moveOf(event, decision.sequence);
    const portfolioId = move && this.owners.get(move.accountId);
    if (move && portfolioId !== undefined) this.movesOf(portfolioId).push(move);
    return undefined;
  }

  private movesOf(portfolioId: Id): Move[] {
    const known = this.moves.get(portfolioId) ?? [];
    this.moves.set(portfolioId, known);
    return known;
  }

  private judge(event: TreasuryEvent): string | undefined {
    const { portfolioId, entries } = event;
    const known = this.treasuries.get(portfolioId);
    if (event.type === 'TreasuryOpened' && known) return `the treasury of portfolio ${portfolioId} is opened twice`;
    const kept = known ?? begun(event);
    if (!kept) return `portfolio ${portfolioId} has no treasury that was opened`;
    this.treasuries.set(portfolioId, kept);
    kept.funds.add(entries);
    const faults = [...unbalanced(entries), ...this.own(kept, event), ...wrongBalances(kept.funds, event)];
    return faults.length === 0 ? undefined : `portfolio ${portfolioId}: ${faults.join('; ')}`;
  }

  private own(kept: Kept, event: TreasuryEvent): readonly string[] {
    switch (event.type) {
      case 'TreasuryOpened':
      case 'TreasuryBooked':
        return this.booked(kept, event);
      case 'TreasuryDayClosed':
        return dayClosed(kept, event);
      case 'ChestReinvested':
        return reinvested(kept, event);
      case 'TreasuryWithdrawn':
        return withdrawn(kept, event);
    }
  }

  private booked(kept: Kept, event: TreasuryOpened | TreasuryBooked): readonly string[] {
    const { portfolioId, accounts, entries, throughSequence } = event;
    const moves = this.movesOf(portfolioId);
    const due = moves.filter(({ sequence }) => sequence <= throughSequence);
    this.moves.set(portfolioId, moves.slice(due.length));
    kept.results = kept.results.plus(sum(accounts.map(({ results }) => results)));
    if (event.type === 'TreasuryBooked') kept.unassigned = kept.unassigned.plus(sum(accounts.map(({ paidOut }) => paidOut)));
    else kept.dayBegan = kept.results;
    const mark = event.type === 'TreasuryOpened' ? same('high-water mark', event.highWaterMark, kept.results) : undefined;
    return [mark, ...wrongAccounts(accounts, due), same('entered trading equity', into(entries, 'TRADING'), sum(accounts.map(({ paidIn, paidOut, results }) => paidIn.minus(paidOut).plus(results))))].flatMap((fault) => fault ?? []);
  }
}

const begun = (event: TreasuryEvent): Kept | undefined =>
  event.type === 'TreasuryOpened' ? { funds: new FundSums(), highWaterMark: event.highWaterMark, results: ZERO, dayBegan: ZERO, nextBoundaryAt: event.nextBoundaryAt, unassigned: ZERO } : undefined;

function moveOf(event: BallastEvent, sequence: number): Move | undefined {
  switch (event.type) {
    case 'AccountFunded':
      return { sequence, accountId: event.accountId, paidIn: maxOf(ZERO, event.amount), paidOut: maxOf(ZERO, ZERO.minus(event.amount)), results: ZERO };
    case 'ProtectionReleased':
      // What of it was lost is among the results, and was paid in for that.
      return event.lost.isZero() ? undefined : { sequence, accountId: event.accountId, paidIn: event.lost, paidOut: ZERO, results: ZERO };
    case 'FundingSettled':
    case 'DebtForgiven':
      return { sequence, accountId: event.accountId, paidIn: ZERO, paidOut: ZERO, results: event.amount };
    case 'PositionOpened':
    case 'PositionIncreased':
    case 'PositionReduced':
    case 'PositionClosed':
    case 'PositionFlipped':
    case 'PositionLiquidated':
      return { sequence, accountId: event.accountId, paidIn: ZERO, paidOut: ZERO, results: event.realisedPnl.minus(event.fee) };
  }
  return undefined;
}

/** What is set aside is nobody's trading equity. */
function eligible({ accountId, collateral, eligibleCollateral, setAside }: EquityObserved): string | undefined {
  if (setAside === undefined || eligibleCollateral.plus(setAside).lte(collateral)) return undefined;
  return `account ${accountId}: ${eligibleCollateral} eligible and ${setAside} set aside of ${collateral}`;
}

const unbalanced = (entries: readonly TreasuryEntry[]): readonly string[] =>
  [...new Set(entries.map(({ accountId }) => accountId))].flatMap((id) => {
    const total = sum(entries.filter(({ accountId }) => accountId === id).map(({ amount }) => amount));
    return total.isZero() ? [] : [`the entries of account ${id} sum to ${total}`];
  });

function wrongBalances(funds: FundSums, { balances: { trading, chest, operating, withdrawal } }: TreasuryEvent): readonly string[] {
  const below = (['CHEST', 'OPERATING', 'WITHDRAWAL'] as const).flatMap((fund) => [...funds.accounts(fund)].filter(([, held]) => held.isNegative()).map(([accountId, held]) => `${fund} of account ${accountId} is ${held}`));
  return [...below, ...[same('TRADING', trading, funds.of('TRADING')), same('CHEST', chest, funds.of('CHEST')), same('OPERATING', operating, funds.of('OPERATING')), same('WITHDRAWAL', withdrawal, funds.of('WITHDRAWAL'))].flatMap((fault) => fault ?? [])];
}

function wrongAccounts(accounts: readonly AccountMoney[], due: readonly Move[]): readonly (string | undefined)[] {
  const ids = [...new Set([...accounts, ...due].map(({ accountId }) => accountId))];
  return ids.flatMap((id) => {
    const of = (moves: readonly (Move | AccountMoney)[], what: 'paidIn' | 'paidOut' | 'results'): Decimal => sum(moves.filter(({ accountId }) => accountId === id).map((move) => move[what]));
    return (['paidIn', 'paidOut', 'results'] as const).map((what) => same(`${what} of account ${id}`, of(accounts, what), of(due, what)));
  });
}

function dayClosed(kept: Kept, event: TreasuryDayClosed): readonly string[] {
  const { results, dayResult, highWaterMark, highWaterMarkBefore, profit, reinvested: stays, toChest, toOperating, toWithdrawal, entries, boundaryAt, nextBoundaryAt, day } = event;
  const mark = maxOf(kept.highWaterMark, kept.results);
  const faults = [
    same('results to date', results, kept.results),
    same('result of the day', dayResult, kept.results.minus(kept.dayBegan)),
    same('high-water mark before', highWaterMarkBefore, kept.highWaterMark),
    same('high-water mark', highWaterMark, mark),
    same('profit above the high-water mark', profit, mark.minus(kept.highWaterMark)),
    same('parts of the profit', sum([stays, toChest, toOperating, toWithdrawal]), profit),
    same('left trading equity', ZERO.minus(into(entries, 'TRADING')), sum([toChest, toOperating, toWithdrawal])),
    same('to the chest', into(entries, 'CHEST'), toChest),
    same('to operating', into(entries, 'OPERATING'), toOperating),
    same('to withdrawal', into(entries, 'WITHDRAWAL'), toWithdrawal),
    ...[stays, toChest, toOperating, toWithdrawal].map((part) => (part.isNegative() ? `a part of the profit is ${part}` : undefined)),
    boundaryAt === kept.nextBoundaryAt ? undefined : `${day} closed at ${boundaryAt}, the day in progress ends at ${kept.nextBoundaryAt}`,
  ];
  Object.assign(kept, { highWaterMark: mark, dayBegan: kept.results, nextBoundaryAt });
  return faults.flatMap((fault) => fault ?? []);
}

function reinvested({ funds }: Kept, { chestBefore, above, amount, entries }: ChestReinvested): readonly string[] {
  const faults = [same('chest before', chestBefore, funds.of('CHEST').plus(amount)), same('back to trading equity', into(entries, 'TRADING'), amount), amount.gt(above) ? `${amount} went back of the ${above} above the threshold` : undefined];
  return faults.flatMap((fault) => fault ?? []);
}

function withdrawn(kept: Kept, { fund, amount, entries }: TreasuryWithdrawn): readonly string[] {
  const faults = [same(`left ${fund}`, ZERO.minus(into(entries, fund)), amount), amount.gt(kept.unassigned) ? `${amount} are said to have left, the venue's records have ${kept.unassigned} more` : undefined];
  kept.unassigned = kept.unassigned.minus(amount);
  return faults.flatMap((fault) => fault ?? []);
}
