import type { Projection, Recorded } from '@ballast/bus';
import { type Id, minOf, type Ms } from '@ballast/domain';
import type { EquityObserved } from '@ballast/events';
import type { AccountSeen, BotSeen } from '../exposure/exposure.types.js';

/** A bot with the market time of its creation. */
export interface BotKnown extends BotSeen {
  readonly botId: Id;
  readonly strategy: string;
  readonly createdAt: Ms;
}
interface Accounts {
  readonly seen: Map<Id, AccountSeen>;
  readonly bots: Map<Id, BotKnown>;
}

function seen({ eligibleCollateral, collateral, equity, positions, venueTime }: EquityObserved, at: Ms): AccountSeen {
  const [nearest, ...others] = positions.flatMap(({ distanceToLiquidation }) => distanceToLiquidation ?? []);
  return {
    eligibleCollateral,
    observedAt: Math.min(at, venueTime),
    equity,
    eligibleEquity: equity.minus(collateral.minus(eligibleCollateral)) as typeof equity,
    ...(nearest ? { nearestLiquidation: minOf(nearest, ...others) } : {}),
    clockSkewMs: at - venueTime,
  };
}

/** Accounts as last observed, without protection deposits (C-10), and each bot's account, strategy and policy. */
export class AccountsFold implements Projection<Accounts> {
  readonly name = 'risk-accounts';
  readonly reads = ['EquityObserved', 'BotCreated', 'BotDeleted'];
  state: Accounts = { seen: new Map(), bots: new Map() };

  apply({ event, decision }: Recorded): void {
    if (event.type === 'EquityObserved') this.state.seen.set(event.accountId, seen(event, decision.occurredAt));
    const deleted = event.type === 'BotDeleted' ? this.state.bots.get(event.botId) : undefined;
    if (deleted) this.state.bots.set(deleted.botId, { ...deleted, deleted: true });
    if (event.type === 'BotCreated') {
      const { botId, accountId, portfolioId, profiles, strategy } = event;
      this.state.bots.set(botId, { botId, accountId, portfolioId, profiles, strategy, createdAt: decision.occurredAt });
    }
  }

  account(accountId: Id): AccountSeen | undefined {
    return this.state.seen.get(accountId);
  }

  bot(botId: Id): BotKnown | undefined {
    return this.state.bots.get(botId);
  }

  botsOf(portfolioId: Id): readonly BotKnown[] {
    return [...this.state.bots.values()].filter((bot) => bot.portfolioId === portfolioId);
  }

  get portfolios(): ReadonlySet<Id> {
    return new Set([...this.state.bots.values()].map(({ portfolioId }) => portfolioId));
  }
}
