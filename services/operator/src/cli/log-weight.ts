import type { Id, Ms } from '@ballast/domain';
import type { StoredMessage } from '@ballast/bus';

/** What one event type, or the envelopes around all events, takes in the log. */
export interface Weight {
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

/** What a log is made of. */
export interface LogWeight {
  readonly decisions: number;
  /** Of all messages, without their subjects and headers. */
  readonly bytes: number;
  /** Trades that ended as COMPLETED. */
  readonly rounds: number;
  /** Bytes of the decisions that belong to those trades by their correlation. */
  readonly roundBytes: number;
  /** Between the first and the last decision, market time. */
  readonly spanMs: Ms;
  /** Heaviest first; `(envelope)` is all that is around the events. */
  readonly weights: readonly Weight[];
}

interface Written {
  readonly correlationId: Id;
  readonly occurredAt: Ms;
  readonly events: readonly { readonly type: string; readonly tradeId?: Id; readonly outcome?: string }[];
}

const ENVELOPE = '(envelope)';

/** Weighs stored messages as they are: nothing is decoded, so a newer build's log is weighed too. */
export class LogScales {
  private readonly weights = new Map<string, { count: number; bytes: number }>();
  private readonly byCorrelation = new Map<Id, number>();
  private readonly completed = new Set<Id>();
  private decisions = 0;
  private bytes = 0;
  private first = Infinity;
  private last = 0;

  put(message: StoredMessage): void {
    const { correlationId, occurredAt, events } = JSON.parse(Buffer.from(message.bytes).toString('utf8')) as Written;
    const size = message.bytes.length;
    let rest = size;
    for (const event of events) {
      // Stored JSON is canonical: written again it has the length that it has in the log.
      const length = Buffer.byteLength(JSON.stringify(event));
      rest -= length;
      this.add(event.type, length);
      if (event.type === 'TradeClosed' && event.outcome === 'COMPLETED' && event.tradeId !== undefined) this.completed.add(event.tradeId);
    }
    this.add(ENVELOPE, rest);
    this.decisions += 1;
    this.bytes += size;
    this.byCorrelation.set(correlationId, (this.byCorrelation.get(correlationId) ?? 0) + size);
    this.first = Math.min(this.first, occurredAt);
    this.last = Math.max(this.last, occurredAt);
  }

  read(): LogWeight {
    return {
      decisions: this.decisions,
      bytes: this.bytes,
      rounds: this.completed.size,
      roundBytes: [...this.completed].reduce((sum, tradeId) => sum + (this.byCorrelation.get(tradeId) ?? 0), 0),
      spanMs: Math.max(0, this.last - Math.min(this.first, this.last)),
      weights: [...this.weights].map(([name, weight]) => ({ name, ...weight })).sort((a, b) => b.bytes - a.bytes),
    };
  }

  private add(name: string, bytes: number): void {
    const weight = this.weights.get(name) ?? { count: 0, bytes: 0 };
    this.weights.set(name, { count: weight.count + 1, bytes: weight.bytes + bytes });
  }
}
