import type { DecisionContext, Decider, Ms } from '@ballast/domain';
import type { LadderCriterion, LadderEvidence, PromotionDenied, RungEntered } from '@ballast/events';
import { type Ask, checklistOf, demotionOf, figureOf, gateOf, judge, standingOf, type StatedItem, unmet, watchIsOver, watchOf } from '@ballast/ladder';
import { type BoundLadder, profileHash, profileRef, type Rung } from '@ballast/policy';
import type { Ladder, LadderCommand, LadderEvent, Standing } from './ladder.types.js';
import { isOf, isRepeat, placeOf, refusalOf, rungAt } from './refusal.js';

type Of<Type extends LadderCommand['type']> = Extract<LadderCommand, { readonly type: Type }>;

const REASON_MAX = 2_000;
const MUST: Readonly<Record<LadderCriterion['must'], string>> = { ABOVE: 'above', AT_LEAST: 'at least', BELOW: 'below', AT_MOST: 'at most' };
const textOf = ({ criterion, value, must, limit, unit }: LadderCriterion): string => `${criterion} is ${value ?? 'not measured'}, asked is ${MUST[must]} ${limit} ${unit}`;

/** The part of RungEntered that the rung and the policy say. */
function limitsOf({ profile, ladder }: BoundLadder, { name, capital, leverageMax, positionMax }: Rung): Pick<RungEntered, 'profile' | 'profileHash' | 'ladder' | 'rung' | 'capital' | 'leverageMax' | 'positionMax'> {
  return { profile: profileRef(profile), profileHash: profileHash(profile), ladder: ladder.kind, rung: name, capital, leverageMax, positionMax };
}

function bind(state: Ladder, { portfolioId, botId, by, bound, dayBoundaryMs }: Of<'Bind'>, at: Ms): readonly LadderEvent[] {
  const first = rungAt(bound, 0);
  if (state.standing || !first) return [];
  return [{ type: 'RungEntered', portfolioId, ...limitsOf(bound, first), cause: 'BOUND', reason: `bot ${botId} binds ${profileRef(bound.profile)}`, by, at, dayBoundaryMs }];
}

interface Judged {
  readonly from: Rung;
  readonly to: Rung;
  readonly facts: Pick<PromotionDenied, 'portfolioId' | 'profile' | 'from' | 'to' | 'evidence' | 'criteria' | 'checklist'>;
  /** What is not met, in words; '' where everything is. */
  readonly missed: string;
}

/** The gate and the list, as the evidence of this moment has them. */
function judged({ portfolioId, rung }: Standing, { bound, recorded }: Pick<Of<'Request' | 'Approve'>, 'bound' | 'recorded'>, evidence: LadderEvidence, stated: readonly StatedItem[]): Judged | undefined {
  const place = placeOf(bound, rung);
  const [from, to] = [rungAt(bound, place), rungAt(bound, place + 1)];
  if (!from || !to) return undefined;
  const { profile } = bound;
  const criteria = judge(gateOf(from, bound.ladder), evidence);
  const checklist = checklistOf({ profile, from, to, evidence, criteria, stated, recorded });
  const undone = checklist.filter(({ item, met }) => !met && item !== 'CRITERIA_MET').map(({ item, detail }) => `${item.toLowerCase().replaceAll('_', ' ')}: ${detail}`);
  const missed = [...unmet(criteria).map(textOf), ...undone].join('; ').slice(0, REASON_MAX);
  return { from, to, facts: { portfolioId, profile: profileRef(profile), from: from.name, to: to.name, evidence, criteria, checklist }, missed };
}

function request(state: Ladder, command: Of<'Request'>): readonly LadderEvent[] {
  const { requestId, evidence, stated, by, reason } = command;
  const step = state.standing && evidence && judged(state.standing, command, evidence, stated);
  if (!step) return [];
  if (step.missed !== '') return [{ type: 'PromotionDenied', requestId, deniedAt: 'REQUEST', by, reason: step.missed, ...step.facts }];
  return [{ type: 'PromotionRequested', requestId, by, reason, ...step.facts }];
}

function approve({ standing, pending }: Ladder, command: Of<'Approve'>, at: Ms): readonly LadderEvent[] {
  const { bound, evidence, by, reason, dayBoundaryMs } = command;
  const step = standing && pending && evidence && judged(standing, command, evidence, pending.stated);
  if (!step) return [];
  const { requestId, by: requestedBy } = pending;
  if (step.missed !== '') return [{ type: 'PromotionDenied', requestId, deniedAt: 'APPROVAL', by, reason: step.missed, ...step.facts }];
  const { portfolioId } = standing;
  const before = figureOf(evidence, 'executionTime');
  const watch = step.to.watchMs === undefined ? {} : { watchUntil: at + step.to.watchMs, ...(before ? { executionMsBefore: Number.parseInt(before.toFixed(0), 10) } : {}) };
  return [
    { type: 'PromotionApproved', requestId, requestedBy, by, reason, ...step.facts },
    { type: 'RungEntered', portfolioId, ...limitsOf(bound, step.to), from: step.from.name, cause: 'PROMOTION', reason, by, requestId, at, dayBoundaryMs, ...watch, evidence },
  ];
}

