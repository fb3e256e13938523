import type { Recorded } from '@ballast/bus';
import { money, price, ratio, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { DEMO, type PolicyProfile } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { StopFacts } from './stop-facts.projection.js';
import { stopVerdicts } from './stop-verdicts.js';
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

  it('know nothing of a portfolio in which anything held has had no price for longer than an account may go unseen: its plans are refused', () => {
    const facts = new StopFacts(0);
    const tell = (event: object): void => facts.apply({ event, index: 0, decision: { occurredAt: MONDAY } } as unknown as Recorded);
    const worth = money('2000');
    for (const botId of ['b1', 'b2']) {
      tell({ type: 'BotCreated', botId, portfolioId: 'p1', accountId: `of-${botId}`, strategy: 's', profiles: ['of-all'], settings: {}, by: 'test' });
      tell({ type: 'EquityObserved', accountId: `of-${botId}`, portfolioId: 'p1', botId, collateral: worth, eligibleCollateral: worth, equity: worth, marks: [], positions: [], venueTime: MONDAY });
    }
    tell({ type: 'PositionOpened', accountId: 'of-b2', instrument: 'SOL-PERP', position: signedQuantity('10'), price: price('100'), entryPrice: price('100'), realisedPnl: money('0'), fee: money('0'), venueTime: MONDAY });
    const stops = new StopsInForce(facts, PROFILES);
    const results = (at: number, mark?: string): readonly string[] => stopVerdicts(stops.seenBy('p1', 'b1', at, () => (mark === undefined ? undefined : price(mark)))).map(({ evaluation: { rule, result } }) => `${rule} ${result}`);
    expect([results(MONDAY + 180_000), results(MONDAY + 180_001), results(MONDAY + 180_001, '99')]).toEqual([['daily-loss PASS'], ['daily-loss MISSING_INPUT'], ['daily-loss PASS']]);
  });
});
