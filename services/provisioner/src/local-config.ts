import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Occasional } from './permissions.js';
import { ensureSeeds } from './seeds.js';
import { natsServerConfig, type NatsTls } from './server-config.js';

export interface LocalNatsOptions extends Occasional {
  /** Where the configuration and the seeds are written; made if it is not there. */
  readonly dir: string;
  /** Client port on the loopback interface. */
  readonly port: number;
  /** Port of the server's HTTP monitoring; absent = none. */
  readonly monitorPort?: number;
  /** Where JetStream stores its files. */
  readonly storeDir: string;
  /** Absent = plain connections. */
  readonly tls?: NatsTls;
  /** Names of strategies, without `strategy-`. */
  readonly strategies: readonly string[];
}

export interface LocalNats {
  readonly configFile: string;
  readonly url: string;
  readonly monitorUrl: string | undefined;
  /** File with the secret seed of each user, mode 0600. */
  readonly seedFiles: Readonly<Record<string, string>>;
}

/** Writes the configuration of a server on the loopback interface and a seed file for each user; seeds that are there already stay as they are. */
export function writeLocalNatsConfig({ dir, port, monitorPort, storeDir, tls, strategies, restorer = false }: LocalNatsOptions): LocalNats {
  mkdirSync(storeDir, { recursive: true });
  const { seedFiles, publicKeys } = ensureSeeds(join(dir, 'seeds'), strategies, { restorer });
  const monitor = monitorPort === undefined ? {} : { monitor: `127.0.0.1:${monitorPort}` };
  const configFile = join(dir, 'nats.conf');
  writeFileSync(configFile, natsServerConfig({ listen: `127.0.0.1:${port}`, ...monitor, storeDir, strategies, restorer, ...(tls ? { tls } : {}) }, publicKeys));
  return { configFile, url: `nats://127.0.0.1:${port}`, monitorUrl: monitorPort === undefined ? undefined : `http://127.0.0.1:${monitorPort}`, seedFiles };
}
