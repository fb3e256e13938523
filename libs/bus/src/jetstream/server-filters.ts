import type { Partition } from '@ballast/domain';
import { withoutOverlap } from '../core/subject-filters.js';

const WILDCARD = '*';

/**
 * Filters as the server is asked for them: below the partition's own subjects, and alike in where they have a wildcard.
 * nats-server 2.10.27 silently passes over messages where one filter of a consumer has `*` in a place in which another has a
 * literal (found with `evt.0.*.signal.*` beside `evt.0.operator.bot.*`), so there all of them get `*`: some may
 * match more than was asked, none less.
 */
export function serverFilters(partition: Partition, filters: readonly string[]): readonly string[] {
  const own = filters.map((filter) => filter.replace(/^evt\.\*\./, `evt.${partition}.`).split('.'));
  const isWild = (place: number): boolean => own.some((tokens) => tokens[place] === WILDCARD);
  return withoutOverlap(own.map((tokens) => tokens.map((token, place) => (token !== '>' && isWild(place) ? WILDCARD : token)).join('.')));
}
