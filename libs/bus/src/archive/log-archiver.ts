import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import { openingSubject } from '../core/sealed.js';
import { EVENT_STREAMS } from '../jetstream/names.js';
import { sealIn } from '../jetstream/seals.js';
import type { ArchiveFolder } from './archive-folder.js';
import { chained, recordOf, sha256 } from './archived-record.js';
import type { ArchivedMessage, LogStreams } from './log-streams.js';
import { ArchiveError, type ContractCount, emptyManifest, type Manifest, type StreamArchive } from './manifest.js';

/** How far long work has come: messages done of all there are, and in which stream. */
export type Progress = (stream: string, done: number, all: number) => void;

export interface ArchiveOptions {
  /** Signs the manifest (ed25519). */
  readonly key?: KeyObject;
  /** Messages in one file; default 10,000. */
  readonly segmentMessages?: number;
  readonly onProgress?: Progress;
  /** Only this stream is copied; default all of them, and everybody's places. */
  readonly only?: string;
}

/** What one run added to an archive, which now holds `manifest`. */
export interface Archived {
  readonly manifest: Manifest;
  readonly added: number;
}

const SEGMENT_MESSAGES = 10_000;
const OTHER_FOLDER = 'archive into another, empty folder; `ballast log check` says what this one holds';

interface Seen {
  readonly contracts: Map<number, number>;
  newestAt: number;
}

/**
 * Copies what the log has gained since the last run into new files of the folder, while services go on. Killed at any
 * moment it leaves an archive that is whole up to its manifest, and the next run goes on from there.
 * @throws ArchiveError where the folder holds the archive of another log, the key is not the one that signed it, or somebody else writes it.
 */
export const archiveLog = (log: LogStreams, folder: ArchiveFolder, options: ArchiveOptions = {}): Promise<Archived> => folder.alone('ballast log archive', () => archive(log, folder, options));

async function archive(log: LogStreams, folder: ArchiveFolder, options: ArchiveOptions): Promise<Archived> {
  const before = await knownManifest(folder, options.key);
  // Places first, letters second, the log last: whatever lies between is delivered again, and nothing is skipped.
  const places = options.only === undefined ? await log.places() : before.places;
  const ends = new Map<string, number>();
  const asked = before.streams.filter(({ stream }) => options.only === undefined || stream === options.only);
  for (const { stream } of [...asked].reverse()) ends.set(stream, await log.lastSequence(stream));
  const seals = new Map<string, number>();
  for (const { stream } of asked) seals.set(stream, await sealedUpTo(log, stream));
  for (const known of asked) await demandSealed(log, known, seals.get(known.stream) ?? 0);
  for (const known of asked) await demandSameLog(log, known, ends.get(known.stream) ?? 0);
  const all = [...ends.values()].reduce((sum, end) => sum + end, 0) - asked.reduce((sum, { last }) => sum + last, 0);
  let manifest = before;
  let added = 0;
  const seen: Seen = { contracts: new Map(before.contracts.map(({ contract, messages }) => [contract, messages])), newestAt: before.newestAt };
  for (const { stream } of asked) {
    for (let known = streamIn(manifest, stream); known.last < (ends.get(stream) ?? 0); known = streamIn(manifest, stream)) {
      const seal = seals.get(stream) ?? 0;
      // A file ends where the stream is sealed, so that every archive of a log holds exactly what its opening names.
      const most = known.last < seal ? Math.min(seal, ends.get(stream) ?? 0) : (ends.get(stream) ?? 0);
      const to = Math.min(known.last + (options.segmentMessages ?? SEGMENT_MESSAGES), most);
      const grown = await withSegment({ log, folder, known, to, seen });
      manifest = { ...manifest, streams: manifest.streams.map((one) => (one.stream === stream ? grown : one)), contracts: countsOf(seen), newestAt: seen.newestAt };
      await folder.writeManifest(manifest, options.key);
      added += grown.last - known.last;
      options.onProgress?.(stream, added, all);
    }
  }
  manifest = { ...manifest, places };
  await folder.writeManifest(manifest, options.key);
  return { manifest, added };
}

