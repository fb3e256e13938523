import { Injectable } from '@nestjs/common';
import type { Id, Partition, TradingState } from '@ballast/domain';
import { type Cause, Pacer, type StreamId } from '@ballast/bus';
import type { TradeApproved } from '@ballast/events';
import { ExecutionSettings } from '../options.js';
import { TraceLog } from '../trace-log.js';
import type { TradeState } from './trade.state.js';
import { Trades } from './trades.service.js';

type TradeStreamId = Pick<StreamId, 'partition' | 'id'>;

/** What others ask of the trades. */
@Injectable()
export class TradeDesk {
  constructor(
    private readonly trades: Trades,
    private readonly settings: ExecutionSettings,
    private readonly trace: TraceLog,
    private readonly pacer: Pacer,
  ) {}

  async open(partition: Partition, event: TradeApproved, tradingState: TradingState, cause: Cause): Promise<void> {
    const { planId, signalId, tradeId, botId, accountId, portfolioId, legs, outcome, imbalanceRatio, slippageBpsMax, validUntil } = event;
    this.trace.received(tradeId, legs);
    const approval = { planId, signalId, tradeId, botId, accountId, portfolioId, legs, outcome, imbalanceRatio, slippageBpsMax, validUntil };
    await this.trades.execute({ partition, id: tradeId }, { type: 'OpenTrade', approval, limits: this.settings.limits, tradingState }, cause, legs.map((leg) => leg.instrument));
  }

  async exit(stream: TradeStreamId, reason: string, cause: Cause, signalId?: Id): Promise<void> {
    await this.trades.execute(stream, { type: 'ExitTrade', reason, ...(signalId === undefined ? {} : { signalId }) }, cause, this.instrumentsOf(stream.id));
  }

  async stopEntry(stream: TradeStreamId, reason: string, cause: Cause): Promise<void> {
    await this.trades.execute(stream, { type: 'StopEntry', reason }, cause, this.instrumentsOf(stream.id));
  }

  tradesOf(which: (state: TradeState) => boolean): readonly TradeStreamId[] {
    return this.trades.owned().filter(({ state }) => which(state)).map(({ stream }) => stream);
  }

  look(instrument: string): void {
    this.trades.look(instrument);
  }

  /** Work that no handler waits for. */
  aside(run: () => Promise<void>): void {
    const done = this.pacer.busy('work');
    void run().finally(done);
  }

  private instrumentsOf(tradeId: Id): readonly string[] {
    return this.trades.owned().find(({ stream }) => stream.id === tradeId)?.state.legs.map((leg) => leg.instrument) ?? [];
  }
}
