import { Injectable } from '@nestjs/common';
import { contentId, type Id, type Ms, type Partition, Clock } from '@ballast/domain';
import { type Cause, EventStreams, type Execution, Pacer, Runtime, type StreamId, type Versioned } from '@ballast/bus';
import { Ledger } from '../ledger.projection.js';
import { LogWatch } from '../log-watch.js';
import { Sights } from '../sights.js';
import { TraceLog } from '../trace-log.js';
import { OrderGateway } from '../venue/order.gateway.js';
import { OpenTrades, type TradeStreamId } from './open-trades.projection.js';
import { isLive, unsettledOf } from './quantities.js';
import type { TradeCommand, TradeEvent } from './trade.commands.js';
import { tradeDecider, wouldAct } from './trade.decider.js';
import type { OrderState, TradeState } from './trade.state.js';

export interface OwnedTrade extends Versioned<TradeState> {
  readonly stream: StreamId;
}

export interface RefusedReduction {
  readonly stream: TradeStreamId;
  readonly state: TradeState;
  readonly order: OrderState;
}

@Injectable()
export class TradesContext {
  constructor(readonly clock: Clock, readonly pacer: Pacer, readonly trace: TraceLog, readonly log: LogWatch, readonly runtime: Runtime) {}
}

/** Rests at the venue, and would add risk if it were met. */
const isRestingEntry = (order: OrderState): boolean => isLive(order) && order.postOnly && !order.reduceOnly;

/**
 * The trades of this process: what is decided goes on to the venue, what is seen wakes those that wait for it.
 * What fails here is awaited by nobody: while the log is away it is done again, else the process ends, and its next start recovers.
 */
@Injectable()
export class Trades {
  private readonly looking = new Set<Id>();
  private readonly open = new OpenTrades();
  private readonly listeners: ((refused: RefusedReduction) => void)[] = [];

  constructor(
    private readonly streams: EventStreams,
    private readonly gateway: OrderGateway,
    private readonly ledger: Ledger,
    private readonly sights: Sights,
    private readonly context: TradesContext,
  ) {
    streams.own(tradeDecider, { onDecided: (stream, execution) => this.onDecided(stream, execution) });
    context.runtime.project(this.open);
    context.log.onAway(() => void this.cancelEntries());
  }

  /** Hears of every order that the venue refused because it has no position for it to reduce. */
  onRefusedReduction(listen: (refused: RefusedReduction) => void): void {
    this.listeners.push(listen);
  }

  owned(): readonly OwnedTrade[] {
    return [...this.streams.owned(tradeDecider)].map(([stream, versioned]) => ({ stream, ...versioned }));
  }

  held(stream: TradeStreamId): Versioned<TradeState> | undefined {
    return this.streams.held(tradeDecider, stream);
  }

  async execute(stream: TradeStreamId, command: TradeCommand, cause: Cause, instruments: readonly string[]): Promise<TradeState> {
    const { state } = await this.context.log.guard(() => this.streams.execute(tradeDecider, stream, { ...command, ...this.sights.around(instruments) }, cause));
    return state;
  }

  /** Work that no handler waits for: done again for as long as the log is away. */
  aside(run: () => Promise<void>): void {
    const done = this.context.pacer.busy('work');
    void this.context.log.untilDone(run).finally(done);
  }

  /** Looks at the market for every trade of the instrument that would do something now; one look at a time each. */
  look(instrument: string): void {
    for (const stream of this.open.in(instrument)) this.lookFor(stream);
  }

  /** Partitions in which entries rest at the venue. */
  restingEntries(): readonly Partition[] {
    return [...new Set(this.owned().filter(({ state }) => unsettledOf(state).some(isRestingEntry)).map(({ stream }) => stream.partition))];
  }

  /** Straight at the venue; the log hears of it when it is back. Resolves when the venue has answered for all of them. */
  async cancelEntries(): Promise<void> {
    await Promise.all(this.owned().flatMap(({ state }) => unsettledOf(state).filter(isRestingEntry).map((order) => this.gateway.cancel(state, order))));
  }

  private lookFor(stream: TradeStreamId): void {
    const held = this.looking.has(stream.id) ? undefined : this.held(stream);
    if (!held) return;
    const { state, version } = held;
    const instruments = state.legs.map((leg) => leg.instrument);
    const sight = this.sights.of(instruments);
    if (!wouldAct(state, sight, this.context.clock.now())) return;
    this.looking.add(stream.id);
    const seen = instruments.map((name) => `${name}:${sight[name]?.sequence ?? 'none'}`).join(' ');
    const cause = { causationId: contentId('look', stream.id, version, seen), correlationId: stream.id, lane: state.ids.accountId };
    const done = this.context.pacer.busy('work');
    void this.context.log.guardUntilDone(() => this.streams.execute(tradeDecider, stream, { type: 'SeeMarket', ...this.sights.around(instruments) }, cause)).finally(() => {
      this.looking.delete(stream.id);
      done();
    });
  }

  private refused(stream: StreamId, state: TradeState, clientOrderId: Id): void {
    const order = state.orders[clientOrderId];
    if (order?.reduceOnly === true) for (const listen of this.listeners) listen({ stream, state, order });
  }

  private onDecided(stream: StreamId, { state, events }: Execution<TradeState, TradeEvent>): void {
    for (const event of events) {
      if (event.type === 'UnwindStarted' || event.type === 'ExitStarted') this.context.trace.leaving(state, event);
      if (event.type === 'OrderAccepted' || event.type === 'OrderRejected') this.context.trace.answered(event);
      if (event.type === 'OrderRejected' && event.kind === 'reduceOnly') this.refused(stream, state, event.clientOrderId);
      if (event.type !== 'OrderSubmitted' && event.type !== 'OrderCancelRequested') continue;
      const order = state.orders[event.clientOrderId];
      if (!order) continue;
      if (event.type === 'OrderCancelRequested') {
        void this.gateway.cancel(state, order);
        continue;
      }
      this.ledger.identified(this.gateway.identify(state, order), { clientOrderId: order.clientOrderId, tradeId: stream.id, accountId: state.ids.accountId, partition: stream.partition });
      this.context.trace.order(stream.id, order);
      void this.gateway.submit(state, order);
    }
    if (events.length > 0) this.context.clock.at(this.context.clock.now() + AGAIN_MS, () => this.lookFor(stream));
  }
}

/** A decision may have left something to do that only prices can do: a deadline brings none. */
const AGAIN_MS: Ms = 1;
