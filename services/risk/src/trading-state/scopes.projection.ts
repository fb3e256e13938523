import type { Projection, Recorded } from '@ballast/bus';
import type { Id } from '@ballast/domain';
import type { Scope } from './trading-state.decider.js';

interface PortfolioScopes {
  readonly bots: ReadonlySet<Id>;
  /** Ever planned. */
  readonly instruments: ReadonlySet<string>;
}
type Known = ReadonlyMap<Id, PortfolioScopes>;

const NOTHING: PortfolioScopes = { bots: new Set(), instruments: new Set() };

/** What a person can halt: portfolios with bots, their bots, and the instruments that the market lists or a plan has named. */
export class ScopesFold implements Projection<Known> {
  readonly name = 'risk-scopes';
  readonly reads = ['BotCreated', 'TradePlanned'];
  state: Known = new Map();
  private readonly listed = new Set<string>();

  apply({ event }: Recorded): void {
    if (event.type === 'BotCreated') this.change(event.portfolioId, ({ bots, instruments }) => ({ bots: new Set(bots).add(event.botId), instruments }));
    if (event.type === 'TradePlanned') this.plan(event.portfolioId, event.legs.map(({ instrument }) => instrument));
  }

  list(instrument: string): void {
    this.listed.add(instrument);
  }

  /** Why there is nothing to halt by this name, and what there is; undefined where there is. */
  fault(portfolioId: Id, scope: Scope, scopeId: string): string | undefined {
    const portfolio = this.state.get(portfolioId);
    if (!portfolio) return missing('portfolioId', portfolioId, 'a portfolio with a bot', [...this.state.keys()]);
    switch (scope) {
      case 'PORTFOLIO':
        return scopeId === portfolioId ? undefined : missing('scopeId', scopeId, 'the portfolio itself', [portfolioId]);
      case 'BOT':
        return portfolio.bots.has(scopeId) ? undefined : missing('scopeId', scopeId, `a bot of portfolio ${portfolioId}`, [...portfolio.bots]);
      case 'INSTRUMENT': {
        const known = new Set([...this.listed, ...portfolio.instruments]);
        return known.has(scopeId) ? undefined : missing('scopeId', scopeId, 'an instrument that the market lists or a plan has named', [...known]);
      }
    }
  }

  private plan(portfolioId: Id, planned: readonly string[]): void {
    const known = this.state.get(portfolioId)?.instruments;
    if (planned.every((instrument) => known?.has(instrument))) return;
    this.change(portfolioId, ({ bots, instruments }) => ({ bots, instruments: new Set([...instruments, ...planned]) }));
  }

  private change(portfolioId: Id, change: (scopes: PortfolioScopes) => PortfolioScopes): void {
    this.state = new Map(this.state).set(portfolioId, change(this.state.get(portfolioId) ?? NOTHING));
  }
}

const missing = (field: string, found: string, allowed: string, known: readonly string[]): string => `${field}: found "${found}", allowed is ${allowed}: ${known.length === 0 ? 'there is none yet' : [...known].sort().join(', ')}`;
