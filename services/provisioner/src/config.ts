import { EnvReader, LEASE_TTL } from '@ballast/bus';

export interface ProvisionerConfig {
  readonly natsUrl: string;
  readonly natsSeedFile: string | undefined;
  /** The server's HTTP monitoring, where the flush setting is checked. */
  readonly natsMonitorUrl: string | undefined;
  /** Port of /healthz, /readyz and /metrics; 0 takes a free one. */
  readonly healthPort: number;
  /** Address that they listen on; 127.0.0.1 is reached from this machine only. */
  readonly healthHost: string;
  /** Copies of each stream. */
  readonly replicas: number;
  /** Present where several provisioners run, of which one answers; `ttlMs`: silent for so long, it is dead. */
  readonly lease: { readonly ttlMs: number } | undefined;
}

/** @throws EnvironmentError naming every variable at fault. */
export function readConfig(env: NodeJS.ProcessEnv): ProvisionerConfig {
  const read = new EnvReader('provisioner', env);
  const config: ProvisionerConfig = {
    natsUrl: read.text('NATS_URL', 'a NATS URL as nats://127.0.0.1:4222', 'nats://127.0.0.1:4222'),
    natsSeedFile: read.optional('NATS_SEED_FILE'),
    natsMonitorUrl: read.optional('NATS_MONITOR_URL'),
    healthPort: read.integer('HEALTH_PORT', 0, 65_535, 0),
    healthHost: read.text('HEALTH_HOST', 'an address to listen on', '127.0.0.1'),
    replicas: read.integer('NATS_REPLICAS', 1, 5, 1),
    lease: read.optional('PARTITIONS') === 'lease' ? { ttlMs: read.integer('LEASE_TTL_MS', LEASE_TTL.minMs, LEASE_TTL.maxMs, LEASE_TTL.standardMs) } : undefined,
  };
  read.check();
  return config;
}
