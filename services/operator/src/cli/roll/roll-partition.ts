import { setTimeout as delay } from 'node:timers/promises';
import type { KeyObject } from 'node:crypto';
import type { Ms, Partition } from '@ballast/domain';
import { archiveLog, type ArchiveFolder, type LogStreams, openingSubject, proveSealedPart, type Reader, recordsOf, type Seal, sealIn, sealedPartOf, type StreamArchive, type StreamSize, type Thinning } from '@ballast/bus';
import { CliFailure } from '../io.js';
import { openingBytes } from './opening-bytes.js';
import { SealedBooks } from './sealed-books.js';

export interface RollOptions {
  readonly partition: Partition;
  readonly folder: ArchiveFolder;
  /** Signs the archive's manifest. */
  readonly key?: KeyObject;
  /** Streams of trades, plans and requests that ended later than this before the newest decision stay whole, ms of market time. */
  readonly wholeMs: Ms;
  /** Users that are gone for good: nothing waits for them. */
  readonly without: readonly string[];
  /** Whether readers may be without an archive: then a snapshot is all that they start from. */
  readonly withoutArchive: boolean;
  /** Longest wait for what is under way to be followed up, and for every reader's snapshot, ms. */
  readonly waitMs: number;
  /** The build that rolls. */
  readonly build: string;
  readonly onStep: (what: string) => void;
}

/** What a roll-over did. */
export interface Rolled {
  readonly sealedUpTo: number;
  readonly digest: string;
  readonly before: StreamSize;
  readonly after: StreamSize;
  /** An earlier run had sealed it and was cut short: this one removed what was left. */
  readonly resumed: boolean;
}

/** What is sealed, and what goes of it. */
interface Sealed {
  readonly upTo: number;
  readonly digest: string;
  readonly thinnings: readonly Thinning[];
}

/** Everything that a roll-over works with. */
interface Roll {
  readonly log: LogStreams;
  readonly options: RollOptions;
  readonly stream: string;
  readonly books: SealedBooks;
}

const SEALINGS_MAX = 20;
const RETRY_MS = 250;

/**
 * Seals a partition up to its end, opens it with the verified books of all that is sealed, and removes what is sealed once every
 * reader's snapshot reaches the opening. Until the opening is stored nothing has changed; from then on a run that was cut short is
 * finished by the next one. Services go on.
 * @throws CliFailure, ArchiveError naming what forbids it
 */
export const rollPartition = (log: LogStreams, options: RollOptions): Promise<Rolled> => options.folder.alone(`ballast log roll ${options.partition}`, () => rollAlone(log, options));

async function rollAlone(log: LogStreams, options: RollOptions): Promise<Rolled> {
  const { partition, folder, onStep } = options;
  const stream = `EVENTS_${partition}`;
  const roll: Roll = { log, options, stream, books: new SealedBooks(partition) };
  const before = await log.size(stream);
  await log.thin(stream, 1, []);
  await demandArchives(log, options);
  await archiveLog(log, folder, options.key ? { key: options.key } : {});
  const opening = await lastSeal(roll);
  const pending = opening && (await pendingOf(roll, opening));
  if (pending) onStep(`sealed up to ${pending.upTo} by an earlier run: goes on with it`);
  const { upTo, digest, thinnings } = pending ?? (await seal(roll));
  await everybodyReaches(log, options, upTo + 1);
  const counts = await log.subjects(stream);
  const due = thinnings.filter(([subject]) => (counts.get(subject) ?? 0) > 1);
  // Whatever came between the proof and now: nothing goes that is not on the disk.
  await proveSealedPart(folder, partition, { upTo, digest });
  onStep(`removes what is sealed of ${due.length} streams`);
  await log.thin(stream, upTo, due, options.without);
  await archived(roll);
  return { sealedUpTo: upTo, digest, before, after: await log.size(stream), resumed: pending !== undefined };
}

/** What the partition's last opening seals. @throws ArchiveError where this is not the archive of it */
async function lastSeal({ log, options: { partition, folder }, stream }: Roll): Promise<Seal | undefined> {
  const opening = await log.last(stream, openingSubject(partition));
  if (!opening) return undefined;
  const seal = sealIn(partition, opening);
  await sealedPartOf(folder, partition, seal);
  return seal;
}

/** That seal, where not all of it is gone that should be; folds on to the archive's end. */
async function pendingOf(roll: Roll, { upTo, digest, wholeFrom }: Seal): Promise<Sealed | undefined> {
  const { log, options: { folder }, stream, books } = roll;
  const counts = await log.subjects(stream);
  const archive = await archived(roll);
  await readOn(folder, archive, books, upTo);
  const thinnings = books.thinning(wholeFrom);
  const sealed = new Map(thinnings.map(([subject]) => [subject, books.messagesOf(subject)]));
  await readOn(folder, archive, books, archive.last);
  const isPending = [...sealed].some(([subject, messages]) => (counts.get(subject) ?? 0) > 1 + books.messagesOf(subject) - messages);
  return isPending ? { upTo, digest, thinnings } : undefined;
}

