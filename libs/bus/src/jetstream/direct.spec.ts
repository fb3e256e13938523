import { expect, it } from 'vitest';
import { StoreUnreachable } from '../ports/event-store.js';
import { countsOf, lastSequenceOf } from './direct.js';
import type { Link } from './link.js';

const PAGE = 100;

/** A server of a stream with so many subjects, which gives them by pages. */
function serverOf(subjects: number): { readonly link: Link; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const request = (_: string, body: Uint8Array): Promise<{ readonly data: Uint8Array }> => {
    const { offset = 0 } = JSON.parse(Buffer.from(body).toString()) as { readonly offset?: number };
    asked.push(offset);
    const page = Array.from({ length: Math.max(0, Math.min(PAGE, subjects - offset)) }, (_each, index) => [`evt.0.a.b.${offset + index}`, 1] as const);
    return Promise.resolve({ data: Buffer.from(JSON.stringify({ total: subjects, offset, limit: PAGE, state: { messages: subjects, last_seq: subjects, bytes: 0, subjects: Object.fromEntries(page) } })) });
  };
  return { link: { api: '$JS.API', user: 'cli', closed: false, ready: () => Promise.resolve(), connection: { request } } as unknown as Link, asked };
}

it.each([[0, [0]], [1, [0]], [PAGE, [0]], [PAGE + 1, [0, PAGE]], [3 * PAGE, [0, PAGE, 2 * PAGE]]])('counts all of %i subjects, page by page', async (subjects, pages) => {
  const { link, asked } = serverOf(subjects);
  expect([(await countsOf(link, 'EVENTS_0', '>')).size, asked]).toEqual([subjects, pages]);
});

/** A server that has no such stream when it is asked the first times. */
function serverWithout(stream: string, times: number, patienceMs: number): Link {
  let asked = 0;
  const request = (): Promise<{ readonly data: Uint8Array }> => {
    asked += 1;
    const info = asked <= times ? { error: { code: 404, err_code: 10059, description: `${stream} not found` } } : { state: { messages: 1, last_seq: 7, bytes: 1 } };
    return Promise.resolve({ data: Buffer.from(JSON.stringify(info)) });
  };
  return { api: '$JS.API', user: 'risk', closed: false, patienceMs, ready: () => Promise.resolve(), connection: { request } } as unknown as Link;
}

it('waits for a stream that the provisioner makes anew after a restart of the server', async () => {
  expect(await lastSequenceOf(serverWithout('MARKET', 2, 5_000), 'MARKET')).toBe(7);
});

it('takes it for an outage where nobody makes the stream', async () => {
  const asked = lastSequenceOf(serverWithout('MARKET', 1_000, 150), 'MARKET');
  await expect(asked).rejects.toThrow(/MARKET: MARKET not found \(10059\); the provisioner makes it/);
  await expect(asked).rejects.toBeInstanceOf(StoreUnreachable);
});
