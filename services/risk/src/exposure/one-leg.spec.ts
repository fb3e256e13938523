import { notional, ratio } from '@ballast/domain';
import { DEMO, inForce } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { assess, AT, legOf, planOf, policyOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { AssessPlan } from './exposure.types.js';
import { rulesInForce } from './rule-catalogue.js';

const plan = planOf('1', '1000', { outcome: 'SINGLE', legs: [legOf(0, 'ETH-PERP', '1000', '1')], imbalanceRatio: ratio('0') });
const directional = policyOf({ directional: true });

function judged(change: Partial<AssessPlan>, of = plan) {
  const [event] = exposureDecider.decide(exposureDecider.initial, assess(of, change), { decisionId: 'd', at: AT }).slice(-1);
  if (event?.type !== 'TradeApproved' && event?.type !== 'TradeDenied') throw new Error('nothing was judged');
  return event;
}

describe('a plan of one leg', () => {
  it('is approved where a profile allows it, by every rule that a pair meets', () => {
    const event = judged({ policy: directional });
    expect([event.type, event.rules.map(({ rule }) => rule)]).toEqual(['TradeApproved', rulesInForce(directional)]);
    expect(event.rules.filter(({ rule }) => rule === 'imbalance' || rule === 'one-leg').map(({ result, value }) => [result, value])).toEqual([['PASS', 'one leg'], ['PASS', 'one leg']]);
  });

  it('is refused by name where no profile allows it, so that a bot of pairs never holds one leg', () => {
    expect(judged({ policy: policyOf() })).toMatchObject({ type: 'TradeDenied', bindingRule: 'one-leg', reason: 'one-leg: no profile of the bot allows one leg by itself (directional): demo@2' });
  });

  it('is refused where one of several bound profiles does not allow it (C-1)', () => {
    expect(judged({ policy: inForce([{ ...DEMO, directional: true }, { ...DEMO, name: 'pairs' }]) }).type).toBe('TradeDenied');
  });

  it('is no single leg because it says so: two legs are balanced, and one that is called balanced is refused', () => {
    const lame = planOf('2', '1000', { outcome: 'SINGLE', legs: [legOf(0, 'ETH-PERP', '1000', '1'), legOf(1, 'SOL-PERP', '900', '1')] });
    expect(judged({ policy: directional }, lame)).toMatchObject({ type: 'TradeDenied', bindingRule: 'imbalance' });
    expect(judged({ policy: directional }, { ...plan, outcome: 'BALANCED' })).toMatchObject({ type: 'TradeDenied', bindingRule: 'imbalance' });
  });

  it('is no larger than half of what the account may hold, as any leg (R10)', () => {
    const large = planOf('3', '5000', { outcome: 'SINGLE', legs: [legOf(0, 'ETH-PERP', '5000', '1')] });
    expect(judged({ policy: policyOf({ directional: true, legNotionalMax: notional('9000'), dailyVolumeMax: notional('90000') }) }, large)).toMatchObject({ type: 'TradeDenied', bindingRule: 'leg-half' });
  });
});
