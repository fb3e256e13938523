import type { Message } from './notice.js';

/** How one message goes out. */
export interface Sending {
  /** Market time now. */
  readonly now: number;
  /** The process stops. */
  readonly signal: AbortSignal;
}

/** One receiver: a chat, or a webhook. */
export interface Target {
  /** Unique, kept in the record of what was told, free of secrets: `telegram:<chat>`, `webhook`. */
  readonly name: string;
  readonly channel: 'telegram' | 'webhook';
  /** Resolves when the receiver has it. @throws DeliveryFailed */
  send(message: Message, sending: Sending): Promise<void>;
}

export interface FailureFacts {
  /** The receiver will not have another attempt before, ms from now. */
  readonly retryAfterMs?: number;
  /** It is this message that is not taken: another attempt is hopeless. */
  readonly refused?: boolean;
}

/** A message did not get through, or nobody knows. The text names no secret: neither token nor URL. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  constructor(
    detail: string,
    readonly facts: FailureFacts = {},
  ) {
    super(detail);
  }
}

/** What went wrong below HTTP, by name alone: messages of such errors hold the URL, and with it the token. */
export function networkFault(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (typeof cause !== 'object' || cause === null) return 'unknown';
  if ('code' in cause && typeof cause.code === 'string') return cause.code;
  if ('type' in cause && typeof cause.type === 'string') return cause.type;
  return cause instanceof Error ? cause.name : 'unknown';
}
