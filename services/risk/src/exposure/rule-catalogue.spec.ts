import { notional, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { policyOf } from './exposure.builders.js';
import { guardRules, guardsBound } from './guard-rules.js';
import { EVERY_GUARD, judgedBy } from './recorded.builders.js';
import { EVERY_PLAN, RULES, rulesInForce } from './rule-catalogue.js';

describe('the rules that a plan meets', () => {
  it('are those of every plan where no policy is known, and no guard then', () => {
    expect(rulesInForce(undefined)).toEqual(EVERY_PLAN);
    expect(judgedBy({ policy: undefined }).rules.map(({ rule }) => rule)).toEqual(EVERY_PLAN);
    expect(guardRules({ command: { policy: undefined } } as Parameters<typeof guardRules>[0])).toEqual([]);
  });

  it('are beside them the guards and the stops that its policy has a limit for, in the order of the catalogue', () => {
    const policy = policyOf({ guards: { openOrdersMax: 5, marginUtilisationMax: ratio('0.8') }, stops: { scope: 'PORTFOLIO', weeklyLossRatio: ratio('0.1'), dailyLossMax: notional('50') } });
    expect(guardsBound(policy.guards)).toEqual(['margin-utilisation', 'open-orders', 'terms-changed']);
    expect(rulesInForce(policy)).toEqual([...EVERY_PLAN, 'margin-utilisation', 'open-orders', 'terms-changed', 'daily-loss-amount', 'weekly-loss']);
    expect(rulesInForce(policyOf({ directional: true, guards: EVERY_GUARD, stops: { scope: 'BOT', dailyLossRatio: ratio('0.1'), dailyLossMax: notional('50'), weeklyLossRatio: ratio('0.1'), consecutiveLosses: 3, drawdownReduceRatio: ratio('0.1'), drawdownHaltRatio: ratio('0.2') } }))).toEqual(RULES);
  });
});
