import { startNatsServer } from '@ballast/testing';
import { connect, type JetStreamManager, type StreamConfig } from 'nats';
import { JetStreamEventStore } from './jetstream-event-store.js';
import { Link } from './link.js';
import { ProvisioningClient } from './provisioning-client.js';
import { StorePublisher } from './publisher.js';
import { NatsRequests } from './requests.js';

/** The log of partition 0 on a server of its own, and a store of the operator's over a link of its own. */
export interface OneStreamStore {
  readonly manager: JetStreamManager;
  readonly link: Link;
  readonly store: JetStreamEventStore;
  stop(): Promise<void>;
}

export async function startOneStreamStore(stream: Partial<StreamConfig>, onFault: (error: Error) => void): Promise<OneStreamStore> {
  const server = await startNatsServer();
  const admin = await connect({ servers: server.url });
  const manager = await admin.jetstreamManager();
  await manager.streams.add({ name: 'EVENTS_0', subjects: ['evt.0.>'], allow_direct: true, ...stream });
  const link = await Link.open({ url: server.url, user: 'operator', purpose: 'test' });
  const publisher = new StorePublisher(link);
  const store = new JetStreamEventStore(link, publisher, new ProvisioningClient(new NatsRequests(link), 'test'), { onFault });
  const stop = async (): Promise<void> => {
    publisher.close();
    await link.close();
    await admin.close();
    await server.stop();
  };
  return { manager, link, store, stop };
}
