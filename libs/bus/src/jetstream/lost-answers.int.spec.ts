import { setTimeout as delay } from 'node:timers/promises';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import { connect } from 'nats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reply } from '../ports/requests.js';
import { Link } from './link.js';
import { serveRequests } from './requests.js';

let server: NatsServer;
let link: Link;
beforeAll(async () => {
  server = await startNatsServer();
  link = await Link.open({ url: server.url, user: 'operator', purpose: 'test' });
});
afterAll(async () => {
  await link.close();
  await server.stop();
});

it('answers what was asked on its connection, and not on another one what was asked on one that was lost', async () => {
  const taken: string[] = [];
  let go: (reply: Reply) => void = () => undefined;
  serveRequests(link, 'operator', [0], ({ name }) => {
    taken.push(name);
    return name === 'slow' ? new Promise((resolve) => (go = resolve)) : Promise.resolve({ ok: true, data: name });
  });
  const caller = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const answers: string[] = [];
  caller.subscribe('answers', { callback: (_, { data }) => answers.push(new TextDecoder().decode(data)) });
  const ask = (name: string): void => caller.publish(`qry.operator.0.${name}.cli`, '{"key":"","payload":{}}', { reply: 'answers' });
  await link.connection.flush();
  ask('slow');
  await expect.poll(() => taken, { timeout: 20_000 }).toEqual(['slow']);
  await server.kill();
  await expect.poll(() => link.up, { timeout: 20_000 }).toBe(false);
  await server.restart();
  await link.ready(60_000);
  // The caller may hear only now that its connection is gone: what it waited for is refused then.
  const isThere = (): Promise<boolean> => caller.flush().then(() => true, () => false);
  await expect.poll(isThere, { timeout: 20_000 }).toBe(true);
  go({ ok: true, data: 'slow' });
  await delay(0);
  await link.connection.flush();
  await expect.poll(async () => {
    ask('quick');
    return (await isThere()) && answers.length > 0;
  }, { timeout: 60_000 }).toBe(true);
  await caller.close();
  expect(new Set(answers)).toEqual(new Set(['{"ok":true,"data":"quick"}']));
}, 120_000);
