import { connect, type JetStreamManager, type NatsConnection, type StreamConfig } from 'nats';
import { connectJetStream, eventsStream, type JetStreamBus, type RunningProvisioner, startProvisioner } from '@ballast/bus';
import { PARTITIONS } from '@ballast/domain';
import type { Traces } from '@ballast/observability';
import { type NatsServer, startNatsServer } from '@ballast/testing';

const fail = (error: Error): void => {
  throw error;
};

export const bareStream = (partition: number): string => `BARE_${partition}`;
export const bareSubject = (partition: number, rest: string): string => `bare.${partition}.${rest}`;

/** A real nats-server with Ballast's streams, and beside them streams of the same settings for the bare client. */
export class NatsBed {
  private readonly open: JetStreamBus[] = [];

  private constructor(
    readonly server: NatsServer,
    private readonly provisioner: RunningProvisioner,
    /** The bare client's connection. */
    readonly bare: NatsConnection,
    readonly manager: JetStreamManager,
  ) {}

  /** `sync`: `always`, as in production, or a duration where only reading is measured. */
  static async start(sync: 'always' | '2m'): Promise<NatsBed> {
    const server = await startNatsServer({ sync });
    const provisioner = await startProvisioner({ url: server.url, onFault: fail });
    const bare = await connect({ servers: server.url, noAsyncTraces: true });
    const manager = await bare.jetstreamManager();
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const { config } = await manager.streams.info(eventsStream(partition));
      await manager.streams.add({ ...config, name: bareStream(partition), subjects: [bareSubject(partition, '>')] } satisfies Partial<StreamConfig>);
    }
    return new NatsBed(server, provisioner, bare, manager);
  }

  /** Connects as one more service. */
  async connect(service: string, traces?: Traces): Promise<JetStreamBus> {
    const bus = await connectJetStream({ url: this.server.url, service, onFault: fail, traces });
    this.open.push(bus);
    return bus;
  }

  async stop(): Promise<void> {
    for (const bus of this.open) await bus.close();
    await this.provisioner.close();
    await this.bare.close();
    await this.server.stop();
  }
}
