import { contentId, notional, ratio, signedQuantity } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { planDecider } from './plan.decider.js';
import { accountOf, AT, bookOf, instrumentOf, planTrade, policyOf, signalOf } from './plan.builders.js';

/** One plan, or refusal, for each of these markets, sizes and accounts; without what plans have come to tell of the other side of the book (R106), and the profile's version. */
function decided(): readonly string[] {
  const texts: string[] = [];
  for (const eth of ['1034.7', '2756.9', '4480.1']) for (const sol of ['21.37', '115.86', '240.02']) for (const target of ['90', '100', '750', '2500']) for (const [size, collateral, left] of [['0.6', '2000', '0'], ['40', '400', '0.012'], ['300', '9000', '-0.02']] as const) {
    const [event] = planDecider.decide(planDecider.initial, planTrade({
      signal: signalOf({ targetNotional: notional(target) }),
      account: accountOf(collateral, '2000'),
      policy: policyOf({ growthMultiplierMax: ratio('1.5'), legNotionalMax: notional('2400') }),
      seen: [
        { book: bookOf('ETH-PERP', eth, '0.1', size), instrument: instrumentOf('ETH-PERP', '0.001', '0.1'), residual: signedQuantity(left) },
        { book: bookOf('SOL-PERP', sol, '0.01', size), instrument: instrumentOf('SOL-PERP', '0.1', '0.01') },
      ],
    }), { decisionId: 'd1', at: AT });
    texts.push(JSON.stringify(event).replaceAll(/demo@\d+/g, 'demo').replaceAll(/"oppositeDepthNotional":"[^"]*",/g, ''));
  }
  return texts;
}

describe('plans of profiles that bind no sizing policy', () => {
  it('are byte for byte what they were before there were any (W-18)', () => {
    const texts = decided();
    expect([texts.length, texts.filter((text) => text.includes('"TradePlanned"')).length]).toEqual([108, 59]);
    expect(contentId('plans', ...texts)).toBe('um6ojbijyamo47r6aizv3js6ma');
  });
});
