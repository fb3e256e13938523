import type { Projection, Recorded } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import type { AccountSeen, BotSeen } from '../exposure/exposure.types.js';

interface Accounts {
  readonly seen: ReadonlyMap<Id, AccountSeen>;
  readonly bots: ReadonlyMap<Id, BotSeen>;
}

/** Accounts as last observed, without protection deposits (C-10), and each bot's account and policy. */
export class AccountsFold implements Projection<Accounts> {
  readonly name = 'risk-accounts';
  readonly reads = ['EquityObserved', 'BotCreated'];
  state: Accounts = { seen: new Map(), bots: new Map() };

  apply({ event, decision }: Recorded): void {
    if (event.type === 'EquityObserved') this.state = { ...this.state, seen: new Map(this.state.seen).set(event.accountId, { eligibleCollateral: event.eligibleCollateral, observedAt: Math.min(decision.occurredAt, event.venueTime) }) };
    if (event.type === 'BotCreated') this.state = { ...this.state, bots: new Map(this.state.bots).set(event.botId, { accountId: event.accountId, portfolioId: event.portfolioId, profiles: event.profiles }) };
  }

  account(accountId: Id): AccountSeen | undefined {
    return this.state.seen.get(accountId);
  }

  bot(botId: Id): BotSeen | undefined {
    return this.state.bots.get(botId);
  }
}
