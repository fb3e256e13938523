import { addNotional, type DecisionContext, type Decider, type Id, type Ms, ZERO_NOTIONAL } from '@ballast/domain';
import type { ApprovalReleased, DayRolled, PlannedLeg, TradeApproved, TradeDenied, VolumeCounted } from '@ballast/events';
import { type Approval, approvalOf, inFlightOf, NO_APPROVALS, withApproval, withoutApproval } from './approvals.js';
import { dayBefore, dayOf } from './day.js';
import type { AssessPlan, Exposure, ExposureCommand, ExposureEvent } from './exposure.types.js';
import { grossBefore, notionalByInstrument, ordersOf, planVolumeOf } from './gross.js';
import { guardRules } from './guard-rules.js';
import { judgementOf } from './judgement.js';
import { filtered, get, has, put } from './persistent-map.js';
import { planRules } from './plan-rules.js';
import { residualRules } from './residual-rules.js';
import { stopVerdicts } from '../stops/stop-verdicts.js';
import { sizeRules, sizesOf } from './size-rules.js';

/** How long after its end an approval still counts: execution may have accepted it at the last moment. */
export const EXPIRY_GRACE_MS = 60_000;
const REASON_MAX = 2_000;

function rollTo(state: Exposure, portfolioId: Id, at: Ms, boundaryMs: Ms): DayRolled | undefined {
  const day = dayOf(at, boundaryMs);
  return day > state.day ? { type: 'DayRolled', portfolioId, day } : undefined;
}

function assess(state: Exposure, command: AssessPlan, at: Ms): TradeApproved | TradeDenied {
  const { plan, planHash, facts } = command;
  const before = facts && grossBefore(state, plan.accountId, facts);
  const sizes = sizesOf(command, before);
  const verdicts = [...sizeRules(state, command, sizes), ...residualRules(state, command), ...planRules(state, command, sizes, at), ...guardRules({ state, command, sizes, at }), ...stopVerdicts(command.stops, command.latched)] as const;
  const { binding, rules, faults, refused } = judgementOf(verdicts);
  const { planId, signalId, tradeId, botId, accountId, portfolioId, legs, outcome, imbalanceRatio, slippageBpsMax, validUntil } = plan;
  const about = { planId, signalId, tradeId, botId, accountId, portfolioId, planHash, rules, bindingRule: binding.evaluation.rule, grossBefore: before?.total ?? ZERO_NOTIONAL };
  if (refused || !sizes.after) return { type: 'TradeDenied', ...about, reason: faults.join('; ').slice(0, REASON_MAX) };
  return { type: 'TradeApproved', ...about, legs, outcome, imbalanceRatio, slippageBpsMax, grossAfter: sizes.after, planVolume: planVolumeOf(legs), validUntil };
}

function decideAssessment(state: Exposure, command: AssessPlan, at: Ms): readonly ExposureEvent[] {
  if (get(state.judged, command.plan.planId)?.hash === command.planHash) return [];
  const roll = rollTo(state, command.plan.portfolioId, at, command.dayBoundaryMs);
  const today = roll ? evolve(state, roll) : state;
  const assessment = assess(today, command, at);
  return roll ? [roll, assessment] : [assessment];
}

/** Toward the day in which it closed. Where the start of days was moved back since, the day that goes on keeps its name until it is over. */
function dayClosedIn(state: Exposure, closedAt: Ms, boundaryMs: Ms, at: Ms): string {
  const day = dayOf(closedAt, boundaryMs);
  return day < state.day && day === dayOf(at, boundaryMs) ? state.day : day;
}

function countTrade(state: Exposure, command: Extract<ExposureCommand, { type: 'CountTrade' }>, at: Ms): readonly ExposureEvent[] {
  const { tradeId, portfolioId, planVolume, turnover, closedAt, dayBoundaryMs } = command;
  if (has(state.counted, tradeId)) return [];
  const approval = approvalOf(state.approvals, tradeId);
  if (turnover.isZero()) return approval ? [{ type: 'ApprovalReleased', planId: approval.planId, tradeId, reason: 'CLOSED' }] : [];
  const roll = rollTo(state, portfolioId, closedAt, dayBoundaryMs);
  const counted: VolumeCounted = { type: 'VolumeCounted', tradeId, portfolioId, day: dayClosedIn(state, closedAt, dayBoundaryMs, at), planVolume, turnover };
  return roll ? [roll, counted] : [counted];
}

