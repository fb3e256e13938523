import { profileRef } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { approval, asked, backWith, BEGIN, begun, climbed, DAY, decideAt, judged, ofStanding, STAGES } from './ladder.builders.js';
import { ladderDecider } from './ladder.decider.js';
import type { Ladder, LadderCommand } from './ladder.types.js';
import { isRepeat, placeOf, refusalOf, rungAt } from './refusal.js';

const REF = profileRef(STAGES.profile);
const ENTERED = BEGIN + 14 * DAY;
const REJECT: LadderCommand = { type: 'Reject', by: 'approver', reason: 'not this week' };
const BIND: LadderCommand = { type: 'Bind', portfolioId: 'main', botId: 'b1', by: 'cli', bound: STAGES, dayBoundaryMs: 0 };
const NONE_WAITS = 'request: found none, allowed is a request that waits: `ballast ladder status`';
/** The policy as it is once its first rungs are taken away. */
const without = (rungs: number) => ({ ...STAGES, ladder: { ...STAGES.ladder, rungs: STAGES.ladder.rungs.slice(rungs) } });
/** Funded for the third stage as well. */
const requested = (state = begun(STAGES), requestId = 'r1'): Ladder => decideAt(state, asked(state, STAGES, { capital: '30000' }, requestId)).state;
/** On the second rung, its watch passed. */
function settled(): Ladder {
  const state = climbed(begun(STAGES), STAGES);
  return decideAt(state, judged(state, STAGES, {}, ENTERED + DAY), ENTERED + DAY).state;
}
const onHighest = (): Ladder => ({ standing: { portfolioId: 'main', rung: 'stage-7', profile: REF, at: BEGIN } });
/** The command does nothing, and this is why. */
function refused(state: Ladder, command: LadderCommand): string | undefined {
  expect(decideAt(state, command).events).toEqual([]);
  return refusalOf(state, command);
}

describe('a rung of a ladder', () => {
  it('is found by its name and by its place, and is none beyond either end', () => {
    expect(['stage-1', 'stage-7', 'stage-8'].map((name) => placeOf(STAGES, name))).toEqual([0, 6, -1]);
    expect([-1, 0, 6, 7].map((place) => rungAt(STAGES, place)?.name)).toEqual([undefined, 'stage-1', 'stage-7', undefined]);
  });
});

describe('a portfolio without a ladder', () => {
  it('has nothing asked for, decided or rolled back in it; binding and judging are no commands of a person', () => {
    const none = 'portfolio: found no ladder, allowed is a portfolio with a bot whose profile has one';
    const state = begun(STAGES);
    for (const command of [asked(state, STAGES), approval(state, STAGES), REJECT, backWith(STAGES, 'k1')]) expect(refused({}, command)).toBe(none);
    expect([refusalOf({}, BIND), refused({}, judged(state, STAGES))]).toEqual([undefined, undefined]);
  });

  it('has none either where only the end of a request is recorded', () => {
    const state = ladderDecider.evolve({}, { type: 'PromotionRejected', portfolioId: 'main', requestId: 'r1', from: 'stage-1', to: 'stage-2', by: 'approver', reason: 'no' });
    expect(refused({ ...state, decided: { requestId: 'r1', outcome: 'APPROVED', by: 'approver' } }, approval(begun(STAGES), STAGES))).toMatch(/^portfolio: found no ladder/);
    expect(refused(state, backWith(STAGES, 'k1'))).toMatch(/^portfolio: found no ladder/);
  });
});

describe('a rung that the policy has no more', () => {
  it('is named with those that there are, whatever is asked for (C-6)', () => {
    const state = settled();
    const missing = `rung: found stage-2, allowed are those of ${REF}: stage-3, stage-4, stage-5, stage-6, stage-7`;
    expect(refused(state, asked(state, without(2), {}, 'r2'))).toBe(missing);
    expect(refused(state, backWith(without(2), 'k1'))).toBe(missing);
    expect(refused(state, backWith(without(2), 'k1', 'stage-3'))).toBe(missing);
    const waits = requested(state, 'r2');
    expect(refused(waits, approval(waits, without(2)))).toBe(missing);
  });

  it('is no matter while it is there: the first and the last but one climb', () => {
    const state = settled();
    expect(refusalOf(state, asked(state, without(1), {}, 'r2'))).toBeUndefined();
    const sixth: Ladder = { standing: { portfolioId: 'main', rung: 'stage-6', profile: REF, at: BEGIN } };
    expect(refusalOf(sixth, asked(sixth, STAGES))).toBeUndefined();
  });
});

