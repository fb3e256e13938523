import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentId, partitionOf } from '@ballast/domain';
import { decodeMessage, type DeadLetter, encodeEnvelope, type Envelope, type Reply } from '@ballast/bus';
import type { MemoryDesk } from '@ballast/local';
import type { MarketInput } from '@ballast/venues';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './desk/pair-desk.js';
import { STILL_START, StillMarket } from './desk/still-market.js';

const PARTITION = partitionOf('main');
const RUN_MS = 150_000;
const CROSSED_AT = STILL_START + 20_000;
const HALF = STILL_START + 60_000;
const settings = { mode: 'cycle', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '1000', costBudgetBps: '25', dailyCostBudget: '500' };
const bot = { botId: 'other', portfolioId: 'main', accountId: 'other', strategy: 'dn-pair', profiles: ['demo'], settings };

/** A still market in which one book of leg A is crossed for a moment. */
class OnceCrossed extends StillMarket {
  override *events(from?: number): IterableIterator<MarketInput> {
    for (const input of super.events(from)) {
      const isTheOne = input.type === 'snapshot' && input.productId === 4 && input.time === CROSSED_AT;
      yield isTheOne ? { ...input, bids: input.asks, asks: input.bids } : input;
    }
  }
}

function envelope(stream: string, changes: Partial<Record<keyof Envelope, unknown>>): Uint8Array {
  const [writer] = stream.split('.', 1);
  return encodeEnvelope({ format: 1, decisionId: contentId('bad', stream), stream, version: 1, occurredAt: HALF, writer, build: 'test', correlationId: ACCOUNT, causationId: ACCOUNT, lane: 'elsewhere', contract: 1, previousHash: '', events: [], ...changes } as Envelope);
}
const approvalLike = (fields: object): readonly object[] => [{ type: 'BotStarted', botId: 'other', by: 'test', ...fields }];
const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

const without = (all: Readonly<Record<string, string>>, name: string): object => Object.fromEntries(Object.entries(all).filter(([field]) => field !== name));

/** Stream, bytes, and what its dead letter must name. */
const MESSAGES: readonly (readonly [what: string, stream: string, bytes: (stream: string) => Uint8Array, names: RegExp])[] = [
  ['malformed JSON', 'operator.bot.torn', () => Buffer.from('{"format":1,"events":['), /found no JSON/],
  ['wrong types', 'operator.bot.types', (stream) => envelope(stream, { version: '1', events: approvalLike({}) }), /version: found string.*whole number/],
  ['a wrong type in an event', 'operator.bot.field', (stream) => envelope(stream, { events: approvalLike({ botId: 7 }) }), /botId: found number 7, allowed/],
  ['a JSON float where a decimal string belongs', 'collateral.ledger.float', (stream) => Buffer.from(asText(envelope(stream, { events: [{ type: 'AccountFunded', accountId: 'other', portfolioId: 'main', transferId: 't', amount: 'X', balance: '1' }] })).replace('"X"', '100.5')), /amount: .*found number 100\.5, allowed is a decimal string/],
  ['an unknown event type', 'operator.bot.unknown', (stream) => envelope(stream, { events: [{ type: 'BotExploded', botId: 'other' }] }), /type: found "BotExploded", allowed is one of .*BotCreated/],
  ['an event of a writer that may not write it', 'strategy-dn-pair.signal.forged', (stream) => envelope(stream, { events: approvalLike({}) }), /writer: found strategy-dn-pair, allowed is operator/],
];

const COMMANDS: readonly (readonly [what: string, service: string, verb: string, payload: object, names: RegExp])[] = [
  ['wrong types', 'operator', 'start-bot', { botId: 7 }, /botId: found number 7/],
  ['an unknown field', 'operator', 'start-bot', { botId: ACCOUNT, force: true }, /force: found/],
  ['a setting that is missing', 'operator', 'create-bot', { ...bot, settings: without(settings, 'dailyCostBudget') }, /dailyCostBudget: found nothing, allowed/],
  ['a setting that nobody knows', 'operator', 'create-bot', { ...bot, settings: { ...settings, leverage: '50' } }, /leverage: found/],
  ['a JSON float in a setting', 'operator', 'create-bot', { ...bot, settings: { ...settings, targetNotional: 1000.5 } }, /targetNotional: .*found number 1000\.5, allowed is a .*decimal string/],
  ['a profile that there is not', 'operator', 'create-bot', { ...bot, profiles: ['brave'] }, /brave.*dn-pair-v4\.1/],
  ['a strategy that there is not', 'operator', 'create-bot', { ...bot, strategy: 'dn_pear' }, /strategy/],
];

describe('bad input to a desk that trades', () => {
  let desk: MemoryDesk;
  let letters: readonly DeadLetter[];
  const replies = new Map<string, Reply>();

  /** A payload that cannot even be written is refused before it leaves. */
  async function ask(what: string, service: string, verb: string, payload: object): Promise<Reply> {
    try {
      return await desk.system.requestsOf('cli').command(service, PARTITION, verb, payload, `bad-${what.replaceAll(' ', '-')}`);
    } catch (error) {
      return { ok: false, error: String(error) };
    }
  }

  beforeAll(async () => {
    const market = new OnceCrossed(RUN_MS);
    desk = await pairDesk({ source: market }, { holdMs: 5_000, sleepMs: 5_000 });
    market.watch(desk.venue.engine, () => undefined);
    await desk.system.run(HALF);
    for (const [, stream, bytes] of MESSAGES) await desk.system.store.append(PARTITION, `evt.${PARTITION}.${stream}`, 0, bytes(stream));
    for (const [what, service, verb, payload] of COMMANDS) void ask(what, service, verb, payload).then((reply) => replies.set(what, reply));
    await desk.run();
    letters = await desk.system.deadLetters.open();
  }, 60_000);

  afterAll(() => desk.stop());

  it.each(MESSAGES)('files %s as a dead letter that names the field, what was found and what is allowed', (_what, stream, _bytes, names) => {
    const filed = letters.filter(({ subject }) => subject === `evt.${PARTITION}.${stream}`);
    expect(filed.length).toBeGreaterThan(0);
    for (const letter of filed) expect(letter).toMatchObject({ reason: 'INVALID', detail: expect.stringMatching(names) });
  });

  it.each(COMMANDS)('refuses a command with %s by name', (what, _service, _verb, _payload, names) => {
    const reply = replies.get(what);
    expect(reply?.ok).toBe(false);
    expect(JSON.stringify(reply)).toMatch(names);
  });

  it('trades on, before and after', async () => {
    const closedAt: number[] = [];
    const subjects = new Set(MESSAGES.map(([, stream]) => `evt.${PARTITION}.${stream}`));
    await desk.system.store.read(PARTITION, { filters: [] }, (message) => {
      if (subjects.has(message.subject)) return;
      const { events, occurredAt } = decodeMessage(message);
      if (events.some((event) => event.type === 'TradeClosed' && event.outcome === 'COMPLETED')) closedAt.push(occurredAt);
    });
    expect(closedAt.filter((at) => at < HALF).length).toBeGreaterThan(0);
    expect(closedAt.filter((at) => at > HALF).length).toBeGreaterThan(0);
    expect(letters.every(({ subject }) => subjects.has(subject)), 'nothing else is dead').toBe(true);
    expect(desk.venue.engine.account(ACCOUNT).positions.every(({ amount }) => amount === 0n), 'flat').toBe(true);
  });
});
