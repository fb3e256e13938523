import { bps, notional, ratio } from '@ballast/domain';
import type { RuleEvaluation, TradeApproved, TradeDenied } from '@ballast/events';
import type { GuardLimits } from '@ballast/policy';
import { assess, AT, factsOf, planOf, policyWith } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { AssessPlan, Exposure } from './exposure.types.js';

/** A limit for every guard there is. */
export const EVERY_GUARD: GuardLimits = {
  underlyingShareMax: ratio('0.8'), underlyingMarginMax: ratio('0.8'), marginUtilisationMax: ratio('0.8'), liquidationBufferMin: ratio('0.2'), slippageWarnBps: bps('30'), slippageBlockBps: bps('50'), openOrdersMax: 10,
  ordersPerMinuteMax: 10, refusedPlansPerHourMax: 5, maintenanceLeadMs: 600_000, clockSkewMaxMs: 1_000, venueLeverageMax: { paper: ratio('5') }, strategyLeverageMax: { 'dn-pair': ratio('5') },
};

/** What comes of a plan where every rule is in force and $1,000 are held or pending; `change` says what is otherwise. */
export const judgedBy = (change: Partial<AssessPlan> = {}, state: Exposure = exposureDecider.initial): TradeApproved | TradeDenied => {
  const facts = factsOf({ 'ETH-PERP': { open: notional('300'), pending: notional('700') } });
  const command = assess(change.plan ?? planOf('1'), { policy: policyWith(EVERY_GUARD), facts, ...change });
  return exposureDecider.decide(state, command, { decisionId: 'd', at: AT }).find(({ type }) => type !== 'DayRolled') as TradeApproved | TradeDenied;
};

/** Hashes are told by '#': they are of content that each test chooses. */
export const withoutHashes = (text: string): string => text.replace(/\b[a-z2-7]{26}\b/g, '#');

/** One rule as it is recorded, in a line. */
export const lineOf = ({ rule, profile, result, unit, value = '', limit = '', distance = '', inputs }: RuleEvaluation): string =>
  withoutHashes([rule, profile, result, unit, value, limit, distance, Object.entries(inputs).map(([name, input]) => `${name}=${input}`).join(' ')].join(' | '));

/** The rules that are recorded otherwise than without the change, then what the denial says, one fault a line. */
export const otherwise = (change: Partial<AssessPlan>, state?: Exposure): readonly string[] => {
  const usual = new Set(judgedBy().rules.map(lineOf));
  const event = judgedBy(change, state);
  return [...event.rules.map(lineOf).filter((line) => !usual.has(line)), ...(event.type === 'TradeDenied' ? withoutHashes(event.reason).split('; ').map((fault) => `> ${fault}`) : [])];
};

/** Of these only what does not pass. */
export const refusals = (change: Partial<AssessPlan>): readonly string[] => otherwise(change).filter((line) => !line.includes(' | PASS | '));
