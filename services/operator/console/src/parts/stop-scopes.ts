import type { Bot } from '../api/wire.js';

/** What can be halted or stopped: every portfolio there is, one, or one bot. */
export type StopScope = { readonly kind: 'EVERYTHING' } | { readonly kind: 'PORTFOLIO'; readonly portfolioId: string } | { readonly kind: 'BOT'; readonly portfolioId: string; readonly botId: string; readonly accountId: string };

/** Of the bots there are; where nobody has said which there are, everything can be stopped all the same. */
export function stopScopes(bots: readonly Bot[] | undefined): readonly StopScope[] {
  if (!bots) return [{ kind: 'EVERYTHING' }];
  const portfolios = [...new Set(bots.map(({ portfolioId }) => portfolioId))].sort();
  return [...portfolios.map((portfolioId) => ({ kind: 'PORTFOLIO', portfolioId }) as const), ...bots.map(({ botId, portfolioId, accountId }) => ({ kind: 'BOT', botId, portfolioId, accountId }) as const)];
}

/** What a halt, a reduction or a resume in the log is asked with; undefined of everything, which is no scope of it. */
export function haltBody(scope: StopScope): object | undefined {
  switch (scope.kind) {
    case 'EVERYTHING': return undefined;
    case 'PORTFOLIO': return { scope: 'PORTFOLIO', portfolioId: scope.portfolioId };
    case 'BOT': return { scope: 'BOT', portfolioId: scope.portfolioId, scopeId: scope.botId };
  }
}

/** What a stop at the venue is asked with. */
export function venueBody(scope: StopScope): object {
  switch (scope.kind) {
    case 'EVERYTHING': return {};
    case 'PORTFOLIO': return { portfolioId: scope.portfolioId };
    case 'BOT': return { portfolioId: scope.portfolioId, accountId: scope.accountId };
  }
}
