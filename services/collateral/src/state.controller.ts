import { type CommandContext, EventStreams, type OwnedStates, ownedStates, Query } from '@ballast/bus';
import { Controller, Inject } from '@nestjs/common';
import { ledgerDecider } from './ledger/ledger.decider.js';

export class StateQuery {}

/** What the ledgers' deciders hold, for whoever compares it with the log. */
@Controller()
export class StateController {
  constructor(@Inject(EventStreams) private readonly streams: EventStreams) {}

  @Query('state', StateQuery)
  state(_query: StateQuery, { partition }: CommandContext): Promise<OwnedStates> {
    const streams = ownedStates(this.streams, ledgerDecider, partition, ({ accounts }) => ({ transfers: Object.fromEntries(accounts.map(({ accountId, funded }) => [accountId, funded.toString()])) }));
    return Promise.resolve({ streams });
  }
}
