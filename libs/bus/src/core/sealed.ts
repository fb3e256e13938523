import { type Partition } from '@ballast/domain';
import { subjectFilters } from '@ballast/events';
import type { DecisionRecord } from '../ports/envelope.js';

/** The user that puts archives back and rolls partitions over; it writes openings, and no service does. */
export const RESTORER = 'restorer';
const KIND = 'opening';
const OPENING = `${RESTORER}.${KIND}.`;

/** Id of the stream in which a partition's openings are. */
export const openingId = (partition: Partition): string => `p${partition}`;
export const openingSubject = (partition: Partition): string => `evt.${partition}.${OPENING}${openingId(partition)}`;
/** Filters of every opening: each service folds them, so that its snapshot reaches them. */
export const openingFilters = (): readonly string[] => subjectFilters(['PartitionOpened']);
export const isOpening = ({ stream }: Pick<DecisionRecord, 'stream'>): boolean => stream.startsWith(OPENING);

/** What of a partition is sealed: it is in an archive, and of the stream each subject has only its last message left. */
export interface Seal {
  /** Last sealed sequence. */
  readonly upTo: number;
  /** The archive's digest over all that is sealed. */
  readonly digest: string;
  /** Market time from which short-lived streams stay whole. */
  readonly wholeFrom: number;
}

/** What is asked for is in an archive, and no archive is named; or it went there while it was read. */
export class SealedLog extends Error {
  override readonly name = 'SealedLog';
  constructor(what: string) {
    super(`${what}; name the folder of its archive (services: ARCHIVE_DIR, ballast: --archive)`);
  }
}
