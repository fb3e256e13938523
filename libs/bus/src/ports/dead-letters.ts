import { contentId, type Id, type Ms, type Partition } from '@ballast/domain';

export const DEAD_REASONS = ['INVALID', 'FAILED', 'LANE_PARKED'] as const;
export type DeadReason = (typeof DEAD_REASONS)[number];

/** A message that could not be handled, with why; nothing of it is lost. */
export interface DeadLetter {
  readonly deadId: Id;
  readonly service: string;
  readonly partition: Partition;
  readonly lane: Id;
  readonly reason: DeadReason;
  /** The fields at fault, what was found and what is allowed; or the error's message. */
  readonly detail: string;
  readonly subject: string;
  /** Sequence in the partition's stream; 0 for what never was in the log. */
  readonly sequence: number;
  /** The message's exact bytes, base64. */
  readonly payload: string;
  readonly at: Ms;
}

/** Whose message it is and where that stands in the log: so no service can make another's id. */
export const deadIdOf = ({ service, partition, sequence }: Pick<DeadLetter, 'service' | 'partition' | 'sequence'>): Id => contentId('dead', service, partition, sequence);

/** Append-only like everything else: a letter is open until a resolution for it is recorded. */
export abstract class DeadLetters {
  /** Stored before the message is acknowledged; the same deadId twice is one letter. */
  abstract record(letter: DeadLetter): Promise<void>;
  abstract resolve(deadId: Id, resolution: 'RETRIED' | 'DISCARDED', by: string): Promise<void>;
  /** Open letters, oldest first. */
  abstract open(filter?: { readonly service?: string; readonly partition?: Partition }): Promise<readonly DeadLetter[]>;
}