describe('a request', () => {
  it('from the highest rung is refused (R47)', () => {
    const state = onHighest();
    expect(refused(state, asked(state, STAGES))).toBe(`rung: found stage-7, the highest of ${REF}, allowed is a request from a lower one`);
  });

  it('is refused while another waits, while the rung is watched, while a stop is latched, and before there is evidence', () => {
    expect(refused(requested(), asked(requested(), STAGES, {}, 'r2'))).toBe('request: found one of cli for stage-2 that waits, allowed is one at a time');
    const watched = climbed(begun(STAGES), STAGES);
    expect(refused(watched, asked(watched, STAGES, {}, 'r2'))).toBe('watch: found rung stage-2 watched until 2025-09-19T12:00:00.000Z or its first round after that, allowed is a request when its watch has passed');
    const state = settled();
    const command = asked(state, STAGES, {}, 'r2') as Extract<LadderCommand, { type: 'Request' }>;
    const stops = 'stops: found DAILY_LOSS of main; DRAWDOWN_HALT of b1, allowed is a promotion once every stop is resumed';
    const gathering = 'evidence: found none of this rung yet, allowed is a request once the rung has been traded on: ask again';
    const latched = ['DAILY_LOSS of main', 'DRAWDOWN_HALT of b1'];
    expect([refused(state, { ...command, latched }), refused(state, { ...command, latched, evidence: undefined }), refused(state, { ...command, evidence: undefined })]).toEqual([stops, stops, gathering]);
    expect(refused(state, { ...command, evidence: { ...ofStanding(state), from: ENTERED + 1 } })).toBe(gathering);
    expect(refused(state, { ...command, evidence: { ...ofStanding(state), rung: 'stage-1' } })).toBe(gathering);
    expect(refusalOf(state, command)).toBeUndefined();
    const waits = requested(state, 'r2');
    const consent = approval(waits, STAGES) as Extract<LadderCommand, { type: 'Approve' }>;
    expect([refused(waits, { ...consent, latched }), refused(waits, { ...consent, evidence: undefined })]).toEqual([stops, gathering]);
  });

  it('that was carried out is no fault when it comes again, whether it waits still or has been decided', () => {
    const commands = [[requested(), asked(requested(), STAGES)], [decideAt(requested(), REJECT).state, asked(begun(STAGES), STAGES)]] as const;
    for (const [state, again] of commands) expect([isRepeat(state, again), refused(state, again)]).toEqual([true, undefined]);
    const another = asked(begun(STAGES), STAGES, {}, 'r2');
    expect([isRepeat(begun(STAGES), another), isRepeat(requested(), another), isRepeat(decideAt(requested(), REJECT).state, another)]).toEqual([false, false, false]);
  });
});

