import type { Projection, Recorded } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import type { AccountSeen } from '../exposure/exposure.types.js';

interface Accounts {
  readonly seen: ReadonlyMap<Id, AccountSeen>;
  readonly profiles: ReadonlyMap<Id, readonly string[]>;
}

/** Accounts as last observed, without protection deposits (C-10), and the policy each bot binds. */
export class AccountsFold implements Projection<Accounts> {
  readonly name = 'risk-accounts';
  readonly reads = ['EquityObserved', 'BotCreated'];
  state: Accounts = { seen: new Map(), profiles: new Map() };

  apply({ event, decision }: Recorded): void {
    if (event.type === 'EquityObserved') this.state = { ...this.state, seen: new Map(this.state.seen).set(event.accountId, { eligibleCollateral: event.eligibleCollateral, observedAt: decision.occurredAt }) };
    if (event.type === 'BotCreated') this.state = { ...this.state, profiles: new Map(this.state.profiles).set(event.botId, event.profiles) };
  }

  account(accountId: Id): AccountSeen | undefined {
    return this.state.seen.get(accountId);
  }

  profilesOf(botId: Id): readonly string[] {
    return this.state.profiles.get(botId) ?? [];
  }
}
