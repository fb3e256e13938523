import { Injectable } from '@nestjs/common';
import { Clock, type Id, type Ms } from '@ballast/domain';

/**
 * Accounts that a person stopped at the venue: nothing that adds risk is sent for them until trading is resumed. It does not wait
 * for the log and does not outlive the process: what stops the next one is the halt that risk records.
 */
@Injectable()
export class VenueStop {
  private readonly since = new Map<Id, Ms>();

  constructor(private readonly clock: Clock) {}

  stop(accountIds: readonly Id[]): void {
    for (const accountId of accountIds) this.since.set(accountId, this.clock.now());
  }

  holds(accountId: Id): boolean {
    return this.since.has(accountId);
  }

  /** By a resumption of `at`: one from before the stop says nothing about it. */
  release(accountId: Id, at: Ms): void {
    if ((this.since.get(accountId) ?? Infinity) <= at) this.since.delete(accountId);
  }
}
