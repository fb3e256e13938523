import { Injectable } from '@nestjs/common';
import { type Bps, Decimal, type Id, minOf, opposite, type Partition, type Quantity, remainderOf, type TradingState, ZERO_MONEY, ZERO_QUANTITY } from '@ballast/domain';
import type { Cause } from '@ballast/bus';
import type { PositionLiquidated, ProtectionReductionRequested, TradeApproved } from '@ballast/events';
import { planHashOf } from '@ballast/policy';
import { type Ended, Ledger } from '../ledger.projection.js';
import { ExecutionSettings } from '../options.js';
import { TraceLog } from '../trace-log.js';
import type { TradeStreamId } from './open-trades.projection.js';
import { holdingOf, unsettledOf } from './quantities.js';
import type { TradeState } from './trade.state.js';
import { Trades } from './trades.service.js';

/** Passes when the orders under way have ended. */
export class LiquidationUnsettled extends Error {
  override readonly name = 'LiquidationUnsettled';
}

/** Fewer than the bus tries before it gives a message up. */
const WAITS_MAX = 4;
const ordersIn = (state: TradeState | undefined, instrument: string): number => (state ? unsettledOf(state).filter((order) => order.instrument === instrument).length : 0);

/** What others ask of the trades. */
@Injectable()
export class TradeDesk {
  private readonly waited = new Map<string, number>();

  constructor(
    private readonly trades: Trades,
    private readonly settings: ExecutionSettings,
    private readonly trace: TraceLog,
    private readonly ledger: Ledger,
  ) {}

  async open(partition: Partition, event: TradeApproved, standing: { readonly tradingState: TradingState; readonly ended: Ended | undefined }, cause: Cause): Promise<void> {
    const { planId, signalId, tradeId, botId, accountId, portfolioId, legs, outcome, imbalanceRatio, slippageBpsMax, validUntil } = event;
    this.trace.received(tradeId, legs);
    const approval = { planId, signalId, tradeId, botId, accountId, portfolioId, legs, outcome, imbalanceRatio, slippageBpsMax, validUntil };
    await this.trades.execute({ partition, id: tradeId }, { type: 'OpenTrade', approval, planHash: { approved: event.planHash, found: planHashOf(planId, legs) }, limits: this.settings.limits, ...standing }, cause, legs.map((leg) => leg.instrument));
  }

  async exit(stream: TradeStreamId, reason: string, cause: Cause, signal: { readonly signalId?: Id; readonly slippageBpsMax?: Bps } = {}): Promise<void> {
    await this.trades.execute(stream, { type: 'ExitTrade', reason, ...signal }, cause, this.instrumentsOf(stream));
  }

  /** Takes so much of a position back, from the trades that hold it, one after the other; what was asked of each is in the log, also of one that is over by now, so a repeat asks for nothing more. */
  async reduce({ botId, accountId, reductionId, instrument, side, quantity, reason, at }: ProtectionReductionRequested, cause: Cause): Promise<void> {
    const holders = this.tradesOf((state) => state.phase !== 'CLOSED' && state.ids.accountId === accountId && state.legs.some((leg) => leg.instrument === instrument && leg.side === opposite(side)));
    const asked = new Map<Id, Quantity>(this.ledger.state.reduced.get(reductionId));
    for (const { id, partition } of holders) {
      const part = this.trades.held({ id, partition })?.state.reductions[reductionId];
      if (part) asked.set(id, part);
    }
    for (const stream of holders.filter(({ id }) => !asked.has(id))) {
      const rest = [...asked.values()].reduce((left, part) => remainderOf(left, part), quantity);
      const leg = this.trades.held(stream)?.state.legs.find((found) => found.instrument === instrument);
      const part = leg ? minOf(rest, Decimal.max(0, holdingOf(leg)) as Quantity) : ZERO_QUANTITY;
      if (part.isZero()) continue;
      asked.set(stream.id, part);
      await this.trades.execute(stream, { type: 'ReduceTrade', reductionId, instrument, side, quantity: part, reason: `protection of bot ${botId} asks for less: ${reason}`, askedAt: at }, cause, this.instrumentsOf(stream));
    }
  }

