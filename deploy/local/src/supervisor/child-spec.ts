import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary, natsServerConfig, natsServerIsReady, redisServerArgs, redisServerIsReady } from '@ballast/testing';

/** What is still missing until a child is ready, in words; absent once it is. */
export type Readiness = () => Promise<string | undefined>;

/** One process of the stack. */
export interface ChildSpec {
  /** Unique in the stack; names its log and its pid file. `[a-z0-9-]+`. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to PATH, HOME and the like; nothing else of the supervisor's environment reaches the child. */
  readonly env: Readonly<Record<string, string>>;
  readonly ready: Readiness;
}

/** A service of Ballast, as data. */
export interface ServiceSpec {
  readonly name: string;
  /** Program, from the top folder of the working copy: `services/risk/dist/main.js`. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** TCP port of its /readyz, passed to it as HEALTH_PORT. */
  readonly healthPort: number;
}

/** Ready once GET /readyz on the loopback port answers 200. */
export const readyOverHttp = (port: number): Readiness => async () => {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
    const body = await answer.text();
    return answer.ok ? undefined : `/readyz on port ${port} says ${answer.status} ${body.trim()}`;
  } catch (error) {
    if (error instanceof TypeError) return `nothing listens on port ${port} yet`;
    if (error instanceof DOMException) return `/readyz on port ${port} does not answer within 2 s`;
    throw error;
  }
};

/** A service as a child: Node on its entry, ready when /readyz says so. `root` is the top folder of the working copy. */
export const serviceChild = (root: string, service: ServiceSpec): ChildSpec => ({
  name: service.name,
  command: process.execPath,
  args: ['--enable-source-maps', join(root, service.entry), ...(service.args ?? [])],
  env: { HEALTH_PORT: String(service.healthPort), ...service.env },
  ready: readyOverHttp(service.healthPort),
});

/** nats-server with JetStream on `<dir>/nats`, every message flushed to the disk. @throws Error where no nats-server is installed. */
export function natsChild(options: { readonly dir: string; readonly port: number; readonly monitorPort: number; readonly config?: string }): ChildSpec {
  const storeDir = join(options.dir, 'nats');
  const configFile = join(options.dir, 'nats.conf');
  mkdirSync(storeDir, { recursive: true });
  writeFileSync(configFile, natsServerConfig({ ...options, name: 'ballast-local', storeDir, sync: 'always' }));
  return {
    name: 'nats-server',
    command: findBinary('nats-server', 'NATS_SERVER_BIN'),
    args: ['-c', configFile],
    env: {},
    ready: async () => ((await natsServerIsReady(options.monitorPort)) ? undefined : `/healthz on port ${options.monitorPort} does not say ok`),
  };
}

/** redis-server that keeps nothing on disk. @throws Error where no redis-server is installed. */
export function redisChild(options: { readonly dir: string; readonly port: number }): ChildSpec {
  mkdirSync(options.dir, { recursive: true });
  return {
    name: 'redis-server',
    command: findBinary('redis-server', 'REDIS_SERVER_BIN'),
    args: redisServerArgs(options.port, options.dir),
    env: {},
    ready: async () => ((await redisServerIsReady(options.port)) ? undefined : `no answer to PING on port ${options.port}`),
  };
}
