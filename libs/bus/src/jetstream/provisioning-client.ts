import { setTimeout as delay } from 'node:timers/promises';
import { contentId, type Id, PARTITIONS, type Partition } from '@ballast/domain';
import { type Reply, RequestTimeout, type Requests } from '../ports/requests.js';
import { EVENT_STREAMS, PROVISIONER } from './names.js';

/** Asks for the next generation of a durable place. */
export interface CursorRequest {
  readonly stream: string;
  /** The place's own name; one user may have several. */
  readonly consumer: string;
  readonly filters: readonly string[];
  /** A living cursor's oldest sequence that is not acknowledged; absent on a start. */
  readonly atLeast?: number;
  /** The generation that a living cursor holds: a newer one of another holder means that somebody has taken over. */
  readonly holds?: number;
  /** Whose cursor it is: one process, one connection. */
  readonly holder: string;
  /** Whether this reader has the archive of what is sealed; a partition is rolled over once all of them have. */
  readonly hasArchive?: true;
}

export interface CursorGrant {
  readonly name: string;
  readonly generation: number;
  /** Everything below has been acknowledged before. */
  readonly resumeAt: number;
}

/** Asks for a reader that goes away by itself. */
export interface ReaderRequest {
  readonly stream: string;
  readonly filters: readonly string[];
  readonly from: number;
}

export interface ReaderGrant {
  readonly name: string;
  /** Messages that match now. */
  readonly pending: number;
}

/** Another process holds a newer generation of this place. */
export class TakenOver extends Error {
  override readonly name = 'TakenOver';
}

export const TAKEN_OVER = 'TAKEN_OVER';
export const NO_FREE_SLOT = 'NO_FREE_SLOT';
/** The provisioner could not do it now: its server has just come back, or went away. */
export const TRY_AGAIN = 'TRY_AGAIN';
const NOBODY = 'NOBODY_ANSWERS';
const MAY_PASS = [NO_FREE_SLOT, TRY_AGAIN, NOBODY] as const;

/** A consumer is made within ms: who does not answer for so long may be gone, and is asked by a queue group for some seconds yet. */
const ANSWER_FIRST_MS = 2_000;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 1_000;
const DEFAULT_PATIENCE_MS = 60_000;

/** How a service gets consumers: it may not make them itself. */
export class ProvisioningClient {
  private count = 0;

  /** `holder`: unlike any other process's. `hasArchive`: see CursorRequest. `patienceMs`: how long it goes on asking while nobody answers. */
  constructor(
    private readonly requests: Requests,
    private readonly holder: string,
    private readonly hasArchive = false,
    private readonly patienceMs = DEFAULT_PATIENCE_MS,
  ) {}

  async cursor(request: Omit<CursorRequest, 'holder' | 'hasArchive'>): Promise<CursorGrant> {
    // A provisioner of an earlier build knows no such field: who has no archive is served by it too.
    return (await this.ask('ensure-consumer', request.stream, { ...request, holder: this.holder, ...(this.hasArchive ? { hasArchive: true } : {}) })) as CursorGrant;
  }

  /** `patienceMs`: how long it goes on asking. @throws RequestTimeout */
  async reader(request: ReaderRequest, patienceMs = this.patienceMs): Promise<ReaderGrant> {
    return (await this.ask('ensure-reader', request.stream, request, patienceMs)) as ReaderGrant;
  }

  async release(stream: string, name: string): Promise<void> {
    await this.ask('release-reader', stream, { stream, name });
  }

  private ask(verb: string, stream: string, payload: object, patienceMs = this.patienceMs): Promise<unknown> {
    this.count += 1;
    return askProvisioner(this.requests, { verb, stream, payload, key: contentId(this.holder, this.count), patienceMs, answerMs: Math.min(ANSWER_FIRST_MS, patienceMs) });
  }
}

/** One request to the provisioner: what it does may be done twice, so that it is asked again where an answer was lost. */
export interface ProvisionerRequest {
  readonly verb: string;
  /** The stream that it is about; `''` = all of them. */
  readonly stream: string;
  readonly payload: object;
  readonly key: Id;
  /** How long it is asked again while nobody answers or the server is not able to, ms. */
  readonly patienceMs: number;
  /** How long the first two tries wait for their answer, ms, and each further one twice as long as the one before; absent = as long as requests do. */
  readonly answerMs?: number;
}

/** @throws RequestTimeout where patience ends, TakenOver, Error with what the provisioner refuses */
export async function askProvisioner(requests: Requests, { verb, stream, payload, key, patienceMs, answerMs = Infinity }: ProvisionerRequest): Promise<unknown> {
  const deadline = performance.now() + patienceMs;
  for (let tries = 1; ; tries += 1) {
    const wait = Math.min(RETRY_FIRST_MS * 2 ** (tries - 1), RETRY_MAX_MS);
    const answer = await askedOnce(requests, { verb, stream, payload, key }, answerMs * 2 ** Math.max(0, tries - 2));
    if (answer.ok) return answer.data;
    const { error } = answer;
    if (error.startsWith(TAKEN_OVER)) throw new TakenOver(error);
    if (!MAY_PASS.some((why) => error.startsWith(why))) throw new Error(`provisioner: ${verb}: ${error}`);
    if (performance.now() + wait > deadline) throw new RequestTimeout(`provisioner: ${verb} ${stream === '' ? '' : `on ${stream} `}was not answered within ${patienceMs} ms: ${error}`);
    await delay(wait);
  }
}

async function askedOnce(requests: Requests, { verb, stream, payload, key }: Pick<ProvisionerRequest, 'verb' | 'stream' | 'payload' | 'key'>, withinMs: number): Promise<Reply> {
  const answered = new AbortController();
  try {
    const asked = requests.command(PROVISIONER, partitionOfStream(stream), verb, payload, key);
    return await (Number.isFinite(withinMs) ? Promise.race([asked, tooLate(withinMs, answered.signal)]) : asked);
  } catch (error) {
    if (error instanceof RequestTimeout) return { ok: false, error: `${NOBODY}: ${error.message}` };
    throw error;
  } finally {
    answered.abort();
  }
}

/** @throws RequestTimeout once the time is over */
async function tooLate(afterMs: number, answered: AbortSignal): Promise<never> {
  await delay(afterMs, undefined, { signal: answered }).catch(() => undefined);
  throw new RequestTimeout(`no answer within ${afterMs} ms`);
}

/** Streams that are no partition of the log are asked for on partition 0. */
const partitionOfStream = (stream: string): Partition => Math.max(0, EVENT_STREAMS.indexOf(stream)) % PARTITIONS;
