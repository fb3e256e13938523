import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.js';
import { findBinary } from './processes-binary.js';
import { ManagedProcess, type Exit } from './processes.js';

/** The arguments of a redis-server that listens on loopback only and keeps nothing on disk. */
export function redisServerArgs(port: number, dir: string): readonly string[] {
  return ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no', '--daemonize', 'no'];
}

/** True once the server answers PING. */
export function redisServerIsReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const answer = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once('data', (data) => answer(data.toString('utf8').startsWith('+PONG')));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
  });
}

/** A real redis-server for suites; it holds nothing over a restart, as nothing in it may be needed. */
export class RedisServer {
  constructor(
    private readonly managed: ManagedProcess,
    readonly port: number,
    private readonly dir: string,
  ) {}

  /** `redis://127.0.0.1:<port>`. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.managed.pid;
  }

  /** Sends `signal` (default SIGKILL) and waits for the end. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    return this.managed.kill(signal);
  }

  /** Comes back empty on the same port, after kill -9 where it still runs. */
  restart(): Promise<void> {
    return this.managed.restart();
  }

  async stop(): Promise<void> {
    await this.managed.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Starts a real redis-server and waits until it is ready; `port` 0 or absent takes a free one. @throws Error that says how to get one, or why it did not start. */
export async function startRedisServer(options: { readonly port?: number } = {}): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), 'ballast-redis-'));
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const managed = new ManagedProcess({
    name: 'redis-server',
    command: findBinary('redis-server', 'REDIS_SERVER_BIN'),
    args: redisServerArgs(port, dir),
    ready: () => redisServerIsReady(port),
  });
  await managed.start();
  return new RedisServer(managed, port, dir);
}
