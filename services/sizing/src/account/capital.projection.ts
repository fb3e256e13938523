import type { Projection, Recorded } from '@ballast/bus';
import type { Id, Money } from '@ballast/domain';
import { ACCOUNT_EVENTS, type AccountBook, capitalOf, EMPTY_BOOK, evolveBook, isAccountEvent } from '@ballast/performance';

/** What each account has at work: as last observed, with what came of it since; protection and other reserves are not part of it (C-10). */
export class CapitalFold implements Projection<ReadonlyMap<Id, AccountBook>> {
  readonly name = 'sizing-capital';
  readonly reads: readonly string[] = ACCOUNT_EVENTS;
  state: ReadonlyMap<Id, AccountBook> = new Map();

  /** Undefined before the first observation. */
  of(accountId: Id): Money | undefined {
    const book = this.state.get(accountId);
    return book && capitalOf(book);
  }

  apply({ event }: Recorded): void {
    if (isAccountEvent(event)) this.state = new Map(this.state).set(event.accountId, evolveBook(this.state.get(event.accountId) ?? EMPTY_BOOK, event));
  }
}