/** Archives, verifies, and opens the partition directly behind what was verified. */
async function seal(roll: Roll): Promise<Sealed> {
  const { options: { partition, folder, onStep, waitMs, wholeMs }, books } = roll;
  const end = performance.now() + waitMs;
  for (let overtaken = 0; overtaken < SEALINGS_MAX; ) {
    const archive = await archived(roll);
    await readOn(folder, archive, books, archive.last);
    if (books.last === 0 || books.opening?.sequence === books.last) throw new CliFailure(`partition ${partition} has nothing to seal: ${books.last === 0 ? 'it is empty' : `it was opened at ${books.last}, and nothing came since`}`, 'roll over a partition that has grown: `ballast log size` shows what the log is made of');
    const [breach] = books.breaches();
    if (!breach) {
      const wholeFrom = Math.max(0, books.newestAt - wholeMs);
      onStep(`verified ${books.last} decisions of partition ${partition}`);
      if (await opens(roll, archive, wholeFrom)) return { upTo: archive.last, digest: archive.digest, thinnings: books.thinning(wholeFrom) };
      overtaken += 1;
    } else if (performance.now() >= end) {
      throw new CliFailure(`partition ${partition} is not rolled over: breach of "${breach.rule}" at sequence ${breach.sequence}, ${breach.subject}: ${breach.detail}`, '`ballast verify` shows every breach; what is under way ends by itself, so run it again');
    } else await delay(RETRY_MS);
  }
  throw new CliFailure(`partition ${partition} is not rolled over: it was written to each of ${SEALINGS_MAX} times between the proof and the opening`, 'run it again at a quieter moment');
}

/** The partition's part of the archive, with all that the log has. */
async function archived({ log, options: { folder, key }, stream }: Roll): Promise<StreamArchive> {
  const { manifest } = await archiveLog(log, folder, { only: stream, ...(key ? { key } : {}) });
  const found = manifest.streams.find((one) => one.stream === stream);
  if (!found) throw new CliFailure(`the archive in ${folder.path} has no ${stream}`, 'name the folder of an archive of this log');
  return found;
}

async function readOn(folder: ArchiveFolder, archive: StreamArchive, sealed: SealedBooks, upTo: number): Promise<void> {
  for (const [index, { first, last }] of archive.segments.entries()) {
    if (last <= sealed.last || first > upTo) continue;
    for (const { message } of await recordsOf(folder, archive, index)) if (message.sequence > sealed.last && message.sequence <= upTo) sealed.see(message);
  }
}

/** Stores the opening directly behind what it seals. False where somebody wrote in between. */
async function opens({ log, options: { build }, stream, books }: Roll, archive: StreamArchive, wholeFrom: Ms): Promise<boolean> {
  const subject = openingSubject(books.partition);
  const bytes = openingBytes(books, archive, { wholeFrom, build });
  const outcome = await log.append(stream, { sequence: archive.last + 1, subject, headers: [], bytes });
  if (outcome !== 'unknown') return outcome === 'stored';
  const found = await log.last(stream, subject);
  return found !== undefined && Buffer.from(found.bytes).equals(bytes);
}

/** Waits until whoever reads the partition has a snapshot that reaches its opening: a start finds what it needs without what is removed. */
async function everybodyReaches(log: LogStreams, options: RollOptions, openedAt: number): Promise<void> {
  const { partition, waitMs, onStep } = options;
  const end = performance.now() + waitMs;
  for (let told = false; ; told = true) {
    const places = await demandArchives(log, options);
    const reaches = new Map((await log.snapshotReaches(partition)).map(({ user, sequence }) => [user, sequence]));
    const behind = places.flatMap(({ user, resumeAt }) => {
      const reach = reaches.get(user) ?? 0;
      if (reach < openedAt) return [`${user} (its snapshot reaches ${reach})`];
      return resumeAt <= openedAt ? [`${user} (it handles from ${resumeAt} on)`] : [];
    });
    if (behind.length === 0) return;
    if (performance.now() > end) throw new CliFailure(`partition ${partition} is sealed up to ${openedAt - 1}, and nothing of it was removed: its opening is not reached by ${behind.join(', ')}`, 'start these services and let them handle what waits for them, then run it again: it goes on from here; a service that is gone for good is left out by --without <name>');
    if (!told) onStep(`opened at ${openedAt}; waits for ${behind.join(', ')}`);
    await delay(RETRY_MS);
  }
}

/** Whoever reads the partition. @throws CliFailure where one of them could not read what is sealed, and starts from a snapshot or not at all */
async function demandArchives(log: LogStreams, { partition, without, withoutArchive }: RollOptions): Promise<readonly Reader[]> {
  const readers = (await log.readers(`EVENTS_${partition}`)).filter(({ user }) => !without.includes(user));
  const bare = [...new Set(readers.filter(({ hasArchive }) => !hasArchive).map(({ user }) => user))].sort();
  if (bare.length === 0 || withoutArchive) return readers;
  throw new CliFailure(
    `partition ${partition} is not rolled over: ${bare.join(', ')} ${bare.length === 1 ? 'reads' : 'read'} it without an archive, and would not start again after an upgrade or where replicas share partitions anew`,
    'name the archive\'s folder to each of them by ARCHIVE_DIR and start them again; --without <name> leaves out who is gone for good; --without-archive goes on all the same',
  );
}
