import type { Recorded } from '@ballast/bus';
import { ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { DEMO, type PolicyProfile } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { StopFacts } from './stop-facts.projection.js';
import { MONDAY } from './stops.fixtures.js';
import { StopsInForce } from './stops-in-force.js';

const PROFILES = new Map<string, PolicyProfile>([
  ['of-all', { ...DEMO, name: 'of-all', stops: { scope: 'PORTFOLIO', dailyLossRatio: ratio('0.15') } }],
  ['of-one', { ...DEMO, name: 'of-one', stops: { scope: 'BOT', consecutiveLosses: 3 } }],
  ['none', DEMO],
]);

function inForce(...bots: readonly (readonly [botId: string, portfolioId: string, profiles: readonly string[]])[]): StopsInForce {
  const facts = new StopFacts(0);
  for (const [botId, portfolioId, profiles] of bots) {
    const event: BallastEvent = { type: 'BotCreated', botId, portfolioId, accountId: `of-${botId}`, strategy: 's', profiles, settings: {}, by: 'test' };
    facts.apply({ event, index: 0, decision: { occurredAt: MONDAY } } as Recorded);
  }
  return new StopsInForce(facts, PROFILES);
}
const seen = (stops: StopsInForce, portfolioId: string, botId: string): readonly string[] | undefined => stops.seenBy(portfolioId, botId, MONDAY, () => undefined)?.limits.map(({ stop, scopeId }) => `${stop} ${scopeId}`);

describe('hard stops that a plan is judged by', () => {
  it('are those of its portfolio and of its own bot, and no other bot’s (W-17)', () => {
    const stops = inForce(['b1', 'p1', ['of-all', 'of-one']], ['b2', 'p1', ['of-one']], ['b3', 'p1', ['none']]);
    expect(['b1', 'b2', 'b3'].map((botId) => seen(stops, 'p1', botId))).toEqual([['DAILY_LOSS p1', 'CONSECUTIVE_LOSSES b1'], ['DAILY_LOSS p1', 'CONSECUTIVE_LOSSES b2'], ['DAILY_LOSS p1']]);
    expect(stops.of('p1')).toHaveLength(3);
  });

  it('are none where no profile of the portfolio has one, and nothing is looked up there (W-18)', () => {
    const stops = inForce(['b1', 'p1', ['of-all']], ['b4', 'p2', ['none']]);
    expect([seen(stops, 'p2', 'b4'), seen(stops, 'nobody', 'b9')]).toEqual([undefined, undefined]);
  });
});
