import { describe, expect, it } from 'vitest';
import type { AssessPlan } from './exposure.types.js';
import { judgedBy, lineOf } from './recorded.builders.js';

const recorded = (change: Partial<AssessPlan> = {}): readonly string[] => judgedBy(change).rules.map(lineOf);

describe('a judgement as it is recorded', () => {
  it('has profile, unit, value, limit, distance and every input of every rule', () => {
    expect(recorded()).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | PASS | X | 1.5 | 20 | 18.5 | open=300 pending=700 approved=0 plan=2000 collateral=2000",
        "profile-leverage | demo@2 | PASS | USD | 3000 | 8000 | 5000 | open=300 pending=700 approved=0 plan=2000 collateral=2000 leverageMax=5 safetyFactor=0.8 profiles=demo@2##",
        "leg-half | demo@2 | PASS | USD | 2000 | 4000 | 2000 | largestLegAfter=2000 leverageMax=5 safetyFactor=0.8 collateral=2000",
        "position-table | demo@2 | PASS | USD | 3000 | 8000 | 5000 | open=300 pending=700 approved=0 plan=2000 positionMax=10000 safetyFactor=0.8",
        "profile-leg | demo@2 | PASS | USD | 1000 | 1200 | 200 | largestLeg=1000",
        "profile-leg-minimum | demo@2 | PASS | USD | 1000 | 100 | 900 | smallestLeg=1000",
        "daily-volume | demo@2 | PASS | USD | 0 | 500000 | 500000 | day=2025-09-04 counted=0 committed=0",
        "daily-trades | demo@2 | PASS | COUNT | 0 | 500 | 500 | day=2025-09-04 counted=0 committed=0",
        "residual | absolute | PASS | STATE | ETH-PERP 0 SOL-PERP 0 | ETH-PERP 0 SOL-PERP 0 |  | residuals=known inFlight=none",
        "trading-state | absolute | PASS | STATE | ACTIVE | ACTIVE |  | state=ACTIVE",
        "bot-account | absolute | PASS | STATE | p1/a1 | p1/a1 |  | bot=b1",
        "plan-hash | absolute | PASS | STATE | # | # |  | received=# judged=#",
        "trade-once | absolute | PASS | STATE | new | new |  | tradeId=trade-1",
        "lot-grid | absolute | PASS | STATE | on the grid | on the grid |  | legs=2",
        "venue-minimum | venue | PASS | STATE | reached | reached |  | minimums=5 5",
        "imbalance | demo@2 | PASS | RATIO | 0 | 0.001 | 0.001 | outcome=BALANCED legs=2 waiver=none",
        "slippage | demo@2 | PASS | BPS | 1 | 10 | 9 | plan=10 profile=10",
        "depth | demo@2 | PASS | X | 1000 | 3 | 997 | depth=1000000 1000000",
        "expiry | plan | PASS | MS | 1756987200000 | 1756987210000 | 10000 | atMs=1756987200000 valueMs=1756987200000 limitMs=1756987210000",
        "market-data-age | demo@2 | PASS | MS | 500 | 5000 | 4500 | atMs=1756987200000 valueMs=500 limitMs=5000",
        "account-state-age | demo@2 | PASS | MS | 1000 | 180000 | 179000 | atMs=1756987200000 valueMs=1000 limitMs=180000",
        "strategy-leverage | demo@2 | PASS | X | 1.5 | 5 | 3.5 | strategy=dn-pair gross=3000 collateral=2000",
        "venue-leverage | demo@2 | PASS | X | 1.5 | 5 | 3.5 | venue=paper gross=3000 collateral=2000",
        "margin-utilisation | demo@2 | PASS | RATIO | 0.075 | 0.8 | 0.725 | initialMargin=150 equity=2000",
        "liquidation-buffer | demo@2 | PASS | RATIO | 0.636666666667 | 0.2 | 0.436666666667 | by=1/L - mmr gross=3000 equity=2000 maintenance=0.03 formula=0.6366666666666666666666666666666666666667 venue=none",
        "underlying-share | demo@2 | PASS | RATIO | 0.2 | 0.8 | 0.6 | underlying=ETH notional=2000 equity=2000 leverage=5",
        "underlying-margin | demo@2 | PASS | RATIO | 0.05 | 0.8 | 0.75 | underlying=ETH initialMargin=100 equity=2000",
        "slippage-warn | demo@2 | PASS | BPS | 1 | 30 | 29 | legs=ETH-PERP 1 SOL-PERP 1",
        "slippage-block | demo@2 | PASS | BPS | 1 | 50 | 49 | legs=ETH-PERP 1 SOL-PERP 1",
        "open-orders | demo@2 | PASS | COUNT | 2 | 10 | 8 | open=0 approved=0 plan=2",
        "orders-per-minute | demo@2 | PASS | COUNT | 2 | 10 | 8 | sent=0 approved=0 plan=2",
        "refused-plans | demo@2 | PASS | COUNT | 0 | 5 | 5 | refused=0",
        "venue-maintenance | demo@2 | PASS | STATE | none announced | none within 600000 ms |  | venues=paper paper",
        "venue-clock | demo@2 | PASS | MS | 0 | 1000 | 1000 | answered=0 ahead=-500",
        "terms-changed | venue | PASS | STATE | as planned | as planned |  | instruments=ETH-PERP SOL-PERP",
      ]
    `);
  });

  it('says none where no profile is known, and which input is missing', () => {
    expect(recorded({ policy: undefined })).toMatchInlineSnapshot(`
      [
        "absolute-leverage | absolute | PASS | X | 1.5 | 20 | 18.5 | open=300 pending=700 approved=0 plan=2000 collateral=2000",
        "profile-leverage | none | MISSING_INPUT | USD |  |  |  | open=300 pending=700 approved=0 plan=2000 collateral=2000 leverageMax=missing safetyFactor=missing profiles=missing",
        "leg-half | none | MISSING_INPUT | USD |  |  |  | largestLegAfter=2000 leverageMax=missing safetyFactor=missing collateral=2000",
        "position-table | none | MISSING_INPUT | USD |  |  |  | open=300 pending=700 approved=0 plan=2000 positionMax=missing safetyFactor=missing",
        "profile-leg | none | MISSING_INPUT | USD |  |  |  | largestLeg=1000",
        "profile-leg-minimum | none | MISSING_INPUT | USD |  |  |  | smallestLeg=1000",
        "daily-volume | none | MISSING_INPUT | USD |  |  |  | day=2025-09-04 counted=0 committed=0",
        "daily-trades | none | MISSING_INPUT | COUNT |  |  |  | day=2025-09-04 counted=0 committed=0",
        "residual | absolute | PASS | STATE | ETH-PERP 0 SOL-PERP 0 | ETH-PERP 0 SOL-PERP 0 |  | residuals=known inFlight=none",
        "trading-state | absolute | PASS | STATE | ACTIVE | ACTIVE |  | state=ACTIVE",
        "bot-account | absolute | PASS | STATE | p1/a1 | p1/a1 |  | bot=b1",
        "plan-hash | absolute | PASS | STATE | # | # |  | received=# judged=#",
        "trade-once | absolute | PASS | STATE | new | new |  | tradeId=trade-1",
        "lot-grid | absolute | PASS | STATE | on the grid | on the grid |  | legs=2",
        "venue-minimum | venue | PASS | STATE | reached | reached |  | minimums=5 5",
        "imbalance | none | MISSING_INPUT | RATIO |  |  |  | outcome=BALANCED legs=2 waiver=none",
        "slippage | none | MISSING_INPUT | BPS |  |  |  | plan=10 profile=missing",
        "depth | none | MISSING_INPUT | X |  |  |  | depth=1000000 1000000",
        "expiry | plan | PASS | MS | 1756987200000 | 1756987210000 | 10000 | atMs=1756987200000 valueMs=1756987200000 limitMs=1756987210000",
        "market-data-age | none | MISSING_INPUT | MS |  |  |  | atMs=1756987200000 valueMs=500 limitMs=missing",
        "account-state-age | none | MISSING_INPUT | MS |  |  |  | atMs=1756987200000 valueMs=1000 limitMs=missing",
      ]
    `);
  });
});
