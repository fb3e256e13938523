/** How market data and the pace travel: JSON text on a subject over NATS, the frozen object itself in memory. */
export abstract class MarketWire {
  /** Fire and forget. */
  abstract publish(subject: string, message: object): void;
  /** Every message on `mkt.>` from now on, in the publisher's order; `message` is parsed JSON or the object itself. */
  abstract subscribe(onMessage: (subject: string, message: unknown) => void): void;
  /** The last message of every `mkt.>` subject. */
  abstract lastValues(): Promise<ReadonlyMap<string, unknown>>;
}
