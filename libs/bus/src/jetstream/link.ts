import { readFile } from 'node:fs/promises';
import { connect, Events, nkeyAuthenticator, type ConnectionOptions, type NatsConnection } from 'nats';
import { StoreUnreachable } from '../ports/event-store.js';
import { messageIdsOf } from './credentials.js';
import { closeDiscardedTransports } from './discarded-transports.js';
import { inboxPrefix, USER } from './names.js';
import { natsTlsOf, type NatsTlsFiles } from './tls.js';
import { apiOf, OWN_API } from './zones.js';

export interface LinkOptions {
  /** `nats://host:port`, several with commas. */
  readonly url: string;
  /** The credential's name: the service, `cli`, `strategy-<name>`. */
  readonly user: string;
  /** File with the nkey seed; absent where the server asks for none. */
  readonly credentialSeedFile?: string;
  /** Certificates; default as the environment says (NATS_CA_FILE, NATS_CERT_FILE, NATS_KEY_FILE). With them, a server without is refused. */
  readonly tls?: NatsTlsFiles;
  /** What the connection is for, as the server's monitoring shows it. */
  readonly purpose: string;
  /** Longest wait of a read for a server that answers, ms. Default 30,000. */
  readonly patienceMs?: number | undefined;
}

/** A publish or subscribe that the permission table does not allow this user. */
export class NotPermitted extends Error {
  override readonly name = 'NotPermitted';
}

/** What the server did not let a user do. */
export interface Refusal {
  /** `publish` or `subscription`. */
  readonly operation: string;
  readonly subject: string;
}

/** A server that does not answer three of these is left for another one: as quickly as it leaves a client that does not. */
const PING_MS = 2_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_WAIT_MS = 100;
const PATIENCE_MS = 30_000;

closeDiscardedTransports();

/** One connection that comes back for ever, and says when it went, came back, or was refused something. */
export class Link {
  readonly user: string;
  /** This process's own place under the user's inbox. */
  private readonly unique: string;
  private isUp = true;
  private isClosed = false;
  private inboxes = 0;
  private waiting: (() => void)[] = [];
  private readonly downListeners = new Set<() => void>();
  private readonly upListeners = new Set<() => void>();
  private readonly refusalListeners = new Set<(refusal: Refusal) => void>();

  private constructor(
    readonly connection: NatsConnection,
    user: string,
    /** What every subject of JetStream's API begins with for this user. */
    readonly api: string,
    /** What the store is to know a message by: nobody without this user's seed can make it. Where the server asks for no credential, the id itself. */
    readonly messageIdOf: (id: string) => string,
    /** Longest wait of a read for a server that answers, ms. */
    readonly patienceMs: number,
  ) {
    this.user = user;
    this.unique = `${connection.info?.client_id ?? 0}-${process.pid}-${process.hrtime.bigint().toString(36)}`;
    void this.watch();
  }

  /** Waits for a server that is not there yet. @throws Error naming the option that is wrong. */
  static async open(options: LinkOptions): Promise<Link> {
    if (!USER.test(options.user)) throw new Error(`user: found "${options.user}", allowed is ${String(USER)}`);
    const settings: ConnectionOptions = {
      servers: options.url.split(','),
      name: `${options.user}/${options.purpose}`,
      inboxPrefix: inboxPrefix(options.user),
      noAsyncTraces: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_WAIT_MS,
      waitOnFirstConnect: true,
      pingInterval: PING_MS,
      maxPingOut: 2,
      timeout: CONNECT_TIMEOUT_MS,
      ignoreAuthErrorAbort: true,
    };
    const tls = options.tls ?? (await natsTlsOf(process.env));
    if (tls !== undefined) settings.tls = { ...tls };
    // A server that asks for no credential has one account for everybody.
    if (options.credentialSeedFile === undefined) return new Link(await connect(settings), options.user, OWN_API, (id) => id, options.patienceMs ?? PATIENCE_MS);
    const seed = (await readFile(options.credentialSeedFile, 'utf8')).trim();
    settings.authenticator = nkeyAuthenticator(new TextEncoder().encode(seed));
    return new Link(await connect(settings), options.user, apiOf(options.user), messageIdsOf(seed), options.patienceMs ?? PATIENCE_MS);
  }

  get up(): boolean {
    return this.isUp && !this.isClosed;
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** A subject below the user's inbox that nobody else uses. */
  newInbox(): string {
    this.inboxes += 1;
    return `${inboxPrefix(this.user)}.${this.unique}.${this.inboxes}`;
  }

  onDown(listen: () => void): () => void {
    this.downListeners.add(listen);
    return () => this.downListeners.delete(listen);
  }

  onUp(listen: () => void): () => void {
    this.upListeners.add(listen);
    return () => this.upListeners.delete(listen);
  }

  onRefusal(listen: (refusal: Refusal) => void): () => void {
    this.refusalListeners.add(listen);
    return () => this.refusalListeners.delete(listen);
  }

  /** Resolves once the connection stands. @throws StoreUnreachable after `timeoutMs` or once it is closed. */
  async ready(timeoutMs: number): Promise<void> {
    if (this.up) return;
    if (this.isClosed) throw new StoreUnreachable(`nats: the connection of ${this.user} is closed`);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((other) => other !== wake);
        reject(new StoreUnreachable(`nats: no connection for ${timeoutMs} ms (user ${this.user})`));
      }, timeoutMs);
      const wake = (): void => {
        clearTimeout(timer);
        if (this.isClosed) reject(new StoreUnreachable(`nats: the connection of ${this.user} is closed`));
        else resolve();
      };
      this.waiting.push(wake);
    });
  }

  /** Lets what is in hand go out, then closes. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    if (this.up) await this.connection.drain();
    else await this.connection.close();
    this.setClosed();
  }

  private async watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === Events.Disconnect) this.setDown();
      else if (status.type === Events.Reconnect) this.setUp();
      else if (status.permissionContext !== undefined) for (const listen of this.refusalListeners) listen(status.permissionContext);
    }
    this.setClosed();
  }

  private setDown(): void {
    if (!this.isUp) return;
    this.isUp = false;
    for (const listen of [...this.downListeners]) listen();
  }

  private setUp(): void {
    if (this.isUp) return;
    this.isUp = true;
    this.wakeAll();
    for (const listen of [...this.upListeners]) listen();
  }

  private setClosed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.wakeAll();
    for (const listen of [...this.downListeners]) listen();
  }

  private wakeAll(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }
}
