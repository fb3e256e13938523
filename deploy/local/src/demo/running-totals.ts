import { type DecisionRecord, type EventStore, readTrusted } from '@ballast/bus';
import { Decimal, type Id, type Partition } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { Books } from '@ballast/books';

/** The figures of the progress line, counted from the log as it grows. */
export class RunningTotals {
  readonly books = new Books();
  /** Rounds that were entered, held and left. */
  cycles = 0;
  fills = 0;
  /** Of the last pair that was balanced: filled quantities at the plan's reference prices. */
  lastImbalance: Decimal | undefined;
  worstImbalance: Decimal | undefined;
  private readonly openTrades = new Set<Id>();
  private readonly read = new Map<Partition, number>();

  constructor(
    private readonly store: EventStore,
    private readonly partition: Partition,
    private readonly accountId: Id,
  ) {}

  /** Trades that have not come to their end. */
  get open(): number {
    return this.openTrades.size;
  }

  /** Up to where the log was read. */
  get sequence(): number {
    return this.read.get(this.partition) ?? 0;
  }

  /** Realised results less fees, with funding, quote currency. */
  get pnl(): Decimal {
    const balance = this.books.state.balances.get(this.accountId);
    return balance === undefined ? new Decimal(0) : balance.realised.minus(balance.fees).plus(balance.funding);
  }

  get isFlat(): boolean {
    return this.open === 0 && [...this.books.state.positions.values()].every(({ quantity }) => quantity.isZero());
  }

  /** Takes in what was decided since the last call. */
  async follow(): Promise<void> {
    const from = (this.read.get(this.partition) ?? 0) + 1;
    const to = await this.store.lastSequence(this.partition);
    if (to < from) return;
    await this.store.read(this.partition, { filters: [], from, to }, (message) => {
      this.read.set(this.partition, message.sequence);
      this.take(readTrusted(message));
    });
  }

  private take(decision: DecisionRecord): void {
    decision.events.forEach((event, index) => {
      this.books.apply({ event, index, decision });
      this.count(event);
    });
  }

  private count(event: BallastEvent): void {
    switch (event.type) {
      case 'OrderFilled':
        this.fills += 1;
        return;
      case 'TradeOpened':
        this.openTrades.add(event.tradeId);
        return;
      case 'TradeBalanced':
        this.lastImbalance = event.imbalanceAtReference;
        this.worstImbalance = Decimal.max(this.worstImbalance ?? 0, event.imbalanceAtReference);
        return;
      case 'TradeClosed':
        this.openTrades.delete(event.tradeId);
        if (event.outcome === 'COMPLETED') this.cycles += 1;
        return;
    }
  }
}
