import type { Partition } from '@ballast/domain';
import type { Traces } from '@ballast/observability';
import { ArchiveFolder } from '../archive/archive-folder.js';
import { SealedEventStore } from '../archive/sealed-event-store.js';
import { SealedPart } from '../archive/sealed-part.js';
import type { DeadLetters } from '../ports/dead-letters.js';
import type { EventStore, SnapshotStore } from '../ports/event-store.js';
import type { MarketWire } from '../ports/market-wire.js';
import type { Reply, Requests } from '../ports/requests.js';
import { JetStreamDeadLetters } from './jetstream-dead-letters.js';
import { JetStreamEventStore } from './jetstream-event-store.js';
import { JetStreamMarketWire } from './jetstream-market-wire.js';
import { JetStreamSnapshots } from './jetstream-snapshots.js';
import { Link, type Refusal } from './link.js';
import { ProvisioningClient } from './provisioning-client.js';
import { Seals } from './seals.js';
import { StorePublisher } from './publisher.js';
import { NatsRequests, serveRequests, type ServedRequest } from './requests.js';
import type { NatsTlsFiles } from './tls.js';

export interface JetStreamOptions {
  /** `nats://host:port`, several with commas. */
  readonly url: string;
  /** The credential's name: the service, `cli`, `strategy-<name>`. It is the writer of its events and the `by` of its requests. */
  readonly service: string;
  /** File with the nkey seed; absent where the server asks for none. */
  readonly credentialSeedFile?: string;
  /** Certificates; default as the environment says. */
  readonly tls?: NatsTlsFiles;
  /** Longest wait for the store's answer to an append, ms. Default 5,000. */
  readonly appendTimeoutMs?: number;
  /** Longest wait of a read for a server that answers, ms. Default 30,000. */
  readonly readPatienceMs?: number;
  /** Longest wait for the answer to a command or query, ms. Default 10,000. */
  readonly requestTimeoutMs?: number;
  /** A cursor was taken over, or the permission table refuses something: the service must stop. Default: the process dies. */
  readonly onFault?: (error: Error) => void;
  /** The server refused a publish or a subscription. Whoever asked hears of it anyway; this is for whoever watches. */
  readonly onRefused?: (refusal: Refusal) => void;
  /** A market message that is not JSON. Default: it is dropped. */
  readonly onMalformed?: (subject: string, bytes: Uint8Array) => void;
  /** Name the span of each decision of a trade, in the header `traceparent`. */
  readonly traces?: Pick<Traces, 'traceparentOf'> | undefined;
  /** Folder of the archive in which the sealed part of partitions is. Default: what is sealed cannot be read. */
  readonly archiveDir?: string | undefined;
}

/** Everything a service has of NATS, behind the ports of this library. */
export interface JetStreamBus {
  readonly store: EventStore;
  readonly deadLetters: DeadLetters;
  readonly snapshots: SnapshotStore;
  readonly marketWire: MarketWire;
  readonly requests: Requests;
  /** True while the connection that carries the log stands. */
  readonly connected: () => boolean;
  /** Answers `cmd.<service>.<p>.*` and `qry.<service>.<p>.*`. @returns how to stop taking more. */
  serve(partitions: readonly Partition[], handle: (request: ServedRequest) => Promise<Reply>): () => void;
  /** Lets what is in hand go out, then closes both connections. */
  close(): Promise<void>;
}

const dieOf = (error: Error): void =>
  queueMicrotask(() => {
    throw error;
  });

/** Connects a service; waits for a server that is not there yet, comes back for ever when it goes. */
export async function connectJetStream(options: JetStreamOptions): Promise<JetStreamBus> {
  const { onFault = dieOf, onMalformed = () => undefined, onRefused = () => undefined } = options;
  const identity = { url: options.url, user: options.service, credentialSeedFile: options.credentialSeedFile, tls: options.tls };
  const log = await Link.open({ ...identity, purpose: 'log', patienceMs: options.readPatienceMs });
  const market = await Link.open({ ...identity, purpose: 'market' });
  for (const link of [log, market]) link.onRefusal(onRefused);
  const publisher = new StorePublisher(log, options.appendTimeoutMs);
  const requests = new NatsRequests(log, options.requestTimeoutMs);
  const provisioning = new ProvisioningClient(requests, log.newInbox(), options.archiveDir !== undefined);
  const seals = new Seals(log);
  const sealed = options.archiveDir === undefined ? undefined : new SealedPart(new ArchiveFolder(options.archiveDir));
  return {
    store: new SealedEventStore(new JetStreamEventStore(log, publisher, provisioning, { onFault, traces: options.traces }), (partition) => seals.look(partition), sealed),
    deadLetters: new JetStreamDeadLetters(log, publisher, provisioning),
    snapshots: new JetStreamSnapshots(log, publisher),
    marketWire: new JetStreamMarketWire(market, { onFault, onMalformed }),
    requests,
    connected: () => log.up,
    serve: (partitions, handle) => serveRequests(log, options.service, partitions, handle),
    close: async () => {
      await market.close();
      await log.close();
      publisher.close();
    },
  };
}
