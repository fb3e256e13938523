import type { Id, Ms, Partition } from '@ballast/domain';
import { type ArchivedMessage, type DecisionRecord, decodeMessage, isOpening, type StoredMessage, type Thinning } from '@ballast/bus';
import { Books, type Breach, carriedBooks, type CarriedBooks, Verifier } from '@ballast/books';
import { ContractError } from '@ballast/events';

/** What is known of one stream of the sealed part. */
interface Stream {
  readonly kind: string;
  messages: number;
  last: number;
  lastAt: Ms;
  correlationId: Id;
}

/** Streams of one trade, plan or request: each ends, and for a while it may still be asked for what it did. */
const SHORT_LIVED = ['trade', 'plan', 'request'];

/** A strategy may bring nobody but itself to a stop by what it writes, and moves nobody's clock. */
const isOfStrategy = (subject: string): boolean => subject.split('.')[2]?.startsWith('strategy-') === true;

/** A partition from its first message up to where it may be sealed: its books, its proofs, and the last message of every stream. */
export class SealedBooks {
  private readonly books = new Books();
  private readonly verifier = new Verifier();
  private readonly unreadable: Breach[] = [];
  private readonly streams = new Map<string, Stream>();
  /** Trades that are not over, by their stream's id. */
  private readonly openTrades = new Map<Id, Id>();
  private end = 0;
  private newest = 0;
  private latestOpening: DecisionRecord | undefined;

  constructor(readonly partition: Partition) {}

  /** Last sequence seen. */
  get last(): number {
    return this.end;
  }

  /** Market time of the newest decision of the desk. */
  get newestAt(): Ms {
    return this.newest;
  }

  get opening(): DecisionRecord | undefined {
    return this.latestOpening;
  }

  see({ sequence, subject, bytes }: ArchivedMessage): void {
    this.end = sequence;
    const message = { partition: this.partition, sequence, subject, bytes };
    try {
      this.take(decodeMessage(message));
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      if (isOfStrategy(subject)) this.passOver(message);
      else this.unreadable.push({ rule: 'contract', partition: this.partition, sequence, subject, eventType: '', detail: error.message });
    }
  }

  /** What does not hold of all that was seen, the first one first. */
  breaches(): readonly Breach[] {
    return [...this.unreadable, ...this.verifier.report().breaches].sort((a, b) => a.sequence - b.sequence);
  }

  carried(): CarriedBooks {
    return carriedBooks(this.books.canonical());
  }

  /**
   * Of each stream its last message stays, since the next one names its hash, and a repetition meets it. Streams of a trade that is not
   * over stay whole, and those of trades, plans and requests whose last word is of `wholeFrom` (market time) or later.
   */
  thinning(wholeFrom: Ms): readonly Thinning[] {
    const open = new Set(this.openTrades.values());
    const thinnings: Thinning[] = [];
    for (const [subject, { kind, messages, last, lastAt, correlationId }] of this.streams) {
      const isWhole = messages === 1 || (SHORT_LIVED.includes(kind) && (lastAt >= wholeFrom || open.has(correlationId)));
      if (!isWhole) thinnings.push([subject, last]);
    }
    return thinnings;
  }

  /** How many messages of one subject were seen. */
  messagesOf(subject: string): number {
    return this.streams.get(subject)?.messages ?? 0;
  }

  /** What cannot be read still has its place in its stream. */
  private passOver(message: StoredMessage): void {
    this.verifier.passOver(message);
    this.counted(message.subject, message.sequence);
  }

  private counted(subject: string, sequence: number): Stream {
    const stream = this.streams.get(subject) ?? { kind: subject.split('.')[3] ?? '', messages: 0, last: 0, lastAt: 0, correlationId: '' };
    this.streams.set(subject, stream);
    stream.messages += 1;
    stream.last = sequence;
    return stream;
  }

  private take(decision: DecisionRecord): void {
    this.verifier.see(decision);
    decision.events.forEach((event, index) => this.books.apply({ event, index, decision }));
    if (isOpening(decision)) this.latestOpening = decision;
    const [, kind = '', id = ''] = decision.stream.split('.', 3);
    const stream = this.counted(decision.subject, decision.sequence);
    stream.lastAt = decision.occurredAt;
    stream.correlationId = decision.correlationId;
    if (!isOfStrategy(decision.subject)) this.newest = Math.max(this.newest, decision.occurredAt);
    if (kind !== 'trade') return;
    const isOver = decision.events.some(({ type }) => type === 'TradeClosed' || type === 'TradeRefused');
    if (isOver) this.openTrades.delete(id);
    else if (stream.messages === 1) this.openTrades.set(id, decision.correlationId);
  }
}
