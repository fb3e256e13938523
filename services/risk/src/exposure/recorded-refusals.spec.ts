import { bps, Decimal, notional, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { PlannedLeg } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { accountOf, AT, legOf, planOf, policyWith } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import { EVERY_GUARD, judgedBy, otherwise, refusals } from './recorded.builders.js';
import { exceedsSafeLimit } from './size-rules.js';

const legs = (eth: Partial<PlannedLeg>, sol: Partial<PlannedLeg> = {}): readonly PlannedLeg[] => [{ ...legOf(0, 'ETH-PERP', '1000', '1'), ...eth }, { ...legOf(1, 'SOL-PERP', '1000', '1'), ...sol }];
const of = (eth: Partial<PlannedLeg>, sol: Partial<PlannedLeg> = {}) => ({ plan: planOf('1', '1000', { legs: legs(eth, sol) }) });

describe('what is recorded and said of a plan', () => {
  it('that is too large for its account', () => {
    expect(otherwise({ account: accountOf('100', { nearestLiquidation: ratio('0.01') }) })).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | REFUSE | X | 30 | 20 | -10 | open=300 pending=700 approved=0 plan=2000 collateral=100",
        "profile-leverage | demo@2 | REFUSE | USD | 3000 | 400 | -2600 | open=300 pending=700 approved=0 plan=2000 collateral=100 leverageMax=5 safetyFactor=0.8 profiles=demo@2##",
        "leg-half | demo@2 | REFUSE | USD | 2000 | 200 | -1800 | largestLegAfter=2000 leverageMax=5 safetyFactor=0.8 collateral=100",
        "strategy-leverage | demo@2 | REFUSE | X | 30 | 5 | -25 | strategy=dn-pair gross=3000 collateral=100",
        "venue-leverage | demo@2 | REFUSE | X | 30 | 5 | -25 | venue=paper gross=3000 collateral=100",
        "margin-utilisation | demo@2 | REFUSE | RATIO | 1.5 | 0.8 | -0.7 | initialMargin=150 equity=100",
        "liquidation-buffer | demo@2 | REFUSE | RATIO | 0.003333333333 | 0.2 | -0.196666666667 | by=1/L - mmr gross=3000 equity=100 maintenance=0.03 formula=0.00333333333333333333333333333333333333333 venue=0.01",
        "underlying-share | demo@2 | REFUSE | RATIO | 4 | 0.8 | -3.2 | underlying=ETH notional=2000 equity=100 leverage=5",
        "underlying-margin | demo@2 | REFUSE | RATIO | 1 | 0.8 | -0.2 | underlying=ETH initialMargin=100 equity=100",
        "> leg-half: 2000, allowed is up to 200 USD",
        "> absolute-leverage: 30, allowed is up to 20 X",
        "> Position $3,000 exceeds safe limit $400 (collateral: $100, leverage: 5×, safety: 0.8)",
        "> strategy-leverage: 30, allowed is up to 5 X",
        "> venue-leverage: 30, allowed is up to 5 X",
        "> margin-utilisation: 1.5, allowed is up to 0.8 RATIO",
        "> liquidation-buffer: 0.003333333333, allowed is at least 0.2 RATIO",
        "> underlying-share: 4, allowed is up to 0.8 RATIO",
        "> underlying-margin: 1, allowed is up to 0.8 RATIO",
      ]
    `);
  });

  it('at prohibited leverage (R7)', () => {
    expect(judgedBy({ account: accountOf('60') })).toMatchObject({ reason: expect.stringContaining('prohibited leverage 50x: 50.00× after this plan') as string });
    expect(judgedBy({ account: accountOf('60.01') })).toMatchObject({ reason: expect.stringContaining('absolute-leverage: 49.991668055324, allowed is up to 20 X') as string });
  });

  it.each([['999', '$999'], ['1234', '$1,234'], ['12345.5', '$12,346'], ['1234567', '$1,234,567'], ['1234567890', '$1,234,567,890']])('whose dollars are %s writes %s (W-19)', (amount, dollars) => {
    const [value, one] = [new Decimal(amount), new Decimal(1)];
    expect(exceedsSafeLimit(value, one, { collateral: value, leverage: new Decimal('2.5'), safety: new Decimal('0.8') })).toBe(`Position ${dollars} exceeds safe limit $1 (collateral: ${dollars}, leverage: 2.5×, safety: 0.8)`);
  });

  it('that is too large and too small for its profile', () => {
    expect(otherwise({ policy: policyWith(EVERY_GUARD, { legNotionalMin: notional('1000.01'), legNotionalMax: notional('999.99'), positionMax: notional('1000'), dailyVolumeMax: notional('0'), dailyTradesMax: 0, depthMultipleMin: ratio('1001'), slippageBpsMax: bps('0.9') }) })).toMatchInlineSnapshot(`
      [
        "position-table | demo@2 | REFUSE | USD | 3000 | 800 | -2200 | open=300 pending=700 approved=0 plan=2000 positionMax=1000 safetyFactor=0.8",
        "profile-leg | demo@2 | REFUSE | USD | 1000 | 999.99 | -0.01 | largestLeg=1000",
        "profile-leg-minimum | demo@2 | REFUSE | USD | 1000 | 1000.01 | -0.01 | smallestLeg=1000",
        "daily-volume | demo@2 | REFUSE | USD | 0 | 0 | 0 | day=2025-09-04 counted=0 committed=0",
        "daily-trades | demo@2 | REFUSE | COUNT | 0 | 0 | 0 | day=2025-09-04 counted=0 committed=0",
        "slippage | demo@2 | REFUSE | BPS | 1 | 0.9 | -0.1 | plan=10 profile=0.9",
        "depth | demo@2 | REFUSE | X | 1000 | 1001 | -1 | depth=1000000 1000000",
        "> position-table: 3000, allowed is up to 800 USD",
        "> profile-leg: 1000, allowed is up to 999.99 USD",
        "> profile-leg-minimum: 1000, allowed is at least 1000.01 USD",
        "> daily-volume: 0, allowed is below 0 USD",
        "> daily-trades: 0, allowed is below 0 COUNT",
        "> slippage: 1, allowed is up to 0.9 BPS",
        "> depth: 1000, allowed is at least 1001 X",
      ]
    `);
  });

  it('of another account, another portfolio or a trading state that takes no risk', () => {
    const bot = { accountId: 'a1', portfolioId: 'p1', profiles: ['demo'], strategy: 'dn-pair' };
    expect(otherwise({ bot: { ...bot, accountId: 'a2' } })).toMatchInlineSnapshot(`
      [
        "bot-account | absolute | REFUSE | STATE | p1/a1 | p1/a2 |  | bot=b1",
        "> bot b1 does not trade in account a1 of portfolio p1",
      ]
    `);
    expect(otherwise({ bot: { ...bot, portfolioId: 'p2' } })).toMatchInlineSnapshot(`
      [
        "bot-account | absolute | REFUSE | STATE | p1/a1 | p2/a1 |  | bot=b1",
        "> bot b1 does not trade in account a1 of portfolio p1",
      ]
    `);
    expect(otherwise({ tradingState: 'REDUCING' })).toMatchInlineSnapshot(`
      [
        "trading-state | absolute | REFUSE | STATE | REDUCING | ACTIVE |  | state=REDUCING",
        "> trading state is REDUCING: no new risk",
      ]
    `);
  });

  it('that is not the one received', () => {
    expect(otherwise({ planHash: 'another' })).toMatchInlineSnapshot(`
      [
        "plan-hash | absolute | REFUSE | STATE | # | another |  | received=another judged=#",
        "> plan hash # is not that of the plan received or judged before",
      ]
    `);
  });

  it('that was judged and approved before in other quantities', () => {
    const { evolve, initial } = exposureDecider;
    expect(otherwise({ plan: planOf('1', '999') }, evolve(initial, judgedBy()))).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | PASS | X | 2.499 | 20 | 17.501 | open=300 pending=700 approved=2000 plan=1998 collateral=2000",
        "profile-leverage | demo@2 | PASS | USD | 4998 | 8000 | 3002 | open=300 pending=700 approved=2000 plan=1998 collateral=2000 leverageMax=5 safetyFactor=0.8 profiles=demo@2##",
        "leg-half | demo@2 | PASS | USD | 2999 | 4000 | 1001 | largestLegAfter=2999 leverageMax=5 safetyFactor=0.8 collateral=2000",
        "position-table | demo@2 | PASS | USD | 4998 | 8000 | 3002 | open=300 pending=700 approved=2000 plan=1998 positionMax=10000 safetyFactor=0.8",
        "profile-leg | demo@2 | PASS | USD | 999 | 1200 | 201 | largestLeg=999",
        "profile-leg-minimum | demo@2 | PASS | USD | 999 | 100 | 899 | smallestLeg=999",
        "daily-volume | demo@2 | PASS | USD | 1000 | 500000 | 499000 | day=2025-09-04 counted=0 committed=1000",
        "daily-trades | demo@2 | PASS | COUNT | 1 | 500 | 499 | day=2025-09-04 counted=0 committed=1",
        "trade-once | absolute | REFUSE | STATE | approved before | new |  | tradeId=trade-1",
        "depth | demo@2 | PASS | X | 1001.001001001001 | 3 | 998.001001001001 | depth=1000000 1000000",
        "strategy-leverage | demo@2 | PASS | X | 2.499 | 5 | 2.501 | strategy=dn-pair gross=4998 collateral=2000",
        "venue-leverage | demo@2 | PASS | X | 2.499 | 5 | 2.501 | venue=paper gross=4998 collateral=2000",
        "margin-utilisation | demo@2 | PASS | RATIO | 0.12495 | 0.8 | 0.67505 | initialMargin=249.9 equity=2000",
        "liquidation-buffer | demo@2 | PASS | RATIO | 0.370160064026 | 0.2 | 0.170160064026 | by=1/L - mmr gross=4998 equity=2000 maintenance=0.03 formula=0.3701600640256102440976390556222488995598 venue=none",
        "underlying-share | demo@2 | PASS | RATIO | 0.2999 | 0.8 | 0.5001 | underlying=ETH notional=2999 equity=2000 leverage=5",
        "underlying-margin | demo@2 | PASS | RATIO | 0.074975 | 0.8 | 0.725025 | underlying=ETH initialMargin=149.95 equity=2000",
        "open-orders | demo@2 | PASS | COUNT | 4 | 10 | 6 | open=0 approved=2 plan=2",
        "orders-per-minute | demo@2 | PASS | COUNT | 4 | 10 | 6 | sent=0 approved=2 plan=2",
        "> trade trade-1 has been approved before",
      ]
    `);
  });

  it.each<[string, Partial<PlannedLeg>, string]>([
    ['no lot size', { terms: { ...legOf(0, 'ETH-PERP', '1', '1').terms, lotSize: quantity('0') } }, 'ETH-PERP: lot size 0'],
    ['no quantity', { quantity: quantity('0') }, 'ETH-PERP: quantity 0 in 1 slices'],
    ['no slices', { slices: [] }, 'ETH-PERP: quantity 1000 in 0 slices'],
    ['a quantity off the lot', { quantity: quantity('1000.0005') }, 'ETH-PERP: 1000.0005 is not a whole number of lots of 0.001'],
    ['a slice off the lot', { slices: [quantity('999.9995'), quantity('0.0005')] }, 'ETH-PERP: 999.9995 is not a whole number of lots of 0.001'],
    ['slices of another sum', { slices: [quantity('500'), quantity('499')] }, 'ETH-PERP: slices add up to 999, the quantity is 1000'],
  ])('that is off the grid with %s', (_what, change, fault) => {
    const event = judgedBy(of(change));
    expect(event.rules.find(({ rule }) => rule === 'lot-grid')).toEqual({ rule: 'lot-grid', profile: 'absolute', result: 'REFUSE', unit: 'STATE', value: 'off the grid', limit: 'on the grid', inputs: { legs: '2' } });
    expect(event.type === 'TradeDenied' && event.reason.split('; ')).toContain(`lot grid: ${fault}`);
  });

  it('whose both legs are off the grid and below the minimum', () => {
    const small = { quantity: quantity('4.0005'), slices: [quantity('4.0005')] };
    expect(refusals(of(small, small))).toMatchInlineSnapshot(`
      [
        "profile-leg-minimum | demo@2 | REFUSE | USD | 4.0005 | 100 | -95.9995 | smallestLeg=4.0005",
        "lot-grid | absolute | REFUSE | STATE | off the grid | on the grid |  | legs=2",
        "venue-minimum | venue | REFUSE | STATE | below | reached |  | minimums=5 5",
        "> lot grid: ETH-PERP: 4.0005 is not a whole number of lots of 0.001",
        "> SOL-PERP: 4.0005 is not a whole number of lots of 0.001",
        "> profile-leg-minimum: 4.0005, allowed is at least 100 USD",
        "> below the venue's minimum: ETH-PERP 4.0005, SOL-PERP 4.0005",
      ]
    `);
  });

  it('of three legs, or of one', () => {
    expect(refusals({ plan: planOf('1', '1000', { legs: [...legs({}), legOf(2, 'SOL-PERP', '1000', '1')] }) })).toMatchInlineSnapshot(`
      [
        "imbalance | demo@2 | MISSING_INPUT | RATIO |  |  |  | outcome=BALANCED legs=3 waiver=none",
        "> imbalance: missing input of the rule",
      ]
    `);
    expect(refusals({ plan: planOf('1', '1000', { legs: legs({}).slice(0, 1) }) })).toMatchInlineSnapshot(`
      [
        "imbalance | demo@2 | MISSING_INPUT | RATIO |  |  |  | outcome=BALANCED legs=1 waiver=none",
        "one-leg | none | REFUSE | STATE | one leg | a pair |  | outcome=BALANCED legs=1 profiles=demo@2",
        "> imbalance: missing input of the rule",
        "> one-leg: no profile of the bot allows one leg by itself (directional): demo@2",
      ]
    `);
  });

  it('that is a best effort under a waiver, and after it (W-11)', () => {
    const plan = planOf('1', '1000', { outcome: 'BEST_EFFORT', legs: [legOf(0, 'ETH-PERP', '1000', '1'), legOf(1, 'SOL-PERP', '1003', '1')] });
    const until = (expiresAt: number) => policyWith(EVERY_GUARD, { waiver: { imbalanceRatioMax: ratio('0.003'), expiresAt } });
    expect(otherwise({ plan, policy: until(AT) }).filter((line) => line.includes('imbalance'))).toMatchInlineSnapshot(`
      [
        "imbalance | demo@2 | PASS | RATIO | 0.003 | 0.003 | 0 | outcome=BEST_EFFORT legs=2 waiver=0.003 until 1756987200000",
      ]
    `);
    expect(otherwise({ plan, policy: until(AT - 1) }).filter((line) => line.includes('imbalance'))).toMatchInlineSnapshot(`
      [
        "imbalance | demo@2 | REFUSE | RATIO | 0.003 | 0.001 | -0.002 | outcome=BEST_EFFORT legs=2 waiver=0.003 until 1756987199999",
        "> imbalance: 0.003, allowed is below 0.001 RATIO",
      ]
    `);
  });

  it('whose waiver is of another profile than its limit', () => {
    const plan = planOf('1', '1000', { outcome: 'BEST_EFFORT' });
    const waived = (expiresAt: number) => otherwise({ plan, policy: { ...policyWith(EVERY_GUARD), waiver: { value: { imbalanceRatioMax: ratio('0.003'), expiresAt }, profile: 'legion@1' } } }).filter((line) => line.startsWith('imbalance'));
    expect([waived(AT), waived(AT - 1)]).toEqual([
      [`imbalance | legion@1 | PASS | RATIO | 0 | 0.003 | 0.003 | outcome=BEST_EFFORT legs=2 waiver=0.003 until ${AT}`],
      [`imbalance | demo@2 | PASS | RATIO | 0 | 0.001 | 0.001 | outcome=BEST_EFFORT legs=2 waiver=0.003 until ${AT - 1}`],
    ]);
  });

  it('made on the book and the account of another time', () => {
    const { seen } = legOf(0, 'ETH-PERP', '1', '1');
    expect(otherwise({ ...of({ seen: { ...seen, exchangeTime: AT - 5_001 } }), account: accountOf('2000', { observedAt: AT - 180_001, clockSkewMs: -1_001 }) })).toMatchInlineSnapshot(`
      [
        "market-data-age | demo@2 | REFUSE | MS | 5001 | 5000 | -1 | atMs=1756987200000 valueMs=5001 limitMs=5000",
        "account-state-age | demo@2 | REFUSE | MS | 180001 | 180000 | -1 | atMs=1756987200000 valueMs=180001 limitMs=180000",
        "venue-clock | demo@2 | REFUSE | MS | 1001 | 1000 | -1 | answered=-1001 ahead=-500",
        "> venue-clock: 1001, allowed is up to 1000 MS",
        "> market-data-age: 5001, allowed is up to 5000 MS",
        "> account-state-age: 180001, allowed is up to 180000 MS",
      ]
    `);
    expect(otherwise(of({ seen: { ...seen, exchangeTime: AT + 2_000 } }))).toMatchInlineSnapshot(`
      [
        "market-data-age | demo@2 | PASS | MS | 2000 | 5000 | 3000 | atMs=1756987200000 valueMs=2000 limitMs=5000",
        "venue-clock | demo@2 | REFUSE | MS | 2000 | 1000 | -1000 | answered=0 ahead=2000",
        "> venue-clock: 2000, allowed is up to 1000 MS",
      ]
    `);
    expect(otherwise({ plan: planOf('1', '1000', { validUntil: AT - 1 }) })).toMatchInlineSnapshot(`
      [
        "expiry | plan | REFUSE | MS | 1756987200000 | 1756987199999 | -1 | atMs=1756987200000 valueMs=1756987200000 limitMs=1756987199999",
        "> expiry: 1756987200000, allowed is up to 1756987199999 MS",
      ]
    `);
  });

  it('that takes over what is not left open', () => {
    const residuals = { 'ETH-PERP': signedQuantity('40.0005'), 'SOL-PERP': signedQuantity('-3') };
    expect(otherwise({ ...of({}, { residualAbsorbed: signedQuantity('2') }), residuals })).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | PASS | X | 1.498 | 20 | 18.502 | open=300 pending=700 approved=0 plan=1996 collateral=2000",
        "profile-leverage | demo@2 | PASS | USD | 2996 | 8000 | 5004 | open=300 pending=700 approved=0 plan=1996 collateral=2000 leverageMax=5 safetyFactor=0.8 profiles=demo@2##",
        "position-table | demo@2 | PASS | USD | 2996 | 8000 | 5004 | open=300 pending=700 approved=0 plan=1996 positionMax=10000 safetyFactor=0.8",
        "profile-leg | demo@2 | PASS | USD | 1000.0005 | 1200 | 199.9995 | largestLeg=1000.0005",
        "profile-leg-minimum | demo@2 | PASS | USD | 998 | 100 | 898 | smallestLeg=998",
        "residual | absolute | REFUSE | STATE | ETH-PERP 0 SOL-PERP 2 | ETH-PERP 40 SOL-PERP -3 |  | residuals=known inFlight=none",
        "imbalance | demo@2 | REFUSE | RATIO | 0.002004509018 | 0.001 | -0.001004509018 | outcome=BALANCED legs=2 waiver=none",
        "strategy-leverage | demo@2 | PASS | X | 1.498 | 5 | 3.502 | strategy=dn-pair gross=2996 collateral=2000",
        "venue-leverage | demo@2 | PASS | X | 1.498 | 5 | 3.502 | venue=paper gross=2996 collateral=2000",
        "margin-utilisation | demo@2 | PASS | RATIO | 0.0749 | 0.8 | 0.7251 | initialMargin=149.8 equity=2000",
        "liquidation-buffer | demo@2 | PASS | RATIO | 0.637556742323 | 0.2 | 0.437556742323 | by=1/L - mmr gross=2996 equity=2000 maintenance=0.03 formula=0.6375567423230974632843791722296395193591 venue=none",
        "> imbalance: 0.002004509018, allowed is below 0.001 RATIO",
        "> residual: the plan takes over ETH-PERP 0 SOL-PERP 2, left open is ETH-PERP 40 SOL-PERP -3",
      ]
    `);
    expect(otherwise({ residuals: { 'ETH-PERP': signedQuantity('0'), 'SOL-PERP': new Decimal(NaN) as never } })).toMatchInlineSnapshot(`
      [
        "profile-leg-minimum | demo@2 | MISSING_INPUT | USD |  |  |  | smallestLeg=NaN",
        "residual | absolute | MISSING_INPUT | STATE |  |  |  | residuals=missing inFlight=none",
        "imbalance | demo@2 | MISSING_INPUT | RATIO |  |  |  | outcome=BALANCED legs=2 waiver=none",
        "> profile-leg-minimum: missing input smallestLeg",
        "> residual: missing input residuals",
        "> imbalance: missing input of the rule",
      ]
    `);
  });

  it('that slips, or whose leg is worth nothing', () => {
    expect(otherwise(of({ estimatedSlippageBps: bps('30') }, { estimatedSlippageBps: bps('50') }))).toMatchInlineSnapshot(`
      [
        "slippage | demo@2 | REFUSE | BPS | 50 | 10 | -40 | plan=10 profile=10",
        "slippage-warn | demo@2 | WARN | BPS | 50 | 30 | -20 | legs=ETH-PERP 30 SOL-PERP 50",
        "slippage-block | demo@2 | REFUSE | BPS | 50 | 50 | 0 | legs=ETH-PERP 30 SOL-PERP 50",
        "> slippage: 50, allowed is up to 10 BPS",
        "> slippage-block: 50, allowed is below 50 BPS",
      ]
    `);
    expect(refusals(of({ estimatedSlippageBps: bps('11') }))).toEqual(['slippage | demo@2 | REFUSE | BPS | 11 | 10 | -1 | plan=10 profile=10', '> slippage: 11, allowed is up to 10 BPS']);
    expect(refusals(of({ depthNotional: notional('4000') }, { depthNotional: notional('2000') }))).toEqual(['depth | demo@2 | REFUSE | X | 2 | 3 | -1 | depth=4000 2000', '> depth: 2, allowed is at least 3 X']);
    expect(otherwise(of({ notional: notional('0') }))).toMatchInlineSnapshot(`
      [
        "depth | demo@2 | MISSING_INPUT | X |  |  |  | depth=1000000 1000000",
        "> depth: missing input of the rule",
      ]
    `);
    expect(otherwise(of({ depthNotional: notional('2000') }, { depthNotional: notional('4000') }))).toMatchInlineSnapshot(`
      [
        "depth | demo@2 | REFUSE | X | 2 | 3 | -1 | depth=2000 4000",
        "> depth: 2, allowed is at least 3 X",
      ]
    `);
  });
});
