import { setTimeout as delay } from 'node:timers/promises';
import type { Id, Ms, Partition } from '@ballast/domain';
import { type DecisionRecord, type EventStore, readTrusted } from '@ballast/bus';
import type { BallastEvent, EquityObserved } from '@ballast/events';
import { Books } from '@ballast/books';
import { ProtectionFold } from '../cli/protection-fold.js';
import { ALL_PARTITIONS } from '../cli/read-log.js';
import { TradesFold } from '../cli/trades-fold.js';
import { type Request, requestDecider, type RequestEvent } from '../request/request.decider.js';

/** One recorded event as the live feed tells it. */
export interface FeedEvent {
  /** Last sequence of each partition, this one counted, joined by dots: where to go on. */
  readonly id: string;
  /** Kind of its stream: bot, trade, position, ladder … */
  readonly kind: string;
  readonly at: Ms;
  readonly partition: Partition;
  readonly sequence: number;
  readonly writer: string;
  readonly streamId: Id;
  readonly correlationId: Id;
  readonly event: BallastEvent;
}

type Listener = (event: FeedEvent) => void;

const LOOK_MS = 300;
/** Who has not come to the end of the log for so long is behind it, ms. */
const BEHIND_MS = 5_000;
/** So long a reading that is under way holds up who stops, or sends a command, ms. */
const WAIT_MS = 2_000;
const RETRY_MS = 2_000;
const RING_MAX = 2_000;
const COMMANDS_MAX = 10_000;
export const CURSOR = /^\d{1,15}(?:\.\d{1,15}){7}$/;

/**
 * The log as the edge sees it, read beside the service's own work: books, trades and equity for its answers, new events for
 * who listens. `fresh()` is at least as new as the call, so that who wrote reads what was written.
 */
