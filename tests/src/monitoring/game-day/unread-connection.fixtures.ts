import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { apiOf, inboxPrefix, SNAPSHOT_STREAM } from '@ballast/bus';
import { nkeys } from 'nats';
import type { WatchedDesk } from '../watched-desk.js';
import type { End } from './fault.js';

const USER = 'cli';
const SUBJECT = `snap.${USER}.unread`;
/** Large enough that a few hundred of them are more than NATS keeps for one connection (64 MB). */
const BYTES = 512 * 1024;
const REQUESTS = 100;
const PAUSE_MS = 250;
const DONE = '\r\n';
const publication = (subject: string, payload: string, reply = ''): string => `PUB ${subject} ${reply}${payload.length}${DONE}${payload}${DONE}`;

/** A connection that asks for something large again and again and reads nothing, until NATS cuts it. */
export async function unreadConnection({ stack: { nats } }: WatchedDesk): Promise<End> {
  const seed = readFileSync(nats.seedFiles[USER] ?? '', 'utf8').trim();
  const unread = await opened(nats.url, seed);
  const cut = new AbortController();
  // Being cut is what this is about: a write after it fails.
  for (const event of ['error', 'close'] as const) unread.once(event, () => cut.abort());
  const inbox = `${inboxPrefix(USER)}.unread`;
  unread.write(publication(SUBJECT, 'x'.repeat(BYTES)));
  unread.write(`SUB ${inbox} 1${DONE}`);
  const asking = ask(unread, publication(`${apiOf(USER)}.DIRECT.GET.${SNAPSHOT_STREAM}.${SUBJECT}`, '', `${inbox} `).repeat(REQUESTS), cut.signal);
  return async () => {
    cut.abort();
    unread.destroy();
    await asking;
    const last = await opened(nats.url, seed);
    await new Promise<void>((resolve) => last.end(publication(SUBJECT, ''), () => resolve()));
  };
}

async function opened(url: string, seed: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const info = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  socket.pause();
  const { nonce } = JSON.parse(info.slice('INFO '.length)) as { readonly nonce: string };
  const key = nkeys.fromSeed(new TextEncoder().encode(seed));
  const sig = Buffer.from(key.sign(new TextEncoder().encode(nonce))).toString('base64url');
  socket.write(`CONNECT ${JSON.stringify({ nkey: key.getPublicKey(), sig, verbose: false, pedantic: false, headers: true, no_responders: true, protocol: 1, lang: 'node', version: '1' })}${DONE}`);
  return socket;
}

async function ask(socket: Socket, requests: string, cut: AbortSignal): Promise<void> {
  while (!cut.aborted) {
    await new Promise<void>((resolve) => socket.write(requests, () => resolve()));
    await delay(PAUSE_MS);
  }
}
