import { expect, it } from 'vitest';
import { botDecider, cause, envelopeBytes } from './bots.js';
import type { BusBench } from './bus-bench.js';

const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');
const fundedWith = (amount: unknown): Uint8Array => {
  const valid = Buffer.from(envelopeBytes('x', { stream: 'collateral.ledger.x', writer: 'collateral', events: [{ type: 'AccountFunded', amount: 'AMOUNT' }] })).toString();
  return text(valid.replace('"AMOUNT"', JSON.stringify(amount)));
};

const BAD: readonly (readonly [string, string, () => Uint8Array, RegExp])[] = [
  ['malformed JSON', 'evt.0.operator.bot.bad', () => text('{"format":1,'), /found no JSON/],
  ['wrong types', 'evt.0.operator.bot.bad', () => envelopeBytes('bad', { version: '1', lane: 7 }), /version: found string.*whole number/],
  ['a JSON float where a decimal string belongs', 'evt.0.collateral.ledger.x', () => fundedWith(100.5), /events\[0\]\.amount: .*found number 100\.5, allowed is a decimal string/],
  ['an unknown event type', 'evt.0.operator.bot.bad', () => envelopeBytes('bad', { events: [{ type: 'BotExploded' }] }), /events\[0\]\.type: found "BotExploded", allowed is one of/],
  ['an event of a writer that may not write it', 'evt.0.strategy-x.signal.bad', () => envelopeBytes('bad', { stream: 'strategy-x.signal.bad', writer: 'strategy-x' }), /writer: found strategy-x, allowed is operator/],
  ['a stream that is not its subject\'s', 'evt.0.operator.bot.bad', () => envelopeBytes('other'), /stream: found .*operator\.bot\.other/],
];

/** Bad input is filed with its fields named and stops nothing else. */
export function invalidCases(bench: () => BusBench): void {
  it.each(BAD)('files %s as a dead letter that names the field, and goes on', async (_, subject, bytes, detail) => {
    const { streams } = await bench().process({ service: 'operator' });
    const { heard, ports, consumer } = await bench().start({ eventTypes: ['BotStarted', 'AccountFunded', 'SignalRaised'] });
    await bench().harness.inject(0, subject, bytes());
    await streams.execute(botDecider, { partition: 0, id: 'good' }, { type: 'Start' }, cause('good', 'lane-x'));
    await bench().until(async () => heard.length === 1 && (await ports.deadLetters.open()).length === 1, 'one letter, one handled');
    const [letter] = await ports.deadLetters.open();
    expect(letter).toMatchObject({ service: 'reporting', reason: 'INVALID', subject, sequence: 1, payload: Buffer.from(bytes()).toString('base64') });
    expect(letter?.detail).toMatch(detail);
    expect(consumer.parkedLanes()).toEqual([]);
    await expect(consumer.retry(letter?.deadId ?? '', 'desk')).rejects.toThrow(detail);
    await consumer.discard(letter?.deadId ?? '', 'desk');
    expect(await ports.deadLetters.open()).toEqual([]);
  });
}
