import { bps, Decimal, money, notional, ratio } from '@ballast/domain';
import type { TradeApproved, TradeDenied } from '@ballast/events';
import { DEMO, type GuardLimits, inForce, type PolicyProfile } from '@ballast/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalOf } from './approvals.js';
import { accountOf, assess, AT, factsOf, guardFactsOf, legOf, planOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { AssessPlan, Exposure, ExposureCommand, ExposureEvent } from './exposure.types.js';
import { judgementOf } from './judgement.js';
import { measure, type Verdict } from './rule.js';
import { RULES } from './rule-catalogue.js';

const share = fc.integer({ min: 5, max: 200 }).map((percent) => ratio(new Decimal(percent).div(100).toString()));
const rate = fc.integer({ min: 1, max: 120 }).map((value) => bps(String(value)));
const limitOf = fc.integer({ min: 4, max: 30 });
const few = fc.integer({ min: 0, max: 8 });
const guards: fc.Arbitrary<GuardLimits> = fc.record({
  underlyingShareMax: share, underlyingMarginMax: share, marginUtilisationMax: share, liquidationBufferMin: fc.constantFrom('0.05', '0.2', '0.6').map(ratio), slippageWarnBps: rate, slippageBlockBps: rate, openOrdersMax: limitOf, ordersPerMinuteMax: limitOf,
  refusedPlansPerHourMax: limitOf, maintenanceLeadMs: fc.integer({ min: 0, max: 200_000 }), clockSkewMaxMs: fc.integer({ min: 300, max: 2_000 }),
  venueLeverageMax: share.map((paper) => ({ paper })), strategyLeverageMax: share.map((limit) => ({ 'dn-pair': limit })),
}, { requiredKeys: [] });
const dollars = (min: number, max: number): fc.Arbitrary<string> => fc.integer({ min, max }).map(String);
const profile = (name: string): fc.Arbitrary<PolicyProfile> => fc.record({ guards, leverageMax: fc.integer({ min: 1, max: 20 }), positionMax: dollars(3_000, 9_000), legNotionalMax: dollars(900, 5_000) }).map(({ guards: bound, leverageMax, positionMax, legNotionalMax }) => ({
  ...DEMO, name, guards: bound, leverageMax: ratio(String(leverageMax)), positionMax: notional(positionMax), legNotionalMax: notional(legNotionalMax), slippageBpsMax: bps('100'),
}));
const situation: fc.Arbitrary<AssessPlan> = fc.record({ size: dollars(100, 1_200), held: dollars(100, 1_500), equity: dollars(2_000, 9_000), slippage: fc.integer({ min: 1, max: 60 }).map((value) => bps(String(value))), open: few, sent: few, refused: few, startsIn: fc.integer({ min: -10, max: 900_000 }), skew: fc.integer({ min: -400, max: 400 }) }).map((given) => {
  const plan = planOf('1', given.size, { slippageBpsMax: bps('100'), legs: [{ ...legOf(0, 'ETH-PERP', given.size, '1'), estimatedSlippageBps: given.slippage }, legOf(1, 'SOL-PERP', given.size, '1')] });
  return assess(plan, {
    facts: factsOf({ 'ETH-PERP': { open: notional(given.held), pending: notional('0') } }),
    account: accountOf('9000', { equity: money(given.equity), eligibleEquity: money(given.equity), clockSkewMs: given.skew }),
    guardFacts: guardFactsOf({ orders: { open: given.open, sentInMinute: given.sent }, refusedInHour: given.refused, maintenances: [{ venue: 'paper', startsAt: AT + given.startsIn, endsAt: AT + 2_000_000, reason: 'upgrade' }] }),
  });
});
const judged = (command: AssessPlan): TradeApproved | TradeDenied => exposureDecider.decide(exposureDecider.initial, command, { decisionId: 'd', at: AT }).find(({ type }) => type !== 'DayRolled') as TradeApproved | TradeDenied;

describe('more policy', () => {
  it('never approves what less denied, nor in another order of binding (C-1)', () => {
    let [approved, denied] = [0, 0];
    fc.assert(fc.property(situation, profile('one'), profile('two'), (command, one, two) => {
      const both = judged({ ...command, policy: inForce([one, two]) });
      const alone = [one, two].map((each) => judged({ ...command, policy: inForce([each]) }));
      if (alone.some(({ type }) => type === 'TradeDenied')) expect(both.type).toBe('TradeDenied');
      expect(judged({ ...command, policy: inForce([two, one]) }).type).toBe(both.type);
      if (both.type === 'TradeApproved') approved += 1;
      else denied += 1;
    }), { numRuns: 200, seed: 7 });
    expect([approved > 5, denied > 5]).toEqual([true, true]);
  });

  it('names a rule that refuses as the binding one of every denial, and says how far each is', () => {
    fc.assert(fc.property(situation, profile('one'), (command, one) => {
      const event = judged({ ...command, policy: inForce([one]) });
      const binding = event.rules.find(({ rule }) => rule === event.bindingRule);
      expect([event.type === 'TradeDenied', event.type === 'TradeApproved']).toContain(binding?.result === 'REFUSE');
      expect(binding?.result === 'REFUSE').toBe(event.type === 'TradeDenied');
      for (const { unit, value, distance } of event.rules) expect(unit === 'STATE' || value === undefined || distance !== undefined).toBe(true);
    }), { numRuns: 150 });
  });
});

describe('the order of evaluation', () => {
  const verdict: fc.Arbitrary<Verdict> = fc.record({ rule: fc.constantFrom(...RULES), value: fc.integer({ min: 0, max: 4 }) }).map(({ rule, value }) => measure({ rule, profile: 'demo@2', unit: 'USD', value: new Decimal(value), limit: new Decimal(3), must: 'upTo', inputs: {} }));

  it('never changes the result', () => {
    const sets = fc.uniqueArray(verdict, { minLength: 1, maxLength: 12, selector: ({ evaluation }) => evaluation.rule }).chain((verdicts) => fc.tuple(fc.constant(verdicts), fc.shuffledSubarray([...verdicts], { minLength: verdicts.length })));
    fc.assert(fc.property(sets, ([some, shuffled]) => {
      const [[first, ...rest], [other, ...others]] = [some, shuffled];
      if (!first || !other) return;
      expect(judgementOf([first, ...rest])).toEqual(judgementOf([other, ...others]));
    }), { numRuns: 500 });
  });
});

describe('what is tightened while a trade is open', () => {
  const step = fc.record({ what: fc.constantFrom('AGAIN' as const, 'OTHER' as const, 'EXPIRE' as const, 'OPENED' as const), bound: profile('tight'), tradingState: fc.constantFrom('ACTIVE' as const, 'REDUCING' as const, 'HALTED' as const) });
  const first = assess(planOf('1'));
  const about = (events: readonly ExposureEvent[]) => events.filter((event) => event.type !== 'DayRolled' && event.tradeId === 'trade-1').map(({ type }) => type);

  it('changes nothing about it: its plan is not judged again, its approval does not expire, and its round is counted once and frees what it took (W-2)', () => {
    let [judgedAgain, refusedAnew] = [0, 0];
    fc.assert(fc.property(fc.array(step, { maxLength: 10 }), fc.integer({ min: 0, max: 90_000_000 }), (steps, afterMs) => {
      const decide = (state: Exposure, command: ExposureCommand, at: number) => exposureDecider.decide(state, command, { decisionId: 'd', at });
      let state = [first, { type: 'ReleaseApproval', tradeId: 'trade-1', reason: 'OPENED' } as const].reduce((before: Exposure, command) => decide(before, command, AT).reduce(exposureDecider.evolve, before), exposureDecider.initial);
      for (const [index, { what, bound, tradingState }] of steps.entries()) {
        const at = AT + (afterMs * (index + 1)) / steps.length;
        const tight = { policy: inForce([bound]), tradingState };
        const command: ExposureCommand = what === 'AGAIN' ? { ...first, ...tight } : what === 'OTHER' ? assess(planOf(`other-${index}`), tight) : what === 'EXPIRE' ? { type: 'ExpireApprovals' } : { type: 'ReleaseApproval', tradeId: 'trade-1', reason: 'OPENED' };
        const events = decide(state, command, at);
        expect(about(events), what).toEqual([]);
        if (what === 'AGAIN') {
          judgedAgain += 1;
          if (decide(state, assess(planOf(`new-${index}`), tight), at).some(({ type }) => type === 'TradeDenied')) refusedAnew += 1;
        }
        state = events.reduce(exposureDecider.evolve, state);
        expect(approvalOf(state.approvals, 'trade-1')).toMatchObject({ opened: true });
      }
      const closed: ExposureCommand = { type: 'CountTrade', portfolioId: 'p1', tradeId: 'trade-1', planVolume: notional('2000'), turnover: notional('4000'), closedAt: AT + afterMs, dayBoundaryMs: 0 };
      const counted = decide(state, closed, AT + afterMs);
      expect(about(counted)).toEqual(['VolumeCounted']);
      state = counted.reduce(exposureDecider.evolve, state);
      expect([approvalOf(state.approvals, 'trade-1'), decide(state, closed, AT + afterMs)]).toEqual([undefined, []]);
    }), { numRuns: 150, seed: 11 });
    expect([judgedAgain > 50, refusedAnew > 20], 'plans that came again, and that were refused had they been new').toEqual([true, true]);
  });
});
