import type { Partition } from '@ballast/domain';
import type { Seal } from '../core/sealed.js';
import { matchesAny } from '../core/subject-filters.js';
import { eventsStream } from '../jetstream/names.js';
import type { ReadRange, StoredMessage } from '../ports/event-store.js';
import { demandManifest, recordsOf } from './archive-check.js';
import type { ArchiveFolder } from './archive-folder.js';
import { ArchiveError, type StreamArchive } from './manifest.js';

type Places = ReadonlyMap<string, ReadonlySet<number>>;

/** The sealed part of partitions as an archive holds it, each byte proven by the digest that the partition's opening names. */
export class SealedPart {
  /** In which segments the messages of each subject are, by partition, up to its last seal. */
  private readonly indexes = new Map<Partition, { readonly digest: string; readonly places: Promise<Places> }>();

  constructor(private readonly folder: ArchiveFolder) {}

  /** What is sealed, in order. @throws ArchiveError where the archive is not the one that the opening names, or is damaged */
  async read(partition: Partition, seal: Seal, { filters, from = 1, to = seal.upTo }: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    const archive = await sealedPartOf(this.folder, partition, seal);
    for (const [index, { first, last }] of archive.segments.entries()) {
      if (last < from || first > to) continue;
      for (const { message: { sequence, subject, bytes } } of await recordsOf(this.folder, archive, index)) {
        if (sequence >= from && sequence <= to && matchesAny(filters, subject)) onMessage({ partition, sequence, subject, bytes });
      }
    }
  }

  /** What one subject had before a sequence, oldest first. */
  async readSubject(partition: Partition, seal: Seal, subject: string, before: number): Promise<readonly StoredMessage[]> {
    const archive = await sealedPartOf(this.folder, partition, seal);
    const found: StoredMessage[] = [];
    for (const index of (await this.placesIn(partition, archive)).get(subject) ?? []) {
      for (const { message } of await recordsOf(this.folder, archive, index)) {
        if (message.subject === subject && message.sequence < before) found.push({ partition, sequence: message.sequence, subject, bytes: message.bytes });
      }
    }
    return found;
  }

  private async placesIn(partition: Partition, archive: StreamArchive): Promise<Places> {
    const known = this.indexes.get(partition);
    const index = known?.digest === archive.digest ? known : { digest: archive.digest, places: this.index(archive) };
    this.indexes.set(partition, index);
    try {
      return await index.places;
    } catch (error) {
      // Whoever asks next may find the archive mended.
      if (this.indexes.get(partition) === index) this.indexes.delete(partition);
      throw error;
    }
  }

  private async index(archive: StreamArchive): Promise<Places> {
    const places = new Map<string, Set<number>>();
    for (const index of archive.segments.keys()) {
      for (const { message: { subject } } of await recordsOf(this.folder, archive, index)) {
        const known = places.get(subject) ?? new Set<number>();
        places.set(subject, known.add(index));
      }
    }
    return places;
  }
}

/** What a folder holds of a partition up to its seal, as its manifest says. @throws ArchiveError where no file ends there, or with another digest than the opening names */
export async function sealedPartOf(folder: ArchiveFolder, partition: Partition, { upTo, digest }: Pick<Seal, 'upTo' | 'digest'>): Promise<StreamArchive> {
  const stream = eventsStream(partition);
  const { manifest } = await demandManifest(folder, undefined);
  const archive = manifest.streams.find((one) => one.stream === stream);
  const end = archive?.segments.findIndex(({ last }) => last === upTo) ?? -1;
  const found = archive?.segments[end];
  if (archive && found?.digest === digest) return { ...archive, last: upTo, digest, segments: archive.segments.slice(0, end + 1) };
  throw new ArchiveError([`${folder.path}: ${stream} is sealed up to ${upTo} with digest ${digest}; found ${found ? `digest ${found.digest} there` : `an archive up to ${archive?.last ?? 0} without a file that ends there`}`], 'name the folder that the partition was rolled over into, or a copy of it');
}

/** The same, with every byte of it read from the disk. @throws ArchiveError naming the file */
export async function proveSealedPart(folder: ArchiveFolder, partition: Partition, seal: Pick<Seal, 'upTo' | 'digest'>): Promise<void> {
  const archive = await sealedPartOf(folder, partition, seal);
  for (const index of archive.segments.keys()) await recordsOf(folder, archive, index);
}
