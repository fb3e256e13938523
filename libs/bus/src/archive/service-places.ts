import { ID } from '@ballast/domain';
import { ContractError } from '@ballast/events';
import { CONSUMED_STREAMS, EVENT_STREAMS, USER } from '../jetstream/names.js';
import type { Place, Thinning } from './log-streams.js';

const PLACES_MAX = 10_000;

/** Reads the request that puts places back. @throws ContractError naming every field at fault */
export function readPlaces(payload: unknown): readonly Place[] {
  const places = (payload as { readonly places?: unknown } | null)?.places;
  if (!Array.isArray(places) || places.length > PLACES_MAX) throw new ContractError('restore-places', { places: `found ${JSON.stringify(places)?.slice(0, 80) ?? 'nothing'}, allowed is a list of at most ${PLACES_MAX} places` });
  const faults: Record<string, string> = {};
  (places as Readonly<Record<string, unknown>>[]).forEach((place, index) => {
    const demand = (field: keyof Place, holds: boolean, allowed: string): void => {
      if (!holds) faults[`places[${index}].${field}`] = `found ${JSON.stringify(place[field]) ?? 'nothing'}, allowed is ${allowed}`;
    };
    demand('stream', CONSUMED_STREAMS.includes(place['stream'] as string), CONSUMED_STREAMS.join(', '));
    demand('user', typeof place['user'] === 'string' && USER.test(place['user']), String(USER));
    demand('consumer', typeof place['consumer'] === 'string' && ID.test(place['consumer']), String(ID));
    demand('resumeAt', Number.isSafeInteger(place['resumeAt']) && (place['resumeAt'] as number) >= 1, 'a sequence from 1');
  });
  if (Object.keys(faults).length > 0) throw new ContractError('restore-places', faults);
  return places as readonly Place[];
}

/** What is to be thinned of a partition's stream. */
export interface ThinRequest {
  readonly stream: string;
  /** What the opening seals at least. */
  readonly upTo: number;
  readonly subjects: readonly Thinning[];
  /** Users whose places do not count: they are gone for good. */
  readonly without?: readonly string[];
}

const THINNED_MAX = 1_000;

/** Reads the request that removes what is sealed. @throws ContractError naming every field at fault */
export function readThinRequest(payload: unknown): ThinRequest {
  const { stream, upTo, subjects, without = [] } = (payload ?? {}) as Partial<Record<keyof ThinRequest, unknown>>;
  const faults: Record<string, string> = {};
  const demand = (field: string, found: unknown, holds: boolean, allowed: string): void => {
    if (!holds) faults[field] = `found ${JSON.stringify(found)?.slice(0, 80) ?? 'nothing'}, allowed is ${allowed}`;
  };
  const partition = EVENT_STREAMS.indexOf(stream as string);
  const isSequence = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= (upTo as number);
  demand('stream', stream, partition >= 0, EVENT_STREAMS.join(', '));
  demand('upTo', upTo, isSequence(upTo), 'a sequence from 1');
  demand('subjects', subjects, Array.isArray(subjects) && subjects.length <= THINNED_MAX, `a list of at most ${THINNED_MAX}`);
  demand('without', without, Array.isArray(without) && without.length <= THINNED_MAX && without.every((user) => typeof user === 'string' && USER.test(user)), `a list of users, each ${String(USER)}`);
  if (Array.isArray(subjects)) {
    (subjects as unknown[]).forEach((one, index) => {
      const [subject, below] = Array.isArray(one) ? (one as unknown[]) : [];
      demand(`subjects[${index}]`, one, typeof subject === 'string' && subject.startsWith(`evt.${partition}.`) && !/[*>\s]/.test(subject) && isSequence(below), `a subject below evt.${partition}. and a sequence from 1 to upTo`);
    });
  }
  if (Object.keys(faults).length > 0) throw new ContractError('thin', faults);
  return payload as ThinRequest;
}
