import type { RuleEvaluation } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { ruleWords } from './rule-words.js';

const words = (change: Partial<RuleEvaluation>): string => ruleWords({ rule: 'profile-leverage', profile: 'demo@2', result: 'PASS', unit: 'USD', value: '2000', limit: '8000', distance: '6000', inputs: {}, ...change });

describe('a rule of a refused plan, in words', () => {
  it.each<[Partial<RuleEvaluation>, string]>([
    [{ result: 'REFUSE', value: '8200', distance: '-200', inputs: { largestLegAfter: '4100', leverageMax: '5' } }, 'refused by profile-leverage: position of the account after the plan, against collateral x leverage x safety: $8200, allowed is at most $8000, $200 beyond it (limit of demo@2; largest leg after 4100, leverage max 5)'],
    [{}, 'passed profile-leverage: position of the account after the plan, against collateral x leverage x safety: $2000, allowed is at most $8000, $6000 to spare (limit of demo@2)'],
    [{ value: '8000', distance: '0' }, 'passed profile-leverage: position of the account after the plan, against collateral x leverage x safety: $8000, allowed is at most $8000, exactly at it (limit of demo@2)'],
    [{ rule: 'liquidation-buffer', result: 'REFUSE', unit: 'RATIO', value: '0.17', limit: '0.2', distance: '-0.03' }, 'refused by liquidation-buffer: adverse move to liquidation after the plan: 17 %, allowed is at least 20 %, 3 % beyond it (limit of demo@2)'],
    [{ rule: 'slippage-warn', result: 'WARN', unit: 'BPS', value: '31', limit: '30', distance: '-1' }, 'warned by slippage-warn: estimated slippage of the worse leg, from which it is told: 31 bps, allowed is below 30 bps, 1 bps beyond it (limit of demo@2)'],
    [{ rule: 'absolute-leverage', unit: 'X', value: '1.23456', limit: '20', distance: '18.76544', profile: 'absolute' }, 'passed absolute-leverage: leverage of the account after the plan: 1.2346 x, allowed is at most 20 x, 18.7654 x to spare (limit of absolute)'],
    [{ rule: 'market-data-age', unit: 'MS', value: '500', limit: '5000', distance: '4500' }, 'passed market-data-age: age of the oldest book: 0.5 s, allowed is at most 5 s, 4.5 s to spare (limit of demo@2)'],
    [{ rule: 'expiry', result: 'REFUSE', unit: 'MS', value: '1756987211000', limit: '1756987210000', distance: '-1000', inputs: { atMs: '1756987211000' } }, 'refused by expiry: time of the decision, against the end of the plan: 2025-09-04T12:00:11.000Z, allowed is at most 2025-09-04T12:00:10.000Z, 1 s beyond it (limit of demo@2; at ms 2025-09-04T12:00:11.000Z)'],
    [{ rule: 'open-orders', unit: 'COUNT', value: '2', limit: '10', distance: '8' }, 'passed open-orders: open orders, with those to come: 2, allowed is at most 10, 8 to spare (limit of demo@2)'],
    [{ rule: 'trading-state', result: 'REFUSE', unit: 'STATE', value: 'HALTED', limit: 'ACTIVE', distance: undefined }, 'refused by trading-state: what may be traded: HALTED, allowed is ACTIVE (limit of demo@2)'],
    [{ rule: 'trading-state', unit: 'STATE', value: 'ACTIVE', limit: 'ACTIVE', distance: undefined }, 'passed trading-state: what may be traded: ACTIVE, as it must be (limit of demo@2)'],
    [{ rule: 'margin-utilisation', result: 'MISSING_INPUT', unit: 'RATIO', value: undefined, limit: undefined, distance: undefined, inputs: { equity: 'missing' } }, 'refused by margin-utilisation: initial margin in use after the plan, over equity: not known, so no new risk (limit of demo@2; equity missing)'],
    [{ rule: 'of-tomorrow', unit: 'COUNT', value: '1', limit: '2', distance: '1' }, 'passed of-tomorrow: of-tomorrow: 1, allowed is at most 2, 1 to spare (limit of demo@2)'],
  ] as [Partial<RuleEvaluation>, string][])('says what it looked at, what is allowed and how far that is: %#', (change, text) => {
    expect(words(change)).toBe(text);
  });
});
