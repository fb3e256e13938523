import type { KeyObject } from 'node:crypto';
import { InvariantError } from '@ballast/domain';
import { ContractError } from '@ballast/events';
import { ChainHeads } from '../core/chain-heads.js';
import { readTrusted } from '../core/envelope-codec.js';
import type { StoredMessage } from '../ports/event-store.js';
import { EVENT_STREAMS } from '../jetstream/names.js';
import type { ArchiveFolder } from './archive-folder.js';
import { chained, type ReadRecord, recordsIn, sha256 } from './archived-record.js';
import type { Progress } from './log-archiver.js';
import { ArchiveError, type ReadManifest, type Segment, type StreamArchive } from './manifest.js';

const OTHER_COPY = 'take what is named from another copy of the archive; the rest need not be copied again';

/** What an archive says of itself when every byte of it is read. */
export interface ArchiveFindings extends ReadManifest {
  /** What is wrong with the archive, each with its file. */
  readonly faults: readonly string[];
  /** What was wrong with the log already when it was archived: the first broken hash chain of each partition. */
  readonly logFaults: readonly string[];
}

export interface CheckOptions {
  /** The manifest must be signed by this key; absent: a signature is not looked at. */
  readonly trusted?: KeyObject;
  readonly onProgress?: Progress;
}

/**
 * Reads a whole archive, and no log: every file's size and hash, every sequence, the digests, the signature, and each
 * stream's own hash chain. @throws ArchiveError where there is no readable manifest
 */
export async function checkArchive(folder: ArchiveFolder, { trusted, onProgress }: CheckOptions = {}): Promise<ArchiveFindings> {
  const read = await demandManifest(folder, trusted);
  const faults: string[] = [];
  const logFaults: string[] = [];
  const all = read.manifest.streams.reduce((sum, { last }) => sum + last, 0);
  let done = 0;
  for (const archive of read.manifest.streams) {
    const chain = new ChainOf(archive.stream);
    for (const [index, segment] of archive.segments.entries()) {
      try {
        for (const { message } of await recordsOf(folder, archive, index)) chain.see(message);
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        faults.push(...error.faults);
        chain.interrupt();
      }
      done += segment.last - segment.first + 1;
      onProgress?.(archive.stream, done, all);
    }
    faults.push(...endFaults(archive));
    if (chain.fault !== undefined) logFaults.push(chain.fault);
  }
  return { ...read, faults, logFaults };
}

/** @throws ArchiveError where the folder holds no archive, or one that is not what it says */
export async function demandManifest(folder: ArchiveFolder, trusted: KeyObject | undefined): Promise<ReadManifest> {
  const read = await folder.manifest(trusted);
  if (!read) throw new ArchiveError([`${folder.path}: found no manifest.json, allowed is a folder that \`ballast log archive\` wrote`], 'name the folder of an archive');
  return read;
}

/** One segment's messages, proven against the manifest. @throws ArchiveError naming the file */
export async function recordsOf(folder: ArchiveFolder, { stream, segments }: StreamArchive, index: number): Promise<readonly ReadRecord[]> {
  const segment = segments[index];
  if (!segment) throw new ArchiveError([`${stream}: the manifest has no segment ${index}`], OTHER_COPY);
  const before = segments[index - 1];
  const due = (before?.last ?? 0) + 1;
  if (segment.first !== due) throw faultOf(segment, `begins at sequence ${segment.first}, expected is ${due}`);
  const records = readable(segment, await folder.segment(segment));
  let digest = before?.digest ?? '';
  for (const [at, { message, record }] of records.entries()) {
    if (message.sequence !== segment.first + at) throw faultOf(segment, `found sequence ${message.sequence}, expected is ${segment.first + at}`);
    digest = chained(digest, record);
  }
  if (records.length !== segment.last - segment.first + 1) throw faultOf(segment, `found ${records.length} messages, the manifest says ${segment.first} to ${segment.last}`);
  if (digest !== segment.digest) throw faultOf(segment, `found digest ${digest}, the manifest says ${segment.digest}`);
  return records;
}

const faultOf = ({ file }: Segment, what: string): ArchiveError => new ArchiveError([`${file}: ${what}`], OTHER_COPY);

function readable(segment: Segment, unpacked: Buffer): readonly ReadRecord[] {
  try {
    return [...recordsIn(unpacked)];
  } catch (error) {
    if (error instanceof ContractError) throw faultOf(segment, error.message);
    throw error;
  }
}

function endFaults({ stream, last, digest, segments }: StreamArchive): readonly string[] {
  const end = segments.at(-1);
  if ((end?.last ?? 0) !== last) return [`${stream}: its files end at sequence ${end?.last ?? 0}, the manifest says ${last}`];
  return (end?.digest ?? '') === digest ? [] : [`${stream}: its files end with digest ${end?.digest ?? ''}, the manifest says ${digest}`];
}

/** The hash chains of one partition as its decisions name them; letters have none. */
class ChainOf {
  private readonly heads = new ChainHeads();
  private readonly partition: number;
  private over: boolean;
  fault: string | undefined;

  constructor(private readonly stream: string) {
    this.partition = EVENT_STREAMS.indexOf(stream);
    this.over = this.partition < 0;
  }

  /** Messages are missing: nothing can be said of what follows. */
  interrupt(): void {
    this.over = true;
  }

  see({ sequence, subject, bytes }: ReadRecord['message']): void {
    if (this.over) return;
    const message: StoredMessage = { partition: this.partition, sequence, subject, bytes };
    try {
      this.follow(message);
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      this.fault = `${this.stream}: ${error.message}`;
      this.over = true;
    }
  }

  private follow(message: StoredMessage): void {
    try {
      this.heads.follow(readTrusted(message));
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      this.heads.passOver(message);
    }
  }
}

/** SHA-256 over what was archived of every stream: one line for a person to compare. */
export const totalDigest = (streams: readonly StreamArchive[]): string => sha256(Buffer.from(streams.map(({ stream, last, digest }) => `${stream} ${last} ${digest}\n`).join('')));