async function knownManifest(folder: ArchiveFolder, key: KeyObject | undefined): Promise<Manifest> {
  const found = await folder.manifest(key && createPublicKey(key));
  if (found?.keyId !== undefined && !key) throw new ArchiveError([`${folder.path}: the archive is signed by key ${found.keyId}, and no key is named to sign what is added`], 'name the private key by --sign');
  return found?.manifest ?? emptyManifest();
}

function streamIn(manifest: Manifest, stream: string): StreamArchive {
  const found = manifest.streams.find((one) => one.stream === stream);
  if (!found) throw new ArchiveError([`manifest: found no stream ${stream}`], OTHER_FOLDER);
  return found;
}

async function sealedUpTo(log: LogStreams, stream: string): Promise<number> {
  const partition = EVENT_STREAMS.indexOf(stream);
  const opening = partition < 0 ? undefined : await log.last(stream, openingSubject(partition));
  return opening ? sealIn(partition, opening).upTo : 0;
}

/** What is sealed and gone is in the archive that it was rolled over into, and nowhere else: no other one can be begun or gone on with. */
async function demandSealed(log: LogStreams, { stream, last }: StreamArchive, upTo: number): Promise<void> {
  if (last >= upTo) return;
  const { messages, lastSequence } = await log.size(stream);
  if (messages < lastSequence) throw new ArchiveError([`${stream}: the log is sealed up to ${upTo}, this archive ends at ${last}`], 'name the folder that the partition was rolled over into, or a newer copy of it');
}

async function demandSameLog(log: LogStreams, { stream, last, lastHash }: StreamArchive, end: number): Promise<void> {
  if (last === 0) return;
  if (end < last) throw new ArchiveError([`${stream}: the log ends at ${end}, this archive at ${last}: it is the archive of another log, or of this one before it lost its end`], OTHER_FOLDER);
  let found = '';
  await log.read(stream, last, last, ({ bytes }) => (found = sha256(bytes)));
  if (found !== lastHash) throw new ArchiveError([`${stream}: message ${last} has SHA-256 ${found} in the log and ${lastHash} in this archive: it is the archive of another log`], OTHER_FOLDER);
}

interface Step {
  readonly log: LogStreams;
  readonly folder: ArchiveFolder;
  readonly known: StreamArchive;
  readonly to: number;
  readonly seen: Seen;
}

async function withSegment({ log, folder, known, to, seen }: Step): Promise<StreamArchive> {
  const records: Buffer[] = [];
  let { digest, lastHash, bytes } = known;
  let lastBytes: Uint8Array | undefined;
  const first = known.last + 1;
  await log.read(known.stream, first, to, (message) => {
    const record = recordOf(message);
    records.push(record);
    digest = chained(digest, record);
    bytes += message.bytes.length;
    lastBytes = message.bytes;
    see(message, seen);
  });
  if (lastBytes) lastHash = sha256(lastBytes);
  const file = await folder.writeSegment(known.stream, first, records);
  return { stream: known.stream, last: to, bytes, lastHash, digest, segments: [...known.segments, { ...file, first, last: to, digest }] };
}

/** What a decision says of itself; what is no decision is archived like everything else, and says nothing. */
function see({ subject, bytes }: ArchivedMessage, seen: Seen): void {
  if (!subject.startsWith('evt.')) return;
  const { contract, occurredAt } = envelopeIn(bytes);
  if (Number.isSafeInteger(contract)) seen.contracts.set(contract as number, (seen.contracts.get(contract as number) ?? 0) + 1);
  if (Number.isSafeInteger(occurredAt)) seen.newestAt = Math.max(seen.newestAt, occurredAt as number);
}

function envelopeIn(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) ?? {}) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const countsOf = ({ contracts }: Seen): readonly ContractCount[] => [...contracts].sort(([a], [b]) => a - b).map(([contract, messages]) => ({ contract, messages }));
