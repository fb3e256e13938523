import { Injectable } from '@nestjs/common';
import { contentId, Decimal, type Id, type Ms, type Quantity } from '@ballast/domain';
import { EventStreams, Pacer } from '@ballast/bus';
import type { FundingPayment, Liquidation, VenueFill } from '@ballast/venues';
import { Ledger } from '../ledger.projection.js';
import { LogWatch } from '../log-watch.js';
import { positionDecider, type PositionCommand, positionIdOf } from '../position/position.decider.js';
import { Sights } from '../sights.js';
import type { FillFacts, TradeCommand } from '../trade/trade.commands.js';
import { isLive } from '../trade/quantities.js';
import { tradeDecider } from '../trade/trade.decider.js';

type Outcome = Extract<TradeCommand, { readonly type: 'RecordAccepted' | 'RecordRejected' | 'RecordUnknown' | 'RecordFill' | 'RecordEnded' }>;

interface Fact {
  /** Sorts what arrived between two steps of the market, so that the order does not hang on the wire. */
  readonly key: string;
  record(): Promise<void>;
}

const RANKS: Readonly<Record<Outcome['type'], number>> = { RecordUnknown: 0, RecordAccepted: 1, RecordFill: 2, RecordRejected: 3, RecordEnded: 4 };
const TIME_DIGITS = 15;

/** What the venue has said, on its way into the log: sorted, one after another, when the pace is open. */
@Injectable()
export class OutsideFacts {
  private waiting: Fact[] = [];
  private drained: Promise<void> = Promise.resolve();
  private readonly early = new Map<string, { readonly fill: VenueFill; readonly accountId: Id }>();
  /** By order that is not over: its fills that were told to this process, recorded or about to be. */
  private readonly told = new Map<Id, Map<string, Quantity>>();

  constructor(
    private readonly pacer: Pacer,
    private readonly streams: EventStreams,
    private readonly ledger: Ledger,
    private readonly sights: Sights,
    private readonly log: LogWatch,
  ) {
    ledger.onIdentified((venueOrderId) => this.arrive(venueOrderId));
  }

  outcome(command: Outcome): void {
    const time = command.type === 'RecordFill' ? command.fill.venueTime : 0;
    const id = command.type === 'RecordFill' ? command.fill.fillId : command.clientOrderId;
    this.add(keyOf(RANKS[command.type], time, id), () => this.decide(command));
  }

  /** A fill is its order's; one whose order is not known yet is applied when it is, and reconciliation tells of it until then. */
  fill(accountId: Id, fill: VenueFill): void {
    const order = this.ledger.orderOf(fill.venueOrderId);
    if (!order) {
      this.early.set(fill.fillId, { fill, accountId });
      return;
    }
    if (this.ledger.state.fillIds.has(fill.fillId)) return;
    const { fillId, quantity, price, fee, liquidity, time } = fill;
    this.told.set(order.clientOrderId, (this.told.get(order.clientOrderId) ?? new Map<string, Quantity>()).set(fillId, quantity));
    const facts: FillFacts = { fillId, quantity, price, fee, liquidity, venueTime: time };
    this.outcome({ type: 'RecordFill', clientOrderId: order.clientOrderId, fill: facts });
  }

  /** Has the log the order's end? */
  isOver(clientOrderId: Id): boolean {
    const known = this.ledger.state.orders.get(clientOrderId);
    const order = known && this.streams.held(tradeDecider, { partition: known.partition, id: known.tradeId })?.state.orders[clientOrderId];
    return order !== undefined && !isLive(order);
  }

  /** Is so much of the order told or recorded already? */
  async knowsFilled(clientOrderId: Id, filled: Quantity): Promise<boolean> {
    const told = [...(this.told.get(clientOrderId)?.values() ?? [])].reduce((sum, quantity) => sum.plus(quantity), new Decimal(0));
    const known = this.ledger.state.orders.get(clientOrderId);
    if (!known || filled.lte(told)) return true;
    const { state } = await this.log.untilDone(() => this.streams.load(tradeDecider, { partition: known.partition, id: known.tradeId }));
    return filled.lte(state.orders[clientOrderId]?.filled ?? 0);
  }

  funding(accountId: Id, { paymentId, instrument, amount, rateHourly, time }: FundingPayment): void {
    this.position(accountId, { type: 'SettleFunding', accountId, instrument, paymentId, amount, rateHourly, venueTime: time }, paymentId, time);
  }

  liquidation(accountId: Id, { liquidationId, instrument, side, quantity, price, fee, time }: Liquidation): void {
    this.position(accountId, { type: 'ApplyLiquidation', accountId, instrument, liquidationId, side, quantity, price, fee, venueTime: time }, liquidationId, time);
  }

  /** Fills of orders that nobody here sent, or not yet. */
  unexplained(accountId: Id): readonly VenueFill[] {
    return [...this.early.values()].filter((entry) => entry.accountId === accountId).map(({ fill }) => fill);
  }

  /** Records everything at hand now: in recovery, before the pace opens. */
  async flush(): Promise<void> {
    this.drain();
    await this.drained;
  }

  private arrive(venueOrderId: string): void {
    for (const [fillId, { fill, accountId }] of this.early) {
      if (fill.venueOrderId !== venueOrderId) continue;
      this.early.delete(fillId);
      this.fill(accountId, fill);
    }
  }

  private position(accountId: Id, command: PositionCommand, id: string, time: Ms): void {
    const account = this.ledger.state.accounts.get(accountId);
    if (!account) return;
    const cause = { causationId: contentId(command.type, id), correlationId: account.botId, lane: accountId };
    const stream = { partition: this.ledger.partitionOf(account), id: positionIdOf(accountId, command.instrument) };
    this.add(keyOf(5, time, id), async () => void (await this.streams.execute(positionDecider, stream, command, cause)));
  }

  private add(key: string, record: () => Promise<void>): void {
    this.waiting.push({ key, record });
    if (this.waiting.length === 1) this.pacer.whenOpen(() => this.drain());
  }

  private drain(): void {
    const facts = this.waiting.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.waiting = [];
    if (facts.length === 0) return;
    const done = this.pacer.busy('work');
    this.drained = this.drained.then(async () => {
      for (const fact of facts) await this.log.guardUntilDone(() => fact.record());
    }).finally(done);
  }

  private async decide(command: Outcome): Promise<void> {
    const order = this.ledger.state.orders.get(command.clientOrderId);
    if (!order) return;
    const stream = { partition: order.partition, id: order.tradeId };
    const { state } = await this.streams.load(tradeDecider, stream);
    const around = this.sights.around(state.legs.map((leg) => leg.instrument));
    const what = command.type === 'RecordFill' ? command.fill.fillId : order.clientOrderId;
    const cause = { causationId: contentId('venue', command.type, what), correlationId: order.tradeId, lane: order.accountId };
    const decided = await this.streams.execute(tradeDecider, stream, { ...command, ...around }, cause);
    const after = decided.state.orders[order.clientOrderId];
    if (!after || !isLive(after)) this.told.delete(order.clientOrderId);
  }
}

const keyOf = (rank: number, time: Ms, id: string): string => `${rank} ${String(time).padStart(TIME_DIGITS, '0')} ${id}`;
