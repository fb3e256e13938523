import type { BoundProfile, LadderCriterion, LadderEvidence, ScaleCheck } from '@ballast/events';
import { type PolicyProfile, profileHash, profileRef, type Rung, withRung } from '@ballast/policy';
import { figureOf } from './evidence.js';

/** Points that nobody can measure: the person who asks says so. */
export const STATED_ITEMS = ['ALERTS_UPDATED'] as const;
export type StatedItem = (typeof STATED_ITEMS)[number];

/** A step from one rung to the next, with what is known of it. */
export interface Step {
  readonly profile: PolicyProfile;
  readonly from: Rung;
  readonly to: Rung;
  readonly evidence: LadderEvidence;
  readonly criteria: readonly LadderCriterion[];
  readonly stated: readonly StatedItem[];
  /** What the log says binds the bots of the portfolio, one for each bot and profile. */
  readonly recorded: readonly BoundProfile[];
}

/** The list that is gone through before size grows (R55), in its order. */
export function checklistOf(step: Step): readonly ScaleCheck[] {
  const { criteria, stated } = step;
  const missed = criteria.filter(({ met }) => !met).map(({ criterion }) => criterion);
  const alerts = stated.includes('ALERTS_UPDATED');
  return [
    { item: 'CRITERIA_MET', met: missed.length === 0, source: 'MEASURED', detail: missed.length === 0 ? 'every criterion is met' : `not met: ${missed.join(', ')}`.slice(0, 500) },
    slippage(step),
    depth(step),
    configured(step),
    { item: 'ALERTS_UPDATED', met: alerts, source: 'STATED', detail: alerts ? 'stated by the person who asks' : 'not stated: ask with --alerts-updated once the alert thresholds fit the new size' },
    funded(step),
  ];
}

/** The profile that has the next rung is, number by number, the one that the log has recorded as binding every bot of this ladder. */
function configured({ profile, from, to, recorded }: Step): ScaleCheck {
  const bound = withRung(profile, from);
  const [ref, hash] = [profileRef(bound), profileHash(bound)];
  const bots = recorded.filter(({ name }) => name === profile.name);
  const other = bots.find((each) => each.ref !== ref || each.hash !== hash);
  const item = { item: 'RISK_CONFIG_UPDATED', source: 'MEASURED' } as const;
  if (bots.length === 0) return { ...item, met: false, detail: `${ref} (${hash}): the log has recorded no bot that it binds` };
  if (other) return { ...item, met: false, detail: `found ${other.ref ?? 'an unknown version'} (${other.hash ?? 'no hash'}) recorded as in force, allowed is ${ref} (${hash})` };
  return { ...item, met: true, detail: `${ref} (${hash}) is recorded as in force and holds rung ${to.name}: leverage ${to.leverageMax}x, position $${to.positionMax}, legs to $${to.legNotionalMax}` };
}

/** Realised slippage of the last rounds within what the next rung warns of. */
function slippage({ evidence, profile, to }: Step): ScaleCheck {
  const limit = to.slippageWarnBps ?? profile.guards?.slippageWarnBps ?? profile.slippageBpsMax;
  const found = figureOf(evidence, 'recentSlippage');
  return { item: 'SLIPPAGE_ACCEPTABLE', met: found?.lte(limit) ?? false, source: 'MEASURED', detail: `${found ? `${found} bps` : 'nothing'} realised over the last rounds, at most ${limit} bps` };
}

/** Books of the last rounds deep enough for the next rung's largest leg (R52). */
function depth({ evidence, profile, to }: Step): ScaleCheck {
  const least = to.legNotionalMax.times(profile.depthMultipleMin);
  const found = figureOf(evidence, 'recentDepth');
  return { item: 'DEPTH_SUFFICIENT', met: found?.gte(least) ?? false, source: 'MEASURED', detail: `$${found?.toString() ?? '0'} least in the books of the last rounds, at least $${least} for legs of $${to.legNotionalMax}` };
}

/** There is capital at work, and where the next rung is of more, as much as that. */
function funded({ evidence, from, to }: Step): ScaleCheck {
  const found = figureOf(evidence, 'capital');
  const met = found !== undefined && (to.capital.gt(from.capital) ? found.gte(to.capital) : found.gt(0));
  return { item: 'ACCOUNT_FUNDED', met, source: 'MEASURED', detail: `$${found?.toString() ?? '0'} at work, the next rung is of $${to.capital}` };
}
