import type { Projection, Recorded } from '@ballast/bus';
import { type AccountFunded, POSITION_CHANGES } from '@ballast/events';
import { addMoney, type Id, type Money, type Ms, type SignedQuantity, subMoney, ZERO_MONEY } from '@ballast/domain';

/** One bot's account as the log explains it. */
export interface AccountView {
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly botId: Id;
  /** Transfers in less transfers out; undefined before the opening balance. */
  readonly funded?: Money;
  /** The opening balance holds every transfer up to this moment of the venue, ms. */
  readonly fundedSince?: Ms;
  /** The venue's time of the newest transfer that is in the log, the opening balance among them, ms. */
  readonly transferredAt?: Ms;
  /** Realised results - fees + funding. */
  readonly results: Money;
  /** Open positions by instrument. */
  readonly positions: ReadonlyMap<string, SignedQuantity>;
  /** Market time of the last `EquityObserved`, ms. */
  readonly observedAt?: Ms;
}

/** A transfer without the venue's time was concluded from a balance: that balance held every transfer before it. */
const sinceOf = ({ fundedSince }: AccountView, { venueTime }: AccountFunded, at: Ms): Ms => (venueTime === undefined ? at : fundedSince ?? venueTime);

const newestOf = ({ transferredAt }: AccountView, venueTime: Ms | undefined): Pick<AccountView, 'transferredAt'> => (venueTime === undefined ? {} : { transferredAt: Math.max(transferredAt ?? 0, venueTime) });

interface PositionFact {
  readonly accountId: Id;
  readonly instrument: string;
  readonly position: SignedQuantity;
  readonly realisedPnl: Money;
  readonly fee: Money;
}

/** The accounts of every bot: who to ask the venue about, and what a balance should be. */
export class AccountsFold implements Projection<Map<Id, AccountView>> {
  readonly name = 'collateral-accounts';
  readonly reads = ['BotCreated', 'AccountFunded', 'EquityObserved', 'FundingSettled', 'DebtForgiven', ...POSITION_CHANGES];
  state = new Map<Id, AccountView>();

  apply({ event, decision }: Recorded): void {
    switch (event.type) {
      case 'BotCreated': {
        const { accountId, portfolioId, botId } = event;
        if (!this.state.has(accountId)) this.state.set(accountId, { accountId, portfolioId, botId, results: ZERO_MONEY, positions: new Map() });
        return;
      }
      case 'AccountFunded':
        this.change(event.accountId, (account) => ({ ...account, funded: addMoney(account.funded ?? ZERO_MONEY, event.amount), fundedSince: sinceOf(account, event, decision.occurredAt), ...newestOf(account, event.venueTime) }));
        return;
      case 'EquityObserved':
        this.change(event.accountId, (account) => ({ ...account, observedAt: decision.occurredAt }));
        return;
      case 'FundingSettled':
        this.change(event.accountId, (account) => ({ ...account, results: addMoney(account.results, event.amount) }));
        return;
      case 'DebtForgiven':
        this.change(event.accountId, (account) => ({ ...account, results: addMoney(account.results, event.amount), ...newestOf(account, event.venueTime) }));
        return;
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated':
        this.applyPosition(event);
    }
  }

  private applyPosition({ accountId, instrument, position, realisedPnl, fee }: PositionFact): void {
    this.change(accountId, (account) => {
      const positions = new Map(account.positions);
      if (position.isZero()) positions.delete(instrument);
      else positions.set(instrument, position);
      return { ...account, positions, results: subMoney(addMoney(account.results, realisedPnl), fee) };
    });
  }

  private change(accountId: Id, to: (account: AccountView) => AccountView): void {
    const account = this.state.get(accountId);
    if (account) this.state.set(accountId, to(account));
  }
}
