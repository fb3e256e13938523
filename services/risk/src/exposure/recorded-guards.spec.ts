import { bps, money, notional, quantity, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { accountOf, AT, factsOf, guardFactsOf, instrumentOf, policyWith } from './exposure.builders.js';
import { judgedBy, otherwise, refusals } from './recorded.builders.js';

describe('what guards record and say of a plan', () => {
  it('that is nearer to liquidation than the formula says (C-59)', () => {
    expect(otherwise({ account: accountOf('2000', { nearestLiquidation: ratio('0.19') }) })).toMatchInlineSnapshot(`
      [
        "liquidation-buffer | demo@2 | REFUSE | RATIO | 0.19 | 0.2 | -0.01 | by=the venue's distance gross=3000 equity=2000 maintenance=0.03 formula=0.6366666666666666666666666666666666666667 venue=0.19",
        "> liquidation-buffer: 0.19, allowed is at least 0.2 RATIO",
      ]
    `);
  });

  it('that sends too many orders, of a bot that is refused too often', () => {
    expect(otherwise({ guardFacts: guardFactsOf({ orders: { open: 9, sentInMinute: 20 }, refusedInHour: 6 }) })).toMatchInlineSnapshot(`
      [
        "open-orders | demo@2 | REFUSE | COUNT | 11 | 10 | -1 | open=9 approved=0 plan=2",
        "orders-per-minute | demo@2 | REFUSE | COUNT | 22 | 10 | -12 | sent=20 approved=0 plan=2",
        "refused-plans | demo@2 | REFUSE | COUNT | 6 | 5 | -1 | refused=6",
        "> orders-per-minute: 22, allowed is up to 10 COUNT",
        "> open-orders: 11, allowed is up to 10 COUNT",
        "> refused-plans: 6, allowed is up to 5 COUNT",
      ]
    `);
  });

  it('before a maintenance, under terms that have changed, at two venues', () => {
    const instruments = { 'ETH-PERP': instrumentOf('ETH-PERP', { lotSize: quantity('0.01'), takerFeeBps: bps('6') }), 'SOL-PERP': instrumentOf('SOL-PERP', { venue: 'nado', base: 'ETH' }) };
    const maintenances = [{ venue: 'nado', startsAt: AT + 599_999, endsAt: AT + 700_000, reason: 'upgrade' }];
    expect(otherwise({ guardFacts: guardFactsOf({ instruments, maintenances }) })).toMatchInlineSnapshot(`
      [
        "venue-leverage | demo@2 | PASS | X | 1.5 | 5 | 3.5 | venue=paper nado gross=3000 collateral=2000",
        "underlying-share | demo@2 | PASS | RATIO | 0.3 | 0.8 | 0.5 | underlying=ETH notional=3000 equity=2000 leverage=5",
        "underlying-margin | demo@2 | PASS | RATIO | 0.075 | 0.8 | 0.725 | underlying=ETH initialMargin=150 equity=2000",
        "venue-maintenance | demo@2 | REFUSE | MS | 599999 | 600000 | -1 | venue=nado startsAt=1756987799999 endsAt=1756987900000 reason=upgrade",
        "terms-changed | venue | REFUSE | STATE | ETH-PERP lotSize 0.001 is now 0.01; ETH-PERP takerFeeBps 5 is now 6 | as planned |  | instruments=ETH-PERP SOL-PERP",
        "> the venue's terms have changed since the plan: ETH-PERP lotSize 0.001 is now 0.01",
        "> ETH-PERP takerFeeBps 5 is now 6",
        "> venue-maintenance: 599999, allowed is at least 600000 MS",
      ]
    `);
  });

  it('that holds what the market does not know, or holds none of it any more', () => {
    const held = (open: string) => factsOf({ 'ETH-PERP': { open: notional('300'), pending: notional('700') }, 'BTC-PERP': { open: notional(open), pending: notional('0') } });
    expect(otherwise({ facts: held('0') })).toEqual([]);
    expect(refusals({ facts: held('1') })).toMatchInlineSnapshot(`
      [
        "margin-utilisation | demo@2 | MISSING_INPUT | RATIO |  |  |  | initialMargin=missing equity=2000",
        "liquidation-buffer | demo@2 | MISSING_INPUT | RATIO |  |  |  | by=missing gross=3001 equity=2000 maintenance=missing formula=missing venue=none",
        "underlying-share | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=missing notional=missing equity=2000 leverage=5",
        "underlying-margin | demo@2 | MISSING_INPUT | RATIO |  |  |  | underlying=missing initialMargin=missing equity=2000",
        "> margin-utilisation: missing input initialMargin",
        "> liquidation-buffer: missing input by, maintenance, formula",
        "> underlying-share: missing input underlying, notional",
        "> underlying-margin: missing input underlying, initialMargin",
      ]
    `);
  });

  it('whose margin is all but gone', () => {
    expect(otherwise({ account: accountOf('1', { eligibleCollateral: money('2000'), equity: money('2000') }) })).toMatchInlineSnapshot(`
      [
        "margin-utilisation | demo@2 | REFUSE | RATIO | 150 | 0.8 | -149.2 | initialMargin=150 equity=1",
        "underlying-share | demo@2 | REFUSE | RATIO | 400 | 0.8 | -399.2 | underlying=ETH notional=2000 equity=1 leverage=5",
        "underlying-margin | demo@2 | REFUSE | RATIO | 100 | 0.8 | -99.2 | underlying=ETH initialMargin=100 equity=1",
        "> underlying-share: 400, allowed is up to 0.8 RATIO",
        "> margin-utilisation: 150, allowed is up to 0.8 RATIO",
        "> underlying-margin: 100, allowed is up to 0.8 RATIO",
      ]
    `);
  });

  it('whose second underlying is the larger, and where orders are not known', () => {
    const facts = factsOf({ 'SOL-PERP': { open: notional('5000'), pending: notional('0') } });
    expect(otherwise({ facts }).filter((line) => line.startsWith('underlying-share'))).toEqual(['underlying-share | demo@2 | PASS | RATIO | 0.6 | 0.8 | 0.2 | underlying=SOL notional=6000 equity=2000 leverage=5']);
    expect(otherwise({ guardFacts: {} })).toEqual(otherwise({ guardFacts: undefined }));
  });

  it('near a limit of time, of refusals or of what slips: such a rule never binds a plan that passes', () => {
    const guardFacts = guardFactsOf({ refusedInHour: 5, maintenances: [{ venue: 'paper', startsAt: AT + 600_000, endsAt: AT + 700_000, reason: 'upgrade' }] });
    expect(judgedBy({ guardFacts, account: accountOf('2000', { clockSkewMs: 1_000, observedAt: AT - 180_000 }) })).toMatchObject({ type: 'TradeApproved', bindingRule: judgedBy().bindingRule });
  });

  it('at two venues of which no profile names one', () => {
    const instruments = { 'ETH-PERP': instrumentOf('ETH-PERP'), 'SOL-PERP': instrumentOf('SOL-PERP', { venue: 'nado' }) };
    const lines = otherwise({ policy: policyWith({ venueLeverageMax: { range: ratio('0.1') } }), guardFacts: guardFactsOf({ instruments }) });
    expect(lines.filter((line) => line.startsWith('venue'))).toEqual(['venue-leverage | none | PASS | STATE | paper nado | has no ceiling |  | venue=paper nado gross=3000 collateral=2000']);
  });

  it('whose strategy no profile names, even by the name of a built-in', () => {
    const bot = { accountId: 'a1', portfolioId: 'p1', profiles: ['demo'], strategy: 'constructor' };
    expect(otherwise({ bot })).toMatchInlineSnapshot(`
      [
        "strategy-leverage | none | PASS | STATE | constructor | has no ceiling |  | strategy=constructor gross=3000 collateral=2000",
      ]
    `);
  });
});
