import type { Id } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import { type Bot, botDecider, type BotEvent, type KnownBot } from './bot.decider.js';

/** Every bot of the owned partitions, by id. */
export class BotsProjection implements Projection<Map<Id, Bot>> {
  readonly name = 'bots';
  readonly reads = ['BotCreated', 'BotConfigured', 'BotStarted', 'BotPaused', 'BotStopped', 'BotCloseAllRequested', 'BotDeleted'];
  state = new Map<Id, Bot>();

  apply({ event }: Recorded): void {
    const bot = event as BotEvent;
    this.state.set(bot.botId, botDecider.evolve(this.state.get(bot.botId) ?? botDecider.initial, bot));
  }

  all(): readonly KnownBot[] {
    return [...this.state.values()].filter((bot): bot is KnownBot => bot.status !== 'ABSENT');
  }

  get(botId: Id): KnownBot | undefined {
    const bot = this.state.get(botId);
    return bot && bot.status !== 'ABSENT' ? bot : undefined;
  }
}
