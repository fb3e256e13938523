import type { Projection, Recorded } from '@ballast/bus';
import { addMoney, type Id, type Money, type Ms, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { AccountMoney } from '@ballast/events';
import { dayStartOf } from '@ballast/performance';
import { type MoneySeen, withMoney } from './treasury.types.js';

interface PortfolioMoney extends MoneySeen {
  /** Profiles that its bots bind, in the order of their creation. */
  readonly profiles: readonly string[];
  /** True from the opening of its treasury on: days are told apart. */
  readonly tracked: boolean;
  /** Start of the day that the last event was of, ms. */
  readonly dayStart: Ms;
  /** What there was before the first money of each later day that no close has passed yet. */
  readonly days: readonly { readonly dayStart: Ms; readonly before: MoneySeen }[];
}

interface State {
  readonly portfolios: ReadonlyMap<Id, PortfolioMoney>;
  /** Portfolio by account. */
  readonly owners: ReadonlyMap<Id, Id>;
}

const NOTHING: PortfolioMoney = { sequence: 0, accounts: [], profiles: [], tracked: false, dayStart: 0, days: [] };
type Came = Partial<Record<'paidIn' | 'paidOut' | 'results', Money>>;

/** What the log says that the money of each portfolio came to, now and at the end of every day that is not closed yet. */
export class MoneyFold implements Projection<State> {
  readonly name = 'collateral-money';
  readonly reads = ['BotCreated', 'AccountFunded', 'FundingSettled', 'PositionOpened', 'PositionIncreased', 'PositionReduced', 'PositionClosed', 'PositionFlipped', 'PositionLiquidated', 'TreasuryOpened', 'TreasuryDayClosed'];
  state: State = { portfolios: new Map(), owners: new Map() };

  constructor(private readonly dayBoundaryMs: Ms = 0) {}

  apply(recorded: Recorded): void {
    const { event, decision } = recorded;
    switch (event.type) {
      case 'BotCreated': {
        const { accountId, portfolioId, profiles } = event;
        this.change(portfolioId, (known) => ({ ...known, profiles: [...new Set([...known.profiles, ...profiles])] }));
        this.state = { ...this.state, owners: new Map(this.state.owners).set(accountId, portfolioId) };
        return;
      }
      case 'AccountFunded':
        return this.come(recorded, event.accountId, event.amount.isNegative() ? { paidOut: subMoney(ZERO_MONEY, event.amount) } : { paidIn: event.amount });
      case 'FundingSettled':
        return this.come(recorded, event.accountId, { results: event.amount });
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated':
        return this.come(recorded, event.accountId, { results: subMoney(event.realisedPnl, event.fee) });
      case 'TreasuryOpened':
        return this.change(event.portfolioId, (known) => ({ ...known, tracked: true, dayStart: dayStartOf(decision.occurredAt, this.dayBoundaryMs), days: [] }));
      case 'TreasuryDayClosed':
        return this.change(event.portfolioId, (known) => ({ ...known, days: known.days.filter(({ dayStart }) => dayStart > event.boundaryAt) }));
    }
  }

  portfolios(): readonly Id[] {
    return [...this.state.portfolios.keys()];
  }

  profiles(portfolioId: Id): readonly string[] {
    return this.state.portfolios.get(portfolioId)?.profiles ?? [];
  }

  portfolioOf(accountId: Id): Id | undefined {
    return this.state.owners.get(accountId);
  }

  /** What came before this moment; a late event of an earlier day counts to the day in which it was recorded. */
  before(portfolioId: Id, moment: Ms): MoneySeen {
    const known = this.state.portfolios.get(portfolioId) ?? NOTHING;
    const { sequence, accounts } = known.days.find(({ dayStart }) => dayStart >= moment)?.before ?? known;
    return { sequence, accounts };
  }

  private come({ decision: { occurredAt, sequence } }: Recorded, accountId: Id, { paidIn = ZERO_MONEY, paidOut = ZERO_MONEY, results = ZERO_MONEY }: Came): void {
    const portfolioId = this.state.owners.get(accountId);
    if (portfolioId === undefined) return;
    this.change(portfolioId, (known) => {
      const dayStart = dayStartOf(occurredAt, this.dayBoundaryMs);
      const isNewDay = known.tracked && dayStart > known.dayStart;
      const days = isNewDay ? [...known.days, { dayStart, before: { sequence: known.sequence, accounts: known.accounts } }] : known.days;
      return { ...known, sequence, accounts: added(known.accounts, { accountId, paidIn, paidOut, results }), dayStart: Math.max(dayStart, known.dayStart), days };
    });
  }

  private change(portfolioId: Id, to: (known: PortfolioMoney) => PortfolioMoney): void {
    this.state = { ...this.state, portfolios: new Map(this.state.portfolios).set(portfolioId, to(this.state.portfolios.get(portfolioId) ?? NOTHING)) };
  }
}

function added(accounts: readonly AccountMoney[], came: AccountMoney): readonly AccountMoney[] {
  const index = accounts.findIndex(({ accountId }) => accountId === came.accountId);
  const known = accounts[index];
  if (!known) return withMoney(accounts, [came]);
  return accounts.with(index, { accountId: came.accountId, paidIn: addMoney(known.paidIn, came.paidIn), paidOut: addMoney(known.paidOut, came.paidOut), results: addMoney(known.results, came.results) });
}
