import type { Projection, Recorded } from '@ballast/bus';
import { Decimal, type Id } from '@ballast/domain';
import { type BallastEvent, isPositionChange, POSITION_CHANGES, type PositionChange } from '@ballast/events';
import { deleteFault, type Protection, protectionDecider, type ProtectionEvent } from '@ballast/protection';

/** What a bot has that is not over. */
interface Standing {
  /** Version of its own stream that this is of. */
  version: number;
  readonly accountId: Id;
  /** Trades that execution has opened. */
  readonly trades: Set<Id>;
  /** Trades that risk has approved and execution has not answered. */
  readonly approved: Set<Id>;
  /** What each order may still fill, by client order id. */
  readonly orders: Map<Id, Decimal>;
  /** Open positions, signed, by instrument. */
  readonly positions: Map<string, Decimal>;
  protection: Protection;
}

interface StandingState {
  readonly bots: Map<Id, Standing>;
  readonly botOfAccount: Map<Id, Id>;
  /** Of orders and trades that are not over, whose events may not name the bot. */
  readonly botOfOrder: Map<Id, Id>;
  readonly botOfTrade: Map<Id, Id>;
}

const PROTECTION = [
  'ProtectionConfigured', 'ProtectionPaused', 'ProtectionUnpaused', 'ProtectionTransferIntended', 'ProtectionTransferPrepared', 'ProtectionDeposited', 'ProtectionWithdrawn', 'ProtectionTransferRefused',
  'ProtectionExhausted', 'ProtectionStale', 'ProtectionFresh', 'ProtectionReductionRequested', 'ProtectionReleased',
] as const;
const BOTS = ['BotCreated', 'BotConfigured', 'BotStarted', 'BotPaused', 'BotStopped', 'BotCloseAllRequested', 'BotDeleted'] as const;

const isOf = <Type extends BallastEvent['type']>(types: readonly Type[], event: BallastEvent): event is Extract<BallastEvent, { type: Type }> => (types as readonly string[]).includes(event.type);

/** Whether a bot may be deleted (W-12): what of it is not over, folded from its owners' events. */
export class StandingFold implements Projection<StandingState> {
  readonly name = 'bots-standing';
  readonly reads: readonly string[] = [...BOTS, ...POSITION_CHANGES, ...PROTECTION, 'TradeApproved', 'ApprovalReleased', 'TradeOpened', 'TradeRefused', 'TradeClosed', 'OrderSubmitted', 'OrderFilled', 'OrderCancelled', 'OrderRejected'];
  state: StandingState = { bots: new Map(), botOfAccount: new Map(), botOfOrder: new Map(), botOfTrade: new Map() };
  private waiting: { readonly botId: Id; readonly version: number; readonly tell: () => void }[] = [];

  apply({ event, decision }: Recorded): void {
    if (isOf(BOTS, event)) this.ofBot(event, decision.version);
    else if (isPositionChange(event)) this.moved(event);
    else if (isOf(PROTECTION, event)) this.protects(event);
    else this.traded(event);
  }

  /** Resolves once this fold has everything that the log had before the bot's stream came to this version. */
  reached(botId: Id, version: number): Promise<void> {
    if ((this.state.bots.get(botId)?.version ?? 0) >= version) return Promise.resolve();
    return new Promise((tell) => this.waiting.push({ botId, version, tell }));
  }

  /** Everything of a bot that is not over, in words; empty where it may be deleted. */
  openOf(botId: Id): readonly string[] {
    const bot = this.state.bots.get(botId);
    if (!bot) return [];
    const { accountId, trades, approved, orders, positions, protection } = bot;
    const kept = deleteFault(protection, { positionOpen: false });
    return [
      ...[...positions].map(([instrument, quantity]) => `position ${quantity.toString()} ${instrument} in account ${accountId}`),
      ...[...trades].map((tradeId) => `trade ${tradeId} is open`),
      ...[...approved].map((tradeId) => `trade ${tradeId} is approved and not yet opened`),
      ...[...orders.keys()].map((clientOrderId) => `order ${clientOrderId} may still fill`),
      ...(kept === undefined ? [] : [`protection: ${kept}`]),
    ];
  }

  private ofBot(event: Extract<BallastEvent, { type: (typeof BOTS)[number] }>, version: number): void {
    const { botId } = event;
    if (event.type === 'BotCreated') {
      this.state.bots.set(botId, { version, accountId: event.accountId, trades: new Set(), approved: new Set(), orders: new Map(), positions: new Map(), protection: protectionDecider.initial });
      this.state.botOfAccount.set(event.accountId, botId);
    }
    const bot = this.state.bots.get(botId);
    if (bot) bot.version = version;
    for (const { tell } of this.waiting.filter((each) => each.botId === botId && each.version <= version)) tell();
    this.waiting = this.waiting.filter((each) => each.botId !== botId || each.version > version);
  }

  private moved({ accountId, instrument, position }: PositionChange): void {
    const positions = this.state.bots.get(this.state.botOfAccount.get(accountId) ?? '')?.positions;
    if (position.isZero()) positions?.delete(instrument);
    else positions?.set(instrument, position);
  }

  private protects(event: ProtectionEvent): void {
    const bot = this.state.bots.get(event.botId);
    if (bot) bot.protection = protectionDecider.evolve(bot.protection, event);
  }

  private traded(event: BallastEvent): void {
    const { bots, botOfOrder, botOfTrade } = this.state;
    const botId = 'botId' in event ? event.botId : 'clientOrderId' in event ? botOfOrder.get(event.clientOrderId) : 'tradeId' in event ? botOfTrade.get(event.tradeId) : undefined;
    const bot = bots.get(botId ?? '');
    if (!bot || botId === undefined) return;
    switch (event.type) {
      case 'TradeApproved':
        botOfTrade.set(event.tradeId, botId);
        return void bot.approved.add(event.tradeId);
      case 'TradeOpened':
        bot.trades.add(event.tradeId);
        return void bot.approved.delete(event.tradeId);
      case 'ApprovalReleased':
      case 'TradeRefused':
        botOfTrade.delete(event.tradeId);
        return void bot.approved.delete(event.tradeId);
      case 'TradeClosed':
        return void bot.trades.delete(event.tradeId);
      case 'OrderSubmitted':
        botOfOrder.set(event.clientOrderId, botId);
        return void bot.orders.set(event.clientOrderId, event.quantity);
      case 'OrderFilled':
        return this.filled(bot, event.clientOrderId, event.quantity);
      case 'OrderCancelled':
      case 'OrderRejected':
        botOfOrder.delete(event.clientOrderId);
        return void bot.orders.delete(event.clientOrderId);
    }
  }

  private filled({ orders }: Standing, clientOrderId: Id, quantity: Decimal): void {
    const left = orders.get(clientOrderId)?.minus(quantity);
    if (!left) return;
    if (left.gt(0)) return void orders.set(clientOrderId, left);
    orders.delete(clientOrderId);
    this.state.botOfOrder.delete(clientOrderId);
  }
}
