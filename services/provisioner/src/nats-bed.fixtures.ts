import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, nkeyAuthenticator, type NatsConnection } from 'nats';
import { connectJetStream, inboxPrefix, type JetStreamBus, type Refusal, type RunningProvisioner, startProvisioner } from '@ballast/bus';
import { findBinary, freePort, ManagedProcess, natsServerIsReady } from '@ballast/testing';
import { type LocalNats, type LocalNatsOptions, writeLocalNatsConfig } from './local-config.js';

/** What one user tried. */
export interface Attempt {
  readonly operation: 'publish' | 'subscription';
  readonly subject: string;
}

const SENTINEL = 'nobody.may.write.here';
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A real server with the configuration that everybody gets, the provisioner, and connections as any user. */
export class NatsBed {
  private readonly buses = new Map<string, JetStreamBus>();
  private readonly opened: JetStreamBus[] = [];
  private readonly raws = new Map<string, NatsConnection>();
  /** By user, in the order in which the server said so. */
  private readonly refusals = new Map<string, Refusal[]>();

  private constructor(
    readonly folder: string,
    readonly nats: LocalNats,
    readonly server: ManagedProcess,
    private readonly provisioner: RunningProvisioner,
  ) {}

  static async start(options: Pick<LocalNatsOptions, 'strategies' | 'restorer'>): Promise<NatsBed> {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-nats-'));
    const monitorPort = await freePort();
    const nats = writeLocalNatsConfig({ ...options, dir: folder, port: await freePort(), monitorPort, storeDir: join(folder, 'store') });
    const server = new ManagedProcess({ name: 'nats-server', command: findBinary('nats-server', 'NATS_SERVER_BIN'), args: ['-c', nats.configFile], ready: () => natsServerIsReady(monitorPort) });
    await server.start();
    const onFault = (error: Error): void => {
      throw error;
    };
    const provisioner = await startProvisioner({ url: nats.url, credentialSeedFile: nats.seedFiles['provisioner'], monitorUrl: nats.monitorUrl, onFault });
    return new NatsBed(folder, nats, server, provisioner);
  }

  async bus(user: string): Promise<JetStreamBus> {
    const bus = this.buses.get(user) ?? (await this.another(user));
    this.buses.set(user, bus);
    return bus;
  }

  /** One more process of a user. */
  async another(user: string): Promise<JetStreamBus> {
    const bus = await connectJetStream({ url: this.nats.url, service: user, credentialSeedFile: this.nats.seedFiles[user], requestTimeoutMs: 10_000, onFault: () => undefined });
    this.opened.push(bus);
    return bus;
  }

  /** A bare connection with the user's credential: what an attacker has who holds it. */
  async raw(user: string): Promise<NatsConnection> {
    const known = this.raws.get(user);
    if (known !== undefined) return known;
    const seed = bytes(readFileSync(this.nats.seedFiles[user] ?? '', 'utf8').trim());
    const raw = await connect({ servers: this.nats.url, authenticator: nkeyAuthenticator(seed), inboxPrefix: inboxPrefix(user) });
    const heard: Refusal[] = [];
    this.raws.set(user, raw);
    this.refusals.set(user, heard);
    void (async () => {
      for await (const { permissionContext } of raw.status()) if (permissionContext !== undefined) heard.push(permissionContext);
    })();
    return raw;
  }

  /** Tries all of them. The server answers in order: what it did not refuse before the last one, which nobody may, it allowed. */
  async refused(user: string, attempts: readonly Attempt[]): Promise<readonly boolean[]> {
    const raw = await this.raw(user);
    const heard = this.refusals.get(user) ?? [];
    heard.length = 0;
    const subscriptions = attempts.flatMap(({ operation, subject }) => {
      if (operation === 'subscription') return [raw.subscribe(subject, { callback: () => undefined })];
      raw.publish(subject, bytes('{}'));
      return [];
    });
    raw.publish(SENTINEL);
    await raw.flush();
    while (!heard.some(({ subject }) => subject === SENTINEL)) await raw.flush();
    for (const subscription of subscriptions) subscription.unsubscribe();
    return attempts.map(({ operation, subject }) => heard.some((refusal) => refusal.operation === operation && refusal.subject === subject));
  }

  async stop(): Promise<void> {
    for (const bus of this.opened) await bus.close();
    for (const raw of this.raws.values()) await raw.close();
    await this.provisioner.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
