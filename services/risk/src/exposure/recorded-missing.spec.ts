import { describe, expect, it } from 'vitest';
import { accountOf, planOf } from './exposure.builders.js';
import { otherwise } from './recorded.builders.js';

describe('what is recorded and said without', () => {
  it('an account of its own', () => {
    expect(otherwise({ account: undefined })).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | MISSING_INPUT | X |  |  |  | open=300 pending=700 approved=0 plan=2000 collateral=missing",
        "profile-leverage | demo@2 | MISSING_INPUT | USD |  |  |  | open=300 pending=700 approved=0 plan=2000 collateral=missing leverageMax=5 safetyFactor=0.8 profiles=demo@2##",
        "leg-half | demo@2 | MISSING_INPUT | USD |  |  |  | largestLegAfter=2000 leverageMax=5 safetyFactor=0.8 collateral=missing",
        "account-state-age | demo@2 | MISSING_INPUT | MS |  |  |  | atMs=1756987200000 valueMs=missing limitMs=180000",
        "strategy-leverage | demo@2 | MISSING_INPUT | X |  |  |  | strategy=dn-pair gross=3000 collateral=missing",
        "venue-leverage | demo@2 | MISSING_INPUT | X |  |  |  | venue=paper gross=3000 collateral=missing",
        "margin-utilisation | demo@2 | MISSING_INPUT | RATIO |  |  |  | initialMargin=150 equity=missing",
        "liquidation-buffer | demo@2 | MISSING_INPUT | RATIO |  |  |  | by=missing gross=3000 equity=missing maintenance=0.03 formula=missing venue=none",
        "underlying-share | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=ETH notional=2000 equity=missing leverage=5",
        "underlying-margin | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=ETH initialMargin=100 equity=missing",
        "venue-clock | demo@2 | MISSING_INPUT | MS |  |  |  | answered=missing ahead=-500",
        "> absolute-leverage: missing input collateral",
        "> profile-leverage: missing input collateral",
        "> leg-half: missing input collateral",
        "> account-state-age: missing input valueMs",
        "> strategy-leverage: missing input collateral",
        "> venue-leverage: missing input collateral",
        "> margin-utilisation: missing input equity",
        "> liquidation-buffer: missing input by, equity, formula",
        "> underlying-share: missing input equity",
        "> underlying-margin: missing input equity",
        "> venue-clock: missing input answered",
      ]
    `);
  });

  it('collateral and equity that are more than nothing', () => {
    expect(otherwise({ account: accountOf('0') })).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | MISSING_INPUT | X |  |  |  | open=300 pending=700 approved=0 plan=2000 collateral=missing",
        "profile-leverage | demo@2 | MISSING_INPUT | USD |  |  |  | open=300 pending=700 approved=0 plan=2000 collateral=missing leverageMax=5 safetyFactor=0.8 profiles=demo@2##",
        "leg-half | demo@2 | MISSING_INPUT | USD |  |  |  | largestLegAfter=2000 leverageMax=5 safetyFactor=0.8 collateral=missing",
        "strategy-leverage | demo@2 | MISSING_INPUT | X |  |  |  | strategy=dn-pair gross=3000 collateral=missing",
        "venue-leverage | demo@2 | MISSING_INPUT | X |  |  |  | venue=paper gross=3000 collateral=missing",
        "margin-utilisation | demo@2 | MISSING_INPUT | RATIO |  |  |  | initialMargin=150 equity=missing",
        "liquidation-buffer | demo@2 | MISSING_INPUT | RATIO |  |  |  | by=missing gross=3000 equity=missing maintenance=0.03 formula=missing venue=none",
        "underlying-share | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=ETH notional=2000 equity=missing leverage=5",
        "underlying-margin | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=ETH initialMargin=100 equity=missing",
        "> absolute-leverage: missing input collateral",
        "> profile-leverage: missing input collateral",
        "> leg-half: missing input collateral",
        "> strategy-leverage: missing input collateral",
        "> venue-leverage: missing input collateral",
        "> margin-utilisation: missing input equity",
        "> liquidation-buffer: missing input by, equity, formula",
        "> underlying-share: missing input equity",
        "> underlying-margin: missing input equity",
      ]
    `);
    expect(otherwise({ account: accountOf('-1') })).toEqual(otherwise({ account: accountOf('0') }));
  });

  it('what the account holds', () => {
    expect(otherwise({ facts: undefined })).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | MISSING_INPUT | X |  |  |  | open=missing pending=missing approved=missing plan=2000 collateral=2000",
        "profile-leverage | demo@2 | MISSING_INPUT | USD |  |  |  | open=missing pending=missing approved=missing plan=2000 collateral=2000 leverageMax=5 safetyFactor=0.8 profiles=demo@2##",
        "leg-half | demo@2 | MISSING_INPUT | USD |  |  |  | largestLegAfter=missing leverageMax=5 safetyFactor=0.8 collateral=2000",
        "position-table | demo@2 | MISSING_INPUT | USD |  |  |  | open=missing pending=missing approved=missing plan=2000 positionMax=10000 safetyFactor=0.8",
        "strategy-leverage | demo@2 | MISSING_INPUT | X |  |  |  | strategy=dn-pair gross=missing collateral=2000",
        "venue-leverage | demo@2 | MISSING_INPUT | X |  |  |  | venue=paper gross=missing collateral=2000",
        "margin-utilisation | demo@2 | MISSING_INPUT | RATIO |  |  |  | initialMargin=missing equity=2000",
        "liquidation-buffer | demo@2 | MISSING_INPUT | RATIO |  |  |  | by=missing gross=missing equity=2000 maintenance=missing formula=missing venue=none",
        "underlying-share | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=missing notional=missing equity=2000 leverage=5",
        "underlying-margin | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=missing initialMargin=missing equity=2000",
        "> absolute-leverage: missing input open, pending, approved",
        "> profile-leverage: missing input open, pending, approved",
        "> leg-half: missing input largestLegAfter",
        "> position-table: missing input open, pending, approved",
        "> strategy-leverage: missing input gross",
        "> venue-leverage: missing input gross",
        "> margin-utilisation: missing input initialMargin",
        "> liquidation-buffer: missing input by, gross, maintenance, formula",
        "> underlying-share: missing input underlying, notional",
        "> underlying-margin: missing input underlying, initialMargin",
      ]
    `);
  });

  it('a bot that trades', () => {
    expect(otherwise({ bot: undefined })).toMatchInlineSnapshot(`
      [
        "bot-account | absolute | MISSING_INPUT | STATE |  |  |  | bot=missing",
        "strategy-leverage | none | MISSING_INPUT | X |  |  |  | strategy=missing gross=3000 collateral=2000",
        "> bot-account: missing input bot",
        "> strategy-leverage: missing input strategy",
      ]
    `);
  });

  it('what is left open', () => {
    expect(otherwise({ residuals: undefined })).toMatchInlineSnapshot(`
      [
        "residual | absolute | MISSING_INPUT | STATE |  |  |  | residuals=missing inFlight=none",
        "> residual: missing input residuals",
      ]
    `);
  });

  it('a trading state known', () => {
    expect(otherwise({ tradingState: undefined })).toMatchInlineSnapshot(`
      [
        "trading-state | absolute | MISSING_INPUT | STATE |  |  |  | state=missing",
        "> trading-state: missing input state",
      ]
    `);
  });

  it('what guards look at', () => {
    expect(otherwise({ guardFacts: undefined })).toMatchInlineSnapshot(`
      [
        "venue-leverage | none | MISSING_INPUT | X |  |  |  | venue=missing gross=3000 collateral=2000",
        "margin-utilisation | demo@2 | MISSING_INPUT | RATIO |  |  |  | initialMargin=missing equity=2000",
        "liquidation-buffer | demo@2 | MISSING_INPUT | RATIO |  |  |  | by=missing gross=3000 equity=2000 maintenance=missing formula=missing venue=none",
        "underlying-share | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=missing notional=missing equity=2000 leverage=5",
        "underlying-margin | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=missing initialMargin=missing equity=2000",
        "open-orders | demo@2 | MISSING_INPUT | COUNT |  |  |  | open=missing approved=0 plan=2",
        "orders-per-minute | demo@2 | MISSING_INPUT | COUNT |  |  |  | sent=missing approved=0 plan=2",
        "refused-plans | demo@2 | MISSING_INPUT | COUNT |  |  |  | refused=missing",
        "venue-maintenance | demo@2 | MISSING_INPUT | MS |  |  |  | venue=missing startsAt=missing endsAt=missing reason=missing",
        "terms-changed | venue | MISSING_INPUT | STATE |  |  |  | instruments=missing",
        "> venue-leverage: missing input venue",
        "> margin-utilisation: missing input initialMargin",
        "> liquidation-buffer: missing input by, maintenance, formula",
        "> underlying-share: missing input underlying, notional",
        "> underlying-margin: missing input underlying, initialMargin",
        "> open-orders: missing input open",
        "> orders-per-minute: missing input sent",
        "> refused-plans: missing input refused",
        "> venue-maintenance: missing input venue, startsAt, endsAt, reason",
        "> terms-changed: missing input instruments",
      ]
    `);
  });

  it('legs to trade', () => {
    expect(otherwise({ plan: planOf('1', '1000', { legs: [] }) })).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | PASS | X | 0.5 | 20 | 19.5 | open=300 pending=700 approved=0 plan=0 collateral=2000",
        "profile-leverage | demo@2 | PASS | USD | 1000 | 8000 | 7000 | open=300 pending=700 approved=0 plan=0 collateral=2000 leverageMax=5 safetyFactor=0.8 profiles=demo@2##",
        "leg-half | demo@2 | PASS | USD | 0 | 4000 | 4000 | largestLegAfter=0 leverageMax=5 safetyFactor=0.8 collateral=2000",
        "position-table | demo@2 | PASS | USD | 1000 | 8000 | 7000 | open=300 pending=700 approved=0 plan=0 positionMax=10000 safetyFactor=0.8",
        "profile-leg | demo@2 | PASS | USD | 0 | 1200 | 1200 | largestLeg=0",
        "profile-leg-minimum | demo@2 | MISSING_INPUT | USD |  |  |  | smallestLeg=missing",
        "residual | absolute | PASS | STATE |  |  |  | residuals=known inFlight=none",
        "lot-grid | absolute | PASS | STATE | on the grid | on the grid |  | legs=0",
        "venue-minimum | venue | PASS | STATE | reached | reached |  | minimums=",
        "imbalance | demo@2 | MISSING_INPUT | RATIO |  |  |  | outcome=BALANCED legs=0 waiver=none",
        "slippage | demo@2 | MISSING_INPUT | BPS |  |  |  | plan=10 profile=10",
        "depth | demo@2 | MISSING_INPUT | X |  |  |  | depth=",
        "market-data-age | demo@2 | MISSING_INPUT | MS |  |  |  | atMs=1756987200000 valueMs=missing limitMs=5000",
        "strategy-leverage | demo@2 | PASS | X | 0.5 | 5 | 4.5 | strategy=dn-pair gross=1000 collateral=2000",
        "venue-leverage | none | MISSING_INPUT | X |  |  |  | venue=missing gross=1000 collateral=2000",
        "margin-utilisation | demo@2 | PASS | RATIO | 0.025 | 0.8 | 0.775 | initialMargin=50 equity=2000",
        "liquidation-buffer | demo@2 | PASS | RATIO | 1.97 | 0.2 | 1.77 | by=1/L - mmr gross=1000 equity=2000 maintenance=0.03 formula=1.97 venue=none",
        "underlying-share | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=missing notional=missing equity=2000 leverage=5",
        "underlying-margin | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=missing initialMargin=missing equity=2000",
        "slippage-warn | demo@2 | MISSING_INPUT | BPS |  |  |  | legs=",
        "slippage-block | demo@2 | MISSING_INPUT | BPS |  |  |  | legs=",
        "open-orders | demo@2 | PASS | COUNT | 0 | 10 | 10 | open=0 approved=0 plan=0",
        "orders-per-minute | demo@2 | PASS | COUNT | 0 | 10 | 10 | sent=0 approved=0 plan=0",
        "venue-maintenance | demo@2 | MISSING_INPUT | MS |  |  |  | venue=missing startsAt=missing endsAt=missing reason=missing",
        "venue-clock | demo@2 | MISSING_INPUT | MS |  |  |  | answered=0 ahead=missing",
        "terms-changed | venue | MISSING_INPUT | STATE |  |  |  | instruments=missing",
        "> profile-leg-minimum: missing input smallestLeg",
        "> imbalance: missing input of the rule",
        "> slippage: missing input of the rule",
        "> depth: missing input of the rule",
        "> market-data-age: missing input valueMs",
        "> venue-leverage: missing input venue",
        "> underlying-share: missing input underlying, notional",
        "> underlying-margin: missing input underlying, initialMargin",
        "> slippage-warn: missing input of the rule",
        "> slippage-block: missing input of the rule",
        "> venue-maintenance: missing input venue, startsAt, endsAt, reason",
        "> venue-clock: missing input ahead",
        "> terms-changed: missing input instruments",
      ]
    `);
  });
});
