import { Controller } from '@nestjs/common';
import { type CommandContext, EventStreams, type OwnedStates, ownedStates, Query } from '@ballast/bus';
import { positionDecider } from './position/position.decider.js';
import { tradeDecider } from './trade/trade.decider.js';
import type { OrderState } from './trade/trade.state.js';

export class StateQuery {}

/** What execution's deciders hold of positions and open trades, for whoever compares it with the log. */
@Controller()
export class StateController {
  constructor(private readonly streams: EventStreams) {}

  @Query('state', StateQuery)
  state(_query: StateQuery, { partition }: CommandContext): Promise<OwnedStates> {
    const positions = ownedStates(this.streams, positionDecider, partition, ({ quantity, entryPrice }) => ({ quantity: quantity.toString(), entryPrice: entryPrice?.toString() ?? '' }));
    const trades = ownedStates(this.streams, tradeDecider, partition, ({ orders }) => ({ orders: Object.fromEntries(Object.entries(orders).map(([id, order]) => [id, told(order)])) }));
    return Promise.resolve({ streams: [...positions, ...trades] });
  }
}

const told = ({ status, filled }: OrderState): object => ({ status: status === 'UNKNOWN' ? 'SUBMITTED' : status, filled: filled.toString() });
