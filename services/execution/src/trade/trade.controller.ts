import { Controller } from '@nestjs/common';
import { IsOptional, Matches } from 'class-validator';
import { contentId, type Id, ID, type TradingState } from '@ballast/domain';
import { causedBy, Command, type CommandContext, EventStreams, type MarketMessages, OnMarket, type Recorded, Subscribe } from '@ballast/bus';
import { BotCloseAllRequested, BotCreated, OrderFilled, PositionLiquidated, ProtectionReductionRequested, SignalRaised, TradeApproved, TradingStateChanged } from '@ballast/events';
import { Accounts } from '../account/accounts.service.js';
import { Ledger } from '../ledger.projection.js';
import { positionDecider, positionIdOf } from '../position/position.decider.js';
import { Brake } from '../venue/brake.service.js';
import { TradeDesk } from './trade-desk.service.js';

/** What goes straight to the venue: no lease and no log is waited for. */
export const CANCELS = ['cancel-all', 'halt-venue'] as const;

/** Cancels every open order of one portfolio, of one account, or of all. */
export class CancelOrders {
  @IsOptional() @Matches(ID) readonly portfolioId?: Id;
  @IsOptional() @Matches(ID) readonly accountId?: Id;
}

@Controller()
export class TradeController {
  constructor(
    private readonly desk: TradeDesk,
    private readonly accounts: Accounts,
    private readonly brake: Brake,
    private readonly ledger: Ledger,
    private readonly streams: EventStreams,
  ) {}

  /** What is halted while the log takes the trade in finds no entry to take back: that is looked for once it is in. */
  @Subscribe(TradeApproved)
  async onTradeApproved(recorded: Recorded<TradeApproved>): Promise<void> {
    const { event, decision } = recorded;
    await this.desk.open(decision.partition, event, { tradingState: this.stateOver(event), ended: this.ledger.state.ended.get(event.botId) }, causedBy(recorded));
    const state = this.stateOver(event);
    if (state !== 'ACTIVE') await this.desk.stopEntry({ partition: decision.partition, id: event.tradeId }, `trading is ${state}: said while it was opened`, causedBy(recorded));
  }

  @Subscribe(SignalRaised)
  async onSignalRaised(recorded: Recorded<SignalRaised>): Promise<void> {
    const { event, decision } = recorded;
    if (event.purpose === 'EXIT') await this.desk.exit({ partition: decision.partition, id: event.tradeId }, event.reason, causedBy(recorded), { signalId: event.signalId, slippageBpsMax: event.slippageBpsMax });
  }

  @Subscribe(BotCloseAllRequested)
  async onBotCloseAllRequested(recorded: Recorded<BotCloseAllRequested>): Promise<void> {
    const { botId, accountId, reason, by } = recorded.event;
    const words = `close-all by ${by}: ${reason}`;
    for (const stream of this.desk.tradesOf((state) => state.ids.botId === botId)) await this.desk.exit(stream, words, causedBy(recorded));
    await this.desk.closeResiduals(recorded.decision.partition, accountId, words, causedBy(recorded));
  }

  @Subscribe(TradingStateChanged)
  async onTradingStateChanged(recorded: Recorded<TradingStateChanged>): Promise<void> {
    this.brake.resumed(recorded.event, recorded.decision.occurredAt);
    const stopped = this.desk.tradesOf(({ phase, ids, legs }) => phase === 'ENTERING' && this.ledger.tradingState(ids.portfolioId, ids.botId, legs.map((leg) => leg.instrument)) !== 'ACTIVE');
    for (const stream of stopped) await this.desk.stopEntry(stream, `trading is ${recorded.event.state}: ${recorded.event.reason}`, causedBy(recorded));
  }

  @Subscribe(BotCreated)
  async onBotCreated({ event }: Recorded<BotCreated>): Promise<void> {
    this.desk.aside(() => this.accounts.watch(event.accountId).subscribed);
  }

  /** Exactly one position event per fill: its cause is the fill, its stream knows the fill. */
  @Subscribe(OrderFilled)
  async onOrderFilled({ event, decision }: Recorded<OrderFilled>): Promise<void> {
    const { accountId, instrument, fillId, tradeId, side, quantity, price, fee, venueTime } = event;
    const cause = { causationId: contentId('fill', fillId), correlationId: tradeId, lane: accountId };
    await this.streams.execute(positionDecider, { partition: decision.partition, id: positionIdOf(accountId, instrument) }, { type: 'ApplyFill', accountId, instrument, fillId, tradeId, side, quantity, price, fee, venueTime }, cause);
  }

  @Subscribe(PositionLiquidated)
  async onPositionLiquidated(recorded: Recorded<PositionLiquidated>): Promise<void> {
    await this.desk.liquidated(recorded.event, causedBy(recorded));
  }

  @Subscribe(ProtectionReductionRequested)
  async onProtectionReductionRequested(recorded: Recorded<ProtectionReductionRequested>): Promise<void> {
    await this.desk.reduce(recorded.event, causedBy(recorded));
  }

  @OnMarket('book')
  onBook(book: MarketMessages['book']): void {
    this.desk.look(book.instrument);
  }

  @Command('cancel-all', CancelOrders)
  onCancelAll(meant: CancelOrders, context: CommandContext): Promise<object> {
    return this.cancel(this.brake.accountsOf([context.partition], meant), 'cancel-all', context);
  }

  /** Cancels cannot wait for the log: this one goes to the venue at once; the trading state is risk's to change. */
  @Command('halt-venue', CancelOrders)
  onHaltVenue(meant: CancelOrders, context: CommandContext): Promise<object> {
    const accounts = this.brake.accountsOf([context.partition], meant);
    this.brake.stopAll(accounts);
    return this.cancel(accounts, 'halt-venue', context);
  }

  /** What may be traded by this approval now. */
  private stateOver({ portfolioId, botId, accountId, legs }: TradeApproved): TradingState {
    return this.brake.over(accountId, this.ledger.tradingState(portfolioId, botId, legs.map((leg) => leg.instrument)));
  }

  /** An entry whose orders are taken away is over: left as it is, it would send them again. */
  private cancel(accounts: readonly Id[], verb: string, { key, by }: CommandContext): Promise<object> {
    for (const accountId of accounts) {
      for (const stream of this.desk.tradesOf(({ phase, ids }) => phase === 'ENTERING' && ids.accountId === accountId)) {
        this.desk.aside(() => this.desk.stopEntry(stream, `${verb} by ${by}`, { causationId: contentId(verb, key, stream.id), correlationId: stream.id, lane: accountId }));
      }
    }
    return this.brake.cancelAll(accounts);
  }
}
