import { type BallastEvent, contractVersionOf, eventTypes } from '@ballast/events';
import { beforeEach, describe, expect, it } from 'vitest';
import { botDecider, cause, envelopeBytes } from '../conformance/bots.js';
import { InMemoryDeadLetters } from '../memory/memory-dead-letters.js';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import { CONTRACTS_UP_TO, demandKnownWriter } from './contract-versions.js';
import { EventConsumer } from './event-consumer.js';
import { StreamExecutor } from './stream-executor.js';
import { type AnyDecider, envelopeOf, newStreamState } from './stream-states.js';

const NEWER = { contract: CONTRACTS_UP_TO + 1, build: '9.1.0', events: [{ type: 'BotStarted', botId: 'b1', by: 'test', mood: 'new' }] };
const SAYS = new RegExp(`^evt\\.0\\.operator\\.bot\\.b1 at sequence 1: contract: found version ${CONTRACTS_UP_TO + 1} of BotStarted, this build knows versions up to ${CONTRACTS_UP_TO}: run build 9\\.1\\.0 or a newer one$`);

describe('a log that a newer build wrote', () => {
  let clock: VirtualClock;
  let store: InMemoryEventStore;
  let deadLetters: InMemoryDeadLetters;
  let fatal: Error[];
  let heard: string[];

  beforeEach(() => {
    clock = new VirtualClock(1_000);
    store = new InMemoryEventStore(clock.work);
    deadLetters = new InMemoryDeadLetters();
    fatal = [];
    heard = [];
  });

  function consumerOf(service: string): EventConsumer {
    return new EventConsumer(
      { store, deadLetters, clock, streams: new StreamExecutor(store, clock, { service, build: 'test' }) },
      { service, build: 'test', partitions: [0], projections: [], eventTypes: ['BotStarted', 'SignalRaised'], dispatch: ({ event }) => Promise.resolve(void heard.push(event.type)), onFatal: (error) => fatal.push(error) },
      { limits: { heartbeatMs: 0 } },
    );
  }
  const operator = (): StreamExecutor => new StreamExecutor(store, clock, { service: 'operator', build: 'test' });

  it('ends the recovery of an older one, which names the type, both versions and the build to run', async () => {
    store.add(0, 'evt.0.operator.bot.b1', envelopeBytes('b1', NEWER));
    await expect(consumerOf('risk').start()).rejects.toThrow(SAYS);
    expect([await deadLetters.open(), fatal]).toEqual([[], []]);
  });

  it('stops an older one that is live, which handles and files nothing more', async () => {
    const consumer = consumerOf('risk');
    await consumer.start();
    store.add(0, 'evt.0.operator.bot.b1', envelopeBytes('b1', NEWER));
    await operator().execute(botDecider, { partition: 0, id: 'b2' }, { type: 'Start' }, cause('after', 'lane-x'));
    await clock.run();
    expect(fatal.map(({ message }) => message)).toEqual([expect.stringMatching(SAYS)]);
    expect([heard, await deadLetters.open()]).toEqual([[], []]);
  });

  it('is refused by its envelope too, where that has become another', async () => {
    store.add(0, 'evt.0.operator.bot.b1', envelopeBytes('b1', { format: 3 }));
    await expect(consumerOf('risk').start()).rejects.toThrow(/format: found envelope version 3, this build knows versions up to 1: run build/);
  });

  it('is decided on by nobody: an owner does not fold its own stream past it', async () => {
    store.add(0, 'evt.0.operator.bot.b1', envelopeBytes('b1', NEWER));
    await expect(operator().execute(botDecider, { partition: 0, id: 'b1' }, { type: 'Start' }, cause('one', 'lane-x'))).rejects.toThrow(`found version ${CONTRACTS_UP_TO + 1} of BotStarted`);
  });

  it('stops nobody but a strategy by what that strategy writes: a bad one cannot bring the desk to a stop', async () => {
    store.add(0, 'evt.0.strategy-x.signal.s1', envelopeBytes('s1', { ...NEWER, stream: 'strategy-x.signal.s1', writer: 'strategy-x' }));
    await expect(consumerOf('strategy-x').start()).rejects.toThrow(/run build 9\.1\.0/);
    await consumerOf('sizing').start();
    await clock.run();
    expect([fatal, (await deadLetters.open()).map(({ reason, subject }) => [reason, subject])]).toEqual([[], [['INVALID', 'evt.0.strategy-x.signal.s1']]]);
  });

  it('is one only where an event needs the newer contracts: every envelope has the version of its own events, and this build knows them all', () => {
    const entry = newStreamState({ partition: 0, writer: 'collateral', kind: 'ledger', id: 'main' }, botDecider as AnyDecider);
    const versionOf = (...types: readonly string[]): number => envelopeOf(entry, types.map((type) => ({ type }) as BallastEvent), { decisionId: 'd', at: 1, cause: cause('c', 'lane-x'), service: 'collateral', build: 'test' }).contract;
    expect([versionOf('AccountFunded'), versionOf('AccountFunded', 'DebtForgiven'), versionOf('PartitionOpened')]).toEqual([1, 2, 3]);
    expect(Math.max(...eventTypes().map((type) => contractVersionOf([{ type }])))).toBe(CONTRACTS_UP_TO);
  });
});

describe('partitions that a newer build of the service has served', () => {
  it('are not for this one, which names both versions and the build to run; those of its own are', () => {
    expect(() => demandKnownWriter('risk', { contract: CONTRACTS_UP_TO, build: '9.0.0' })).not.toThrow();
    expect(() => demandKnownWriter('risk', { contract: CONTRACTS_UP_TO + 1, build: '9.1.0' })).toThrow(`lease.risk: contract: found version ${CONTRACTS_UP_TO + 1} written by risk, this build knows versions up to ${CONTRACTS_UP_TO}: run build 9.1.0 or a newer one`);
  });
});
