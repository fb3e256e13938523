import type { Projection, Recorded } from '@ballast/bus';
import { type Id, type Money, type Ms, subMoney, ZERO_MONEY } from '@ballast/domain';
import { type AccountFunded, type AccountMoney, type BallastEvent, POSITION_CHANGES } from '@ballast/events';
import { dayStartOf } from '@ballast/performance';
import { addAccountMoney, type MoneySeen } from './treasury.types.js';

interface PortfolioMoney {
  /** Last message of the partition that moved its money. */
  sequence: number;
  readonly accounts: Map<Id, AccountMoney>;
  /** Profiles that its bots bind. */
  readonly profiles: Set<string>;
  /** True from the opening of its treasury on: days are told apart. */
  tracked: boolean;
  /** Start of the day that the last event was of, ms. */
  dayStart: Ms;
  /** What there was before the first money of each later day that no close has passed yet. */
  days: readonly { readonly dayStart: Ms; readonly before: MoneySeen }[];
}

interface State {
  readonly portfolios: Map<Id, PortfolioMoney>;
  /** Portfolio by account. */
  readonly owners: Map<Id, Id>;
  /** Payloads of protection's transfers that the venue's record of is not in the log yet, by transfer: no money of a fund (C-10). */
  underway?: Map<Id, string>;
}

const seenOf = ({ sequence, accounts }: PortfolioMoney): MoneySeen => ({ sequence, accounts: [...accounts.values()] });
/** What was won or lost by an event; undefined where nothing was. */
function resultOf(event: BallastEvent): { readonly accountId: Id; readonly amount: Money } | undefined {
  switch (event.type) {
    case 'FundingSettled':
    case 'DebtForgiven':
      return event;
    case 'PositionOpened':
    case 'PositionIncreased':
    case 'PositionReduced':
    case 'PositionClosed':
    case 'PositionFlipped':
    case 'PositionLiquidated':
      return { accountId: event.accountId, amount: subMoney(event.realisedPnl, event.fee) };
  }
  return undefined;
}

type Came = Partial<Record<'paidIn' | 'paidOut' | 'results', Money>>;

/** What the log says that the money of each portfolio came to, now and at the end of every day that is not closed yet. */
export class MoneyFold implements Projection<State> {
  readonly name = 'collateral-portfolio-money';
  readonly reads = ['BotCreated', 'AccountFunded', 'FundingSettled', 'DebtForgiven', ...POSITION_CHANGES, 'TreasuryOpened', 'TreasuryDayClosed', 'ProtectionTransferPrepared', 'ProtectionTransferRefused', 'ProtectionReleased'];
  state: State = { portfolios: new Map(), owners: new Map() };

  constructor(private readonly dayBoundaryMs: Ms = 0) {}

  apply(recorded: Recorded): void {
    const { event, decision } = recorded;
    const result = resultOf(event);
    if (result) return this.come(recorded, result.accountId, { results: result.amount });
    switch (event.type) {
      case 'BotCreated': {
        const { profiles } = this.portfolio(event.portfolioId);
        for (const profile of event.profiles) profiles.add(profile);
        this.state.owners.set(event.accountId, event.portfolioId);
        return;
      }
      case 'ProtectionTransferPrepared':
        this.state.underway = (this.state.underway ?? new Map<Id, string>()).set(event.transferId, event.payload.digest);
        return;
      case 'ProtectionTransferRefused':
        // What was given up in doubt can still arrive.
        if (event.kind !== 'givenUp') this.state.underway?.delete(event.transferId);
        return;
      case 'ProtectionReleased':
        // What of it was lost is among the results, and was paid in for that.
        return event.lost.isZero() ? undefined : this.come(recorded, event.accountId, { paidIn: event.lost });
      case 'AccountFunded':
        return this.funded(recorded, event);
      case 'TreasuryOpened':
        Object.assign(this.portfolio(event.portfolioId), { tracked: true, dayStart: dayStartOf(decision.occurredAt, this.dayBoundaryMs), days: [] });
        return;
      case 'TreasuryDayClosed': {
        const known = this.portfolio(event.portfolioId);
        known.days = known.days.filter(({ dayStart }) => dayStart > event.boundaryAt);
      }
    }
  }

  portfolios(): readonly Id[] {
    return [...this.state.portfolios.keys()];
  }

  profiles(portfolioId: Id): readonly string[] {
    return [...(this.state.portfolios.get(portfolioId)?.profiles ?? [])];
  }

  portfolioOf(accountId: Id): Id | undefined {
    return this.state.owners.get(accountId);
  }

  /** What came before this moment; a late event of an earlier day counts to the day in which it was recorded. */
  before(portfolioId: Id, moment: Ms): MoneySeen {
    const known = this.portfolio(portfolioId);
    return known.days.find(({ dayStart }) => dayStart >= moment)?.before ?? seenOf(known);
  }

  private funded(recorded: Recorded, { accountId, amount, digest }: AccountFunded): void {
    const [transferId] = [...(this.state.underway ?? [])].find(([, known]) => known === digest) ?? [];
    if (transferId !== undefined) this.state.underway?.delete(transferId);
    else this.come(recorded, accountId, amount.isNegative() ? { paidOut: subMoney(ZERO_MONEY, amount) } : { paidIn: amount });
  }

  private come({ decision: { occurredAt, sequence } }: Recorded, accountId: Id, { paidIn = ZERO_MONEY, paidOut = ZERO_MONEY, results = ZERO_MONEY }: Came): void {
    const portfolioId = this.state.owners.get(accountId);
    if (portfolioId === undefined) return;
    const known = this.portfolio(portfolioId);
    const dayStart = dayStartOf(occurredAt, this.dayBoundaryMs);
    if (known.tracked && dayStart > known.dayStart) known.days = [...known.days, { dayStart, before: seenOf(known) }];
    const came: AccountMoney = { accountId, paidIn, paidOut, results };
    const account = known.accounts.get(accountId);
    known.accounts.set(accountId, account ? addAccountMoney(account, came) : came);
    known.sequence = sequence;
    known.dayStart = Math.max(dayStart, known.dayStart);
  }

  private portfolio(portfolioId: Id): PortfolioMoney {
    const known = this.state.portfolios.get(portfolioId) ?? { sequence: 0, accounts: new Map<Id, AccountMoney>(), profiles: new Set<string>(), tracked: false, dayStart: 0, days: [] };
    this.state.portfolios.set(portfolioId, known);
    return known;
  }
}
