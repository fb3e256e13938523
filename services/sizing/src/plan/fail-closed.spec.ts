import { type Book, Decimal, notional } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { accountOf, AT, decided, infeasible, planTrade, policyOf, signalOf } from './plan.builders.js';
import type { PlanTrade } from './plan.types.js';

const NOT_A_NUMBER = new Decimal(NaN) as never;
const [ETH, SOL] = planTrade().seen;
const withBook = (change: Partial<Book>): Partial<PlanTrade> => ({ seen: [{ ...ETH, book: { ...ETH!.book!, ...change } }, SOL!] });

describe('sizing without an input', () => {
  it.each<[string, Partial<PlanTrade>]>([
    ['the collateral', { account: { ...accountOf(), eligibleCollateral: NOT_A_NUMBER } }],
    ['the first collateral', { account: { ...accountOf(), initialCollateral: NOT_A_NUMBER } }],
    ['the time of the observation', { account: { ...accountOf(), observedAt: NaN } }],
    ['the slippage limit of the signal', { signal: signalOf({ slippageBpsMax: NOT_A_NUMBER }) }],
    ['the cost budget', { signal: signalOf({ costBudgetBps: NOT_A_NUMBER }) }],
    ['the expected edge', { signal: signalOf({ expectedEdgeBps: NOT_A_NUMBER }) }],
    ['the end of the signal', { signal: signalOf({ validUntil: NaN }) }],
    ['the target', { signal: signalOf({ targetNotional: NOT_A_NUMBER }) }],
    ...Object.keys(policyOf()).filter((name) => name !== 'profiles').map((name): [string, Partial<PlanTrade>] => [`${name} of the policy`, { policy: { ...policyOf(), [name]: { value: name.endsWith('Ms') ? NaN : NOT_A_NUMBER, profile: 'demo@2' } } }]),
    ['the time of a book', withBook({ exchangeTime: NaN })],
    ['a price of a book', withBook({ bids: [{ price: NOT_A_NUMBER, quantity: ETH!.book!.bids[0]!.quantity }] })],
    ['a quantity deep in a book', withBook({ asks: ETH!.book!.asks.map((level, index) => (index === 3 ? { ...level, quantity: NOT_A_NUMBER } : level)) })],
    ...(['lotSize', 'tickSize', 'notionalMin', 'makerFeeBps', 'takerFeeBps', 'initialMarginRatio', 'maintenanceMarginRatio'] as const).map((name): [string, Partial<PlanTrade>] => [`${name} of the contract`, { seen: [{ ...ETH, instrument: { ...ETH!.instrument!, [name]: NOT_A_NUMBER } }, SOL!] }]),
    ['a lot size above 0', { seen: [{ ...ETH, instrument: { ...ETH!.instrument!, lotSize: new Decimal(0) as never } }, SOL!] }],
  ])('plans nothing that is not a number: %s', (_what, overrides) => {
    expect(decided(overrides).type).toBe('TradePlanInfeasible');
  });

  it('takes no book and no account from ahead of its clock for a fresh one', () => {
    expect(decided(withBook({ exchangeTime: AT + 5_001 }))).toMatchObject({ reason: 'STALE_DATA' });
    expect(decided(withBook({ exchangeTime: AT + 5_000 }))).toMatchObject({ type: 'TradePlanned' });
    expect(decided({ account: { ...accountOf(), observedAt: AT + 180_001 } })).toMatchObject({ reason: 'NO_ACCOUNT_STATE' });
  });

  it('names the profile\'s smallest leg where it leaves no pair (R14)', () => {
    const small = infeasible({ signal: signalOf({ targetNotional: notional('80') }) });
    expect(small.reason).toBe('MINIMUM');
    expect(small.detail).toContain('profile-leg-minimum (demo@2)');
    const golden = signalOf({ targetNotional: notional('100') });
    expect(decided({ signal: golden })).toMatchObject({ type: 'TradePlanned' });
    expect(decided({ signal: golden, policy: policyOf({ legNotionalMin: notional('116') }) }).type).toBe('TradePlanInfeasible');
  });
});
