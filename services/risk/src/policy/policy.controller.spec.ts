import 'reflect-metadata';
import { MemorySystem } from '@ballast/bus';
import { notional, partitionOf, ratio } from '@ballast/domain';
import type { BallastEvent, PolicyInForceChanged, RungEntered } from '@ballast/events';
import { DEMO, DN_PAIR_V4_1, inForceByName, profileHash, PROFILES } from '@ballast/policy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AT } from '../exposure/exposure.builders.js';
import { recordedBy } from '../recorded.fixtures.js';
import { riskModule } from '../risk.module.js';
import { policyDecider, type RecordPolicy } from './policy.decider.js';

const partition = partitionOf('p1');
const bot = (botId: string, ...profiles: readonly string[]): BallastEvent => ({ type: 'BotCreated', botId, portfolioId: 'p1', accountId: `account-${botId}`, strategy: 'dn-pair', profiles, settings: {}, by: 'test' });
const rung = (name: string): RungEntered => ({
  type: 'RungEntered', portfolioId: 'p1', profile: 'dn-pair-v4.1@3', profileHash: 'h', ladder: 'PHASES', rung: name, cause: 'PROMOTION', reason: 'test', by: 'test', at: AT, dayBoundaryMs: 0, capital: notional('2000'), leverageMax: ratio('5'), positionMax: notional('10000'),
});

describe('the policy in force in the log', () => {
  let system: MemorySystem;
  beforeEach(async () => {
    system = new MemorySystem(AT);
    await system.add('risk', () => riskModule());
  });
  afterEach(() => system.stop());

  /** Another service writes one event of its own. */
  const wrote = (writer: string, kind: string, id: string, event: BallastEvent): Promise<void> => recordedBy(system, { writer, kind, partition, id, causationId: `cause-${id}` }, event);
  const policy = async (): Promise<unknown> => {
    const reply = system.requestsOf('cli').query('risk', partition, 'policy', { portfolioId: 'p1' });
    await system.work.idle();
    return ((await reply) as unknown as { readonly data: unknown }).data;
  };

  it('is recorded with every bot: names, versions, hashes (C-1)', async () => {
    await wrote('operator', 'bot', 'b1', bot('b1', 'demo'));
    expect(await policy()).toMatchObject({ revision: 1, bots: [{ botId: 'b1', profiles: [{ name: 'demo', ref: 'demo@2', hash: profileHash(DEMO) }] }] });
    await wrote('operator', 'bot', 'b0', bot('b0', 'demo', 'legion'));
    expect(await policy()).toMatchObject({ revision: 2, bots: [{ botId: 'b0', profiles: [{ ref: 'demo@2' }, { ref: 'legion@1' }] }, { botId: 'b1' }] });
  });

  it('follows the rung, with the very hash that decisions are made under', async () => {
    await wrote('operator', 'bot', 'b1', bot('b1', 'dn-pair-v4.1'));
    await wrote('risk', 'ladder', 'p1', rung('phase-2/months-2-3'));
    const [inForce] = inForceByName(['dn-pair-v4.1'], PROFILES, 'phase-2/months-2-3')!.profiles;
    expect(await policy()).toMatchObject({ rung: 'phase-2/months-2-3', bots: [{ profiles: [{ ref: 'dn-pair-v4.1@3/phase-2/months-2-3', hash: inForce!.hash }] }] });
    expect(inForce!.hash).not.toBe(profileHash(DN_PAIR_V4_1));
  });

  it.each([
    ['the same numbers', profileHash(DEMO), 1],
    ['another number under the same version', 'hash-of-yesterday', 2],
  ])('after a start that knows %s as against the log is at the revision due', async (_what, hash, revision) => {
    await system.stop();
    system = new MemorySystem(AT);
    await wrote('operator', 'bot', 'b1', bot('b1', 'demo'));
    await wrote('risk', 'policy', 'p1', { type: 'PolicyInForceChanged', portfolioId: 'p1', revision: 1, bots: [{ botId: 'b1', profiles: [{ name: 'demo', ref: 'demo@2', hash }] }], reason: 'bot b1 binds demo@2' });
    await system.add('risk', () => riskModule());
    await system.run(AT + 1);
    expect(await policy()).toMatchObject({ revision, bots: [{ profiles: [{ ref: 'demo@2', hash: profileHash(DEMO) }] }] });
  });
});

describe('deciding what is in force', () => {
  const command = (overrides: Partial<RecordPolicy> = {}): RecordPolicy => ({ type: 'RecordPolicy', portfolioId: 'p1', bots: [{ botId: 'b1', profiles: [{ name: 'demo', ref: 'demo@2', hash: 'h1' }] }], ...overrides });
  const context = { decisionId: 'd', at: AT };
  const after = (...commands: readonly RecordPolicy[]): readonly PolicyInForceChanged[] => {
    let state = policyDecider.initial;
    return commands.flatMap((each) => {
      const events = policyDecider.decide(state, each, context);
      state = events.reduce(policyDecider.evolve, state);
      return events;
    });
  };

  it('decides nothing for the same again', () => {
    expect(after(command(), command())).toHaveLength(1);
    expect(after(command({ rung: 'stage-1' }), command({ rung: 'stage-1' }))).toHaveLength(1);
    expect(after(command({ bots: [] }))).toEqual([]);
  });

  it.each([
    ['another version', { name: 'demo', ref: 'demo@3', hash: 'h2' }, 'bot b1 is bound by demo@3 (h2) now'],
    ['another hash under the same version', { name: 'demo', ref: 'demo@2', hash: 'h2' }, 'bot b1 is bound by demo@2 (h2) now'],
    ['a profile that is not known any more', { name: 'demo' }, 'bot b1 is bound by demo, which is not known now'],
  ])('records %s with the reason', (_what, profile, reason) => {
    expect(after(command(), command({ bots: [{ botId: 'b1', profiles: [profile] }] }))).toMatchObject([{ revision: 1 }, { revision: 2, reason }]);
  });

  it('says which rung is in force, and that none is any more', () => {
    expect(after(command(), command({ rung: 'stage-1' }), command()).map(({ reason }) => reason)).toEqual(['bot b1 binds demo@2 (h1)', 'rung stage-1 is in force', 'no rung is in force']);
  });
});
