import { money, notional, ratio } from '@ballast/domain';
import { EMPTY_RECORD } from '@ballast/performance';
import { inForceByName, ladderOf, profileRef, PROFILES } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { accountOf, decided, signalOf } from './plan.builders.js';
import type { PlanEvent, PlanTrade } from './plan.types.js';

/** A plan of a bot that binds this profile, in a portfolio on this rung. */
function decide(profile: string, rung: string | undefined, collateral: string, change: Partial<PlanTrade> = {}): PlanEvent {
  const bound = ladderOf([profile], PROFILES);
  return decided({
    policy: inForceByName([profile], PROFILES, rung),
    account: { ...accountOf(collateral, '2000'), tradingEquity: money(collateral) },
    record: EMPTY_RECORD,
    ...(bound ? { ladder: { ladder: bound.ladder, profile: profileRef(bound.profile), rung, capital: money(collateral) } } : {}),
    ...change,
  });
}
const cap = (event: PlanEvent, name: string): string | undefined => event.caps.find((found) => found.name === name)?.limit.toString();
const sourceOf = (event: PlanEvent, name: string): string | undefined => event.caps.find((found) => found.name === name)?.source;

describe('sizes by phase, as the pair\'s plan has them', () => {
  it.each([
    [undefined, '1000', '500', '10000'],
    ['phase-1/weeks-1-2', '1000', '300', '10000'],
    ['phase-1/weeks-3-4', '1000', '500', '10000'],
    ['phase-2/months-2-3', '1500', '1000', '25000'],
    ['phase-3/months-4-6', '2500', '2000', '75000'],
    ['phase-4/months-7-12', '5000', '5000', '400000'],
  ])('on rung %s grow to $%s a leg from $1,000, within $%s a leg and half of 0.8 of $%s (R3-R6, R14-R18, R22, C-19)', (rung, grown, leg, position) => {
    const event = decide('dn-pair-v4.1', rung, '20000');
    expect([cap(event, 'progressive'), cap(event, 'profile-leg'), cap(event, 'position-table')]).toEqual([grown, leg, notional(position).times('0.4').toString()]);
  });

  it.each([['phase-1/weeks-1-2', '4000'], ['phase-2/months-2-3', '8000'], ['phase-3/months-4-6', '12000'], ['phase-4/months-7-12', '16000']])('on rung %s leave a leg $%s of $2,000 by the leverage formula (R8, R9, R10)', (rung, leg) => {
    expect(cap(decide('dn-pair-v4.1', rung, '2000'), 'leverage-formula')).toBe(leg);
  });

  it('name the profile with its rung as the source, and plan nothing on a rung that is not known (R22)', () => {
    expect(sourceOf(decide('dn-pair-v4.1', 'phase-2/months-2-3', '2000'), 'progressive')).toMatch(/^R22, C-24: dn-pair-v4.1@\d+\/phase-2\/months-2-3$/);
    expect(decide('dn-pair-v4.1', 'phase-9', '2000')).toMatchObject({ type: 'TradePlanInfeasible', reason: 'NO_ACCOUNT_STATE' });
  });
});

describe('sizes by stage, as the plan of scaling has them', () => {
  it.each([['stage-1', '5000', '250'], ['stage-2', '10000', '1000'], ['stage-3', '25000', '2500'], ['stage-4', '50000', '5000'], ['stage-5', '100000', '10000'], ['stage-6', '200000', '20000'], ['stage-7', '300000', '30000']])('in %s with its capital of $%s leave each leg half of the table\'s position: $%s (R47, R10)', (stage, capital, leg) => {
    const event = decide('scaling-capital', stage, capital);
    expect([cap(event, 'position-table'), cap(event, 'stage-0'), cap(event, 'stage-share')]).toEqual([leg, undefined, undefined]);
  });

  it.each([['stage-5', '99999.99', '9999.999'], ['stage-5', '50000', '5000'], ['stage-5', '7000', '700'], ['stage-5', '5000', '500'], ['stage-2', '9999.99', '999.999'], ['stage-7', '7000', '700']])('in %s with only $%s left leave each leg half of the position in proportion: $%s, not the table\'s (R47)', (stage, capital, leg) => {
    const event = decide('scaling-capital', stage, capital);
    expect([cap(event, 'stage-share'), cap(event, 'stage-0')]).toEqual([leg, undefined]);
    expect(sourceOf(event, 'stage-share')).toMatch(/^R47: scaling-capital@\d+: capital [\d.]+ is below stage-\d's, position [\d.]+ in proportion$/);
  });

  it.each([['stage-5', '4999', '249.95'], ['stage-7', '200', '10']])('in %s with $%s, below the first stage, leave each leg no more than that stage would: $%s (C-5)', (stage, capital, leg) => {
    const event = decide('scaling-capital', stage, capital);
    expect([cap(event, 'stage-0'), cap(event, 'stage-share')]).toEqual([leg, undefined]);
  });

  it.each([['4999', '249.95'], ['2000', '100'], ['200', '10']])('below the first stage, with $%s, leave each leg half of 10 %%: $%s (C-5)', (capital, leg) => {
    expect(cap(decide('scaling-capital', 'stage-1', capital), 'stage-0')).toBe(leg);
  });

  it.each([['stage-1', '50'], ['stage-2', '50'], ['stage-3', '60'], ['stage-4', '60'], ['stage-5', '75'], ['stage-6', '75'], ['stage-7', '100']])('in %s stay below an estimated slippage of %s bps, with three times the depth within 50 bps (R51, R52)', (stage, block) => {
    const event = decide('scaling-capital', stage, '300000');
    expect([sourceOf(event, 'slippage-block'), sourceOf(event, 'liquidity')]).toEqual([expect.stringContaining(`below ${block} bps`), expect.stringContaining('depth 3 times within 50 bps')]);
  });
});

describe('sizes by equity, as the legion has them', () => {
  it('are $40 of $200 until 30 trades are known, half of it for each leg of a pair (R94, W-3)', () => {
    const event = decide('legion', undefined, '200');
    expect([cap(event, 'kelly'), cap(event, 'equity-percent'), cap(event, 'margin-cap')]).toEqual(['20', '50', '75']);
  });

  it('are valid on the wire though the profile asks for no depth (W-18)', () => {
    const event = decide('legion', undefined, '20000', { signal: signalOf({ targetNotional: notional('1000'), confidence: ratio('0.5') }) });
    expect([cap(event, 'depth-multiple'), cap(event, 'confidence'), event.caps.every(({ limit }) => limit.isFinite())]).toEqual([undefined, '10', true]);
  });
});
