import { type Decider, type Id, sameJson } from '@ballast/domain';
import type { BotCloseAllRequested, BotConfigured, BotCreated, BotDeleted, BotPaused, BotStarted, BotStopped } from '@ballast/events';

export type BotEvent = BotCreated | BotConfigured | BotStarted | BotPaused | BotStopped | BotCloseAllRequested | BotDeleted;
/** CLOSING: a person wants every position closed; nothing is entered before the bot is started again. DELETED: for good. */
export type BotStatus = 'CREATED' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'CLOSING' | 'DELETED';

export type Bot =
  | { readonly status: 'ABSENT' }
  | {
      readonly status: BotStatus;
      readonly botId: Id;
      readonly portfolioId: Id;
      readonly accountId: Id;
      readonly strategy: string;
      readonly profiles: readonly string[];
      readonly settings: Readonly<Record<string, unknown>>;
    };

export type KnownBot = Exclude<Bot, { status: 'ABSENT' }>;
type Settings = Readonly<Record<string, unknown>>;
export type BotCommand =
  | { readonly type: 'CreateBot'; readonly botId: Id; readonly portfolioId: Id; readonly accountId: Id; readonly strategy: string; readonly profiles: readonly string[]; readonly settings: Settings; readonly by: string }
  | { readonly type: 'ConfigureBot'; readonly settings: Settings; readonly by: string }
  | { readonly type: 'StartBot' | 'PauseBot'; readonly by: string }
  | { readonly type: 'StopBot' | 'CloseAll'; readonly reason: string; readonly by: string }
  /** `open`: what of the bot is not over, in words. */
  | { readonly type: 'DeleteBot'; readonly reason: string; readonly by: string; readonly open: readonly string[] };

/** A person's decisions about one bot (R45). A repeated or senseless command decides nothing; `refusalOf` says why. */
export const botDecider: Decider<Bot, BotCommand, BotEvent> = {
  kind: 'bot',
  writer: 'operator',
  initial: { status: 'ABSENT' },

  decide(bot, command) {
    if (refusalOf(bot, command)) return [];
    if (bot.status === 'ABSENT') return command.type === 'CreateBot' ? [{ ...command, type: 'BotCreated' }] : [];
    const { botId, accountId, portfolioId } = bot;
    switch (command.type) {
      case 'CreateBot':
        return [];
      case 'ConfigureBot':
        return sameJson(command.settings, bot.settings) ? [] : [{ type: 'BotConfigured', botId, settings: command.settings, by: command.by }];
      case 'StartBot':
        return bot.status === 'RUNNING' ? [] : [{ type: 'BotStarted', botId, by: command.by }];
      case 'PauseBot':
        return bot.status === 'PAUSED' ? [] : [{ type: 'BotPaused', botId, by: command.by }];
      case 'StopBot':
        return bot.status === 'STOPPED' ? [] : [{ type: 'BotStopped', botId, reason: command.reason, by: command.by }];
      case 'CloseAll':
        return [{ type: 'BotCloseAllRequested', botId, accountId, reason: command.reason, by: command.by }];
      case 'DeleteBot':
        return bot.status === 'DELETED' ? [] : [{ type: 'BotDeleted', botId, accountId, portfolioId, reason: command.reason, by: command.by }];
    }
  },

  evolve(bot, event) {
    if (event.type === 'BotCreated') {
      const { botId, portfolioId, accountId, strategy, profiles, settings } = event;
      return { status: 'CREATED', botId, portfolioId, accountId, strategy, profiles, settings };
    }
    if (bot.status === 'ABSENT') return bot;
    switch (event.type) {
      case 'BotConfigured':
        return { ...bot, settings: event.settings };
      case 'BotStarted':
        return { ...bot, status: 'RUNNING' };
      case 'BotPaused':
        return { ...bot, status: 'PAUSED' };
      case 'BotStopped':
        return { ...bot, status: 'STOPPED' };
      case 'BotCloseAllRequested':
        return { ...bot, status: 'CLOSING' };
      case 'BotDeleted':
        return { ...bot, status: 'DELETED' };
    }
  },
};

/** Why a person's command makes no sense for the bot as it is, in words; undefined where it does. */
export function refusalOf(bot: Bot, command: BotCommand): string | undefined {
  if (bot.status === 'ABSENT') return command.type === 'CreateBot' ? undefined : 'there is no such bot; `ballast bot list` shows the ones there are';
  if (command.type === 'DeleteBot') return deleteFault(bot, command.open);
  if (bot.status === 'DELETED') return `bot ${bot.botId} is deleted; an id is not given again`;
  if (command.type === 'CreateBot') return isSame(bot, command) ? undefined : `bot ${bot.botId} exists already, with another portfolio, account, strategy, profile or settings; settings change by \`ballast bot configure\``;
  if (command.type === 'PauseBot' && bot.status !== 'RUNNING' && bot.status !== 'PAUSED') return `bot ${bot.botId} is ${bot.status}; only a RUNNING bot can be paused`;
  return undefined;
}

/**
 * At rest first: what was approved before it was stopped is answered by then, and nothing that is approved after it is opened. So what is
 * open when it is deleted is all that there ever will be: it has to be nothing (W-12).
 */
function deleteFault({ botId, status }: KnownBot, open: readonly string[]): string | undefined {
  if (status === 'DELETED') return undefined;
  if (status === 'RUNNING' || status === 'PAUSED') return `bot ${botId} is ${status}; only one at rest can be deleted: \`ballast bot stop\`, or \`close-all\` where positions are open`;
  return open.length === 0 ? undefined : `bot ${botId} can't be deleted before it is flat and its protection is back; open are: ${open.join('; ')}`;
}

const isSame = (bot: KnownBot, command: Extract<BotCommand, { type: 'CreateBot' }>): boolean =>
  bot.portfolioId === command.portfolioId && bot.accountId === command.accountId && bot.strategy === command.strategy && sameJson([bot.profiles, bot.settings], [command.profiles, command.settings]);
