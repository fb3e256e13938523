import type { Decimal, Ratio } from '@ballast/domain';
import type { Limit } from '@ballast/policy';
import { positive } from './gross.js';
import { type GuardContext, type HeldAfter, leastOf, mostOf, sumHeld } from './guard-context.js';
import { hold, measure, type Verdict } from './rule.js';

function namedCeiling(rule: string, what: string, names: readonly string[] | undefined, ceilings: Readonly<Record<string, Limit<Ratio>>>, { sizes: { after, collateral, leverage } }: GuardContext): Verdict {
  const limits = names?.flatMap((name) => (Object.hasOwn(ceilings, name) ? (ceilings[name] ?? []) : []));
  const tightest = limits?.reduce<Limit<Ratio> | undefined>((best, limit) => (best === undefined || limit.value.lt(best.value) ? limit : best), undefined);
  const inputs = { [what]: names?.join(' '), gross: after, collateral };
  if (names && !tightest) return hold({ rule, profile: 'none', value: names.join(' '), limit: 'has no ceiling', holds: true, inputs, text: '' });
  return measure({ rule, profile: tightest?.profile ?? 'none', unit: 'X', value: leverage, limit: tightest?.value, must: 'upTo', inputs });
}

/** Leverage of a strategy's bots has a ceiling of its own, before no safety factor: it is gross over eligible collateral. */
export const strategyLeverage = (context: GuardContext): Verdict => {
  const strategy = context.command.bot?.strategy;
  return namedCeiling('strategy-leverage', 'strategy', strategy === undefined ? undefined : [strategy], context.guards.strategyLeverageMax ?? {}, context);
};

/** Leverage at a venue has a ceiling of its own. */
export const venueLeverage = (context: GuardContext): Verdict => {
  const venues = context.terms?.map(({ venue }) => venue);
  return namedCeiling('venue-leverage', 'venue', venues && [...new Set(venues)], context.guards.venueLeverageMax ?? {}, context);
};

/** Initial margin of everything held, pending and planned, by the venue's ratios, over equity without protection (R54). */
export function marginUtilisation(context: GuardContext, limit: Limit<Ratio>): Verdict {
  const margin = sumHeld(context.held, ({ notional, terms }) => terms && notional.times(terms.initialMarginRatio));
  const equity = positive(context.command.account?.eligibleEquity);
  return measure({ rule: 'margin-utilisation', profile: limit.profile, unit: 'RATIO', value: margin && equity && margin.div(equity), limit: limit.value, must: 'upTo', inputs: { initialMargin: margin, equity } });
}

/**
 * Adverse move to liquidation after the plan: 1/L - mmr (C-8), L = gross notional over equity, mmr = the largest maintenance ratio
 * held, or the venue's own smallest distance now, whichever is less. Protection counts here (C-10).
 */
export function liquidationBuffer(context: GuardContext, limit: Limit<Ratio>): Verdict {
  const { held, command: { account } } = context;
  const gross = positive(sumHeld(held, ({ notional }) => notional));
  const equity = positive(account?.equity);
  const known = held?.every(({ terms }) => terms !== undefined) === true;
  const maintenance = known ? mostOf(held.flatMap(({ terms }) => terms?.maintenanceMarginRatio ?? [])) : undefined;
  const formula = gross && equity && maintenance && equity.div(gross).minus(maintenance);
  const venue = account?.nearestLiquidation;
  const value = formula && leastOf([formula, ...(venue ? [venue] : [])]);
  const by = value === undefined ? undefined : value === formula ? '1/L - mmr' : "the venue's distance";
  return measure({ rule: 'liquidation-buffer', profile: limit.profile, unit: 'RATIO', value, limit: limit.value, must: 'atLeast', inputs: { by, gross, equity, maintenance, formula, venue: venue ?? 'none' } });
}

/** Share of allowed gross notional (equity x leverage in force) that the largest underlying of the plan takes (C-45). */
export function underlyingShare(context: GuardContext, limit: Limit<Ratio>): Verdict {
  const { underlying, amount } = largestUnderlying(context, ({ notional }) => notional);
  const equity = positive(context.command.account?.eligibleEquity);
  const allowed = equity?.times(context.policy.leverageMax.value);
  return measure({ rule: 'underlying-share', profile: limit.profile, unit: 'RATIO', value: amount && allowed && amount.div(allowed), limit: limit.value, must: 'upTo', inputs: { underlying, notional: amount, equity, leverage: context.policy.leverageMax.value } });
}

/** Initial margin in the largest underlying of the plan, by the venue's ratios, over equity (W-10). */
export function underlyingMargin(context: GuardContext, limit: Limit<Ratio>): Verdict {
  const { underlying, amount } = largestUnderlying(context, ({ notional, terms }) => terms && notional.times(terms.initialMarginRatio));
  const equity = positive(context.command.account?.eligibleEquity);
  return measure({ rule: 'underlying-margin', profile: limit.profile, unit: 'RATIO', value: amount && equity && amount.div(equity), limit: limit.value, must: 'upTo', inputs: { underlying, initialMargin: amount, equity } });
}

interface Largest {
  readonly underlying: string | undefined;
  readonly amount: Decimal | undefined;
}

/** Of the underlyings that the plan trades, the one with most held after it, weighed; an underlying is an instrument's base. */
function largestUnderlying({ held, terms: planned }: GuardContext, weigh: (each: HeldAfter) => Decimal | undefined): Largest {
  const bases = planned?.map(({ base }) => base);
  if (!held?.every(({ terms }) => terms !== undefined)) return { underlying: undefined, amount: undefined };
  const sums = [...new Set(bases)].map((underlying) => ({ underlying, amount: sumHeld(held.filter(({ terms }) => terms?.base === underlying), weigh) }));
  const amount = mostOf(sums.flatMap((each) => each.amount ?? []));
  return { underlying: sums.find((each) => each.amount === amount)?.underlying, amount };
}
