import { join } from 'node:path';
import { type LocalNats, writeLocalNatsConfig } from '@ballast/provisioner';
import { serviceChild } from '../supervisor/child-spec.js';
import { LocalStack, type StackOptions } from '../supervisor/local-stack.js';
import { natsChildOf } from './nats-child.js';
import { reservePorts } from './ports.js';

/** The log of a run, with nothing that could add to it. */
export interface LogStack {
  readonly stack: LocalStack;
  readonly nats: LocalNats;
}

interface LogStackOptions extends Pick<StackOptions, 'runDir' | 'readyTimeoutMs'> {
  /** Top folder of the working copy. */
  readonly root: string;
  /** As when the log was written. */
  readonly strategies: readonly string[];
}

/** nats-server on the log of `runDir`, with the provisioner that lets a reader in, and nothing else; `stack.start()` starts them. */
export async function logStack(options: LogStackOptions): Promise<LogStack> {
  const dir = join(options.runDir, 'nats');
  const { nats: port, natsMonitor: monitorPort, provisioner: healthPort } = await reservePorts(['nats', 'natsMonitor', 'provisioner'], process.pid);
  const nats = writeLocalNatsConfig({ dir, port, monitorPort, storeDir: join(dir, 'store'), strategies: options.strategies });
  const env = { NATS_URL: nats.url, NATS_SEED_FILE: nats.seedFiles['provisioner'] ?? '', NATS_MONITOR_URL: nats.monitorUrl ?? '' };
  const provisioner = serviceChild(options.root, { name: 'provisioner', entry: 'services/provisioner/dist/main.js', healthPort, env });
  return { stack: new LocalStack({ ...options, stages: [[natsChildOf(nats, monitorPort)], [provisioner]] }), nats };
}
