import type { Id } from '@ballast/domain';
import type { Recorded } from '@ballast/bus';
import type { BallastEvent, BotCreated, BotDeleted } from '@ballast/events';
import type { Check } from './breach.js';

interface Bot {
  readonly accountId: Id;
  readonly trades: Set<Id>;
  /** Instruments of its open positions. */
  readonly open: Set<string>;
  protected: boolean;
  deleted: boolean;
}

/** A bot is deleted when nothing of it is open, and nothing of it begins afterwards (W-12). */
export class DeletedBotCheck implements Check {
  readonly rule = 'deleted bots are over';
  private readonly bots = new Map<Id, Bot>();
  private readonly botOfAccount = new Map<Id, Id>();
  private readonly botOfTrade = new Map<Id, Id>();

  event({ event }: Recorded): string | undefined {
    switch (event.type) {
      case 'BotCreated': return this.created(event);
      case 'BotDeleted': return this.deleted(event);
      case 'BotConfigured':
      case 'BotStarted':
      case 'BotPaused':
      case 'BotStopped':
      case 'BotCloseAllRequested': return this.lives(event.botId, event);
      case 'TradeOpened':
        this.bots.get(event.botId)?.trades.add(event.tradeId);
        this.botOfTrade.set(event.tradeId, event.botId);
        return this.lives(event.botId, event);
      case 'OrderSubmitted':
      case 'ProtectionTransferIntended': return this.lives(event.botId, event);
    }
    return this.changes(event);
  }

  /** What is open of a bot, as others' events say. */
  private changes(event: BallastEvent): string | undefined {
    switch (event.type) {
      case 'TradeClosed':
        this.bots.get(this.botOfTrade.get(event.tradeId) ?? '')?.trades.delete(event.tradeId);
        this.botOfTrade.delete(event.tradeId);
        return undefined;
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated':
        this.moved(event);
        return event.position.isZero() ? undefined : this.lives(this.botOfAccount.get(event.accountId) ?? '', event);
      case 'ProtectionDeposited':
        this.protects(event.botId, true);
        return this.lives(event.botId, event);
      case 'ProtectionReleased': return this.protects(event.botId, false);
    }
    return undefined;
  }

  private created({ botId, accountId }: BotCreated): string | undefined {
    const before = this.bots.get(botId);
    const user = this.bots.get(this.botOfAccount.get(accountId) ?? '');
    this.bots.set(botId, { accountId, trades: new Set(), open: new Set(), protected: false, deleted: false });
    this.botOfAccount.set(accountId, botId);
    if (before?.deleted) return `bot ${botId} is created, and was deleted before`;
    return user?.deleted ? `bot ${botId} is created in account ${accountId} of a deleted bot` : undefined;
  }

  private deleted({ botId }: BotDeleted): string | undefined {
    const bot = this.bots.get(botId);
    if (!bot) return `bot ${botId} is deleted, and was never created`;
    if (bot.deleted) return `bot ${botId} is deleted twice`;
    bot.deleted = true;
    const open = [...[...bot.trades].map((tradeId) => `trade ${tradeId}`), ...[...bot.open].map((instrument) => `position ${bot.accountId}/${instrument}`), ...(bot.protected ? ['protection'] : [])];
    return open.length === 0 ? undefined : `bot ${botId} is deleted while it has ${open.join(', ')}`;
  }

  private lives(botId: Id, { type }: BallastEvent): string | undefined {
    return this.bots.get(botId)?.deleted ? `bot ${botId} was deleted before this ${type}` : undefined;
  }

  private moved({ accountId, instrument, position }: Extract<BallastEvent, { readonly position: unknown; readonly accountId: Id }>): undefined {
    const open = this.bots.get(this.botOfAccount.get(accountId) ?? '')?.open;
    if (position.isZero()) open?.delete(instrument);
    else open?.add(instrument);
  }

  private protects(botId: Id, held: boolean): undefined {
    const bot = this.bots.get(botId);
    if (bot) bot.protected = held;
  }
}
