import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from 'nats';
import { PARTITIONS, type Partition } from '@ballast/domain';
import { DEAD_STREAM, eventsStream, LEASE_STREAM, MARKET_STREAM, SNAPSHOT_STREAM } from './names.js';

const NANOS_PER_MS = 1_000_000;
export const nanosOf = (ms: number): number => ms * NANOS_PER_MS;

export interface TopologyOptions {
  /** Copies of each stream: 1, or 3 where there are three servers. Default 1. */
  readonly replicas?: number;
}

type Asked = Partial<StreamConfig> & Pick<StreamConfig, 'name'>;

const DUPLICATE_WINDOW_MS = 120_000;
/** Of a single server. Servers of a cluster place what asks for room only where they know what each has left, which they don't for a while after they came up; there one message a subject and its age are all that bounds it. */
const MARKET_BYTES_MAX = 256 * 1024 * 1024;
const MARKET_AGE_MAX_MS = 24 * 3_600_000;

const forEver = (name: string, subject: string, replicas: number, purge: Pick<Asked, 'deny_purge'>): Asked => ({
  name,
  subjects: [subject],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  num_replicas: replicas,
  max_msgs: -1,
  max_bytes: -1,
  max_age: 0,
  max_msgs_per_subject: -1,
  deny_delete: true,
  ...purge,
  allow_direct: true,
  duplicate_window: nanosOf(DUPLICATE_WINDOW_MS),
});

const lastOnly = (name: string, subject: string, storage: StorageType, replicas: number): Asked => ({
  name,
  subjects: [subject],
  storage,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  num_replicas: replicas,
  max_msgs_per_subject: 1,
  allow_direct: true,
});

/** Every stream of Ballast with the settings it must have (architecture.md, Events). */
export function topology({ replicas = 1 }: TopologyOptions = {}): readonly Asked[] {
  const partitions: readonly Partition[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  return [
    // What is sealed and archived is removed by the provisioner, for the restorer alone (ADR 28); no other user may purge.
    ...partitions.map((partition) => forEver(eventsStream(partition), `evt.${partition}.>`, replicas, { deny_purge: false })),
    forEver(DEAD_STREAM, 'dead.>', replicas, { deny_purge: true }),
    lastOnly(SNAPSHOT_STREAM, 'snap.>', StorageType.File, replicas),
    lastOnly(LEASE_STREAM, 'lease.*', StorageType.File, replicas),
    { ...lastOnly(MARKET_STREAM, 'mkt.>', StorageType.Memory, replicas), ...(replicas === 1 ? { max_bytes: MARKET_BYTES_MAX } : {}), max_age: nanosOf(MARKET_AGE_MAX_MS) },
  ];
}

/** Where the server's stream is not what was asked for; old servers ignore what they do not know. One line per field. */
export function differences(asked: Asked, returned: StreamConfig): readonly string[] {
  return (Object.keys(asked) as (keyof Asked)[])
    // A partition of an earlier build denies it, and nobody can change that: it can be used, and not rolled over.
    .filter((field) => JSON.stringify(asked[field]) !== JSON.stringify(returned[field]) && !(field === 'deny_purge' && returned.deny_purge))
    .map((field) => `${asked.name}.${field}: found ${JSON.stringify(returned[field])}, asked ${JSON.stringify(asked[field])}`);
}
