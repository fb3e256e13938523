import type { DecisionRecord, Recorded, StoredMessage } from '@ballast/bus';

/** Something that must always hold and does not, with the event that shows it. */
export interface Breach {
  readonly rule: string;
  readonly partition: number;
  readonly sequence: number;
  readonly subject: string;
  readonly eventType: string;
  readonly detail: string;
}

/** One thing that must always hold: sees the log in order, says what breaks it. */
export interface Check {
  readonly rule: string;
  /** Every message, before its events. */
  message?(decision: DecisionRecord): string | undefined;
  /** A message that cannot be read and need not be: it has its place in its stream all the same. */
  passOver?(message: StoredMessage): void;
  event?(recorded: Recorded): string | undefined;
  /** After the last event: what the log as a whole lacks, with the message that it is about. */
  end?(): readonly { readonly decision: DecisionRecord; readonly detail: string }[];
}
