import { AckPolicy, DeliverPolicy, NatsError, StorageType, type ConsumerConfig, type ConsumerInfo, type JetStreamManager } from 'nats';
import { PARTITIONS } from '@ballast/domain';
import { ContractError } from '@ballast/events';
import type { Reply } from '../ports/requests.js';
import { readPlaces, readThinRequest } from '../archive/service-places.js';
import { RESTORER } from '../core/sealed.js';
import type { Link } from './link.js';
import { consumerNames, DEAD_STREAM, EVENT_STREAMS, PROVISIONER } from './names.js';
import { NO_FREE_SLOT, TAKEN_OVER, TRY_AGAIN, type CursorGrant, type ReaderGrant } from './provisioning-client.js';
import { readCursorRequest, readReaderRequest, readReleaseRequest } from './provisioning-contract.js';
import { NotNow, serveRequests, type ServedRequest } from './requests.js';
import { Refused } from './refused.js';
import { SealedStreams } from './sealed-streams.js';
import { differences, nanosOf, topology, type TopologyOptions } from './topology.js';

const API_TIMEOUT_MS = 2_000;
const ACK_WAIT_MS = 60_000;
const IN_HAND_MAX = 2_000;
const READER_INACTIVE_MS = 15_000;
const CONSUMER_GONE = new Set([10014, 10059]);

export interface ProvisioningOptions extends TopologyOptions {
  /** Whose turn it is among several provisioners; absent = there is one. */
  readonly turns?: { readonly holds: () => boolean };
  /** After this long without a sign of life a message in hand is delivered again, ms. Default 60,000. */
  readonly ackWaitMs?: number;
}

/** Where a stream or the server is not as the log needs it. */
export class TopologyError extends Error {
  override readonly name = 'TopologyError';
}

export interface StreamStatus {
  readonly stream: string;
  readonly messages: number;
  readonly lastSequence: number;
  readonly consumers: readonly { readonly name: string; readonly consumer: string; readonly generation: number; readonly pending: number; readonly inHand: number; readonly ackFloor: number; readonly hasArchive: boolean }[];
}

/** Makes streams, and consumers on request: the only holder of JetStream's administration. It keeps no state of its own. */
export class ProvisioningServer {
  /** Requests about one stream run one after another: each looks at the consumers that are there. */
  private readonly queues = new Map<string, Promise<unknown>>();
  private readonly sealed: SealedStreams;

  private constructor(
    private readonly link: Link,
    private readonly manager: JetStreamManager,
    private readonly options: ProvisioningOptions,
  ) {
    this.sealed = new SealedStreams(manager);
  }

  static async open(link: Link, options: ProvisioningOptions = {}): Promise<ProvisioningServer> {
    return new ProvisioningServer(link, await link.connection.jetstreamManager({ checkAPI: false, timeout: API_TIMEOUT_MS }), options);
  }

  /** Creates what is missing and compares all with what was asked. @throws TopologyError naming every field that differs. */
  async ensureStreams(): Promise<void> {
    const faults: string[] = [];
    for (const asked of topology(this.options)) {
      const existing = await this.orUndefined(this.manager.streams.info(asked.name));
      const found = existing ?? (await this.manager.streams.add(asked));
      // What is in memory alone may be changed at any time, as where an earlier build has made it.
      const { config } = asked.storage === StorageType.Memory && differences(asked, found.config).length > 0 ? await this.manager.streams.update(asked.name, asked) : found;
      faults.push(...differences(asked, config));
    }
    if (faults.length > 0) throw new TopologyError(faults.join('; '));
  }

  /** Starts to answer. @returns how to stop. */
  serve(onServed: (verb: string, ok: boolean) => void = () => undefined): () => void {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    return serveRequests(this.link, PROVISIONER, partitions, async (request) => {
      this.demandTurn();
      const reply = await this.answer(request).catch(refusal);
      onServed(request.name, reply.ok);
      return reply;
    });
  }

  async status(): Promise<readonly StreamStatus[]> {
    const statuses: StreamStatus[] = [];
    for (const stream of [...EVENT_STREAMS, DEAD_STREAM]) {
      const { state } = await this.manager.streams.info(stream);
      const consumers = (await this.consumersOf(stream)).map((info) => ({
        name: info.name,
        consumer: placeNameOf(info),
        generation: generationOf(info),
        pending: info.num_pending,
        inHand: info.num_ack_pending,
        ackFloor: floorOf(info),
        hasArchive: info.config.metadata?.['archive'] !== undefined,
      }));
      statuses.push({ stream, messages: state.messages, lastSequence: state.last_seq, consumers });
    }
    return statuses;
  }

