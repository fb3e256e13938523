import { addMoney, Decimal, type Id, type Money, type Price, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { StopScope } from '@ballast/events';
import { type AccountBook, EMPTY_BOOK, type EquityCurves, pendingOf } from '@ballast/performance';

/** Newest price of an instrument, where there is one that is young enough. */
export type MarkOf = (instrument: string) => Price | undefined;

interface Held {
  readonly accounts: number;
  /** Signed, of all accounts together. */
  readonly quantity: Decimal;
  /** Each account's quantity at its own mark, USD. */
  readonly value: Decimal;
}

interface Totals {
  readonly held: Map<string, Held>;
  pending: Money;
}

const NOTHING_HELD: Held = { accounts: 0, quantity: new Decimal(0), value: new Decimal(0) };
const keyOf = (scope: StopScope, scopeId: Id): string => `${scope}:${scopeId}`;

/** What every portfolio and bot holds, added up as accounts change: what is asked of it costs the same with 10 accounts and with 10,000. */
export class OpenPositions {
  private readonly counted = new Map<Id, AccountBook>();
  private readonly scopes = new Map<string, Totals>();
  private readonly holders = new Map<string, Set<Id>>();

  /** Counts what the account holds now in place of what it held; an account without an owner is counted once it has one. */
  count({ owners, books }: EquityCurves, accountId: Id): void {
    const [owner, before, after] = [owners.get(accountId), this.counted.get(accountId) ?? EMPTY_BOOK, books.get(accountId) ?? EMPTY_BOOK];
    if (!owner || before === after) return;
    this.counted.set(accountId, after);
    for (const [scope, scopeId] of [['PORTFOLIO', owner.portfolioId], ['BOT', owner.botId]] as const) {
      const totals = this.totals(keyOf(scope, scopeId));
      totals.pending = addMoney(subMoney(totals.pending, pendingOf(before)), pendingOf(after));
      add(totals.held, before, -1);
      add(totals.held, after, 1);
    }
    for (const instrument of new Set([...before.holdings.keys(), ...after.holdings.keys()])) this.hold(instrument, owner.portfolioId);
  }

  countAnew(curves: EquityCurves): void {
    for (const known of [this.counted, this.scopes, this.holders]) known.clear();
    for (const accountId of curves.owners.keys()) this.count(curves, accountId);
  }

  /** Instruments that an account of the scope holds, also where accounts hold the opposite of each other. */
  heldIn(scope: StopScope, scopeId: Id): readonly string[] {
    return [...(this.scopes.get(keyOf(scope, scopeId))?.held.keys() ?? [])];
  }

  holds(scope: StopScope, scopeId: Id, instrument: string): boolean {
    return this.scopes.get(keyOf(scope, scopeId))?.held.has(instrument) ?? false;
  }

  /** Portfolios with an account that holds the instrument. */
  holdersOf(instrument: string): readonly Id[] {
    return [...(this.holders.get(instrument) ?? [])].sort();
  }

  /** Transfers that no observation has shown yet. */
  pendingIn(scope: StopScope, scopeId: Id): Money {
    return this.scopes.get(keyOf(scope, scopeId))?.pending ?? ZERO_MONEY;
  }

  /** What newer marks add to the results of what is open, USD. */
  driftIn(scope: StopScope, scopeId: Id, markOf: MarkOf): Money {
    let sum = ZERO_MONEY;
    for (const [instrument, { quantity, value }] of this.scopes.get(keyOf(scope, scopeId))?.held ?? []) {
      const mark = markOf(instrument);
      if (mark) sum = addMoney(sum, quantity.times(mark).minus(value) as Money);
    }
    return sum;
  }

  private totals(key: string): Totals {
    const found = this.scopes.get(key) ?? { held: new Map<string, Held>(), pending: ZERO_MONEY };
    this.scopes.set(key, found);
    return found;
  }

  private hold(instrument: string, portfolioId: Id): void {
    const holders = this.holders.get(instrument) ?? new Set();
    if (this.holds('PORTFOLIO', portfolioId, instrument)) holders.add(portfolioId);
    else holders.delete(portfolioId);
    if (holders.size > 0) this.holders.set(instrument, holders);
    else this.holders.delete(instrument);
  }
}

function add(held: Map<string, Held>, { holdings }: AccountBook, sign: 1 | -1): void {
  for (const [instrument, { quantity, mark }] of holdings) {
    const known = held.get(instrument) ?? NOTHING_HELD;
    const accounts = known.accounts + sign;
    if (accounts === 0) held.delete(instrument);
    else held.set(instrument, { accounts, quantity: known.quantity.plus(quantity.times(sign)), value: known.value.plus(quantity.times(mark).times(sign)) });
  }
}
