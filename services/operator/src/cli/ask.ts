import { randomUUID } from 'node:crypto';
import { contentId, type Id, type Partition } from '@ballast/domain';
import { RequestTimeout, type Reply } from '@ballast/bus';
import { type CliBus, CliFailure } from './io.js';

export interface Order {
  readonly service: string;
  readonly partition: Partition;
  readonly verb: string;
  readonly payload: object;
  /** As typed with --key: the same key and content are the same command. */
  readonly key: string | undefined;
}

/** The service will not do it: nothing was done. */
export class Refused extends CliFailure {}

/** Sends a command once, under an idempotency key. @throws Refused in the service's words, CliFailure with the key to repeat it by. */
export async function command({ requests }: CliBus, { service, partition, verb, payload, key = randomUUID() }: Order): Promise<unknown> {
  const id: Id = contentId('cli', service, partition, verb, JSON.stringify(payload), key);
  return dataOf(service, verb, () => requests.command(service, partition, verb, payload, id), `whether it was carried out is not known: repeat it with --key ${key}, which is harmless if it was`);
}

/** @throws CliFailure */
export async function query({ requests }: CliBus, service: string, partition: Partition, name: string, payload: object): Promise<unknown> {
  return dataOf(service, name, () => requests.query(service, partition, name, payload), `\`ballast status\` shows whether ${service} is there`);
}

async function dataOf(service: string, name: string, ask: () => Promise<Reply>, advice: string): Promise<unknown> {
  const reply = await answered(service, name, ask, advice);
  if (reply.ok) return reply.data;
  const fields = Object.entries(reply.fields ?? {}).map(([field, fault]) => `  ${field}: ${fault}`);
  throw new Refused([`${service} refuses ${name}: ${reply.error}`, ...fields].join('\n'), 'change what it names and try again');
}

async function answered(service: string, name: string, ask: () => Promise<Reply>, advice: string): Promise<Reply> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RequestTimeout) throw new CliFailure(`${service} does not answer ${name}: ${error.message}`, advice);
    throw error;
  }
}
