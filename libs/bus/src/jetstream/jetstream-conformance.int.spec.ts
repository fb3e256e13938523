import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll } from 'vitest';
import { startNatsServer, type NatsServer } from '@ballast/testing';
import { busConformance } from '../conformance/bus-conformance.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import { connectJetStream, type JetStreamBus } from './connect.js';
import { startProvisioner } from './provisioner.js';

const fail = (error: Error): void => {
  throw error;
};
let server: NatsServer;
let admin: NatsConnection;
beforeAll(async () => {
  server = await startNatsServer();
  admin = await connect({ servers: server.url });
});
afterAll(async () => {
  await admin.close();
  await server.stop();
});

busConformance('JetStream', async () => {
  const provisioner = await startProvisioner({ url: server.url, onFault: fail });
  const open: JetStreamBus[] = [];
  return {
    clock: new VirtualClock(1_700_000_000_000),
    connect: async () => {
      // Each process is its own writer and reader; the suite's processes of one service take turns, as replicas do.
      const bus = await connectJetStream({ url: server.url, service: 'suite', onFault: () => undefined });
      open.push(bus);
      return bus;
    },
    inject: async (_partition, subject, bytes) => {
      await admin.jetstream().publish(subject, bytes);
    },
    close: async () => {
      for (const bus of open) await bus.close();
      await provisioner.close();
      const manager = await admin.jetstreamManager();
      for await (const { config } of manager.streams.list()) await manager.streams.delete(config.name);
    },
  };
});
