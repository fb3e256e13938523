import { isDeepStrictEqual } from 'node:util';
import type { Recorded } from '@ballast/bus';
import type { LogStory } from '../desk/log.js';

const TOLD_MAX = 12;

/** What the books of one run have otherwise than those of another: the first decision that only one of them has, by market time, and the orders. '' where nothing differs. */
export function difference(found: LogStory, expected: LogStory): string {
  if (isDeepStrictEqual(found.books, expected.books)) return '';
  const [here, there] = [new Set(found.recorded.map(lineOf)), new Set(expected.recorded.map(lineOf))];
  const only = [
    ...found.recorded.map(lineOf).filter((line) => !there.has(line)).map((line) => `${line}  only here`),
    ...expected.recorded.map(lineOf).filter((line) => !here.has(line)).map((line) => `${line}  only in the other`),
  ].sort();
  return [`${only.length} events differ, the first of them:`, ...only.slice(0, TOLD_MAX)].join('\n');
}

/** Market time first: sorted, they are a history. */
function lineOf({ event, decision }: Recorded): string {
  const of = event as { readonly clientOrderId?: string; readonly instrument?: string; readonly reason?: string; readonly message?: string };
  return [decision.occurredAt, decision.stream.split('.').slice(0, 2).join('.'), `version ${decision.version}`, event.type, of.clientOrderId ?? '', of.instrument ?? '', of.reason ?? of.message ?? ''].join(' ');
}
