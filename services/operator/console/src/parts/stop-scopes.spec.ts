import { describe, expect, it } from 'vitest';
import type { Bot } from '../api/wire.js';
import { haltBody, stopScopes, venueBody } from './stop-scopes.js';

const bot = (botId: string, portfolioId: string): Bot => ({ botId, portfolioId, accountId: `account-${botId}`, status: 'RUNNING', strategy: 'dn-pair', profiles: [], settings: {} });

describe('what the halt bar stops', () => {
  it('is every portfolio, then every bot, each with what the desk is asked', () => {
    const scopes = stopScopes([bot('b2', 'other'), bot('b1', 'main')]);
    expect(scopes.map(haltBody)).toEqual([{ scope: 'PORTFOLIO', portfolioId: 'main' }, { scope: 'PORTFOLIO', portfolioId: 'other' }, { scope: 'BOT', portfolioId: 'other', scopeId: 'b2' }, { scope: 'BOT', portfolioId: 'main', scopeId: 'b1' }]);
    expect(scopes.map(venueBody)).toEqual([{ portfolioId: 'main' }, { portfolioId: 'other' }, { portfolioId: 'other', accountId: 'account-b2' }, { portfolioId: 'main', accountId: 'account-b1' }]);
  });

  it('is everything at the venue where the desk has not said what there is', () => {
    expect(stopScopes(undefined).map((scope) => [haltBody(scope), venueBody(scope)])).toEqual([[undefined, {}]]);
  });

  it('is nothing where there is no bot', () => {
    expect(stopScopes([])).toEqual([]);
  });
});
