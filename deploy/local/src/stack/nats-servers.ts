import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureSeeds, type LocalNats, natsServerConfig, writeLocalNatsConfig } from '@ballast/provisioner';
import { findBinary, natsServerIsReady } from '@ballast/testing';
import type { ChildSpec } from '../supervisor/child-spec.js';
import { natsChildOf } from './nats-child.js';

/** Ports of one server on the loopback interface; `route` is for the other servers. */
export interface NatsPorts {
  readonly client: number;
  readonly monitor: number;
  readonly route: number;
}

export interface NatsServersOptions {
  /** Where configurations, seeds and stores are. */
  readonly dir: string;
  /** One server, or three that keep the log together. */
  readonly ports: readonly NatsPorts[];
  readonly strategies: readonly string[];
}

const url = (scheme: string, port: number): string => `${scheme}://127.0.0.1:${port}`;

/** The servers of a stack as children, `nats-server` alone or `nats-server-1` to `-3`, and how they are reached: `url` names all of them. */
export function natsServersOf({ dir, ports, strategies }: NatsServersOptions): { readonly nats: LocalNats; readonly children: readonly ChildSpec[] } {
  const [first] = ports;
  if (first && ports.length === 1) {
    const nats = writeLocalNatsConfig({ dir, port: first.client, monitorPort: first.monitor, storeDir: join(dir, 'store'), strategies });
    return { nats, children: [natsChildOf(nats, first.monitor)] };
  }
  const { seedFiles, publicKeys } = ensureSeeds(join(dir, 'seeds'), strategies);
  const routes = ports.map(({ route }) => url('nats', route));
  const files = ports.map(({ client, monitor, route }, index) => {
    const storeDir = join(dir, `store-${index + 1}`);
    mkdirSync(storeDir, { recursive: true });
    const file = join(dir, `nats-${index + 1}.conf`);
    writeFileSync(file, natsServerConfig({ serverName: `ballast-${index + 1}`, listen: `127.0.0.1:${client}`, monitor: `127.0.0.1:${monitor}`, storeDir, strategies, cluster: { name: 'ballast', listen: `127.0.0.1:${route}`, routes } }, publicKeys));
    return file;
  });
  const nats: LocalNats = { configFile: files[0] ?? '', url: ports.map(({ client }) => url('nats', client)).join(','), monitorUrl: first && url('http', first.monitor), seedFiles };
  return { nats, children: ports.map(({ monitor }, index) => memberOf(files[index] ?? '', index + 1, monitor)) };
}

/** One of several: ready once it has found enough of the others to keep the log. */
const memberOf = (configFile: string, number: number, monitor: number): ChildSpec => ({
  name: `nats-server-${number}`,
  command: findBinary('nats-server', 'NATS_SERVER_BIN'),
  args: ['-c', configFile],
  env: {},
  ready: async () => ((await natsServerIsReady(monitor)) ? undefined : `/healthz on port ${monitor} does not say ok`),
});
