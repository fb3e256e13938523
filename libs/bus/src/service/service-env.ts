import { ID, type Partition, PARTITIONS } from '@ballast/domain';
import { DEFAULT_LIMITS } from '../core/consumer-types.js';

/** LEASE_TTL_MS: what it is unless set, and what it may be. */
export const LEASE_TTL = { standardMs: 4_000, minMs: 1_000, maxMs: 60_000 } as const;
const KEEP_SNAPSHOTS_MS = 600_000;
const ALL: readonly Partition[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** What every service process reads from its environment; everything else is the service's own. */
export interface ServiceEnv {
  readonly natsUrl: string;
  /** File with the service's nkey seed; absent = no credential (a server that asks for none). */
  readonly natsSeedFile: string | undefined;
  /** Port of /healthz, /readyz and /metrics; 0 takes a free one. */
  readonly healthPort: number;
  /** Address that they listen on; 127.0.0.1 is reached from this machine only. */
  readonly healthHost: string;
  /** Those that this process owns; where they are shared, all that there are. */
  readonly partitions: readonly Partition[];
  /** Present where replicas of the service share its partitions; `ttlMs`: silent for so long, a replica is dead. */
  readonly lease: { readonly ttlMs: number } | undefined;
  /** `wall`: live. `market`: the published market clock. */
  readonly clock: 'wall' | 'market';
  /** Messages folded between two snapshots. */
  readonly snapshotEvery: number;
  /** Between two folds in advance of what replicas may come to own, ms; 0 = none. Only where partitions are shared. */
  readonly keepSnapshotsMs: number;
  /** Folder of the archive of what is sealed of the log; absent = a partition that was rolled over is recovered from a snapshot alone. */
  readonly archiveDir: string | undefined;
}

/** An environment that the process can't start with: every variable at fault, what was found, what is allowed. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  constructor(service: string, faults: readonly string[]) {
    super(`${service} cannot start: ${faults.join('; ')}`);
  }
}

/** Reads variables one by one and collects every fault before anything starts. */
export class EnvReader {
  private readonly faults: string[] = [];

  constructor(
    private readonly service: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  text(name: string, allowed: string, fallback?: string): string {
    const found = this.given(name, fallback);
    if (found === undefined || found === '') this.fault(name, found, allowed);
    return found ?? '';
  }

  optional(name: string): string | undefined {
    const found = this.env[name];
    return found === '' ? undefined : found;
  }

  integer(name: string, min: number, max: number, fallback?: number): number {
    const found = this.given(name, fallback?.toString());
    const value = found !== undefined && /^\d{1,15}$/.test(found) ? parseInt(found, 10) : NaN;
    if (!(value >= min && value <= max)) this.fault(name, found, `a whole number from ${min} to ${max}`);
    return value;
  }

  oneOf<Allowed extends string>(name: string, allowed: readonly Allowed[], fallback?: Allowed): Allowed {
    const found = this.given(name, fallback);
    const match = allowed.find((one) => one === found);
    if (match === undefined) this.fault(name, found, `one of ${allowed.join(', ')}`);
    return match ?? (allowed[0] as Allowed);
  }

  id(name: string, fallback?: string): string {
    const found = this.given(name, fallback);
    if (found === undefined || !ID.test(found)) this.fault(name, found, 'an id of 1 to 64 of A-Z a-z 0-9 _ -');
    return found ?? '';
  }

  partitions(name: string): readonly Partition[] {
    const found = this.given(name, `0-${PARTITIONS - 1}`) ?? '';
    const owned = found.split(',').flatMap((part) => {
      const [from, to = from] = part.split('-').map((digit) => (/^[0-7]$/.test(digit) ? parseInt(digit, 10) : NaN));
      return from !== undefined && to !== undefined && from <= to ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : [NaN];
    });
    if (owned.some(Number.isNaN)) this.fault(name, found, 'partitions 0 to 7 as in 0-7 or 0,2,5, or lease');
    return [...new Set(owned)].sort();
  }

  fault(name: string, found: string | undefined, allowed: string): void {
    this.faults.push(`${name}: found ${found === undefined ? 'nothing' : JSON.stringify(found)}, allowed is ${allowed}`);
  }

  /** An empty variable is one that was left unset, where there is something to fall back on: a compose file has no other way to say so. */
  private given(name: string, fallback: string | undefined): string | undefined {
    const found = this.env[name];
    return found === undefined || (found === '' && fallback !== undefined) ? fallback : found;
  }

  /** @throws EnvironmentError where anything was at fault. */
  check(): void {
    if (this.faults.length > 0) throw new EnvironmentError(this.service, this.faults);
  }
}

export function readServiceEnv(service: string, env: NodeJS.ProcessEnv): ServiceEnv {
  const reader = new EnvReader(service, env);
  const isShared = reader.optional('PARTITIONS') === 'lease';
  const read: ServiceEnv = {
    natsUrl: reader.text('NATS_URL', 'the URL of a NATS server (nats://127.0.0.1:4222)', 'nats://127.0.0.1:4222'),
    natsSeedFile: reader.optional('NATS_SEED_FILE'),
    healthPort: reader.integer('HEALTH_PORT', 0, 65_535, 0),
    healthHost: reader.text('HEALTH_HOST', 'an address to listen on', '127.0.0.1'),
    partitions: isShared ? ALL : reader.partitions('PARTITIONS'),
    lease: isShared ? { ttlMs: reader.integer('LEASE_TTL_MS', LEASE_TTL.minMs, LEASE_TTL.maxMs, LEASE_TTL.standardMs) } : undefined,
    clock: reader.oneOf('CLOCK', ['wall', 'market'], 'market'),
    snapshotEvery: reader.integer('SNAPSHOT_EVERY', 100, 100_000, DEFAULT_LIMITS.snapshotEvery),
    keepSnapshotsMs: reader.integer('KEEP_SNAPSHOTS_MS', 0, 86_400_000, KEEP_SNAPSHOTS_MS),
    archiveDir: reader.optional('ARCHIVE_DIR'),
  };
  reader.check();
  return read;
}