export class DeskFeed {
  readonly books = new Books();
  readonly trades = new TradesFold();
  readonly equity = new Map<Id, EquityObserved>();
  readonly protections = new ProtectionFold();
  /** What was decided because of what a person asked for: how a repeated command finds what it did before. */
  private readonly caused = new Map<Id, readonly BallastEvent[]>();
  /** Which idempotency keys are being carried out, and which are done. */
  private readonly requests = new Map<Id, Request>();
  private readonly next: number[] = ALL_PARTITIONS.map(() => 1);
  private readonly ring: FeedEvent[] = [];
  /** Last sequence of each partition that the ring holds no more. */
  private readonly dropped: number[] = ALL_PARTITIONS.map(() => 0);
  private readonly listeners = new Set<Listener>();
  private readonly behindListeners = new Set<() => void>();
  private reading: Promise<void> | undefined;
  private waiting: Promise<void> | undefined;
  private stopping = false;
  private readToEnd = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly store: EventStore,
    /** Hears why the log cannot be followed; undefined once it can again. */
    private readonly onFailure: (error: unknown) => void,
    /** Commands, and requests, that are kept: the newest. */
    private readonly commandsMax = COMMANDS_MAX,
    private readonly behindMs = BEHIND_MS,
  ) {}

  /** Follows the log until `stop`; while it is away it tries again. */
  start(): void {
    this.running = this.follow();
  }

  /** What is being read is left to itself after a moment: the life that ends with this has no longer. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.race([this.running, delay(WAIT_MS, undefined, { ref: false })]);
  }

  /** Resolves when everything is folded that was in the log at the call. */
  async fresh(): Promise<this> {
    await (this.reading ? (this.waiting ??= this.reading.catch(() => undefined).then(() => this.readOnce())) : this.readOnce());
    return this;
  }

  /** The same, or what is folded by then where the log does not answer at once. */
  async freshAtOnce(): Promise<this> {
    await Promise.race([this.fresh().catch(() => this), delay(WAIT_MS, undefined, { ref: false })]);
    return this;
  }

  /** What was decided because of this command, where anything was. */
  decidedFor(causationId: Id): readonly BallastEvent[] | undefined {
    return this.caused.get(causationId);
  }

  /** What the log says of a request under an idempotency key: of the newest that are kept. */
  request(requestId: Id): Exclude<Request, { status: 'ABSENT' }> | undefined {
    const request = this.requests.get(requestId);
    return request?.status === 'ABSENT' ? undefined : request;
  }

  /** Everything after a cursor that is still held; undefined where more came since than that. */
  since(cursor: string): readonly FeedEvent[] | undefined {
    const seen = cursor.split('.').map((text) => Number.parseInt(text, 10));
    const isHeld = ALL_PARTITIONS.every((partition) => (seen[partition] ?? 0) >= (this.dropped[partition] ?? 0) && (seen[partition] ?? 0) < (this.next[partition] ?? 1));
    return isHeld ? this.ring.filter(({ partition, sequence }) => sequence > (seen[partition] ?? 0)) : undefined;
  }

  /** Whether it has been at the end of the log: before, whatever it knows may be a part of what there is. */
  get isWhole(): boolean {
    return this.readToEnd;
  }

  /** Hears, again and again while it lasts, that what this feed tells is not what the log has by now. @returns how to stop listening. */
  onBehind(listener: () => void): () => void {
    this.behindListeners.add(listener);
    return () => void this.behindListeners.delete(listener);
  }

  /** @returns how to stop listening. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  get cursor(): string {
    return this.next.map((next) => next - 1).join('.');
  }

  private async follow(): Promise<void> {
    let failed = false;
    while (!this.stopping) {
      const late = setInterval(() => this.tellBehind(), this.behindMs);
      try {
        await this.fresh();
        if (failed) this.onFailure(undefined);
        failed = false;
        await delay(LOOK_MS);
      } catch (error) {
        failed = true;
        this.onFailure(error);
        this.tellBehind();
        await delay(RETRY_MS);
      } finally {
        clearInterval(late);
      }
    }
  }

  private readOnce(): Promise<void> {
    this.waiting = undefined;
    this.reading = this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async read(): Promise<void> {
    await Promise.all(
      ALL_PARTITIONS.map(async (partition) => {
        const from = this.next[partition] ?? 1;
        const to = await this.store.lastSequence(partition);
        if (to >= from) await this.store.read(partition, { filters: [], from, to }, (message) => this.take(readTrusted(message)));
      }),
    );
    this.readToEnd = true;
  }

  private take(decision: DecisionRecord): void {
    const { partition, sequence, stream, correlationId, causationId, writer, occurredAt: at } = decision;
    if (sequence < (this.next[partition] ?? 1)) return;
    const [, kind = '', streamId = ''] = stream.split('.', 3);
    if (kind === 'request') return this.takeRequest(decision);
    decision.events.forEach((event, index) => {
      this.books.apply({ event, index, decision });
      this.trades.apply({ event, index, decision });
      this.protections.apply(event);
      if (event.type === 'EquityObserved') this.equity.set(event.accountId, event);
      // Who is cut off inside a decision is told all of it again.
      if (index === decision.events.length - 1) this.next[partition] = sequence + 1;
      this.tell({ id: this.cursor, kind, at, partition, sequence, writer, streamId, correlationId, event });
    });
    this.next[partition] = sequence + 1;
    // Only what somebody asked for names who: the market's own decisions, of which there are many more, push none of it out.
    if (!decision.events.some((event) => 'by' in event)) return;
    this.caused.delete(causationId);
    this.caused.set(causationId, decision.events);
    const [oldest] = this.caused.keys();
    if (oldest !== undefined && this.caused.size > this.commandsMax) this.caused.delete(oldest);
  }

  /** The edge's own, and nothing that happens on the desk: nobody listens for it. */
  private takeRequest({ partition, sequence, events }: DecisionRecord): void {
    this.next[partition] = sequence + 1;
    for (const event of events as readonly RequestEvent[]) {
      const request = requestDecider.evolve(this.requests.get(event.requestId) ?? requestDecider.initial, event);
      this.requests.delete(event.requestId);
      this.requests.set(event.requestId, request);
    }
    const [oldest] = this.requests.keys();
    if (oldest !== undefined && this.requests.size > this.commandsMax) this.requests.delete(oldest);
  }

  private tellBehind(): void {
    for (const listener of this.behindListeners) listener();
  }

  private tell(event: FeedEvent): void {
    this.ring.push(event);
    const old = this.ring.length > RING_MAX ? this.ring.shift() : undefined;
    if (old) this.dropped[old.partition] = old.sequence;
    for (const listener of this.listeners) listener(event);
  }
}
