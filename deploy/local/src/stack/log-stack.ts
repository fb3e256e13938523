import { join } from 'node:path';
import { type LocalNats, writeLocalNatsConfig } from '@ballast/provisioner';
import { LocalStack, type StackOptions } from '../supervisor/local-stack.js';
import { natsChildOf } from './nats-child.js';
import { reservePorts } from './ports.js';

/** The log of a run, with nothing that could add to it. */
export interface LogStack {
  readonly stack: LocalStack;
  readonly nats: LocalNats;
}

/** nats-server alone on the log of `runDir`, for whoever reads it; `stack.start()` starts it. `strategies` as when the log was written. */
export async function logStack(options: Pick<StackOptions, 'runDir' | 'onGivenUp'> & { readonly strategies: readonly string[] }): Promise<LogStack> {
  const dir = join(options.runDir, 'nats');
  const { nats: port, natsMonitor: monitorPort } = await reservePorts(['nats', 'natsMonitor'], process.pid);
  const nats = writeLocalNatsConfig({ dir, port, monitorPort, storeDir: join(dir, 'store'), strategies: options.strategies });
  return { stack: new LocalStack({ ...options, stages: [[natsChildOf(nats, monitorPort)]] }), nats };
}
