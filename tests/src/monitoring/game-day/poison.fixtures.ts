import { readFileSync } from 'node:fs';
import { partitionOf } from '@ballast/domain';
import { connect, nkeyAuthenticator } from 'nats';
import { BOT, type WatchedDesk } from '../watched-desk.js';
import { type End, OVER } from './fault.js';

/** Bytes that no contract knows, written by who may write there. */
export async function poison({ stack: { nats } }: WatchedDesk): Promise<End> {
  const seed = new TextEncoder().encode(readFileSync(nats.seedFiles['execution'] ?? '', 'utf8').trim());
  const connection = await connect({ servers: nats.url, authenticator: nkeyAuthenticator(seed) });
  connection.publish(`evt.${partitionOf(BOT.portfolioId)}.execution.reconciliation.poison`, new TextEncoder().encode('{"format":1,'));
  await connection.drain();
  return OVER;
}
