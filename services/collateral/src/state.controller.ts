import { type CommandContext, EventStreams, type OwnedStates, ownedStates, Query } from '@ballast/bus';
import { Controller, Inject } from '@nestjs/common';
import type { Id, Money } from '@ballast/domain';
import { type Protection, protectionDecider } from '@ballast/protection';
import { ledgerDecider } from './ledger/ledger.decider.js';
import { treasuryDecider } from './treasury/treasury.decider.js';
import type { Treasury } from './treasury/treasury.types.js';

export class StateQuery {}

/** What the deciders of ledgers, treasuries and protections hold, for whoever compares it with the log. */
@Controller()
export class StateController {
  constructor(@Inject(EventStreams) private readonly streams: EventStreams) {}

  @Query('state', StateQuery)
  state(_query: StateQuery, { partition }: CommandContext): Promise<OwnedStates> {
    const ledgers = ownedStates(this.streams, ledgerDecider, partition, ({ accounts }) => ({ transfers: Object.fromEntries(accounts.map(({ accountId, funded }) => [accountId, funded.toString()])) }));
    const [treasuries, protections] = [ownedStates(this.streams, treasuryDecider, partition, treasuryText), ownedStates(this.streams, protectionDecider, partition, protectionText)];
    return Promise.resolve({ streams: [...ledgers, ...treasuries, ...protections] });
  }
}

const textsOf = (amounts: Readonly<Record<Id, Money>>): Readonly<Record<Id, string>> => Object.fromEntries(Object.entries(amounts).map(([accountId, amount]) => [accountId, amount.toString()]));

function treasuryText({ opened, funds, highWaterMark, nextBoundaryAt, chestCounts }: Treasury): object | undefined {
  const { TRADING, CHEST, OPERATING, WITHDRAWAL } = funds;
  return opened ? { funds: { TRADING: textsOf(TRADING), CHEST: textsOf(CHEST), OPERATING: textsOf(OPERATING), WITHDRAWAL: textsOf(WITHDRAWAL) }, highWaterMark: highWaterMark.toString(), nextBoundaryAt, chestCounts } : undefined;
}

function protectionText({ configured, deposited, paused, exhausted }: Protection): object | undefined {
  if (!configured) return undefined;
  const { revision, settings: { enabled, mode } } = configured;
  return { revision, enabled, mode, deposited: deposited.toString(), paused, exhausted: exhausted?.cause ?? '' };
}
