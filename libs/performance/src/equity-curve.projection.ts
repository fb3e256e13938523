import { type Id, type Money, type Ms, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { ACCOUNT_EVENTS, type AccountBook, type AccountEvent, capitalOf, EMPTY_BOOK, evolveBook, isAccountEvent, pendingOf, resultOf } from './account-book.js';
import { beginCurve, type Curve, rolledTo, withCapital, withEarned, withPeakHere } from './curve.js';

interface Owner {
  readonly portfolioId: Id;
  readonly botId: Id;
}

/** By account, account, portfolio and bot. */
export interface EquityCurves {
  readonly owners: Map<Id, Owner>;
  readonly books: Map<Id, AccountBook>;
  readonly portfolios: Map<Id, Curve>;
  readonly bots: Map<Id, Curve>;
}

/** What a fold is told of a recorded event; a projection of the bus is told more. */
interface Told {
  readonly event: BallastEvent;
  readonly decision: { readonly occurredAt: Ms };
}

/**
 * The curve of every portfolio and bot: results, drawdown, loss of the day and week, daily returns. An account counts from its first
 * observation on; days and weeks begin `boundaryMs` after 00:00 UTC (C-25).
 */
export class EquityCurveFold {
  readonly name: string = 'equity-curve';
  readonly reads: readonly string[] = ['BotCreated', ...ACCOUNT_EVENTS];
  state: EquityCurves = { owners: new Map(), books: new Map(), portfolios: new Map(), bots: new Map() };

  constructor(private readonly boundaryMs: Ms = 0) {}

  apply({ event, decision: { occurredAt } }: Told): void {
    if (event.type === 'BotCreated' || event.type === 'EquityObserved') this.own(event);
    if (isAccountEvent(event)) this.account(event, occurredAt);
  }

  /** As it is at market time `at`: the day and week of that moment are open. Undefined before the first observation of an account. */
  portfolio(portfolioId: Id, at: Ms): Curve | undefined {
    return this.rolled(this.state.portfolios.get(portfolioId), at);
  }

  bot(botId: Id, at: Ms): Curve | undefined {
    return this.rolled(this.state.bots.get(botId), at);
  }

  /** The equity of now is the peak from now on (W-9). For a fold that holds this one and reads the event that says so. */
  restartPeak(scope: 'portfolios' | 'bots', id: Id, at: Ms): void {
    const curve = this.state[scope].get(id);
    if (curve) this.state[scope].set(id, withPeakHere(rolledTo(curve, at, this.boundaryMs), at));
  }

  private rolled(curve: Curve | undefined, at: Ms): Curve | undefined {
    return curve && rolledTo(curve, at, this.boundaryMs);
  }

  private own({ accountId, portfolioId, botId }: Owner & { readonly accountId: Id }): void {
    if (!this.state.owners.has(accountId)) this.state.owners.set(accountId, { portfolioId, botId });
  }

  private account(event: AccountEvent, at: Ms): void {
    const { books, owners, portfolios, bots } = this.state;
    const before = books.get(event.accountId) ?? EMPTY_BOOK;
    const after = evolveBook(before, event);
    books.set(event.accountId, after);
    const owner = owners.get(event.accountId);
    if (after === before || !owner || !after.anchor) return;
    const untold = event.type === 'EquityObserved' ? pendingOf(before) : ZERO_MONEY;
    const step = { before, after, untold, at };
    portfolios.set(owner.portfolioId, this.stepped(portfolios.get(owner.portfolioId), step));
    bots.set(owner.botId, this.stepped(bots.get(owner.botId), step));
  }

  /** What an account earned before its first observation is part of the capital that it comes with. */
  private stepped(known: Curve | undefined, { before, after, untold, at }: Step): Curve {
    const capital = capitalOf(after) as Money;
    if (!known) return beginCurve(at, capital, this.boundaryMs);
    const curve = rolledTo(known, at, this.boundaryMs);
    const others = curve.capital.minus(capitalOf(before) ?? 0);
    const earned = before.anchor ? withEarned(withCapital(curve, subMoney(curve.capital, untold)), subMoney(resultOf(after), resultOf(before)), at) : curve;
    return withCapital(earned, others.plus(capital) as Money);
  }
}

interface Step {
  readonly before: AccountBook;
  readonly after: AccountBook;
  /** Transfers that no observation has shown: what marks have moved since the last one was earned without them, whichever is told first. */
  readonly untold: Money;
  readonly at: Ms;
}
