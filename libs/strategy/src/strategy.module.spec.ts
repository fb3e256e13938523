import { MemorySystem, type Platform } from '@ballast/bus';
import { bps, type Decider, notional, type Notional, partitionOf, price, quantity } from '@ballast/domain';
import { type BotConfigured, type BotCreated, type BotDeleted, type BotPaused, type BotStarted, DecimalField, type SignalRaised } from '@ballast/events';
import { Matches } from 'class-validator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Strategy, type StrategyContext } from './strategy.js';
import { strategyModule } from './strategy.module.js';

class OneLegSettings {
  @Matches(/^[A-Z-]+$/) readonly instrument!: string;
  @DecimalField(notional) readonly targetNotional!: Notional;
}

class OneLeg extends Strategy<OneLegSettings> {
  readonly name = 'one-leg';
  readonly settings = OneLegSettings;
  readonly initial = undefined;
  instruments({ instrument }: OneLegSettings): readonly string[] {
    return [instrument];
  }
  onTick(context: StrategyContext<OneLegSettings, undefined>): void {
    const { instrument, targetNotional } = context.settings;
    context.raise({ purpose: 'ENTER', legs: [{ instrument, side: 'BUY' }], targetNotional, slippageBpsMax: bps('10'), reason: 'test' });
  }
}

type BotEvent = BotCreated | BotStarted | BotPaused | BotConfigured | BotDeleted;
const operator: Decider<null, BotEvent, BotEvent> = { kind: 'bot', writer: 'operator', initial: null, decide: (_state, event) => [event], evolve: (state) => state };
const START = Date.UTC(2026, 0, 5);
const PARTITION = partitionOf('p');
const created = (settings: Record<string, unknown>, strategy = 'one-leg'): BotEvent => ({ type: 'BotCreated', botId: 'bot-1', portfolioId: 'p', accountId: 'a', strategy, profiles: ['demo'], settings, by: 'test' });
const GOOD = { instrument: 'ETH-PERP', targetNotional: '100' };

let system: MemorySystem;
let desk: Platform;
let written = 0;

beforeEach(async () => {
  system = new MemorySystem(START);
  desk = system.platform('operator');
  await system.add('strategy-one-leg', () => strategyModule(new OneLeg()));
});
afterEach(() => system.stop());

async function write(...events: readonly BotEvent[]): Promise<void> {
  for (const event of events) await desk.streams.execute(operator, { partition: PARTITION, id: 'bot-1' }, event, { causationId: `cause-${(written += 1)}`, correlationId: 'bot-1', lane: 'a' });
  await system.run(system.clock.now());
}
async function bookAt(ms: number, exchangeTime = START + ms, instrument = 'ETH-PERP'): Promise<void> {
  await system.run(START + ms);
  desk.market.publish('book', instrument, { instrument, bids: [{ price: price('99'), quantity: quantity('1') }], asks: [{ price: price('101'), quantity: quantity('1') }], exchangeTime, sequence: ms + 1 });
  await system.run(START + ms);
}
async function signals(): Promise<readonly SignalRaised[]> {
  const stored = await system.store.readSubject(PARTITION, `evt.${PARTITION}.strategy-one-leg.signal.bot-1`);
  return stored.flatMap(({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { events: SignalRaised[] }).events);
}

describe('the service of a strategy', () => {
  it('raises a started bot\'s signal on a book, into the stream of that bot', async () => {
    await write(created(GOOD), { type: 'BotStarted', botId: 'bot-1', by: 'test' });
    await bookAt(1_000);
    expect(await signals()).toMatchObject([{ type: 'SignalRaised', purpose: 'ENTER', botId: 'bot-1', validUntil: START + 6_000, seen: [{ bookSequence: 1_001 }] }]);
  });

  it('raises nothing for a bot that was not started, is paused, or is another strategy\'s', async () => {
    await write(created(GOOD));
    await bookAt(1_000);
    await write({ type: 'BotStarted', botId: 'bot-1', by: 'test' }, { type: 'BotPaused', botId: 'bot-1', by: 'test' });
    await bookAt(2_000);
    expect(await signals()).toEqual([]);
  });

  it('raises nothing for a bot that was deleted, and tells of it no more (W-12)', async () => {
    await write(created(GOOD), { type: 'BotStarted', botId: 'bot-1', by: 'test' }, { type: 'BotDeleted', botId: 'bot-1', accountId: 'a', portfolioId: 'p', reason: 'test', by: 'test' });
    await bookAt(1_000);
    const told = system.requestsOf('operator').query('strategy-one-leg', PARTITION, 'bots', {});
    await system.run(system.clock.now());
    expect([await signals(), await told]).toEqual([[], { ok: true, data: { bots: [] } }]);
  });

  it('raises nothing on an old book, nor on a book of another instrument', async () => {
    await write(created(GOOD), { type: 'BotStarted', botId: 'bot-1', by: 'test' });
    await bookAt(10_000, START + 4_000);
    await bookAt(11_000, START + 11_000, 'SOL-PERP');
    expect(await signals()).toEqual([]);
  });

  it('raises one signal while one is open', async () => {
    await write(created(GOOD), { type: 'BotStarted', botId: 'bot-1', by: 'test' });
    for (const ms of [1_000, 1_100, 1_300, 2_000, 3_000]) await bookAt(ms);
    expect(await signals()).toHaveLength(1);
  });

  it('answers what the settings lack before a bot is created', async () => {
    const ask = async (settings: object) => {
      const reply = system.requestsOf('operator').query('strategy-one-leg', PARTITION, 'validate-settings', { settings });
      await system.run(system.clock.now());
      return reply;
    };
    expect(await ask(GOOD)).toEqual({ ok: true, data: { instruments: ['ETH-PERP'] } });
    expect(await ask({ instrument: 'ETH-PERP', targetNotional: 100, extra: 1 })).toMatchObject({ ok: false, fields: { targetNotional: expect.stringContaining('decimal string') as string } });
  });

  it('puts a bot with settings that do not hold among the dead letters, with the field, and goes on with others', async () => {
    await write(created({ instrument: 'ETH-PERP' }), { type: 'BotStarted', botId: 'bot-1', by: 'test' });
    await bookAt(1_000);
    expect(await signals()).toEqual([]);
    expect((await system.deadLetters.open()).map(({ reason, detail }) => [reason, detail.includes('targetNotional')])).toContainEqual(['INVALID', true]);
  });

  it('goes on from the log after a restart: the same signal is not raised twice', async () => {
    await write(created(GOOD), { type: 'BotStarted', botId: 'bot-1', by: 'test' });
    await bookAt(1_000);
    await system.stop();
    await system.add('strategy-one-leg', () => strategyModule(new OneLeg()));
    await bookAt(2_000);
    expect(await signals()).toHaveLength(1);
  });

});
