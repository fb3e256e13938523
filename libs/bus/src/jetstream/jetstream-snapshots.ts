import { createHash } from 'node:crypto';
import { contentId } from '@ballast/domain';
import { SnapshotStore } from '../ports/event-store.js';
import { getDirect } from './direct.js';
import type { Link } from './link.js';
import { SNAPSHOT_STREAM } from './names.js';
import type { StorePublisher } from './publisher.js';

interface Manifest {
  readonly key: string;
  readonly parts: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** One message carries at most this much, below the server's limit of 1 MiB with its headers. */
const PART_BYTES = 900 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Snapshots of one user on `snap.<user>.<key's hash>.…`: the parts, then a manifest with their hash. A save that was cut
 * short, or that another one overtook, does not match its manifest and is as good as none.
 */
export class JetStreamSnapshots extends SnapshotStore {
  constructor(
    private readonly link: Link,
    private readonly publisher: StorePublisher,
  ) {
    super();
  }

  async save(key: string, bytes: Uint8Array): Promise<void> {
    const parts = Math.ceil(bytes.length / PART_BYTES);
    for (let part = 0; part < parts; part += 1) await this.publisher.store(this.subject(key, part), bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
    const manifest: Manifest = { key, parts, bytes: bytes.length, sha256: sha256(bytes) };
    await this.publisher.store(this.subject(key, 'manifest'), encoder.encode(JSON.stringify(manifest)));
  }

  async load(key: string): Promise<Uint8Array | undefined> {
    const stored = await this.get(key, 'manifest');
    if (stored === undefined) return undefined;
    const manifest = JSON.parse(decoder.decode(stored)) as Manifest;
    const parts: Uint8Array[] = [];
    for (let part = 0; part < manifest.parts; part += 1) parts.push((await this.get(key, part)) ?? new Uint8Array());
    const bytes = Buffer.concat(parts);
    return manifest.key === key && bytes.length === manifest.bytes && sha256(bytes) === manifest.sha256 ? bytes : undefined;
  }

  private async get(key: string, part: number | 'manifest'): Promise<Uint8Array | undefined> {
    return (await getDirect(this.link, SNAPSHOT_STREAM, { last_by_subj: this.subject(key, part) }))?.bytes;
  }

  private subject(key: string, part: number | 'manifest'): string {
    return `snap.${this.link.user}.${contentId(key)}.${part}`;
  }
}