  /** What closed trades of this account left open, and no other trade has taken over. */
  async closeResiduals(partition: Partition, accountId: Id, reason: string, cause: Cause): Promise<void> {
    const instruments = [...(this.ledger.state.residuals.get(accountId)?.keys() ?? [])];
    for (const id of this.ledger.residualsOf(accountId)) await this.trades.execute({ partition, id }, { type: 'CloseResidual', reason }, cause, instruments);
  }

  async stopEntry(stream: TradeStreamId, reason: string, cause: Cause): Promise<void> {
    await this.trades.execute(stream, { type: 'StopEntry', reason }, cause, this.instrumentsOf(stream));
  }

  /**
   * What the venue took of a position is taken from the trades that hold it: each loses what it holds, the last one what is left,
   * since fills of it may still be on their way.
   * @throws LiquidationUnsettled where several trades hold it and orders of them are under way: the event is to come again, a few times.
   */
  async liquidated({ accountId, instrument, liquidationId, side, quantity, price, fee, venueTime }: PositionLiquidated, cause: Cause): Promise<void> {
    const taken = new Map<Id, Quantity>(this.ledger.state.liquidated.get(liquidationId));
    const mayHold = ({ ids, legs }: TradeState): boolean => ids.accountId === accountId && legs.some((leg) => leg.instrument === instrument && leg.side !== side);
    const open = this.tradesOf((state) => state.phase !== 'CLOSED' && mayHold(state));
    // A closed trade holds at most a residual, and an open one may have taken that over.
    const streams = (open.length > 0 ? open : this.tradesOf(mayHold)).filter(({ id }) => !taken.has(id));
    if (streams.length > 1 && this.mayWait(liquidationId) && streams.some((stream) => ordersIn(this.trades.held(stream)?.state, instrument) > 0)) throw new LiquidationUnsettled(`liquidation ${liquidationId}: ${streams.length} trades hold ${instrument} and have orders under way; whose part was taken shows when those have ended`);
    for (const [index, stream] of streams.entries()) {
      const rest = [...taken.values()].reduce((left, part) => remainderOf(left, part), quantity);
      const leg = this.trades.held(stream)?.state.legs.find((found) => found.instrument === instrument);
      const holds = leg && holdingOf(leg).gt(0) ? (holdingOf(leg) as Quantity) : ZERO_QUANTITY;
      const part = index === streams.length - 1 ? rest : minOf(rest, holds);
      if (part.isZero()) continue;
      const charged = taken.size === 0 ? fee : ZERO_MONEY;
      const state = await this.trades.execute(stream, { type: 'RecordLiquidation', liquidationId, instrument, side, quantity: part, price, fee: charged, venueTime }, cause, this.instrumentsOf(stream));
      taken.set(stream.id, state.liquidations[liquidationId] ?? part);
    }
  }

  tradesOf(which: (state: TradeState) => boolean): readonly TradeStreamId[] {
    return this.trades.owned().filter(({ state }) => which(state)).map(({ stream }) => stream);
  }

  look(instrument: string): void {
    this.trades.look(instrument);
  }

  /** Work that no handler waits for. */
  aside(run: () => Promise<void>): void {
    this.trades.aside(run);
  }

  private mayWait(liquidationId: string): boolean {
    const waited = (this.waited.get(liquidationId) ?? 0) + 1;
    this.waited.set(liquidationId, waited);
    if (waited > WAITS_MAX) this.waited.delete(liquidationId);
    return waited <= WAITS_MAX;
  }

  private instrumentsOf(stream: TradeStreamId): readonly string[] {
    return this.trades.held(stream)?.state.legs.map((leg) => leg.instrument) ?? [];
  }
}
