import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.js';
import { findBinary } from './processes-binary.js';
import { ManagedProcess, type Exit } from './processes.js';

export interface NatsServerOptions {
  /** Where JetStream stores its files. Default: a folder of its own, removed by `stop`. */
  readonly storeDir?: string;
  /** When stored messages are flushed to the disk: after each one (as in production) or every so often (`2m`). Default always. */
  readonly sync?: string;
  /** Client port; 0 or absent takes a free one. */
  readonly port?: number;
  /** Lines added to the server's configuration: accounts, limits. */
  readonly config?: string;
}

/** The text of a nats-server configuration: loopback only, JetStream, HTTP monitoring. Ports are TCP ports, `sync` is `always` or a duration. */
export function natsServerConfig(of: { readonly name: string; readonly port: number; readonly monitorPort: number; readonly storeDir: string; readonly sync: string; readonly config?: string }): string {
  return [
    `server_name: ${JSON.stringify(of.name)}`,
    `listen: "127.0.0.1:${of.port}"`,
    `http: "127.0.0.1:${of.monitorPort}"`,
    `jetstream { store_dir: ${JSON.stringify(of.storeDir)}, sync_interval: ${of.sync} }`,
    of.config ?? '',
    '',
  ].join('\n');
}

/** True once the server answers its health check, with JetStream recovered. */
export async function natsServerIsReady(monitorPort: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${monitorPort}/healthz`, { signal: AbortSignal.timeout(1_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch (error) {
    if (error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')) return false;
    throw error;
  }
}

/** A real nats-server with JetStream, for suites: it can be killed and comes back on the same store and ports. */
export class NatsServer {
  constructor(
    private readonly managed: ManagedProcess,
    private readonly at: { readonly port: number; readonly monitorPort: number; readonly storeDir: string; readonly temporary: string },
  ) {}

  /** `nats://127.0.0.1:<port>`. */
  get url(): string {
    return `nats://127.0.0.1:${this.at.port}`;
  }

  get port(): number {
    return this.at.port;
  }

  get monitorPort(): number {
    return this.at.monitorPort;
  }

  get storeDir(): string {
    return this.at.storeDir;
  }

  get pid(): number {
    return this.managed.pid;
  }

  get lines(): readonly string[] {
    return this.managed.lines;
  }

  /** Sends `signal` (default SIGKILL) and waits for the end; the store stays. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    return this.managed.kill(signal);
  }

  /** Comes back on the same store and ports, after kill -9 where it still runs. */
  restart(): Promise<void> {
    return this.managed.restart();
  }

  /** Ends the server and removes what it was given no folder for. */
  async stop(): Promise<void> {
    await this.managed.stop();
    rmSync(this.at.temporary, { recursive: true, force: true });
  }
}

/** Starts a real nats-server and waits until it is ready. @throws Error that says how to get one, or why it did not start. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const temporary = mkdtempSync(join(tmpdir(), 'ballast-nats-'));
  const port = options.port === undefined || options.port === 0 ? await freePort() : options.port;
  const monitorPort = await freePort();
  const storeDir = options.storeDir ?? join(temporary, 'store');
  mkdirSync(storeDir, { recursive: true });
  const configFile = join(temporary, 'nats.conf');
  writeFileSync(configFile, natsServerConfig({ name: `test-${port}`, port, monitorPort, storeDir, sync: options.sync ?? 'always', config: options.config }));
  const managed = new ManagedProcess({
    name: 'nats-server',
    command: findBinary('nats-server', 'NATS_SERVER_BIN'),
    args: ['-c', configFile],
    ready: () => natsServerIsReady(monitorPort),
    readyTimeoutMs: 30_000,
  });
  await managed.start();
  return new NatsServer(managed, { port, monitorPort, storeDir, temporary });
}
