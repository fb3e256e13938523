import { Injectable } from '@nestjs/common';
import type { Id, Partition } from '@ballast/domain';
import { VenueAdapter } from '@ballast/venues';
import { Ledger } from '../ledger.projection.js';
import { ExecutionSettings } from '../options.js';

/** Cancels directly at the venue, without the log: what is cancelled is recorded when the venue tells it. */
@Injectable()
export class Brake {
  constructor(
    private readonly venue: VenueAdapter,
    private readonly ledger: Ledger,
    private readonly settings: ExecutionSettings,
  ) {}

  /** Every open order of these accounts. @throws VenueError of the first account that failed, after all were tried. */
  async cancelAll(partitions: readonly Partition[], only?: Id): Promise<{ readonly accounts: number; readonly cancelled: number }> {
    const accounts = this.ledger.accounts(partitions).filter((account) => only === undefined || account.accountId === only);
    const results = await Promise.allSettled(accounts.map(({ accountId }) => this.venue.cancelAll(this.settings.accountOf(accountId))));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return { accounts: accounts.length, cancelled: results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0) };
  }
}
