import { InvariantError } from '@ballast/domain';
import { Market, type MarketKind, type MarketMessages, MARKET_KINDS } from '../ports/market.js';
import type { MarketWire } from '../ports/market-wire.js';
import type { Pacer } from '../ports/pacer.js';
import { readMarketMessage } from './market-codec.js';

type Listener = (message: never) => void;
/** A state replaces its predecessor; of trades and candles every one counts. */
const REPLACED: ReadonlySet<string> = new Set<MarketKind>(['book', 'price', 'funding', 'instrument']);

interface Slot {
  raw: unknown;
  read: unknown;
  queued: boolean;
}

export interface WireMarketOptions {
  /** From what the wire carries to value types: JSON needs reading, objects that never left memory do not. */
  readonly read: <Kind extends MarketKind>(kind: Kind, message: unknown) => MarketMessages[Kind];
  /** Runs a delivery a little later, in order, so that newer states may overtake older ones. */
  readonly defer: (run: () => void) => void;
  /** Hears of every message that a newer one overtook. */
  readonly onSkipped?: () => void;
}

/** For a wire of objects, in virtual time: nothing to read, and nothing overtakes. */
export const OBJECT_MARKET: WireMarketOptions = { read: (_kind, message) => message as never, defer: (run) => run() };

/** Market over a wire: keeps the last value of every subject, decodes when somebody looks, never falls behind. */
export class WireMarket extends Market {
  private readonly slots = new Map<string, Slot>();
  private readonly listeners = new Map<string, Listener[]>();
  private skippedCount = 0;

  constructor(
    private readonly wire: MarketWire,
    private readonly pacer: Pacer,
    private readonly options: WireMarketOptions = { read: readMarketMessage, defer: setImmediate },
  ) {
    super();
  }

  latest<Kind extends MarketKind>(kind: Kind, instrument: string): MarketMessages[Kind] | undefined {
    const slot = this.slots.get(`mkt.${kind}.${instrument}`);
    return slot && this.readSlot(kind, slot);
  }

  publish<Kind extends MarketKind>(kind: Kind, instrument: string, message: MarketMessages[Kind]): void {
    this.wire.publish(`mkt.${kind}.${instrument}`, message);
  }

  on<Kind extends MarketKind>(kind: Kind, listen: (message: MarketMessages[Kind]) => void): void {
    this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), listen as Listener]);
    if (!REPLACED.has(kind)) return;
    for (const [subject, slot] of this.slots) if (subject.startsWith(`mkt.${kind}.`)) this.deliverLatest(kind, slot);
  }

  /** Messages that a newer one of the same instrument overtook before they were handled. */
  skipped(): number {
    return this.skippedCount;
  }

  /** Takes one message off the wire. */
  receive(subject: string, raw: unknown): void {
    const kind = subject.split('.', 2)[1] as MarketKind;
    if (!MARKET_KINDS.includes(kind)) return;
    const slot = this.slots.get(subject) ?? { raw: undefined, read: undefined, queued: false };
    this.slots.set(subject, slot);
    slot.raw = raw;
    slot.read = undefined;
    if (!this.listeners.has(kind)) return;
    if (REPLACED.has(kind)) this.deliverLatest(kind, slot);
    else this.deliverEach(kind, this.options.read(kind, raw));
  }

  private deliverLatest(kind: MarketKind, slot: Slot): void {
    if (slot.queued) {
      this.skippedCount += 1;
      this.options.onSkipped?.();
      return;
    }
    slot.queued = true;
    this.options.defer(() =>
      this.pacer.whenOpen(() => {
        slot.queued = false;
        this.tell(kind, this.readSlot(kind, slot));
      }),
    );
  }

  private deliverEach(kind: MarketKind, message: unknown): void {
    this.options.defer(() => this.pacer.whenOpen(() => this.tell(kind, message)));
  }

  private tell(kind: MarketKind, message: unknown): void {
    for (const listen of this.listeners.get(kind) ?? []) listen(message as never);
  }

  private readSlot<Kind extends MarketKind>(kind: Kind, slot: Slot): MarketMessages[Kind] {
    if (slot.raw === undefined) throw new InvariantError(`market: ${kind} slot without a message`);
    slot.read ??= this.options.read(kind, slot.raw);
    return slot.read as MarketMessages[Kind];
  }
}
