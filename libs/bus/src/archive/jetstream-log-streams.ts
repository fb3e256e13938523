import { contentId, type Partition } from '@ballast/domain';
import { cutOf } from '../core/snapshots.js';
import { countsOf, getDirect, lastSequenceOf, streamInfo } from '../jetstream/direct.js';
import { Link, type LinkOptions } from '../jetstream/link.js';
import { JetStreamSnapshots, type SnapshotManifest } from '../jetstream/jetstream-snapshots.js';
import { SNAPSHOT_STREAM } from '../jetstream/names.js';
import { askProvisioner, ProvisioningClient } from '../jetstream/provisioning-client.js';
import type { StreamStatus } from '../jetstream/provisioning-server.js';
import { NoAnswer, StorePublisher } from '../jetstream/publisher.js';
import { readRange } from '../jetstream/reader.js';
import { NatsRequests } from '../jetstream/requests.js';
import { type AppendAt, type ArchivedMessage, LogStreams, type Place, type Reader, type SnapshotReach, type StreamSize, type Thinning } from './log-streams.js';

/** Headers of the store: conditions and identity of the append that was. */
const OF_THE_STORE = /^Nats-/i;
const CONSUMER_NAME = /^(.+)-c\d+$/;
const PATIENCE_MS = 30_000;
const THINNED_AT_ONCE = 100;

/** The durable streams over NATS, for one user. */
class JetStreamLogStreams extends LogStreams {
  private readonly publisher: StorePublisher;
  private readonly requests: NatsRequests;
  private readonly provisioning: ProvisioningClient;

  constructor(private readonly link: Link) {
    super();
    this.publisher = new StorePublisher(link);
    this.requests = new NatsRequests(link, PATIENCE_MS);
    this.provisioning = new ProvisioningClient(this.requests, link.newInbox());
  }

  lastSequence(stream: string): Promise<number> {
    return lastSequenceOf(this.link, stream);
  }

  read(stream: string, from: number, to: number, onMessage: (message: ArchivedMessage) => void): Promise<void> {
    return readRange(this.link, this.provisioning, { stream, filters: [], from, to }, ({ sequence, subject, bytes }, raw) => {
      const names = raw.headers?.keys().filter((name) => !OF_THE_STORE.test(name)).sort() ?? [];
      onMessage({ sequence, subject, headers: names.flatMap((name) => (raw.headers?.values(name) ?? []).map((value) => [name, value] as const)), bytes });
    });
  }

  async append(_stream: string, { sequence, subject, headers, bytes }: ArchivedMessage): Promise<AppendAt> {
    try {
      await this.link.ready(PATIENCE_MS);
      const answer = await this.publisher.store(subject, bytes, { expectedStreamSequence: sequence - 1, headers });
      return answer.status === 'stored' && answer.sequence === sequence ? 'stored' : 'conflict';
    } catch (error) {
      if (error instanceof NoAnswer) return 'unknown';
      throw error;
    }
  }

  async places(): Promise<readonly Place[]> {
    return (await this.allReaders()).map(({ stream, user, consumer, resumeAt }) => ({ stream, user, consumer, resumeAt }));
  }

  async readers(stream: string): Promise<readonly Reader[]> {
    return (await this.allReaders()).filter((reader) => reader.stream === stream);
  }

  async restorePlaces(places: readonly Place[]): Promise<void> {
    await this.ask('restore-places', '', { places });
  }

  async size(stream: string): Promise<StreamSize> {
    const { messages, bytes, last_seq: lastSequence } = await streamInfo(this.link, stream, {});
    return { messages, bytes, lastSequence };
  }

  async last(stream: string, subject: string): Promise<ArchivedMessage | undefined> {
    const found = await getDirect(this.link, stream, { last_by_subj: subject });
    return found && { ...found, headers: [] };
  }

  subjects(stream: string): Promise<ReadonlyMap<string, number>> {
    return countsOf(this.link, stream, '>');
  }

  async snapshotReaches(partition: Partition): Promise<readonly SnapshotReach[]> {
    const reaches = new Map<string, number>();
    for (const subject of (await countsOf(this.link, SNAPSHOT_STREAM, 'snap.*.*.manifest')).keys()) {
      const user = subject.split('.')[1] ?? '';
      const sequence = (await this.snapshotOf(user, subject))?.get(partition) ?? 0;
      reaches.set(user, Math.max(reaches.get(user) ?? 0, sequence));
    }
    return [...reaches].map(([user, sequence]) => ({ user, sequence }));
  }

  async thin(stream: string, upTo: number, subjects: readonly Thinning[], without: readonly string[] = []): Promise<void> {
    for (let from = 0; from === 0 || from < subjects.length; from += THINNED_AT_ONCE) await this.ask('thin', stream, { stream, upTo, subjects: subjects.slice(from, from + THINNED_AT_ONCE), without });
  }

  private async snapshotOf(user: string, manifestSubject: string): Promise<ReturnType<typeof cutOf>> {
    const manifest = await getDirect(this.link, SNAPSHOT_STREAM, { last_by_subj: manifestSubject });
    if (!manifest) return undefined;
    const { key } = JSON.parse(new TextDecoder().decode(manifest.bytes)) as SnapshotManifest;
    const bytes = await new JetStreamSnapshots(this.link, this.publisher, user).load(key);
    return bytes && cutOf(bytes);
  }

  async close(): Promise<void> {
    await this.link.close();
    this.publisher.close();
  }

  private async allReaders(): Promise<readonly Reader[]> {
    const statuses = (await this.ask('status', '', {})) as readonly StreamStatus[];
    return statuses.flatMap(({ stream, consumers }) =>
      consumers.flatMap(({ name, consumer, ackFloor, hasArchive }) => {
        const user = CONSUMER_NAME.exec(name)?.[1];
        return user === undefined || consumer === '' ? [] : [{ stream, user, consumer, resumeAt: ackFloor + 1, hasArchive }];
      }),
    );
  }

  private ask(verb: string, stream: string, payload: object): Promise<unknown> {
    return askProvisioner(this.requests, { verb, stream, payload, key: contentId(verb, this.link.newInbox()), patienceMs: PATIENCE_MS });
  }
}

/** Connects to the durable streams; waits for a server that is not there yet. */
export const connectLogStreams = async (options: Omit<LinkOptions, 'purpose'>): Promise<LogStreams> => new JetStreamLogStreams(await Link.open({ ...options, purpose: 'archive' }));
