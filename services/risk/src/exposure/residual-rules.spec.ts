import { money, notional, type Side, signedQuantity } from '@ballast/domain';
import type { PlannedLeg, TradeApproved, TradeDenied, TradePlanned } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { assess, AT, factsOf, legOf, planOf, policyOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { AssessPlan, Exposure } from './exposure.types.js';

/** $1,000 a leg at a price of 1, lots of 1. */
function leg(number: 0 | 1, side: Side, size: string, takesOver?: string): PlannedLeg {
  const instrument = number === 0 ? 'ETH-PERP' : 'SOL-PERP';
  return { ...legOf(number, instrument, size, '1', '1'), side, ...(takesOver === undefined ? {} : { residualAbsorbed: signedQuantity(takesOver) }) };
}
const plan = (legs: readonly PlannedLeg[], id = '1'): TradePlanned => planOf(id, '1000', { legs });
const known = (eth: string, sol = '0'): AssessPlan['residuals'] => ({ 'ETH-PERP': signedQuantity(eth), 'SOL-PERP': signedQuantity(sol) });
const holding = (eth: string): AssessPlan['facts'] => factsOf({ 'ETH-PERP': { open: notional(eth), pending: notional('0') } });

const judge = (command: AssessPlan, state: Exposure = exposureDecider.initial): TradeApproved | TradeDenied =>
  exposureDecider.decide(state, command, { decisionId: 'd', at: AT }).find(({ type }) => type !== 'DayRolled') as TradeApproved | TradeDenied;
const resultOf = (event: TradeApproved | TradeDenied, rule: string) => event.rules.find((each) => each.rule === rule);

describe('a plan that takes over a residual', () => {
  it.each<[Side, string, string]>([['BUY', '960', '40'], ['SELL', '1040', '40'], ['BUY', '1040', '-40'], ['SELL', '960', '-40']])('is judged by the position after it: %s %s with %s open ends at $1,000', (side, size, left) => {
    const other: Side = side === 'BUY' ? 'SELL' : 'BUY';
    const event = judge(assess(plan([leg(0, side, size, left), leg(1, other, '1000')]), { residuals: known(left), facts: holding('40') }));
    expect([event.type, resultOf(event, 'imbalance')?.value, event.grossBefore.toString()]).toEqual(['TradeApproved', '0', '40']);
    expect(event.type === 'TradeApproved' && event.grossAfter.toString()).toBe('2000');
  });

  it('is not balanced by its orders alone', () => {
    const event = judge(assess(plan([leg(0, 'BUY', '1000', '40'), leg(1, 'SELL', '1000')]), { residuals: known('40'), facts: holding('40') }));
    expect([event.type, event.bindingRule]).toEqual(['TradeDenied', 'imbalance']);
  });

  it('fits a limit that its position reaches exactly, though its order is larger', () => {
    const tight = { account: { eligibleCollateral: money('500'), observedAt: AT }, residuals: known('-40'), facts: holding('40') };
    expect(judge(assess(plan([leg(0, 'BUY', '1040', '-40'), leg(1, 'SELL', '1000')]), tight)).type).toBe('TradeApproved');
    expect(judge(assess(plan([leg(0, 'BUY', '1041', '-40'), leg(1, 'SELL', '1001')]), tight)).rules.filter(({ result }) => result === 'REFUSE').map(({ rule }) => rule)).toEqual(['profile-leverage', 'leg-half']);
    const capped = { ...tight, account: { eligibleCollateral: money('2000'), observedAt: AT }, policy: policyOf({ legNotionalMax: notional('1039') }) };
    expect(judge(assess(plan([leg(0, 'BUY', '1040', '-40'), leg(1, 'SELL', '1000')]), capped)).bindingRule).toBe('profile-leg');
  });

  it.each<[string, string | undefined, string]>([['more than there is', '41', '40'], ['less than there is', '39', '40'], ['nothing of it', undefined, '40'], ['what is on the other side', '-40', '40'], ['what is not there', '40', '0']])('is refused where it takes over %s', (_what, taken, left) => {
    const event = judge(assess(plan([leg(0, 'BUY', '1000', taken), leg(1, 'SELL', '1000')]), { residuals: known(left), facts: holding('40') }));
    expect([event.type, resultOf(event, 'residual')?.result]).toEqual(['TradeDenied', 'REFUSE']);
    expect(event.type === 'TradeDenied' && event.reason).toContain(`left open is ETH-PERP ${left} SOL-PERP 0`);
  });

  it('takes over whole lots only; the rest counts in the balance', () => {
    const event = judge(assess(plan([leg(0, 'BUY', '960', '40'), leg(1, 'SELL', '1000')]), { residuals: known('40.5'), facts: holding('40.5') }));
    expect([event.type, resultOf(event, 'imbalance')?.value]).toEqual(['TradeApproved', '0.0005']);
  });

  it('gives a residual to one plan: a second one in flight gets nothing until the first has opened', () => {
    const first = assess(plan([leg(0, 'BUY', '460', '40'), leg(1, 'SELL', '500')], '1'), { residuals: known('40'), facts: holding('40') });
    const { decide, initial, evolve } = exposureDecider;
    const state = decide(initial, first, { decisionId: 'd', at: AT }).reduce(evolve, initial);
    const second = (taken?: string): AssessPlan => assess(plan([leg(0, 'BUY', taken === undefined ? '500' : '460', taken), leg(1, 'SELL', '500')], '2'), { residuals: known('40'), facts: holding('40') });
    expect(judge(second('40'), state).bindingRule).toBe('residual');
    expect(judge(second(), state).type).toBe('TradeApproved');
    const shown = factsOf({ 'ETH-PERP': { open: notional('40'), pending: notional('0') } }, 'trade-1');
    expect([{ facts: shown }, { facts: undefined }].map((change) => resultOf(judge({ ...second('40'), ...change }, state), 'residual')?.result)).toEqual(['PASS', 'REFUSE']);
    expect(resultOf(judge(second('40'), state), 'residual')).toEqual({ rule: 'residual', profile: 'absolute', result: 'REFUSE', unit: 'STATE', value: 'ETH-PERP 40 SOL-PERP 0', limit: 'ETH-PERP 0 SOL-PERP 0', inputs: { residuals: 'known', inFlight: 'ETH-PERP' } });
    const opened = decide(state, { type: 'ReleaseApproval', tradeId: 'trade-1', reason: 'OPENED' }, { decisionId: 'd', at: AT }).reduce(evolve, state);
    expect(resultOf(judge(second('40'), opened), 'residual')?.result).toBe('PASS');
  });
});
