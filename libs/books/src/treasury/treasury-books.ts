import { Decimal, type Id, type Ms } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { BallastEvent, ChestReinvested, TreasuryBooked, TreasuryDayClosed, TreasuryEntry, TreasuryFund, TreasuryOpened, TreasuryWithdrawn } from '@ballast/events';

export type TreasuryEvent = TreasuryOpened | TreasuryBooked | TreasuryDayClosed | ChestReinvested | TreasuryWithdrawn;
const TYPES: readonly string[] = ['TreasuryOpened', 'TreasuryBooked', 'TreasuryDayClosed', 'ChestReinvested', 'TreasuryWithdrawn'] satisfies readonly TreasuryEvent['type'][];
export const isTreasuryEvent = (event: BallastEvent): event is TreasuryEvent => TYPES.includes(event.type);

const ZERO = new Decimal(0);

/** What the lines of a ledger add up to, by fund and venue account. */
export class FundSums {
  private readonly sums = new Map<TreasuryFund, Map<Id, Decimal>>();

  add(entries: readonly TreasuryEntry[]): void {
    for (const { fund, accountId, amount } of entries) {
      const held = this.sums.get(fund) ?? new Map<Id, Decimal>();
      this.sums.set(fund, held.set(accountId, (held.get(accountId) ?? ZERO).plus(amount)));
    }
  }

  of(fund: TreasuryFund): Decimal {
    return [...this.accounts(fund).values()].reduce((sum, amount) => sum.plus(amount), ZERO);
  }

  accounts(fund: TreasuryFund): ReadonlyMap<Id, Decimal> {
    return this.sums.get(fund) ?? new Map<Id, Decimal>();
  }
}

/** One portfolio's treasury as its events tell it. */
export interface TreasuryBook {
  readonly portfolioId: Id;
  /** `name@version` of the profile that split last. */
  readonly profile: string;
  readonly openedAt: Ms;
  readonly funds: FundSums;
  readonly highWaterMark: Decimal;
  readonly nextBoundaryAt: Ms;
  readonly chestCounts: boolean;
  /** Every day that was closed, oldest first. */
  readonly days: readonly TreasuryDayClosed[];
  /** What went back from the chest, by day. */
  readonly reinvested: ReadonlyMap<string, Decimal>;
}

/** The treasury of every portfolio that has one, folded from its events. */
export class TreasuryBooks {
  readonly portfolios = new Map<Id, TreasuryBook>();

  apply({ event, decision }: Recorded): void {
    if (!isTreasuryEvent(event)) return;
    const book = event.type === 'TreasuryOpened' ? opened(event, decision.occurredAt) : this.portfolios.get(event.portfolioId);
    if (!book) return;
    book.funds.add(event.entries);
    this.portfolios.set(event.portfolioId, { ...evolved(book, event), chestCounts: event.balances.chestCounts });
  }
}

const opened = ({ portfolioId, profile, highWaterMark, nextBoundaryAt }: TreasuryOpened, openedAt: Ms): TreasuryBook => ({ portfolioId, profile, openedAt, funds: new FundSums(), highWaterMark, nextBoundaryAt, chestCounts: false, days: [], reinvested: new Map() });

function evolved(book: TreasuryBook, event: TreasuryEvent): TreasuryBook {
  if (event.type === 'TreasuryDayClosed') return { ...book, profile: event.profile, highWaterMark: event.highWaterMark, nextBoundaryAt: event.nextBoundaryAt, days: [...book.days, event] };
  if (event.type === 'ChestReinvested') return { ...book, reinvested: new Map(book.reinvested).set(event.day, event.amount) };
  return book;
}
