import { readFileSync } from 'node:fs';
import { apiOf, inboxPrefix } from '@ballast/bus';
import type { Ms, Partition } from '@ballast/domain';
import type { BallastStack } from '@ballast/local';
import { connect, nkeyAuthenticator, type NatsConnection } from 'nats';

const USER = 'cli';
const ANSWER_MS = 2_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What the servers themselves say of the log: who leads a partition's stream, and when a message was stored. */
export class LogWitness {
  private constructor(private readonly connection: NatsConnection) {}

  static async open({ nats }: Pick<BallastStack, 'nats'>): Promise<LogWitness> {
    const seed = encoder.encode(readFileSync(nats.seedFiles[USER] ?? '', 'utf8').trim());
    return new LogWitness(await connect({ servers: nats.url.split(','), authenticator: nkeyAuthenticator(seed), inboxPrefix: inboxPrefix(USER), maxReconnectAttempts: -1, reconnectTimeWait: 100 }));
  }

  /** Wall time at which the stream's leader took the message, ms. */
  async storedAt(partition: Partition, sequence: number): Promise<Ms> {
    const found = await this.connection.request(`${apiOf(USER)}.DIRECT.GET.EVENTS_${partition}`, encoder.encode(JSON.stringify({ seq: sequence })), { timeout: ANSWER_MS });
    const time = Date.parse(found.headers?.get('Nats-Time-Stamp') ?? '');
    if (Number.isNaN(time)) throw new Error(`EVENTS_${partition} ${sequence}: found no time in ${found.headers?.description ?? 'the answer'}`);
    return time;
  }

  /** Number of the server that leads a partition's stream; undefined while none does. */
  async leaderOf(partition: Partition): Promise<number | undefined> {
    const answer = await this.connection.request(`${apiOf(USER)}.STREAM.INFO.EVENTS_${partition}`, undefined, { timeout: ANSWER_MS }).catch(() => undefined);
    const { cluster } = answer ? (JSON.parse(decoder.decode(answer.data)) as { readonly cluster?: { readonly leader?: string } }) : {};
    const number = /^ballast-(\d)$/.exec(cluster?.leader ?? '')?.[1];
    return number === undefined ? undefined : parseInt(number, 10);
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