  private async answer({ name, payload, context: { by } }: ServedRequest): Promise<Reply> {
    switch (name) {
      case 'ensure-consumer':
        return { ok: true, data: await this.ensureConsumer(payload, by) };
      case 'ensure-reader':
        return { ok: true, data: await this.ensureReader(payload, by) };
      case 'release-reader':
        return { ok: true, data: await this.releaseReader(payload, by) };
      case 'status':
        return { ok: true, data: await this.status() };
      case 'thin':
        return { ok: true, data: await this.thin(payload, by) };
      case 'restore-places':
        return { ok: true, data: await this.restorePlaces(payload, by) };
    }
    return { ok: false, error: `request: found "${name}", allowed are ensure-consumer, ensure-reader, release-reader, restore-places, status, thin` };
  }

  /**
   * The next generation starts behind the furthest that any generation was acknowledged to, then the older ones go. Killed
   * in between, the next call finds several and does the same.
   */
  private ensureConsumer(payload: unknown, user: string): Promise<CursorGrant> {
    const request = readCursorRequest(payload);
    const { stream, consumer } = request;
    return this.inTurn(stream, async () => {
      const all = await this.consumersOf(stream);
      const mine = all.filter((info) => consumerNames(user).includes(info.name) && placeNameOf(info) === consumer);
      const newest = Math.max(0, ...mine.map(generationOf));
      const { holds = newest, holder } = request;
      if (mine.some((info) => generationOf(info) > holds && holderOf(info) !== holder)) throw new Refused(`${TAKEN_OVER}: ${consumer} on ${stream} is at generation ${newest}, asked with ${holds}`);
      const generation = Math.max(newest, holds) + 1;
      // Who has never read starts behind what is sealed: that is folded, from its archive, and not handled any more.
      const start = mine.length === 0 ? ((await this.sealed.upTo(stream)) ?? 0) + 1 : 1;
      const resumeAt = Math.max(start, request.atLeast ?? 1, ...mine.map((info) => floorOf(info) + 1));
      const name = freeSlot(user, all, generation);
      // One that was frozen since it looked may not be the one that decides any more, and what it saw is old.
      this.demandTurn();
      await this.manager.consumers.add(stream, {
        durable_name: name,
        ...startingAt(resumeAt, request.filters),
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanosOf(this.options.ackWaitMs ?? ACK_WAIT_MS),
        max_ack_pending: IN_HAND_MAX,
        max_deliver: -1,
        metadata: { consumer, holder, generation: String(generation), ...(request.hasArchive ? { archive: 'yes' } : {}) },
      });
      for (const info of mine) await this.remove(stream, info.name);
      return { name, generation, resumeAt };
    });
  }

  /** The next generation of each place goes on where the log's archive says that it was. @returns how many were made */
  private async restorePlaces(payload: unknown, by: string): Promise<number> {
    if (by !== RESTORER) throw new ContractError('restore-places', { user: `found ${by}, allowed is ${RESTORER}` });
    let made = 0;
    for (const { stream, user, consumer, resumeAt } of readPlaces(payload)) {
      await this.inTurn(stream, async () => {
        const all = await this.consumersOf(stream);
        if (all.some((info) => consumerNames(user).includes(info.name) && placeNameOf(info) === consumer)) return;
        await this.manager.consumers.add(stream, { durable_name: freeSlot(user, all, 1), ...startingAt(resumeAt, []), ack_policy: AckPolicy.Explicit, max_deliver: -1, metadata: { consumer, holder: by, generation: '1' } });
        made += 1;
      });
    }
    return made;
  }

  /** Removes what is sealed and archived, and behind every place. @returns how many messages went */
  private thin(payload: unknown, by: string): Promise<number> {
    if (by !== RESTORER) throw new ContractError('thin', { user: `found ${by}, allowed is ${RESTORER}` });
    const request = readThinRequest(payload);
    return this.inTurn(request.stream, async () => {
      const behind = (await this.consumersOf(request.stream)).filter((info) => placeNameOf(info) !== '' && floorOf(info) < request.upTo && !(request.without ?? []).some((user) => consumerNames(user).includes(info.name)));
      const [first] = behind;
      if (first && request.subjects.length > 0) throw new Refused(`${request.stream}: asked to thin up to ${request.upTo}, and ${first.name} (${placeNameOf(first)}) handles from ${floorOf(first) + 1} on`);
      return this.sealed.thin(request);
    });
  }

