import { Books, type CanonicalState } from '@ballast/books';
import type { Id } from '@ballast/domain';
import { DeskProjection } from '../facts/desk.projection.js';
import type { OrderFacts, TradeFacts } from '../facts/trade-facts.js';
import { TradesProjection } from '../facts/trades.projection.js';
import type { Scope } from './summary.types.js';

/** The folds that every figure comes from. */
export class ReadModels {
  readonly trades = new TradesProjection();
  readonly desk = new DeskProjection();
  readonly books = new Books();

  /** In the order in which they began. */
  tradesIn(scope: Scope): readonly TradeFacts[] {
    return [...this.trades.state.trades.values()].filter((trade) => within(scope, trade));
  }

  ordersIn(scope: Scope): readonly OrderFacts[] {
    return [...this.trades.state.orders.values()].filter(({ submitted }) => within(scope, submitted));
  }

  /** Of the accounts in scope, in the order of their names. */
  positionsIn(scope: Scope): CanonicalState['positions'] {
    const owns = this.ownsAccount(scope);
    return pick(this.books.positions(), (key) => owns(key.slice(0, key.indexOf('/'))));
  }

  balancesIn(scope: Scope): CanonicalState['balances'] {
    return pick(this.books.balances(), this.ownsAccount(scope));
  }

  /** True for an account whose bot is in scope; an account without a bot is in scope only of all. */
  ownsAccount(scope: Scope): (accountId: Id) => boolean {
    if (scope.botId === undefined && scope.portfolioId === undefined) return () => true;
    return (accountId) => {
      const owner = this.desk.state.owners.get(accountId);
      return owner !== undefined && within(scope, owner);
    };
  }
}

const pick = <Value>(values: Readonly<Record<string, Value>>, accepts: (key: string) => boolean): Readonly<Record<string, Value>> => Object.fromEntries(Object.entries(values).filter(([key]) => accepts(key)).sort(([a], [b]) => a.localeCompare(b)));

export const within = ({ portfolioId, botId }: Scope, owner: { readonly portfolioId: Id; readonly botId: Id }): boolean =>
  (portfolioId === undefined || owner.portfolioId === portfolioId) && (botId === undefined || owner.botId === botId);
