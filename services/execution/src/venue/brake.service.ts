import { Injectable } from '@nestjs/common';
import { type Id, type Ms, type Partition, strictest, type TradingState } from '@ballast/domain';
import type { TradingStateChanged } from '@ballast/events';
import { VenueAdapter } from '@ballast/venues';
import { Ledger } from '../ledger.projection.js';
import { ExecutionSettings } from '../options.js';
import { VenueStop } from './venue-stop.js';

/** Those of one portfolio, one account, or all; with both, the account where it is the portfolio's. */
export interface MeantAccounts {
  readonly portfolioId?: Id | undefined;
  readonly accountId?: Id | undefined;
}

/** Cancels directly at the venue, without the log: what is cancelled is recorded when the venue tells it. */
@Injectable()
export class Brake {
  constructor(
    private readonly venue: VenueAdapter,
    private readonly ledger: Ledger,
    private readonly settings: ExecutionSettings,
    private readonly stop: VenueStop,
  ) {}

  /** From now on nothing that adds risk is sent for these accounts, until a person resumes. */
  stopAll(accountIds: readonly Id[]): void {
    this.stop.stop(accountIds);
  }

  /** What a person resumes is no longer stopped at the venue either. */
  resumed({ scope, scopeId, state }: TradingStateChanged, at: Ms): void {
    if (state !== 'ACTIVE') return;
    const resumed = [...this.ledger.state.accounts.values()].filter(({ portfolioId, botId }) => (scope === 'PORTFOLIO' ? portfolioId === scopeId : scope === 'BOT' && botId === scopeId));
    for (const { accountId } of resumed) this.stop.release(accountId, at);
  }

  /** What may be traded in an account: a stop at the venue is a halt, whatever the log says. */
  over(accountId: Id, state: TradingState): TradingState {
    return this.stop.holds(accountId) ? strictest(state, 'HALTED') : state;
  }

  /** A partition has accounts of several portfolios: those that are not meant are left alone. */
  accountsOf(partitions: readonly Partition[], { portfolioId, accountId }: MeantAccounts): readonly Id[] {
    const meant = this.ledger.accounts(partitions).filter((account) => (portfolioId ?? account.portfolioId) === account.portfolioId && (accountId ?? account.accountId) === account.accountId);
    return meant.map((account) => account.accountId);
  }

  /** Every open order of these accounts. @throws VenueError of the first account that failed, after all were tried. */
  async cancelAll(accounts: readonly Id[]): Promise<{ readonly accounts: number; readonly cancelled: number }> {
    const results = await Promise.allSettled(accounts.map((accountId) => this.venue.cancelAll(this.settings.accountOf(accountId))));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return { accounts: accounts.length, cancelled: results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0) };
  }
}
