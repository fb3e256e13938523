import { headers, type JetStreamClient } from 'nats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadIdOf, type DeadLetter, deadSubject, StreamExecutor, VirtualClock } from '@ballast/bus';
import { type Decider, decisionIdOf } from '@ballast/domain';
import type { BotStarted } from '@ballast/events';
import { NatsBed } from './nats-bed.fixtures.js';

const STRATEGY = 'strategy-dn-pair';
const BOT = { partition: 0, id: 'b1' };
const cause = (causationId: string) => ({ causationId, correlationId: 'b1', lane: 'a1' });
const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const starts: Decider<number, { readonly type: 'Start' }, BotStarted> = {
  kind: 'bot',
  writer: 'operator',
  initial: 0,
  decide: () => [{ type: 'BotStarted', botId: 'b1', by: 'desk' }],
  evolve: (started) => started + 1,
};

/** What a strategy works out from the log, and sends first. */
describe('a strategy that uses the ids of others before them', () => {
  let bed: NatsBed;
  let theirs: JetStreamClient;
  let ownSubjects = 0;
  beforeAll(async () => {
    bed = await NatsBed.start({ strategies: ['dn-pair'] });
    theirs = (await bed.raw(STRATEGY)).jetstream();
  });
  afterAll(() => bed.stop());

  const executor = async (): Promise<StreamExecutor> => new StreamExecutor((await bed.bus('operator')).store, new VirtualClock(1), { service: 'operator', build: 'test' });

  async function preEmpt(messageId: string): Promise<void> {
    const named = headers();
    named.set('Nats-Msg-Id', messageId);
    ownSubjects += 1;
    expect(await theirs.publish(`evt.0.${STRATEGY}.signal.s${ownSubjects}`, text({}), { headers: named })).toMatchObject({ duplicate: false });
  }

  it('stops no decision: the operator decides what it would have decided', async () => {
    const operator = await executor();
    for (const version of [1, 2, 3]) {
      await preEmpt(decisionIdOf('bot', 'operator.bot.b1', version, `c${version} Start`));
      expect(await operator.execute(starts, BOT, { type: 'Start' }, cause(`c${version}`))).toMatchObject({ outcome: 'appended', version });
    }
  });

  it('leaves the store what it needs: what two processes of one service send under one id is in the log once, and only then', async () => {
    const [first, second] = [(await bed.bus('operator')).store, (await bed.another('operator')).store];
    expect(await first.append(1, 'evt.1.operator.bot.b1', 0, text({}), 'one')).toMatchObject({ status: 'appended' });
    expect(await second.append(1, 'evt.1.operator.bot.b2', 0, text({}), 'one')).toEqual({ status: 'conflict' });
    expect(await (await bed.bus('risk')).store.append(1, 'evt.1.risk.plan.p1', 0, text({}), 'one')).toMatchObject({ status: 'appended' });
  });

  it('keeps no letter of the dead from being stored, and closes none', async () => {
    const letter: DeadLetter = { deadId: deadIdOf({ service: 'risk', partition: 0, sequence: 7 }), service: 'risk', partition: 0, lane: 'main', reason: 'FAILED', detail: 'x', subject: 'evt.0.a.b.c', sequence: 7, payload: '', at: 1 };
    const own = deadSubject(STRATEGY, 0, 'main');
    const resolution = { kind: 'resolution', deadId: letter.deadId, resolution: 'DISCARDED', by: 'desk' };
    const forged = { ...letter, service: STRATEGY };
    // JSON that no text can be made of.
    const unprintable = [{ kind: 'letter', letter: { ...forged, lane: { toString: 1 } } }, { ...resolution, deadId: { toString: 1 } }];
    for (const entry of [{ kind: 'letter', letter }, { kind: 'letter', letter: forged }, resolution, { kind: 'letter', letter: null }, null, 1, 'x', ...unprintable]) await theirs.publish(own, text(entry));
    await theirs.publish(own, new TextEncoder().encode('not JSON'));
    for (const id of [letter.deadId, `${letter.deadId}-DISCARDED`]) await theirs.publish(own, text({}), { msgID: id });
    const { deadLetters } = await bed.bus('risk');
    await deadLetters.record(letter);
    await deadLetters.record(letter);
    await theirs.publish(own, text(resolution));
    expect([await deadLetters.open({ service: 'risk' }), await deadLetters.open()]).toEqual([[letter], [letter]]);
    await (await bed.bus('operator')).deadLetters.resolve(letter.deadId, 'DISCARDED', 'desk');
    expect(await deadLetters.open()).toEqual([]);
  });
});
