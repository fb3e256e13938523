import type { LocalNats } from '@ballast/provisioner';
import { findBinary, natsServerIsReady } from '@ballast/testing';
import type { ChildSpec } from '../supervisor/child-spec.js';

/** nats-server with a written configuration. @throws Error where no nats-server is installed */
export function natsChildOf(nats: LocalNats, monitorPort: number): ChildSpec {
  return {
    name: 'nats-server',
    command: findBinary('nats-server', 'NATS_SERVER_BIN'),
    args: ['-c', nats.configFile],
    env: {},
    ready: async () => ((await natsServerIsReady(monitorPort)) ? undefined : `/healthz on port ${monitorPort} does not say ok`),
  };
}
