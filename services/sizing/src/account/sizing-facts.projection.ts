import type { Projection, Recorded } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import type { EquityObserved } from '@ballast/events';
import type { AccountState } from '../plan/plan.types.js';

interface Facts {
  readonly accounts: ReadonlyMap<Id, AccountState>;
  /** Names of the profiles each bot binds. */
  readonly profiles: ReadonlyMap<Id, readonly string[]>;
}

function observe(accounts: ReadonlyMap<Id, AccountState>, observed: EquityObserved, at: number): ReadonlyMap<Id, AccountState> {
  const known = accounts.get(observed.accountId);
  const initial = known?.initialCollateral.gt(0) ? known.initialCollateral : observed.eligibleCollateral;
  return new Map(accounts).set(observed.accountId, { eligibleCollateral: observed.eligibleCollateral, initialCollateral: initial, observedAt: Math.min(at, observed.venueTime) });
}

/** What sizing keeps of others' facts: each account as last observed (C-24), and the policy each bot binds. */
export class SizingFacts implements Projection<Facts> {
  readonly name = 'sizing-facts';
  readonly reads = ['EquityObserved', 'BotCreated'];
  state: Facts = { accounts: new Map(), profiles: new Map() };

  account(accountId: Id): AccountState | undefined {
    return this.state.accounts.get(accountId);
  }

  profilesOf(botId: Id): readonly string[] {
    return this.state.profiles.get(botId) ?? [];
  }

  apply({ event, decision }: Recorded): void {
    if (event.type === 'EquityObserved') this.state = { ...this.state, accounts: observe(this.state.accounts, event, decision.occurredAt) };
    if (event.type === 'BotCreated') this.state = { ...this.state, profiles: new Map(this.state.profiles).set(event.botId, event.profiles) };
  }
}