  private ensureReader(payload: unknown, user: string): Promise<ReaderGrant> {
    const { stream, filters, from } = readReaderRequest(payload);
    return this.inTurn(stream, async () => {
      const name = freeSlot(user, await this.consumersOf(stream), 0);
      const info = await this.manager.consumers.add(stream, {
        name,
        ...startingAt(from, filters),
        ack_policy: AckPolicy.None,
        inactive_threshold: nanosOf(READER_INACTIVE_MS),
        mem_storage: true,
        num_replicas: 1,
        metadata: { reader: user },
      });
      return { name, pending: info.num_pending };
    });
  }

  private releaseReader(payload: unknown, user: string): Promise<boolean> {
    const { stream, name } = readReleaseRequest(payload);
    if (!consumerNames(user).includes(name)) throw new ContractError('release-reader', { name: `found "${name}", allowed is a reader of ${user}` });
    return this.inTurn(stream, async () => {
      const info = await this.orUndefined(this.manager.consumers.info(stream, name));
      if (info?.config.metadata?.['reader'] !== user) return false;
      return this.remove(stream, name);
    });
  }

  /** @throws NotNow where another provisioner answers by now, or may: whoever asked asks again. */
  private demandTurn(): void {
    if (this.options.turns?.holds() === false) throw new NotNow(`${PROVISIONER}: it is not this one's turn`);
  }

  private async consumersOf(stream: string): Promise<readonly ConsumerInfo[]> {
    const found: ConsumerInfo[] = [];
    for await (const info of this.manager.consumers.list(stream)) found.push(info);
    return found;
  }

  private async remove(stream: string, name: string): Promise<boolean> {
    return (await this.orUndefined(this.manager.consumers.delete(stream, name))) ?? false;
  }

  private async orUndefined<T>(asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof NatsError && CONSUMER_GONE.has(error.jsError()?.err_code ?? 0)) return undefined;
      throw error;
    }
  }

  private inTurn<T>(stream: string, run: () => Promise<T>): Promise<T> {
    const before = this.queues.get(stream) ?? Promise.resolve();
    const mine = before.then(run, run);
    this.queues.set(stream, mine.catch(() => undefined));
    return mine;
  }
}

function refusal(error: unknown): Reply {
  if (error instanceof NotNow) throw error;
  if (error instanceof ContractError) return { ok: false, error: error.message, fields: error.fields };
  if (error instanceof Refused) return { ok: false, error: error.message };
  return { ok: false, error: `${TRY_AGAIN}: ${error instanceof Error ? error.message : String(error)}` };
}

const placeNameOf = (info: ConsumerInfo): string => info.config.metadata?.['consumer'] ?? '';
const holderOf = (info: ConsumerInfo): string => info.config.metadata?.['holder'] ?? '';
const generationOf = (info: ConsumerInfo): number => Number(info.config.metadata?.['generation'] ?? 0);
/** The last sequence behind which a generation goes on; one that was never used stands before its start. */
const floorOf = (info: ConsumerInfo): number => Math.max(info.ack_floor.stream_seq, (info.config.opt_start_seq ?? 1) - 1);

const startingAt = (sequence: number, filters: readonly string[]): Partial<ConsumerConfig> => ({
  deliver_policy: DeliverPolicy.StartSequence,
  opt_start_seq: sequence,
  ...(filters.length === 1 ? { filter_subject: filters[0] } : {}),
  ...(filters.length > 1 ? { filter_subjects: [...filters] } : {}),
});

/** Goes round the slots, so that the name of a generation that has just ended is not the next one's. */
function freeSlot(user: string, all: readonly ConsumerInfo[], from: number): string {
  const taken = new Set(all.map((info) => info.name));
  const names = consumerNames(user);
  const turned = names.map((_, slot) => names[(slot + from) % names.length] ?? '');
  const free = turned.find((name) => !taken.has(name));
  if (free === undefined) throw new Refused(`${NO_FREE_SLOT}: ${user} has ${names.length} consumers on one stream already; readers go after ${READER_INACTIVE_MS / 1_000} s`);
  return free;
}
