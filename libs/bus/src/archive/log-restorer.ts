import { setTimeout as delay } from 'node:timers/promises';
import { SNAPSHOT_STREAM } from '../jetstream/names.js';
import { checkArchive, type CheckOptions, recordsOf } from './archive-check.js';
import type { ArchiveFolder } from './archive-folder.js';
import { recordOf, type ReadRecord } from './archived-record.js';
import type { LogStreams } from './log-streams.js';
import { ArchiveError, type Manifest, type StreamArchive } from './manifest.js';

export interface RestoreOptions extends CheckOptions {
  /** Appends under way at a time in one stream; default 256. */
  readonly window?: number;
  /** Newest version of the event contracts that this build reads. */
  readonly contractsUpTo: number;
}

/** What a restore put back, and what was there of it from an earlier one. */
export interface Restored {
  readonly manifest: Manifest;
  /** Key that signed the manifest; undefined where nobody did. */
  readonly keyId: string | undefined;
  readonly appended: number;
  readonly found: number;
}

const WINDOW = 256;
const ATTEMPTS_MAX = 60;
const RETRY_MS = 500;
const FRESH = 'stop everything, move the data of nats-server away, start nats-server and the provisioner alone, and restore again';

/**
 * Puts an archive back into streams that are empty, or that hold the beginning of it from a restore that was killed:
 * every message at its own sequence, byte for byte, and then the places of those who had read it.
 * @throws ArchiveError where the archive is damaged, or the log holds anything else
 */
export async function restoreLog(log: LogStreams, folder: ArchiveFolder, options: RestoreOptions): Promise<Restored> {
  const { manifest, keyId, faults } = await checkArchive(folder, { ...(options.trusted ? { trusted: options.trusted } : {}) });
  if (faults.length > 0) throw new ArchiveError(faults, 'nothing was restored; take what is named from another copy of the archive');
  const newer = manifest.contracts.filter(({ contract }) => contract > options.contractsUpTo);
  if (newer.length > 0) throw new ArchiveError([`archive: found event contracts of version ${newer.map(({ contract }) => contract).join(', ')}, this build knows versions up to ${options.contractsUpTo}`], 'restore with the build that wrote the log, or a newer one');
  const found = await foundIn(log, manifest);
  const all = manifest.streams.reduce((sum, { last }) => sum + last, 0);
  let done = 0;
  for (const archive of manifest.streams) {
    for (const [index, segment] of archive.segments.entries()) {
      await restoreSegment(log, { archive, found: found.get(archive.stream) ?? 0, records: await recordsOf(folder, archive, index), window: options.window ?? WINDOW });
      done += segment.last - segment.first + 1;
      options.onProgress?.(archive.stream, done, all);
    }
  }
  await log.restorePlaces(manifest.places);
  const there = [...found.values()].reduce((sum, last) => sum + last, 0);
  return { manifest, keyId, appended: all - there, found: there };
}

/** How much of each stream is there. @throws ArchiveError where it is more than the archive has, or somebody works with it */
async function foundIn(log: LogStreams, { streams }: Manifest): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const faults: string[] = [];
  for (const { stream, last } of streams) {
    const there = await log.lastSequence(stream);
    found.set(stream, there);
    if (there > last) faults.push(`${stream}: the log ends at ${there}, the archive at ${last}; allowed is an empty stream, or the beginning of the archive`);
  }
  const incomplete = streams.some(({ stream, last }) => (found.get(stream) ?? 0) < last);
  if (incomplete) {
    const places = await log.places();
    if (places.length > 0) faults.push(`places: found ${[...new Set(places.map(({ user }) => user))].join(', ')} reading the log, allowed is nobody before it is whole`);
    const snapshots = await log.lastSequence(SNAPSHOT_STREAM);
    if (snapshots > 0) faults.push(`${SNAPSHOT_STREAM}: the stream ends at ${snapshots}, allowed is an empty one: a snapshot of another log would be taken for this one's`);
  }
  if (faults.length > 0) throw new ArchiveError(faults, FRESH);
  return found;
}

interface SegmentRestore {
  readonly archive: StreamArchive;
  /** Last sequence that was there before. */
  readonly found: number;
  readonly records: readonly ReadRecord[];
  readonly window: number;
}

async function restoreSegment(log: LogStreams, { archive: { stream }, found, records, window }: SegmentRestore): Promise<void> {
  const there = records.filter(({ message }) => message.sequence <= found);
  await demandSame(log, stream, there);
  await appendAll(log, stream, { records: records.slice(there.length), window });
}

/** @throws ArchiveError where the log holds other bytes at one of these sequences */
async function demandSame(log: LogStreams, stream: string, records: readonly ReadRecord[]): Promise<void> {
  const [first] = records;
  const last = records.at(-1);
  if (!first || !last) return;
  await log.read(stream, first.message.sequence, last.message.sequence, (message) => {
    const expected = records[message.sequence - first.message.sequence];
    if (!expected?.record.equals(recordOf(message))) throw new ArchiveError([`${stream}: message ${message.sequence} (${message.subject}) in the log is not the archive's: another log was begun here`], FRESH);
  });
}

/** In order, many under way at a time; what got no answer is looked for, and sent again where it is not there. */
async function appendAll(log: LogStreams, stream: string, { records, window }: Pick<SegmentRestore, 'records' | 'window'>): Promise<void> {
  let width = window;
  for (let next = 0, attempts = 0; next < records.length; ) {
    const batch = records.slice(next, next + width);
    const outcomes = await Promise.all(batch.map(({ message }) => log.append(stream, message)));
    if (outcomes.every((outcome) => outcome === 'stored')) {
      next += batch.length;
      attempts = 0;
      continue;
    }
    // A cluster may refuse what is asked for while its predecessor is under way.
    width = 1;
    const end = await log.lastSequence(stream);
    const first = batch[0]?.message.sequence ?? 0;
    if (end < first - 1 || end > first + batch.length - 1) throw new ArchiveError([`${stream}: the log ends at ${end} while ${first} is restored: somebody else writes to it`], FRESH);
    await demandSame(log, stream, batch.slice(0, end - first + 1));
    next += end - first + 1;
    attempts = end < first ? attempts + 1 : 0;
    if (attempts > ATTEMPTS_MAX) throw new ArchiveError([`${stream}: message ${end + 1} was refused ${attempts} times`], 'look at the log of nats-server (disk, quorum), and restore again: it goes on where it ended');
    if (end < first) await delay(RETRY_MS);
  }
}