const expiryOf = (approval: Approval): Ms => approval.validUntil + EXPIRY_GRACE_MS;
const releaseOf = ({ planId, tradeId }: Approval, reason: ApprovalReleased['reason']): ApprovalReleased => ({ type: 'ApprovalReleased', planId, tradeId, reason });

function evolveAssessed(state: Exposure, event: TradeApproved | TradeDenied): Exposure {
  const { planId, tradeId, bindingRule, rules, planHash } = event;
  const judged = has(state.judged, planId) ? state.judged : put(state.judged, planId, { hash: planHash, day: state.day });
  const last = { planId, tradeId, approved: event.type === 'TradeApproved', bindingRule, rules };
  if (event.type === 'TradeDenied') return { ...state, judged, last };
  const approval: Approval = { planId, tradeId, accountId: event.accountId, byInstrument: notionalByInstrument(event.legs), planVolume: event.planVolume, validUntil: event.validUntil, opened: false, orders: ordersOf(event.legs), ...absorbsOf(event.legs) };
  return { ...state, judged, last, approvals: withApproval(state.approvals, approval) };
}

function absorbsOf(legs: readonly PlannedLeg[]): Pick<Approval, 'absorbs'> {
  const absorbs = legs.flatMap(({ instrument, residualAbsorbed }) => (residualAbsorbed ? [instrument] : []));
  return absorbs.length > 0 ? { absorbs } : {};
}

function evolveReleased(state: Exposure, { tradeId, reason }: ApprovalReleased): Exposure {
  const approval = approvalOf(state.approvals, tradeId);
  if (!approval) return state;
  return { ...state, approvals: reason === 'OPENED' ? withApproval(state.approvals, { ...approval, opened: true }) : withoutApproval(state.approvals, tradeId) };
}

function evolveCounted(state: Exposure, { tradeId, day, planVolume, turnover }: VolumeCounted): Exposure {
  const ended = { ...state, approvals: withoutApproval(state.approvals, tradeId), counted: put(state.counted, tradeId, day) };
  return day === state.day ? { ...ended, dayVolume: addNotional(state.dayVolume, planVolume), dayTurnover: addNotional(state.dayTurnover, turnover), dayTrades: state.dayTrades + 1 } : ended;
}

/** What was judged or counted on the new day or the day before it is kept. */
function evolveRolled(state: Exposure, { day }: DayRolled): Exposure {
  const before = dayBefore(day);
  return { ...state, day, dayVolume: ZERO_NOTIONAL, dayTurnover: ZERO_NOTIONAL, dayTrades: 0, judged: filtered(state.judged, (judged) => judged.day >= before), counted: filtered(state.counted, (counted) => counted >= before) };
}

function evolve(state: Exposure, event: ExposureEvent): Exposure {
  switch (event.type) {
    case 'TradeApproved':
    case 'TradeDenied':
      return evolveAssessed(state, event);
    case 'ApprovalReleased':
      return evolveReleased(state, event);
    case 'VolumeCounted':
      return evolveCounted(state, event);
    case 'DayRolled':
      return evolveRolled(state, event);
  }
}

/**
 * What a portfolio may risk: every plan meets here, so two in flight know of each other (C-23). An approval counts in full
 * from its own event until the facts show its trade; its round counts toward the day from approval until it is counted.
 */
export const exposureDecider: Decider<Exposure, ExposureCommand, ExposureEvent> = {
  kind: 'exposure',
  writer: 'risk',
  initial: { day: '', dayVolume: ZERO_NOTIONAL, dayTurnover: ZERO_NOTIONAL, dayTrades: 0, approvals: NO_APPROVALS, judged: {}, counted: {} },

  decide(state: Exposure, command: ExposureCommand, { at }: DecisionContext): readonly ExposureEvent[] {
    switch (command.type) {
      case 'AssessPlan':
        return decideAssessment(state, command, at);
      case 'ReleaseApproval': {
        const approval = approvalOf(state.approvals, command.tradeId);
        return approval && !approval.opened ? [releaseOf(approval, command.reason)] : [];
      }
      case 'ExpireApprovals':
        return inFlightOf(state.approvals).flatMap((approval) => (expiryOf(approval) <= at ? [releaseOf(approval, 'EXPIRED')] : []));
      case 'CountTrade':
        return countTrade(state, command, at);
    }
  },

  evolve,

  deadline(state: Exposure) {
    const expiries = inFlightOf(state.approvals).map(expiryOf);
    return expiries.length === 0 ? undefined : { at: Math.min(...expiries), command: { type: 'ExpireApprovals' } };
  },
};
