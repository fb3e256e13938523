import { setTimeout as delay } from 'node:timers/promises';
import { getDirect } from '../jetstream/direct.js';
import { Link } from '../jetstream/link.js';
import { LEASE_STREAM, leaseSubject } from '../jetstream/names.js';
import { StorePublisher } from '../jetstream/publisher.js';
import { decodeTable, encodeTable, type LeaseTable } from './lease-table.js';
import { LeaseStore } from './partition-share.js';

const decoder = new TextDecoder();
const ANSWER_MS = 1_000;

export interface JetStreamLeaseOptions {
  /** `nats://host:port`, several with commas. */
  readonly url: string;
  /** The service whose replicas share; also the credential's name. */
  readonly service: string;
  readonly credentialSeedFile?: string;
  /** What there is to share. */
  readonly units: number;
}

/**
 * The table on `lease.<service>` of the stream LEASES: read by direct get, written with the expected last sequence, on a
 * connection of its own that outlives what the replica does with its units.
 */
export class JetStreamLeases extends LeaseStore {
  private constructor(
    private readonly link: Link,
    private readonly publisher: StorePublisher,
    private readonly subject: string,
    private readonly units: number,
  ) {
    super();
  }

  /** Waits for a server that is not there yet. */
  static async open({ url, service, credentialSeedFile, units }: JetStreamLeaseOptions): Promise<JetStreamLeases> {
    const link = await Link.open({ url, user: service, purpose: 'lease', ...(credentialSeedFile === undefined ? {} : { credentialSeedFile }) });
    return new JetStreamLeases(link, new StorePublisher(link, ANSWER_MS), leaseSubject(service), units);
  }

  /** This process's own name, unlike any other's. */
  get replica(): string {
    return this.link.newInbox().split('.')[1] ?? '';
  }

  async read(): Promise<{ readonly table: LeaseTable; readonly sequence: number } | undefined> {
    const found = await within(ANSWER_MS, getDirect(this.link, LEASE_STREAM, { last_by_subj: this.subject }));
    return found && { table: decodeTable(found.bytes, this.units), sequence: found.sequence };
  }

  async write(table: LeaseTable, expected: number): Promise<boolean> {
    return (await this.publisher.store(this.subject, encodeTable(table), { expectedLastSequence: expected })).status === 'stored';
  }

  /** Every write passes by here too, also one that was refused: it is no more than a hint. */
  onFreed(listen: () => void): void {
    this.link.connection.subscribe(this.subject, {
      callback: (error, { data }) => {
        if (error === null && isFree(decoder.decode(data))) listen();
      },
    });
  }

  async close(): Promise<void> {
    await this.link.close();
    this.publisher.close();
  }
}

const isFree = (text: string): boolean => text.includes('"owners"') && text.includes('""');

/** @throws Error where there is no answer in time. */
async function within<T>(ms: number, asked: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = delay(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`lease table: no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
