import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { Matches } from 'class-validator';
import { type Decider, ID, partitionOf, price, quantity } from '@ballast/domain';

import { BotCreated, type BotStarted } from '@ballast/events';
import { Command, Query, Subscribe } from '../nest/decorators.js';
import { causedBy, type Recorded } from '../ports/envelope.js';
import { EventStreams } from '../ports/event-streams.js';
import type { CommandContext } from '../ports/requests.js';
import { MemorySystem } from './memory-system.js';
import { WireMarket } from '../pace/wire-market.js';

class BotsProbe {
  @Matches(ID) readonly botId!: string;
}

type Bot = 'ABSENT' | 'CREATED' | 'RUNNING';
type BotCommand = { readonly type: 'Create'; readonly botId: string } | { readonly type: 'Start'; readonly botId: string };

const decider: Decider<Bot, BotCommand, BotCreated | BotStarted> = {
  kind: 'bot',
  writer: 'operator',
  initial: 'ABSENT',
  decide(state, command) {
    if (command.type === 'Create') return state === 'ABSENT' ? [{ type: 'BotCreated', botId: command.botId, portfolioId: 'p', accountId: 'a', strategy: 's', profiles: ['demo'], settings: {}, by: 'test' }] : [];
    return state === 'CREATED' ? [{ type: 'BotStarted', botId: command.botId, by: 'test' }] : [];
  },
  evolve: (_state, event) => (event.type === 'BotCreated' ? 'CREATED' : 'RUNNING'),
};

@Controller()
class Starter {
  constructor(private readonly streams: EventStreams) {
    streams.own(decider);
  }

  @Command('create', BotsProbe)
  async create({ botId }: BotsProbe, { key, partition }: CommandContext): Promise<object> {
    const { outcome } = await this.streams.execute(decider, { partition, id: botId }, { type: 'Create', botId }, { causationId: key, correlationId: botId, lane: botId });
    return { outcome };
  }

  @Subscribe(BotCreated)
  async onCreated(recorded: Recorded<BotCreated>): Promise<void> {
    const { botId } = recorded.event;
    await this.streams.execute(decider, { partition: recorded.decision.partition, id: botId }, { type: 'Start', botId }, causedBy(recorded));
  }

  @Query('state', BotsProbe)
  async state({ botId }: BotsProbe, { partition }: CommandContext): Promise<object> {
    return { state: (await this.streams.load(decider, { partition, id: botId })).state };
  }
}

@Module({})
class StarterModule {}
const starter = (): DynamicModule => ({ module: StarterModule, controllers: [Starter] });

describe('services in one process on the in-memory bus', () => {
  it('turns a command into an event, and the event into what follows from it', async () => {
    const system = new MemorySystem(1_000);
    await system.add('operator', starter);
    const partition = partitionOf('p');
    expect(await system.command({ user: 'cli', service: 'operator', partition }, 'create', { botId: 'b1' }, 'key-1')).toEqual({ outcome: 'appended' });
    await system.run();
    const reply = system.requestsOf('cli').query('operator', partition, 'state', { botId: 'b1' });
    await system.run();
    expect(await reply).toEqual({ ok: true, data: { state: 'RUNNING' } });
    await system.stop();
  });

  it('answers a payload that breaks its contract with the fields at fault', async () => {
    const system = new MemorySystem(1_000);
    await system.add('operator', starter);
    await expect(system.command({ user: 'cli', service: 'operator', partition: 0 }, 'create', { botId: 7, extra: true }, 'key-2')).rejects.toThrow(/extra: found.*botId: found number 7/);
    await system.stop();
  });

  it('tells a new listener the last market message first', async () => {
    const system = new MemorySystem(1_000);
    const { market } = system.platform('market-data');
    market.publish('trade', 'ETH-PERP', { instrument: 'ETH-PERP', tradeId: '1', side: 'BUY', price: price('2756.9'), quantity: quantity('0.042'), time: 1_000 });
    market.publish('feed', 'ETH-PERP', { instrument: 'ETH-PERP', state: 'UP', reason: 'connected', time: 1_000 });
    await system.run();
    expect(market).toBeInstanceOf(WireMarket);
    expect(market.latest('trade', 'ETH-PERP')?.price.toString()).toBe('2756.9');
    expect(market.latest('feed', 'ETH-PERP')?.state).toBe('UP');
    await system.stop();
  });
});
