import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinary, freePort, ManagedProcess, natsServerIsReady, WORKSPACE_ROOT } from '@ballast/testing';
import { type LocalNats, writeLocalNatsConfig } from './local-config.js';

/** The provisioner's program. */
export const MAIN = join(WORKSPACE_ROOT, 'services', 'provisioner', 'dist', 'main.js');
const READY_MS = 20_000;

/** A provisioner as a process, and where it says how it is. */
export interface ProvisionerProcess {
  readonly process: ManagedProcess;
  readonly healthUrl: string;
}

/** A real server as a process, and provisioners as processes beside it. */
export class ProcessBed {
  private readonly provisioners: ManagedProcess[] = [];

  private constructor(
    private readonly folder: string,
    readonly nats: LocalNats,
    readonly server: ManagedProcess,
    readonly monitorPort: number,
  ) {}

  /** `before`: what happens to its configuration before it is started. */
  static async start(before: (nats: LocalNats) => void = () => undefined): Promise<ProcessBed> {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-provisioner-'));
    const monitorPort = await freePort();
    const nats = writeLocalNatsConfig({ dir: folder, port: await freePort(), monitorPort, storeDir: join(folder, 'store'), strategies: [] });
    before(nats);
    const server = new ManagedProcess({ name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', nats.configFile], ready: () => natsServerIsReady(monitorPort) });
    await server.start();
    return new ProcessBed(folder, nats, server, monitorPort);
  }

  /** Starts one more, and waits until it is ready, or `holds` of what it says at /readyz. */
  async provisioner(name: string, more: Readonly<Record<string, string>> = {}, holds = ({ ok }: Response): boolean => ok): Promise<ProvisionerProcess> {
    const healthPort = await freePort();
    const healthUrl = `http://127.0.0.1:${healthPort}/readyz`;
    const env = { ...process.env, NATS_URL: this.nats.url, NATS_SEED_FILE: this.nats.seedFiles['provisioner'], NATS_MONITOR_URL: this.nats.monitorUrl, HEALTH_PORT: String(healthPort), ...more };
    const child = new ManagedProcess({ name, command: process.execPath, args: [MAIN], env, ready: () => fetch(healthUrl).then(holds, () => false), readyTimeoutMs: READY_MS });
    this.provisioners.push(child);
    await child.start();
    return { process: child, healthUrl };
  }

  async stop(): Promise<void> {
    for (const child of this.provisioners) {
      child.signalGroup('SIGCONT');
      await child.stop();
    }
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
