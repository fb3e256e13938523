import { addNotional, type DecisionContext, type Decider, type Id, type Ms, ZERO_NOTIONAL } from '@ballast/domain';
import type { ApprovalReleased, DayRolled, PlannedLeg, TradeApproved, TradeDenied, VolumeCounted } from '@ballast/events';
import { dayBefore, dayOf } from './day.js';
import type { Approval, AssessPlan, Exposure, ExposureCommand, ExposureEvent } from './exposure.types.js';
import { grossBefore, notionalByInstrument, planVolumeOf } from './gross.js';
import { planRules } from './plan-rules.js';
import { residualRules } from './residual-rules.js';
import { bindingOf, refuses } from './rule.js';
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
  const verdicts = [...sizeRules(state, command, sizes), ...residualRules(state, command), ...planRules(state, command, at)] as const;
  const binding = bindingOf(verdicts);
  const refused = verdicts.filter(refuses);
  const { planId, signalId, tradeId, botId, accountId, portfolioId, legs, outcome, imbalanceRatio, slippageBpsMax, validUntil } = plan;
  const about = { planId, signalId, tradeId, botId, accountId, portfolioId, planHash, rules: verdicts.map(({ evaluation }) => evaluation), bindingRule: binding.evaluation.rule, grossBefore: before?.total ?? ZERO_NOTIONAL };
  if (refused.length > 0 || !sizes.after) {
    const texts = [binding, ...refused.filter((verdict) => verdict !== binding)].flatMap(({ text }) => text ?? []);
    return { type: 'TradeDenied', ...about, reason: texts.join('; ').slice(0, REASON_MAX) };
  }
  return { type: 'TradeApproved', ...about, legs, outcome, imbalanceRatio, slippageBpsMax, grossAfter: sizes.after, planVolume: planVolumeOf(legs), validUntil };
}

function decideAssessment(state: Exposure, command: AssessPlan, at: Ms): readonly ExposureEvent[] {
  if (state.judged[command.plan.planId]?.hash === command.planHash) return [];
  const roll = rollTo(state, command.plan.portfolioId, at, command.dayBoundaryMs);
  const today = roll ? evolve(state, roll) : state;
  const assessment = assess(today, command, at);
  return roll ? [roll, assessment] : [assessment];
}

function countTrade(state: Exposure, command: Extract<ExposureCommand, { type: 'CountTrade' }>): readonly ExposureEvent[] {
  const { tradeId, portfolioId, planVolume, turnover, closedAt, dayBoundaryMs } = command;
  if (state.counted[tradeId] !== undefined) return [];
  const approval = state.approvals[tradeId];
  if (turnover.isZero()) return approval ? [{ type: 'ApprovalReleased', planId: approval.planId, tradeId, reason: 'CLOSED' }] : [];
  const roll = rollTo(state, portfolioId, closedAt, dayBoundaryMs);
  const counted: VolumeCounted = { type: 'VolumeCounted', tradeId, portfolioId, day: dayOf(closedAt, dayBoundaryMs), planVolume, turnover };
  return roll ? [roll, counted] : [counted];
}

const isInFlight = (approval: Approval): boolean => !approval.opened;
const expiryOf = (approval: Approval): Ms => approval.validUntil + EXPIRY_GRACE_MS;
const releaseOf = ({ planId, tradeId }: Approval, reason: ApprovalReleased['reason']): ApprovalReleased => ({ type: 'ApprovalReleased', planId, tradeId, reason });

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Readonly<Record<string, Value>> {
  const { [key]: _gone, ...rest } = record;
  return rest;
}

/** Keeps what was judged or counted on `day` or the day before it. */
function recent<Value>(record: Readonly<Record<string, Value>>, day: string, dayOfValue: (value: Value) => string): Readonly<Record<string, Value>> {
  const before = dayBefore(day);
  return Object.fromEntries(Object.entries(record).filter(([, value]) => dayOfValue(value) >= before));
}

function evolveAssessed(state: Exposure, event: TradeApproved | TradeDenied): Exposure {
  const { planId, tradeId, bindingRule, rules, planHash } = event;
  const judged = { [planId]: { hash: planHash, day: state.day }, ...state.judged };
  const last = { planId, tradeId, approved: event.type === 'TradeApproved', bindingRule, rules };
  if (event.type === 'TradeDenied') return { ...state, judged, last };
  const approval: Approval = { planId, tradeId, accountId: event.accountId, byInstrument: notionalByInstrument(event.legs), planVolume: event.planVolume, validUntil: event.validUntil, opened: false, ...absorbsOf(event.legs) };
  return { ...state, judged, last, approvals: { ...state.approvals, [tradeId]: approval } };
}

function absorbsOf(legs: readonly PlannedLeg[]): Pick<Approval, 'absorbs'> {
  const absorbs = legs.flatMap(({ instrument, residualAbsorbed }) => (residualAbsorbed ? [instrument] : []));
  return absorbs.length > 0 ? { absorbs } : {};
}

function evolveReleased(state: Exposure, { tradeId, reason }: ApprovalReleased): Exposure {
  const approval = state.approvals[tradeId];
  if (!approval) return state;
  return { ...state, approvals: reason === 'OPENED' ? { ...state.approvals, [tradeId]: { ...approval, opened: true } } : without(state.approvals, tradeId) };
}

function evolveCounted(state: Exposure, { tradeId, day, planVolume, turnover }: VolumeCounted): Exposure {
  const ended = { ...state, approvals: without(state.approvals, tradeId), counted: { ...state.counted, [tradeId]: day } };
  return day === state.day ? { ...ended, dayVolume: addNotional(state.dayVolume, planVolume), dayTurnover: addNotional(state.dayTurnover, turnover), dayTrades: state.dayTrades + 1 } : ended;
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
      return { ...state, day: event.day, dayVolume: ZERO_NOTIONAL, dayTurnover: ZERO_NOTIONAL, dayTrades: 0, judged: recent(state.judged, event.day, ({ day }) => day), counted: recent(state.counted, event.day, (day) => day) };
  }
}

/**
 * What a portfolio may risk: every plan meets here, so two in flight know of each other (C-23). An approval counts in full
 * from its own event until the facts show its trade; its round counts toward the day from approval until it is counted.
 */
export const exposureDecider: Decider<Exposure, ExposureCommand, ExposureEvent> = {
  kind: 'exposure',
  writer: 'risk',
  initial: { day: '', dayVolume: ZERO_NOTIONAL, dayTurnover: ZERO_NOTIONAL, dayTrades: 0, approvals: {}, judged: {}, counted: {} },

  decide(state: Exposure, command: ExposureCommand, { at }: DecisionContext): readonly ExposureEvent[] {
    switch (command.type) {
      case 'AssessPlan':
        return decideAssessment(state, command, at);
      case 'ReleaseApproval': {
        const approval = state.approvals[command.tradeId];
        return approval && isInFlight(approval) ? [releaseOf(approval, command.reason)] : [];
      }
      case 'ExpireApprovals':
        return Object.values(state.approvals).flatMap((approval) => (isInFlight(approval) && expiryOf(approval) <= at ? [releaseOf(approval, 'EXPIRED')] : []));
      case 'CountTrade':
        return countTrade(state, command);
    }
  },

  evolve,

  deadline(state: Exposure) {
    const expiries = Object.values(state.approvals).filter(isInFlight).map(expiryOf);
    return expiries.length === 0 ? undefined : { at: Math.min(...expiries), command: { type: 'ExpireApprovals' } };
  },
};
