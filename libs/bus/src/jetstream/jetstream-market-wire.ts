import { MarketWire } from '../ports/market-wire.js';
import { getDirect, subjectsOf } from './direct.js';
import type { Link } from './link.js';
import { MARKET_STREAM } from './names.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const GETS_AT_ONCE = 64;

export interface MarketWireOptions {
  /** The permission table does not let this user publish or subscribe what it tried. */
  readonly onFault: (error: Error) => void;
  /** A message that is not JSON: it is dropped, and whoever counts or shows it is told. */
  readonly onMalformed: (subject: string, bytes: Uint8Array) => void;
}

/** Market data on core NATS, on a connection of its own; the stream MARKET keeps the last message of every subject. */
export class JetStreamMarketWire extends MarketWire {
  constructor(
    private readonly link: Link,
    private readonly options: MarketWireOptions,
  ) {
    super();
    link.onRefusal(({ operation, subject }) => options.onFault(new Error(`market: user ${link.user} may not ${operation} "${subject}"`)));
  }

  publish(subject: string, message: object): void {
    // A last value that cannot go out now will be overtaken by the next one.
    if (this.link.up) this.link.connection.publish(subject, encoder.encode(JSON.stringify(message)));
  }

  subscribe(onMessage: (subject: string, message: unknown) => void): void {
    this.link.connection.subscribe('mkt.>', {
      callback: (error, { subject, data }) => {
        if (error !== null) return this.options.onFault(error);
        const message = this.parse(subject, data);
        if (message !== undefined) onMessage(subject, message);
      },
    });
  }

  async lastValues(): Promise<ReadonlyMap<string, unknown>> {
    const subjects = await subjectsOf(this.link, MARKET_STREAM, 'mkt.>');
    const values = new Map<string, unknown>();
    for (let first = 0; first < subjects.length; first += GETS_AT_ONCE) {
      const batch = subjects.slice(first, first + GETS_AT_ONCE);
      const messages = await Promise.all(batch.map((subject) => getDirect(this.link, MARKET_STREAM, { last_by_subj: subject })));
      for (const found of messages) {
        const message = found && this.parse(found.subject, found.bytes);
        if (found !== undefined && message !== undefined) values.set(found.subject, message);
      }
    }
    return values;
  }

  private parse(subject: string, bytes: Uint8Array): unknown {
    try {
      return JSON.parse(decoder.decode(bytes)) as unknown;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.options.onMalformed(subject, bytes);
      return undefined;
    }
  }
}
