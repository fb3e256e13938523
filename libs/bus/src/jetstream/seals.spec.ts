import { expect, it } from 'vitest';
import { contentId } from '@ballast/domain';
import { encodeEnvelope } from '../core/envelope-codec.js';
import { openingSubject } from '../core/sealed.js';
import type { Link } from './link.js';
import { Seals } from './seals.js';

const HEX = 'a'.repeat(64);
const opening = encodeEnvelope({
  format: 1, decisionId: contentId('opening'), stream: 'restorer.opening.p0', version: 1, occurredAt: 1, writer: 'restorer', build: 'test', correlationId: 'partition-0', causationId: contentId('roll'), lane: 'partition-0',
  contract: 3, previousHash: '', events: [{ type: 'PartitionOpened', partition: 0, sealedUpTo: 6, digest: HEX, lastHash: HEX, wholeFrom: 5, booksHash: HEX, positions: [], balances: [] }],
});

/** A stream that ends at 9, and a replica that has its opening only after so many questions. */
function logOf(messages: () => number, missing: number): { readonly seals: Seals; readonly asked: Record<'info' | 'get', number> } {
  const asked = { info: 0, get: 0 };
  const request = (subject: string): Promise<object> => {
    if (subject.includes('.STREAM.INFO.')) {
      asked.info += 1;
      return Promise.resolve({ data: Buffer.from(JSON.stringify({ state: { messages: messages(), last_seq: 9, bytes: 1 } })) });
    }
    asked.get += 1;
    const headers = new Map([['Nats-Sequence', '7'], ['Nats-Subject', openingSubject(0)]]);
    return Promise.resolve(asked.get <= missing ? { headers: { code: 404 } } : { headers: { code: 0, get: (name: string) => headers.get(name) }, data: opening });
  };
  return { seals: new Seals({ api: '$JS.API', user: 'risk', closed: false, ready: () => Promise.resolve(), connection: { request } } as unknown as Link, 1), asked };
}

it('finds the seal of a partition although a replica is behind, and asks for it again only where more is gone', async () => {
  let messages = 9;
  const { seals, asked } = logOf(() => messages, 2);
  expect([await seals.look(0), { ...asked }]).toEqual([{ lastSequence: 9, seal: undefined }, { info: 1, get: 0 }]);
  messages = 5;
  const seal = { upTo: 6, digest: HEX, wholeFrom: 5 };
  expect([await seals.look(0), { ...asked }]).toEqual([{ lastSequence: 9, seal }, { info: 2, get: 3 }]);
  expect([await seals.look(0), { ...asked }]).toEqual([{ lastSequence: 9, seal }, { info: 3, get: 3 }]);
  messages = 4;
  expect([await seals.look(0), { ...asked }]).toEqual([{ lastSequence: 9, seal }, { info: 4, get: 4 }]);
});

it('stops where the log has a hole and no opening ever says why', async () => {
  const { seals } = logOf(() => 5, Infinity);
  await expect(seals.look(0)).rejects.toThrow('EVENTS_0: ends at 9 and holds 5 messages; the log has a hole, and no opening of the partition says why');
});
