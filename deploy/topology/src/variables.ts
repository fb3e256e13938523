import { type Address, HEALTH_PORT, type OptionalSecretName, type SecretName, type Variable } from './process.js';

export const fixed = (name: string, value: string, meaning: string): Variable => ({ name, meaning, from: { kind: 'fixed', value } });
export const address = (name: string, of: Address, meaning: string): Variable => ({ name, meaning, from: { kind: 'address', of } });
export const secret = (name: string, of: SecretName, meaning: string): Variable => ({ name, meaning, from: { kind: 'secret', name: of } });
export const optionalSecret = (name: string, of: OptionalSecretName, meaning: string): Variable => ({ name, meaning, from: { kind: 'optional-secret', name: of } });
export const volume = (name: string, of: string, meaning: string): Variable => ({ name, meaning, from: { kind: 'volume', volume: of } });
/** Chosen by the deployment, `standard` unless it says otherwise. */
export const setting = (name: string, standard: string, meaning: string): Variable => ({ name, meaning, from: { kind: 'setting', standard } });
/** Must be chosen by the deployment. */
export const choice = (name: string, meaning: string): Variable => ({ name, meaning, from: { kind: 'setting' } });
/** Unset unless the deployment chooses. */
export const option = (name: string, meaning: string): Variable => ({ name, meaning, from: { kind: 'setting', optional: true } });

/** What every process that serves health is told. */
export const HEALTH_ENV: readonly Variable[] = [
  fixed('HEALTH_HOST', '0.0.0.0', 'address of /healthz, /readyz and /metrics: the container has a network of its own'),
  fixed('HEALTH_PORT', String(HEALTH_PORT), 'port of /healthz, /readyz and /metrics'),
  setting('LOG_LEVEL', 'info', 'trace, debug, info, warn, error, fatal or silent'),
];

/** What every process on the bus is told. */
export const BUS_ENV: readonly Variable[] = [
  ...HEALTH_ENV,
  address('NATS_URL', 'nats', 'the NATS servers'),
  secret('NATS_SEED_FILE', 'nats-seed', 'nkey seed of its own user'),
];

/** What every process is told that may share its work with replicas. */
export const SHARED_ENV: readonly Variable[] = [
  ...BUS_ENV,
  setting('PARTITIONS', '0-7', 'partitions of the log that this process owns'),
  option('LEASE_TTL_MS', 'with partitions by lease: silent for so long, a replica is dead'),
];

/** What a service on the log is told. */
export const SERVICE_ENV: readonly Variable[] = [
  ...SHARED_ENV,
  setting('CLOCK', 'market', 'market: the published market clock; wall: live'),
  option('SNAPSHOT_EVERY', 'messages folded between two snapshots of the folds'),
  option('KEEP_SNAPSHOTS_MS', 'with partitions by lease: between two folds in advance of what replicas may come to own; 0 = none'),
  option('ARCHIVE_DIR', "folder of the log's archive, read-only: what is rolled over is read from it"),
];

/** What whoever meets the venue is told. */
export const VENUE_ENV: readonly Variable[] = [
  choice('VENUE', 'paper or live'),
  address('NADO_GATEWAY_URL', 'venue-gateway', 'queries and executes'),
  address('NADO_ARCHIVE_URL', 'venue-archive', 'history'),
  address('NADO_STREAM_URL', 'venue-stream', 'WebSocket subscriptions'),
  choice('NADO_CHAIN_ID', 'chain of the signatures'),
  choice('NADO_ENDPOINT_ADDRESS', "the venue's contract"),
  address('BALLAST_REDIS', 'redis', 'the call budget that all callers of the venue share'),
  setting('BALLAST_REPLICAS', '1', 'processes of each service: what a part of the call budget is divided by while Redis is away'),
  option('BALLAST_VENUE_PRODUCTS', 'perpetuals that the venue lists: some calls weigh by them'),
];

export const VENUE_KEY = secret('NADO_KEY_FILE', 'venue-key', 'the key that signs at the venue');
export const STALE_AFTER = setting('STALE_AFTER_MS', '5000', 'without a book for so long a feed is STALE, and an older book prices nothing');
export const DAY_BOUNDARY = setting('RISK_DAY_BOUNDARY_HOURS', '0', 'hours after 00:00 UTC at which the risk day begins');
