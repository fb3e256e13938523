import type { Projection, Recorded } from '@ballast/bus';
import { addMoney, type Id, type Money } from '@ballast/domain';
import type { EquityObserved } from '@ballast/events';
import type { AccountState } from '../plan/plan.types.js';

interface Facts {
  readonly accounts: ReadonlyMap<Id, AccountState>;
  /** Accounts observed so far, by portfolio. */
  readonly portfolios: ReadonlyMap<Id, ReadonlySet<Id>>;
  /** Names of the profiles each bot binds. */
  readonly profiles: ReadonlyMap<Id, readonly string[]>;
  /** Rung of its ladder that each portfolio is on. */
  readonly rungs: ReadonlyMap<Id, string>;
}

function observe(accounts: ReadonlyMap<Id, AccountState>, observed: EquityObserved, at: number): ReadonlyMap<Id, AccountState> {
  const known = accounts.get(observed.accountId);
  const initial = known?.initialCollateral.gt(0) ? known.initialCollateral : observed.eligibleCollateral;
  return new Map(accounts).set(observed.accountId, { eligibleCollateral: observed.eligibleCollateral, initialCollateral: initial, observedAt: Math.min(at, observed.venueTime) });
}

function joined(portfolios: Facts['portfolios'], { portfolioId, accountId }: EquityObserved): Facts['portfolios'] {
  const known = portfolios.get(portfolioId);
  return known?.has(accountId) ? portfolios : new Map(portfolios).set(portfolioId, new Set(known).add(accountId));
}

/** What sizing keeps of others' facts: each account as last observed (C-24), the policy each bot binds, and the rung each portfolio is on. */
export class SizingFacts implements Projection<Facts> {
  readonly name = 'sizing-facts';
  readonly reads = ['EquityObserved', 'BotCreated', 'RungEntered'];
  state: Facts = { accounts: new Map(), portfolios: new Map(), profiles: new Map(), rungs: new Map() };

  account(accountId: Id): AccountState | undefined {
    return this.state.accounts.get(accountId);
  }

  /** Eligible collateral of the portfolio's accounts together; undefined where none has been observed. */
  capitalOf(portfolioId: Id): Money | undefined {
    const [first, ...rest] = [...(this.state.portfolios.get(portfolioId) ?? [])].flatMap((accountId) => this.state.accounts.get(accountId)?.eligibleCollateral ?? []);
    return first && rest.reduce(addMoney, first);
  }

  /** Whether the bot was ever created. */
  knows(botId: Id): boolean {
    return this.state.profiles.has(botId);
  }

  profilesOf(botId: Id): readonly string[] {
    return this.state.profiles.get(botId) ?? [];
  }

  /** Undefined where the portfolio is on no ladder. */
  rungOf(portfolioId: Id): string | undefined {
    return this.state.rungs.get(portfolioId);
  }

  apply({ event, decision }: Recorded): void {
    if (event.type === 'EquityObserved') this.state = { ...this.state, accounts: observe(this.state.accounts, event, decision.occurredAt), portfolios: joined(this.state.portfolios, event) };
    if (event.type === 'BotCreated') this.state = { ...this.state, profiles: new Map(this.state.profiles).set(event.botId, event.profiles) };
    if (event.type === 'RungEntered') this.state = { ...this.state, rungs: new Map(this.state.rungs).set(event.portfolioId, event.rung) };
  }
}
