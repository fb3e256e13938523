import { Controller } from '@nestjs/common';
import { type CommandContext, EventStreams, type OwnedStates, ownedStates, Query } from '@ballast/bus';
import { botDecider } from './bot.decider.js';

export class StateQuery {}

/** What the bots' deciders hold, for whoever compares it with the log. */
@Controller()
export class BotStateController {
  constructor(private readonly streams: EventStreams) {}

  @Query('state', StateQuery)
  state(_query: StateQuery, { partition }: CommandContext): Promise<OwnedStates> {
    const streams = ownedStates(this.streams, botDecider, partition, (bot) => {
      if (bot.status === 'ABSENT') return undefined;
      const { status, portfolioId, accountId, strategy, profiles, settings } = bot;
      return { status, portfolioId, accountId, strategy, profiles, settings };
    });
    return Promise.resolve({ streams });
  }
}
