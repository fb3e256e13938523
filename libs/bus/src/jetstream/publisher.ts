import { headers, type Msg, type MsgHdrs } from 'nats';
import type { Link, Refusal } from './link.js';
import { NotPermitted } from './link.js';

/** The store took the message, or said that the subject has moved on. */
export type StoreAnswer = { readonly status: 'stored'; readonly sequence: number; readonly duplicate: boolean } | { readonly status: 'conflict' };

/** No answer came, or the store could not do anything now: the message may be stored or not. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** The store answered that it did not take the message. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
  constructor(
    message: string,
    /** JetStream's own error code. */
    readonly code: number,
  ) {
    super(message);
  }
}

export interface StoreOptions {
  /** De-duplicates inside the stream's window, among those who hold this credential (see `messageIdsOf`). */
  readonly messageId?: string;
  /** Last sequence that the subject must have; 0 = none yet; absent = whatever it is. */
  readonly expectedLastSequence?: number;
  /** Last sequence that the whole stream must have; 0 = it is empty; absent = whatever it is. */
  readonly expectedStreamSequence?: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

interface Pending {
  readonly subject: string;
  readonly deadline: number;
  resolve(answer: StoreAnswer): void;
  reject(error: Error): void;
}

interface PubAck {
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly err_code?: number; readonly code?: number; readonly description?: string };
}

const WRONG_LAST_SEQUENCE = new Set([10071, 10164]);
const UNAVAILABLE = 503;
const SWEEP_MS = 100;
const decoder = new TextDecoder();

/**
 * Stores messages in JetStream with one inbox for all acks and one timer for all time limits: several times what a
 * request for each message can do (measured: nats.md 2.1).
 */
export class StorePublisher {
  private readonly prefix: string;
  private readonly pending = new Map<string, Pending>();
  private readonly sweep: NodeJS.Timeout;
  private count = 0;
  private readonly detach: (() => void)[];

  /** `timeoutMs`: longest wait for the store's answer. */
  constructor(
    private readonly link: Link,
    private readonly timeoutMs = 5_000,
  ) {
    this.prefix = `${link.newInbox()}.`;
    link.connection.subscribe(`${this.prefix}*`, { callback: (error, message) => this.onAnswer(error, message) });
    this.sweep = setInterval(() => this.expire(), SWEEP_MS);
    this.sweep.unref();
    this.detach = [link.onDown(() => this.failAll('the connection was lost')), link.onRefusal((refusal) => this.onRefusal(refusal))];
  }

  /** @throws NoAnswer | StoreRefused | NotPermitted */
  store(subject: string, bytes: Uint8Array, options: StoreOptions = {}): Promise<StoreAnswer> {
    if (!this.link.up) return Promise.reject(new NoAnswer(`${subject}: there is no connection`));
    this.count += 1;
    const reply = this.prefix + this.count.toString(36);
    return new Promise((resolve, reject) => {
      this.pending.set(reply, { subject, deadline: performance.now() + this.timeoutMs, resolve, reject });
      try {
        this.link.connection.publish(subject, bytes, { reply, headers: this.headersOf(options) });
      } catch (error) {
        this.pending.delete(reply);
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  close(): void {
    clearInterval(this.sweep);
    for (const detach of this.detach) detach();
    this.failAll('the publisher was closed');
  }

  private onAnswer(error: Error | null, message: Msg): void {
    if (error !== null) return this.failAll(error.message);
    const pending = this.pending.get(message.subject);
    if (pending === undefined) return;
    this.pending.delete(message.subject);
    if (message.headers?.code === 503) return pending.reject(new NoAnswer(`${pending.subject}: no stream answers for it`));
    const ack = JSON.parse(decoder.decode(message.data)) as PubAck;
    if (ack.error !== undefined) return this.refuse(pending, ack.error);
    if (ack.seq === undefined) return pending.reject(new NoAnswer(`${pending.subject}: the answer names no sequence`));
    pending.resolve({ status: 'stored', sequence: ack.seq, duplicate: ack.duplicate === true });
  }

  private refuse(pending: Pending, error: NonNullable<PubAck['error']>): void {
    const code = error.err_code ?? error.code ?? 0;
    if (WRONG_LAST_SEQUENCE.has(code)) return pending.resolve({ status: 'conflict' });
    // No leader, no room left: the server could not, whatever the message was.
    if (error.code === UNAVAILABLE) return pending.reject(new NoAnswer(`${pending.subject}: ${error.description ?? 'the store is not available'} (${code})`));
    pending.reject(new StoreRefused(`${pending.subject}: ${error.description ?? 'refused'} (${code})`, code));
  }

  private onRefusal({ operation, subject }: Refusal): void {
    if (operation !== 'publish') return;
    this.failWhere((pending) => pending.subject === subject, new NotPermitted(`publish: user ${this.link.user} may not write to "${subject}"`));
  }

  private expire(): void {
    const now = performance.now();
    this.failWhere((pending) => pending.deadline <= now, new NoAnswer(`no answer of the store within ${this.timeoutMs} ms`));
  }

  private failAll(why: string): void {
    this.failWhere(() => true, new NoAnswer(why));
  }

  private failWhere(applies: (pending: Pending) => boolean, error: Error): void {
    for (const [reply, pending] of this.pending) {
      if (!applies(pending)) continue;
      this.pending.delete(reply);
      pending.reject(error);
    }
  }

  private headersOf(options: StoreOptions): MsgHdrs | undefined {
    const { messageId, expectedLastSequence, expectedStreamSequence, headers: more = [] } = options;
    if (messageId === undefined && expectedLastSequence === undefined && expectedStreamSequence === undefined && more.length === 0) return undefined;
    const made = headers();
    if (messageId !== undefined) made.set('Nats-Msg-Id', this.link.messageIdOf(messageId));
    if (expectedLastSequence !== undefined) made.set('Nats-Expected-Last-Subject-Sequence', String(expectedLastSequence));
    if (expectedStreamSequence !== undefined) made.set('Nats-Expected-Last-Sequence', String(expectedStreamSequence));
    for (const [name, value] of more) made.append(name, value);
    return made;
  }
}