function rollBack({ standing }: Ladder, { bound, requestId, evidence, to, by, reason, dayBoundaryMs }: Of<'RollBack'>, at: Ms): readonly LadderEvent[] {
  if (!standing) return [];
  const place = placeOf(bound, standing.rung);
  const rung = rungAt(bound, to === undefined ? place - 1 : placeOf(bound, to));
  if (!rung) return [];
  const { portfolioId, rung: from } = standing;
  return [{ type: 'RungEntered', portfolioId, ...limitsOf(bound, rung), from, cause: 'ROLLBACK', reason, by, requestId, at, dayBoundaryMs, ...(isOf(evidence, standing) ? { evidence } : {}) }];
}

/** What rolls back by itself, in the order in which it is looked at, with who does it. */
function falls(standing: Standing, { bound, evidence }: Of<'Judge'>, rung: Rung): readonly { readonly cause: RungEntered['cause']; readonly by: string; readonly asks: readonly Ask[] }[] {
  const { ladder: policy, profile } = bound;
  const { watchUntil, executionMsBefore } = standing;
  const watched = watchUntil === undefined ? [] : watchOf({ rung, policy, profile, executionMsBefore }, evidence, watchIsOver(watchUntil, evidence));
  return [
    { cause: 'DEMOTION', by: 'policy:ladder-drawdown', asks: demotionOf(policy, evidence) },
    { cause: 'WATCH_FAILED', by: 'policy:ladder-watch', asks: watched },
    { cause: 'AUTOMATIC_ROLLBACK', by: 'policy:ladder-rollback', asks: standingOf(rung, policy, profile, evidence) },
  ];
}

function judgeRung({ standing }: Ladder, command: Of<'Judge'>, at: Ms): readonly LadderEvent[] {
  const { bound, evidence, dayBoundaryMs } = command;
  if (!standing || !isOf(evidence, standing)) return [];
  const place = placeOf(bound, standing.rung);
  const [rung, below] = [rungAt(bound, place), rungAt(bound, place - 1)];
  if (!rung) return [];
  const { portfolioId, rung: from, watchUntil } = standing;
  const found = falls(standing, command, rung).map((fall) => ({ ...fall, criteria: judge(fall.asks, evidence) }));
  const fallen = below && found.find(({ criteria }) => unmet(criteria).length > 0);
  if (fallen) {
    const { cause, by, criteria } = fallen;
    return [{ type: 'RungEntered', portfolioId, ...limitsOf(bound, below), from, cause, reason: unmet(criteria).map(textOf).join('; '), by, at, dayBoundaryMs, evidence, criteria }];
  }
  const watch = found.flatMap(({ cause, criteria }) => (cause === 'WATCH_FAILED' ? criteria : []));
  return watchUntil !== undefined && watchIsOver(watchUntil, evidence) ? [{ type: 'RungWatchPassed', portfolioId, rung: from, evidence, criteria: watch }] : [];
}

const statedOf = (checklist: PromotionDenied['checklist']): readonly StatedItem[] => (checklist.some(({ item, met }) => item === 'ALERTS_UPDATED' && met) ? ['ALERTS_UPDATED'] : []);

function entered(state: Ladder, { portfolioId, rung, profile, at, watchUntil, executionMsBefore, requestId }: RungEntered): Ladder {
  return {
    standing: { portfolioId, rung, profile, at, ...(watchUntil === undefined ? {} : { watchUntil }), ...(executionMsBefore === undefined ? {} : { executionMsBefore }), ...(requestId === undefined ? {} : { requestId }) },
    ...(state.decided ? { decided: state.decided } : {}),
  };
}

function ended({ standing }: Ladder, requestId: string, outcome: 'DENIED' | 'APPROVED' | 'REJECTED', by: string): Ladder {
  return { ...(standing ? { standing } : {}), decided: { requestId, outcome, by } };
}

/**
 * How a portfolio climbs and falls (C-6): a person asks, the gate of the rung is judged on evidence from the log, an approver
 * decides on evidence of that moment; a person rolls back at once; a drawdown, a failed watch and failing execution do it by themselves.
 */
export const ladderDecider: Decider<Ladder, LadderCommand, LadderEvent> = {
  kind: 'ladder',
  writer: 'risk',
  initial: {},

  decide(state: Ladder, command: LadderCommand, { at }: DecisionContext): readonly LadderEvent[] {
    if (isRepeat(state, command) || refusalOf(state, command) !== undefined) return [];
    switch (command.type) {
      case 'Bind':
        return bind(state, command, at);
      case 'Request':
        return request(state, command);
      case 'Approve':
        return approve(state, command, at);
      case 'Reject': {
        const { standing, pending } = state;
        if (!standing || !pending) return [];
        const { requestId, from, to } = pending;
        return [{ type: 'PromotionRejected', portfolioId: standing.portfolioId, requestId, from, to, by: command.by, reason: command.reason }];
      }
      case 'RollBack':
        return rollBack(state, command, at);
      case 'Judge':
        return judgeRung(state, command, at);
    }
  },

  evolve(state: Ladder, event: LadderEvent): Ladder {
    switch (event.type) {
      case 'RungEntered':
        return entered(state, event);
      case 'RungWatchPassed': {
        if (!state.standing) return state;
        const { watchUntil: _over, executionMsBefore: _before, ...standing } = state.standing;
        return { ...state, standing };
      }
      case 'PromotionRequested': {
        const { requestId, from, to, by, checklist } = event;
        return { ...state, pending: { requestId, from, to, by, stated: statedOf(checklist) } };
      }
      case 'PromotionDenied':
        return ended(state, event.requestId, 'DENIED', event.by);
      case 'PromotionApproved':
        return ended(state, event.requestId, 'APPROVED', event.by);
      case 'PromotionRejected':
        return ended(state, event.requestId, 'REJECTED', event.by);
    }
  },
};
