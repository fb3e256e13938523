import type { KeyObject } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { sha256 } from './archived-record.js';
import { asOnlyWriter, type HeldLock, LOCK_PACE } from './folder-lock.js';
import { ArchiveError, decodeManifest, encodeManifest, type Manifest, type ReadManifest, type Segment } from './manifest.js';

const MANIFEST = 'manifest.json';
const SEQUENCE_DIGITS = 12;
const zip = promisify(gzip);
const unzip = promisify(gunzip);
const OTHER_COPY = 'take this file from another copy of the archive; the others need not be copied again';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';

/** The folder of an archive: whole files only, each on the disk before the manifest names it, and none by who has lost the lock. */
export class ArchiveFolder {
  private lock: HeldLock | undefined;

  constructor(
    readonly path: string,
    private readonly pace = LOCK_PACE,
  ) {}

  /** Runs as the folder's only writer, of all processes; what it does itself may ask for that again. @throws ArchiveError naming who writes */
  async alone<Result>(command: string, run: () => Promise<Result>): Promise<Result> {
    if (this.lock) return this.lock.demand().then(run);
    const locked = async (lock: HeldLock): Promise<Result> => {
      this.lock = lock;
      try {
        return await run();
      } finally {
        this.lock = undefined;
      }
    };
    return asOnlyWriter(this.path, command, locked, this.pace);
  }

  /** Undefined where there is no archive yet. @throws ArchiveError */
  async manifest(trusted: KeyObject | undefined): Promise<ReadManifest | undefined> {
    const text = await this.bytes(MANIFEST);
    return text && decodeManifest(join(this.path, MANIFEST), text.toString('utf8'), trusted);
  }

  /** Replaces the manifest in one step. */
  async writeManifest(manifest: Manifest, key: KeyObject | undefined): Promise<void> {
    await this.write(MANIFEST, Buffer.from(encodeManifest(manifest, key)));
  }

  /** Writes one segment; a file of that name that no manifest names is replaced. */
  async writeSegment(stream: string, first: number, records: readonly Buffer[]): Promise<Pick<Segment, 'file' | 'packedBytes' | 'sha256'>> {
    const file = join(stream, `${String(first).padStart(SEQUENCE_DIGITS, '0')}.gz`);
    const packed = await zip(Buffer.concat(records));
    await this.write(file, packed);
    return { file, packedBytes: packed.length, sha256: sha256(packed) };
  }

  /** A segment's records, unpacked, its file proven by size and hash. @throws ArchiveError naming the file */
  async segment({ file, packedBytes, sha256: expected }: Segment): Promise<Buffer> {
    const packed = await this.bytes(file);
    if (!packed) throw new ArchiveError([`${file}: is missing, the manifest says ${packedBytes} bytes`], OTHER_COPY);
    if (packed.length !== packedBytes) throw new ArchiveError([`${file}: found ${packed.length} bytes, the manifest says ${packedBytes}`], OTHER_COPY);
    const found = sha256(packed);
    if (found !== expected) throw new ArchiveError([`${file}: found SHA-256 ${found}, the manifest says ${expected}`], OTHER_COPY);
    return unzip(packed);
  }

  private async bytes(file: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.path, file));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  private async write(file: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.path, file);
    const folder = dirname(path);
    await mkdir(folder, { recursive: true });
    const part = `${path}.part`;
    const handle = await open(part, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.lock?.demand();
    await rename(part, path);
    const entry = await open(folder, 'r');
    await entry.sync().finally(() => entry.close());
  }
}
