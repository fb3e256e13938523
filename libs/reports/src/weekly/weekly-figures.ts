import type { LadderCriterion, LadderUnit } from '@ballast/events';
import { bps, dollars, NOT_MEASURED, percent, plain } from '../export/markdown.js';
import type { Figure } from '../summary/statistics.js';

/** A figure as a person reads it; half-even, shown only (C-57). */
export function inUnit(unit: LadderUnit, value: Figure): string {
  switch (unit) {
    case 'RATIO':
      return percent(value, 2);
    case 'USD':
      return dollars(value);
    case 'BPS':
      return bps(value);
    case 'DAYS':
      return value === null ? NOT_MEASURED : `${plain(value)} days`;
    case 'MS':
      return value === null ? NOT_MEASURED : `${plain(value, 0)} ms`;
    case 'COUNT':
    case 'NUMBER':
      return plain(value, 4);
  }
}

const MUST_WORDS: Readonly<Record<LadderCriterion['must'], string>> = { ABOVE: 'above', AT_LEAST: 'at least', BELOW: 'below', AT_MOST: 'at most' };

export const limitInWords = ({ must, limit, unit }: LadderCriterion): string => `${MUST_WORDS[must]} ${inUnit(unit, limit)}`;
export const foundInWords = ({ value, unit }: LadderCriterion): string => inUnit(unit, value ?? null);
