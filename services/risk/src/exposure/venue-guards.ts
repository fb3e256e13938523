import { Decimal, type Bps, type Instrument, type Ms } from '@ballast/domain';
import type { PlannedLeg } from '@ballast/events';
import type { Limit } from '@ballast/policy';
import { inFlightOf } from './approvals.js';
import { type GuardContext, mostOf } from './guard-context.js';
import { ordersOf } from './gross.js';
import { hold, measure, tell, type Verdict } from './rule.js';

/** The rule that bounds refusals. */
export const REFUSED_PLANS = 'refused-plans';

const count = (value: number | undefined): Decimal | undefined => (value === undefined ? undefined : new Decimal(value));
const estimates = ({ command: { plan } }: GuardContext) => mostOf(plan.legs.map(({ estimatedSlippageBps }) => estimatedSlippageBps));
const slippageInputs = ({ command: { plan } }: GuardContext) => ({ legs: plan.legs.map(({ instrument, estimatedSlippageBps }) => `${instrument} ${estimatedSlippageBps.toString()}`).join(' ') });

/** Slippage from which a plan is told of and goes on (R51). */
export const slippageWarning = (context: GuardContext, { value, profile }: Limit<Bps>): Verdict => tell({ rule: 'slippage-warn', profile, unit: 'BPS', value: estimates(context), limit: value, must: 'below', inputs: slippageInputs(context) });
/** Slippage from which a plan is refused (R51). */
export const slippageBlock = (context: GuardContext, { value, profile }: Limit<Bps>): Verdict => measure({ rule: 'slippage-block', profile, unit: 'BPS', value: estimates(context), limit: value, must: 'below', inputs: slippageInputs(context) });

/** Orders still to come of approvals that execution has not answered, and of the plan. */
function ordersToCome({ state, command: { plan } }: GuardContext): { readonly approved: number; readonly plan: number } {
  return { approved: inFlightOf(state.approvals).reduce((sum, { orders }) => sum + orders, 0), plan: ordersOf(plan.legs) };
}

/** Orders of the portfolio at the venue, with those that approvals and the plan still send. */
export function openOrders(context: GuardContext, { value, profile }: Limit<number>): Verdict {
  const toCome = ordersToCome(context);
  const open = context.command.guardFacts?.orders?.open;
  return measure({ rule: 'open-orders', profile, unit: 'COUNT', value: count(open)?.plus(toCome.approved).plus(toCome.plan), limit: count(value), must: 'upTo', inputs: { open, ...toCome } });
}

/** Orders of the portfolio in the last minute of market time, with those that approvals and the plan still send. */
export function ordersPerMinute(context: GuardContext, { value, profile }: Limit<number>): Verdict {
  const toCome = ordersToCome(context);
  const sent = context.command.guardFacts?.orders?.sentInMinute;
  return measure({ rule: 'orders-per-minute', profile, unit: 'COUNT', value: count(sent)?.plus(toCome.approved).plus(toCome.plan), limit: count(value), must: 'upTo', inputs: { sent, ...toCome } });
}

/** Plans of the bot refused in the last hour; what this rule alone refused does not count. */
export function refusedPlans({ command: { guardFacts } }: GuardContext, { value, profile }: Limit<number>): Verdict {
  const refused = guardFacts?.refusedInHour;
  return measure({ rule: REFUSED_PLANS, profile, unit: 'COUNT', value: count(refused), limit: count(value), must: 'upTo', inputs: { refused }, measures: false });
}

/** No entry in an announced maintenance of the venue or shortly before one. */
export function maintenance({ command, terms, at }: GuardContext, { value, profile }: Limit<Ms>): Verdict {
  const venues = terms?.map(({ venue }) => venue);
  const announced = venues && command.guardFacts?.maintenances?.filter(({ venue, endsAt }) => venues.includes(venue) && endsAt > at);
  const [next] = [...(announced ?? [])].sort((a, b) => a.startsAt - b.startsAt);
  const rule = 'venue-maintenance';
  if (announced && !next) return hold({ rule, profile, value: 'none announced', limit: `none within ${value} ms`, holds: true, inputs: { venues: venues?.join(' ') }, text: '' });
  const inputs = { venue: next?.venue, startsAt: next?.startsAt, endsAt: next?.endsAt, reason: next?.reason };
  return measure({ rule, profile, unit: 'MS', value: next && new Decimal(next.startsAt - at), limit: count(value), must: 'atLeast', inputs, measures: false });
}

/** The venue's clock against market time, either way: as it last answered for the account, and books from ahead of the clock. */
export function clockSkew({ command: { account, plan }, at }: GuardContext, { value, profile }: Limit<Ms>): Verdict {
  const answered = account?.clockSkewMs;
  const ahead = plan.legs.map(({ seen }) => new Decimal(seen.exchangeTime - at));
  const skew = answered === undefined ? undefined : mostOf([new Decimal(answered).abs(), ...ahead]);
  return measure({ rule: 'venue-clock', profile, unit: 'MS', value: skew, limit: count(value), must: 'upTo', inputs: { answered, ahead: mostOf(ahead) }, measures: false });
}

const TERMS = ['lotSize', 'tickSize', 'notionalMin', 'makerFeeBps', 'takerFeeBps', 'initialMarginRatio', 'maintenanceMarginRatio'] as const satisfies readonly (keyof Instrument & keyof PlannedLeg['terms'])[];

/** Lot, tick, minimum, fees and margins that the market publishes now are those that the plan was made under. */
export function termsChanged({ command, terms }: GuardContext): Verdict {
  const changes = terms?.flatMap((now, index) => {
    const leg = command.plan.legs[index];
    return TERMS.flatMap((term) => (leg?.terms[term].eq(now[term]) === true ? [] : [`${now.instrument} ${term} ${leg?.terms[term].toString() ?? 'missing'} is now ${now[term].toString()}`]));
  });
  const changed = changes?.join('; ');
  return hold({ rule: 'terms-changed', profile: 'venue', value: changes && (changed || 'as planned'), limit: 'as planned', holds: changes?.length === 0, inputs: { instruments: terms?.map(({ instrument }) => instrument).join(' ') }, text: `the venue's terms have changed since the plan: ${changed ?? ''}` });
}
