import { addMoney, type Id, type Money, type Ms, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { AccountMoney, ChestReinvested, TreasuryBalances, TreasuryBooked, TreasuryDayClosed, TreasuryEntry, TreasuryOpened, TreasuryWithdrawn } from '@ballast/events';
import type { TreasuryPolicy } from '@ballast/policy';

export type TreasuryEvent = TreasuryOpened | TreasuryBooked | TreasuryDayClosed | ChestReinvested | TreasuryWithdrawn;
export type Fund = TreasuryEntry['fund'];
/** The funds that are the portfolio's own. */
export type OwnFund = Exclude<Fund, 'OUTSIDE'>;

/** Everything that an account's money ever came to, up to a place in the log. */
export interface MoneySeen {
  /** Last message of the partition that is in it; 0 = none. */
  readonly sequence: number;
  readonly accounts: readonly AccountMoney[];
}

/** The split that a profile of the portfolio binds. */
export interface BoundTreasury {
  /** `name@version`. */
  readonly profile: string;
  readonly policy: TreasuryPolicy;
}

export interface OpenTreasury {
  readonly type: 'OpenTreasury';
  readonly portfolioId: Id;
  readonly bound: BoundTreasury;
  readonly money: MoneySeen;
  readonly dayBoundaryMs: Ms;
}
export interface BookMoney {
  readonly type: 'BookMoney';
  readonly portfolioId: Id;
  readonly money: MoneySeen;
}
export interface CloseDay {
  readonly type: 'CloseDay';
  readonly portfolioId: Id;
  /** End of the day that is closed, ms. */
  readonly boundaryAt: Ms;
  readonly bound: BoundTreasury;
  /** What came up to the day's end. */
  readonly money: MoneySeen;
  /** Won trades in a row at the day's end. */
  readonly winsInARow: number;
  readonly dayBoundaryMs: Ms;
}
export interface Withdraw {
  readonly type: 'Withdraw';
  readonly portfolioId: Id;
  readonly withdrawalId: Id;
  readonly fund: TreasuryWithdrawn['fund'];
  readonly amount: Money;
  readonly reason: string;
  readonly by: string;
}
export type TreasuryCommand = OpenTreasury | BookMoney | CloseDay | Withdraw;

type ByAccount = Readonly<Record<Id, Money>>;
export type Funds = Readonly<Record<OwnFund, ByAccount>>;

/** One portfolio's money by fund and venue account, and what its next day is judged by. */
export interface Treasury {
  readonly opened: boolean;
  /** End of the day in progress, ms. */
  readonly nextBoundaryAt: Ms;
  /** Place in the log up to which everything is booked. */
  readonly sequence: number;
  /** Everything booked to date. */
  readonly booked: readonly AccountMoney[];
  /** Results to date of each account when the day began. */
  readonly dayBegan: ByAccount;
  /** The highest that net results to date were at a day's end. */
  readonly highWaterMark: Money;
  readonly funds: Funds;
  readonly chestCounts: boolean;
  /** Left the portfolio, booked from trading equity, and nobody has said yet that it was of another fund. */
  readonly unassigned: Money;
  readonly withdrawalIds: readonly Id[];
}

export const NO_FUNDS: Funds = { TRADING: {}, CHEST: {}, OPERATING: {}, WITHDRAWAL: {} };

const sumOf = (amounts: Iterable<Money>): Money => [...amounts].reduce(addMoney, ZERO_MONEY);
export const fundOf = (funds: Funds, fund: OwnFund): Money => sumOf(Object.values(funds[fund]));
export const resultsOf = (accounts: readonly AccountMoney[]): Money => sumOf(accounts.map(({ results }) => results));

export function withEntries(funds: Funds, entries: readonly TreasuryEntry[]): Funds {
  const changed = new Map<OwnFund, Record<Id, Money>>();
  for (const { fund, accountId, amount } of entries) {
    if (fund === 'OUTSIDE') continue;
    const held = changed.get(fund) ?? { ...funds[fund] };
    held[accountId] = addMoney(held[accountId] ?? ZERO_MONEY, amount);
    changed.set(fund, held);
  }
  return { ...funds, ...Object.fromEntries(changed) };
}

export const balancesOf = (funds: Funds, chestCounts: boolean): TreasuryBalances => ({ trading: fundOf(funds, 'TRADING'), chest: fundOf(funds, 'CHEST'), operating: fundOf(funds, 'OPERATING'), withdrawal: fundOf(funds, 'WITHDRAWAL'), chestCounts });

/** What of an account's money is no trading equity; undefined where no treasury is open. */
export function setAsideOf({ opened, funds, chestCounts }: Treasury, accountId: Id): Money | undefined {
  if (!opened) return undefined;
  const held = ([...(chestCounts ? [] : ['CHEST' as const]), 'OPERATING', 'WITHDRAWAL'] as const).map((fund) => funds[fund][accountId] ?? ZERO_MONEY);
  return sumOf(held);
}

const NOTHING = { paidIn: ZERO_MONEY, paidOut: ZERO_MONEY, results: ZERO_MONEY };
const byId = (accounts: readonly AccountMoney[]): ReadonlyMap<Id, AccountMoney> => new Map(accounts.map((account) => [account.accountId, account]));

export const addAccountMoney = (a: AccountMoney, b: AccountMoney): AccountMoney => ({ accountId: a.accountId, paidIn: addMoney(a.paidIn, b.paidIn), paidOut: addMoney(a.paidOut, b.paidOut), results: addMoney(a.results, b.results) });

/** What came to each account between two totals; accounts with nothing new are left out. */
export function cameBetween(before: readonly AccountMoney[], after: readonly AccountMoney[]): readonly AccountMoney[] {
  const known = byId(before);
  return after
    .map(({ accountId, ...now }) => {
      const then = known.get(accountId) ?? NOTHING;
      return { accountId, paidIn: subMoney(now.paidIn, then.paidIn), paidOut: subMoney(now.paidOut, then.paidOut), results: subMoney(now.results, then.results) };
    })
    .filter(({ paidIn, paidOut, results }) => !(paidIn.isZero() && paidOut.isZero() && results.isZero()));
}

/** Totals with what came since. */
export function withMoney(totals: readonly AccountMoney[], came: readonly AccountMoney[]): readonly AccountMoney[] {
  const sums = new Map(byId(totals));
  for (const more of came) {
    const known = sums.get(more.accountId);
    sums.set(more.accountId, known ? addAccountMoney(known, more) : more);
  }
  return [...sums.values()];
}