describe('what a person decides on a request', () => {
  it('needs one that waits', () => {
    const state = begun(STAGES);
    expect([refused(state, approval(state, STAGES)), refused(state, REJECT)]).toEqual([NONE_WAITS, NONE_WAITS]);
  });

  it('is an approval by the credential of the approver alone, and of another person where four eyes are demanded (W-18)', () => {
    const eyes = { ...STAGES, ladder: { ...STAGES.ladder, fourEyes: true } };
    const own = decideAt(begun(eyes), { ...asked(begun(eyes), eyes), by: 'approver' } as LadderCommand).state;
    expect(refused(own, approval(own, eyes))).toBe('by: found "approver", who asked for it, allowed is another person (four-eyes)');
    expect(refused(own, approval(own, eyes, {}, 'cli'))).toBe('by: found "cli", allowed is the credential of approver');
  });

  it.each([
    ['operator/kim', 'approver/kim', 'by: found "approver/kim", who asked for it, allowed is another person (four-eyes)'],
    ['operator/kim', 'approver/lee', undefined],
    ['operator/kim', 'operator/lee', 'by: found "operator/lee", allowed is the credential of approver'],
    ['approver', 'approver/lee', 'by: found "approver/lee", who asked for it, allowed is another person (four-eyes)'],
  ])('is of persons where credentials vouch for them: %s asks, %s approves (W-18)', (asks, approves, refusal) => {
    const eyes = { ...STAGES, ladder: { ...STAGES.ladder, fourEyes: true } };
    const waiting = decideAt(begun(eyes), { ...asked(begun(eyes), eyes), by: asks } as LadderCommand).state;
    const command = approval(waiting, eyes, {}, approves);
    expect(refusalOf(waiting, command)).toBe(refusal);
    expect(decideAt(waiting, command).events.map(({ type }) => type)).toEqual(refusal === undefined ? ['PromotionApproved', 'RungEntered'] : []);
  });

  it('is no fault when the same person says it again', () => {
    const climbedOnce = climbed(begun(STAGES), STAGES);
    const turnedDown = decideAt(requested(), REJECT).state;
    expect([refused(climbedOnce, approval(requested(), STAGES)), refused(turnedDown, REJECT)]).toEqual([undefined, undefined]);
    expect([isRepeat(climbedOnce, approval(requested(), STAGES)), isRepeat(turnedDown, REJECT)]).toEqual([true, true]);
  });

  it('is a fault when another person says it, or says the other thing', () => {
    const climbedOnce = climbed(begun(STAGES), STAGES);
    const turnedDown = decideAt(requested(), REJECT).state;
    expect(refused(climbedOnce, approval(requested(), STAGES, {}, 'cli'))).toBe('by: found "cli", allowed is the credential of approver');
    expect(refused(climbedOnce, REJECT)).toBe(NONE_WAITS);
    expect([refused(turnedDown, approval(requested(), STAGES)), refused(turnedDown, { ...REJECT, by: 'cli' } as LadderCommand)]).toEqual([NONE_WAITS, NONE_WAITS]);
    const denied = decideAt(requested(), approval(requested(), STAGES, { winRate: '0.4' })).state;
    expect([refused(denied, approval(requested(), STAGES)), refused(denied, REJECT)]).toEqual([NONE_WAITS, NONE_WAITS]);
  });

  it('is a fault when the rung that was approved has been left since', () => {
    const back = decideAt(climbed(begun(STAGES), STAGES), backWith(STAGES, 'k1'), ENTERED + 1).state;
    expect(refused(back, approval(back, STAGES))).toBe(NONE_WAITS);
  });

  it('is on the request that waits now, not on the one before it', () => {
    const first = decideAt(requested(), REJECT).state;
    const second = requested(first, 'r2');
    expect([isRepeat(second, REJECT), refusalOf(second, REJECT)]).toEqual([false, undefined]);
    expect(decideAt(second, REJECT).events).toMatchObject([{ type: 'PromotionRejected', requestId: 'r2' }]);
    const higher = requested(settled(), 'r2');
    expect(decideAt(higher, approval(higher, STAGES, { capital: '30000' }), ENTERED + 2 * DAY).events).toMatchObject([{ type: 'PromotionApproved', requestId: 'r2' }, { rung: 'stage-3' }]);
  });
});

describe('a rollback by a person', () => {
  it('is from a rung that has one below, to one that is below (R28, R57)', () => {
    const state = begun(STAGES);
    expect(refused(state, backWith(STAGES, 'k1'))).toBe(`rung: found stage-1, the lowest of ${REF}; allowed is a rollback from a higher one, or \`ballast halt\``);
    const third: Ladder = { standing: { portfolioId: 'main', rung: 'stage-3', profile: REF, at: BEGIN } };
    for (const to of ['stage-3', 'stage-4', 'stage-0']) expect(refused(third, backWith(STAGES, 'k1', to))).toBe(`to: found "${to}", allowed are the rungs below stage-3: stage-1, stage-2`);
    for (const to of [undefined, 'stage-1', 'stage-2']) expect([refusalOf(third, backWith(STAGES, 'k1', to)), decideAt(third, backWith(STAGES, 'k1', to)).state.standing?.rung]).toEqual([undefined, to ?? 'stage-2']);
  });

  it('that was carried out is no fault when it comes again', () => {
    const back = decideAt(settled(), backWith(STAGES, 'k1')).state;
    expect([isRepeat(back, backWith(STAGES, 'k1')), refused(back, backWith(STAGES, 'k1')), isRepeat(back, backWith(STAGES, 'k2'))]).toEqual([true, undefined, false]);
  });
});

describe('what the system tells the ladder by itself', () => {
  it('is never a repeat nor refused', () => {
    const state = settled();
    expect([BIND, judged(state, STAGES)].flatMap((command) => [isRepeat(state, command), refusalOf(state, command)])).toEqual([false, undefined, false, undefined]);
  });
});
