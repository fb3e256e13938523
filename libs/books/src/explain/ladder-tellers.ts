import type { LadderCriterion, LadderEvidence, PromotionApproved, PromotionDenied, PromotionRequested, RungEntered, ScaleCheck } from '@ballast/events';
import type { Tellers, Words } from './chapter.js';
import { moneyText, timeText } from './text.js';

const MUST: Readonly<Record<LadderCriterion['must'], string>> = { ABOVE: 'above', AT_LEAST: 'at least', BELOW: 'below', AT_MOST: 'at most' };
const CAUSE: Readonly<Record<RungEntered['cause'], string>> = {
  BOUND: 'begins its ladder on', PROMOTION: 'climbs to', ROLLBACK: 'is rolled back to', DEMOTION: 'is demoted to', AUTOMATIC_ROLLBACK: 'is rolled back by itself to', WATCH_FAILED: 'failed its watch and is rolled back by itself to',
};

export const criterionText = ({ criterion, value, limit, unit, must, met }: LadderCriterion): string => `${met ? 'met' : 'NOT met'}: ${criterion} ${value ?? 'not measured'}, asked is ${MUST[must]} ${limit} ${unit}`;
const checkText = ({ item, met, source, detail }: ScaleCheck): string => `${met ? 'done' : 'NOT done'}: ${item.toLowerCase().replaceAll('_', ' ')} (${source.toLowerCase()}): ${detail}`;
const evidenceText = ({ rung, firstSequence, lastSequence, from, to, hash }: LadderEvidence): string => `evidence: rung ${rung}, sequences ${firstSequence} to ${lastSequence} of the portfolio's partition, ${timeText(from)} to ${timeText(to)}, hash ${hash}`;

const judged = (title: string, { evidence, criteria, checklist }: Pick<PromotionRequested | PromotionDenied | PromotionApproved, 'evidence' | 'criteria' | 'checklist'>, ...more: readonly string[]): Words => ({
  title,
  facts: [...more, ...criteria.map(criterionText), ...checklist.map(checkText), evidenceText(evidence)],
});

/** How a portfolio climbs and falls. */
export const ladderTellers: Tellers<'RungEntered' | 'RungWatchPassed' | 'PromotionRequested' | 'PromotionDenied' | 'PromotionApproved' | 'PromotionRejected'> = {
  RungEntered: ({ portfolioId, rung, from, cause, reason, by, profile, capital, leverageMax, positionMax, watchUntil, evidence, criteria }) => ({
    title: `portfolio ${portfolioId} ${CAUSE[cause]} ${rung}${from === undefined ? '' : ` from ${from}`}, by ${by}: ${reason}`,
    facts: [
      `under ${profile}: capital ${moneyText(capital)}, leverage at most ${leverageMax}x, position at most ${moneyText(positionMax)}`,
      ...(watchUntil === undefined ? [] : [`watched until ${timeText(watchUntil)}`]),
      ...(criteria ?? []).map(criterionText),
      ...(evidence ? [evidenceText(evidence)] : []),
    ],
  }),
  RungWatchPassed: ({ portfolioId, rung, criteria, evidence }) => ({ title: `the watch of ${rung} is over for portfolio ${portfolioId}: nothing was wrong`, facts: [...criteria.map(criterionText), evidenceText(evidence)] }),
  PromotionRequested: (event) => judged(`${event.by} asks that portfolio ${event.portfolioId} climbs from ${event.from} to ${event.to}: ${event.reason}`, event, `request ${event.requestId}`),
  PromotionDenied: (event) => judged(`portfolio ${event.portfolioId} does not climb from ${event.from} to ${event.to}: ${event.reason}`, event, `asked by ${event.by}`),
  PromotionApproved: (event) => judged(`${event.by} lets portfolio ${event.portfolioId} climb from ${event.from} to ${event.to}: ${event.reason}`, event, `request ${event.requestId} of ${event.requestedBy}`),
  PromotionRejected: ({ portfolioId, from, to, by, reason, requestId }) => ({ title: `${by} turns down that portfolio ${portfolioId} climbs from ${from} to ${to}: ${reason}`, facts: [`request ${requestId}`] }),
};
