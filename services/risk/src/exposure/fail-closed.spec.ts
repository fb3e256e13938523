import { Decimal, notional } from '@ballast/domain';
import type { PlannedLeg, TradeApproved, TradeDenied } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { assess, AT, factsOf, legOf, planOf, policyOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { AssessPlan } from './exposure.types.js';

const NOT_A_NUMBER = new Decimal(NaN) as never;
const [ETH, SOL] = [legOf(0, 'ETH-PERP', '1000', '1'), legOf(1, 'SOL-PERP', '1000', '1')];
const judged = (command: AssessPlan): Pick<TradeDenied, 'bindingRule'> & { readonly type: string; readonly reason?: string } => {
  const event = exposureDecider.decide(exposureDecider.initial, command, { decisionId: 'd', at: AT }).find(({ type }) => type === 'TradeApproved' || type === 'TradeDenied');
  return event as TradeApproved | TradeDenied;
};
const withLeg = (change: Partial<PlannedLeg>): AssessPlan => assess(planOf('1', '1000', { legs: [{ ...ETH, ...change }, SOL] }));
const RISK_LIMITS = ['leverageMax', 'safetyFactor', 'positionMax', 'legNotionalMin', 'legNotionalMax', 'dailyVolumeMax', 'dailyTradesMax', 'slippageBpsMax', 'imbalanceRatioMax', 'depthMultipleMin', 'bookAgeMaxMs', 'accountAgeMaxMs'] as const;

describe('risk without an input', () => {
  it.each<[string, AssessPlan]>([
    ...(['quantity', 'referencePrice', 'notional', 'estimatedSlippageBps', 'depthNotional', 'residualAbsorbed'] as const).map((name): [string, AssessPlan] => [`${name} of a leg`, withLeg({ [name]: NOT_A_NUMBER })]),
    ['a slice', withLeg({ slices: [NOT_A_NUMBER] })],
    ['the lot size', withLeg({ terms: { ...ETH.terms, lotSize: NOT_A_NUMBER } })],
    ['the venue\'s minimum', withLeg({ terms: { ...ETH.terms, notionalMin: NOT_A_NUMBER } })],
    ['the time of a book', withLeg({ seen: { ...ETH.seen, exchangeTime: NaN } })],
    ['the slippage limit of the plan', assess(planOf('1', '1000', { slippageBpsMax: NOT_A_NUMBER }))],
    ['the end of the plan', assess(planOf('1', '1000', { validUntil: NaN }))],
    ['the collateral', assess(planOf('1'), { account: { eligibleCollateral: NOT_A_NUMBER, observedAt: AT } })],
    ['the time of the observation', assess(planOf('1'), { account: { eligibleCollateral: new Decimal(2000) as never, observedAt: NaN } })],
    ['an open position', assess(planOf('1'), { facts: factsOf({ 'BTC-PERP': { open: NOT_A_NUMBER, pending: notional('0') } }) })],
    ['what stands open', assess(planOf('1'), { residuals: { 'ETH-PERP': NOT_A_NUMBER, 'SOL-PERP': new Decimal(0) as never } })],
    ['what stands open of the second leg', assess(planOf('1'), { residuals: { 'ETH-PERP': new Decimal(0) as never } })],
    ...RISK_LIMITS.map((name): [string, AssessPlan] => [`${name} of the policy`, assess(planOf('1'), { policy: { ...policyOf(), [name]: { value: name.endsWith('Ms') || name === 'dailyTradesMax' ? NaN : NOT_A_NUMBER, profile: 'demo@2' } } })]),
    ['any leg', assess(planOf('1', '1000', { legs: [] }))],
  ])('approves nothing that is not a number: %s', (_what, command) => {
    expect(judged(command).type).toBe('TradeDenied');
  });

  it('takes no book and no account from ahead of its clock for a fresh one', () => {
    expect(judged(withLeg({ seen: { ...ETH.seen, exchangeTime: AT + 5_001 } })).bindingRule).toBe('market-data-age');
    expect(judged(withLeg({ seen: { ...ETH.seen, exchangeTime: AT + 5_000 } })).type).toBe('TradeApproved');
    expect(judged(assess(planOf('1'), { account: { eligibleCollateral: new Decimal(2000) as never, observedAt: AT + 180_001 } })).bindingRule).toBe('account-state-age');
  });

  it('approves no plan for an account or a portfolio that is not its bot\'s', () => {
    const bot = { accountId: 'a1', portfolioId: 'p1', profiles: ['demo'] };
    expect(judged(assess(planOf('1'), { bot: { ...bot, accountId: 'a2' } })).bindingRule).toBe('bot-account');
    expect(judged(assess(planOf('1'), { bot: { ...bot, portfolioId: 'p2' } })).bindingRule).toBe('bot-account');
  });

  it('refuses a leg under the profile\'s smallest by name (R14)', () => {
    expect(judged(assess(planOf('1', '99.99'))).bindingRule).toBe('profile-leg-minimum');
    expect(judged(assess(planOf('1', '100'))).type).toBe('TradeApproved');
    expect(judged(assess(planOf('1', '100'), { policy: policyOf({ legNotionalMin: notional('100.01') }) })).reason).toMatch(/profile-leg-minimum: 100, allowed is at least 100.01 USD/);
  });
});
