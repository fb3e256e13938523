import { createHash } from 'node:crypto';
import { contentId } from '@ballast/domain';
import { SnapshotStore } from '../ports/event-store.js';
import { getDirect } from './direct.js';
import type { Link } from './link.js';
import { SNAPSHOT_STREAM } from './names.js';
import type { StorePublisher } from './publisher.js';

/** One save: in which of the places for parts it is, and what it must come to. */
interface Saved {
  /** What its parts' names end with; absent: nothing. */
  readonly place?: Place;
  readonly parts: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the newest save of one snapshot says of itself. */
export interface SnapshotManifest extends Saved {
  readonly key: string;
  /** The save before it, whose parts stay until the next one. */
  readonly previous?: Saved;
}

/** Saves of one snapshot take these by turns, so that the one that is being written never touches the one that is good. */
const PLACES = ['', 'b'] as const;
type Place = (typeof PLACES)[number];

/** One message carries at most this much, below the server's limit of 1 MiB with its headers. */
const PART_BYTES = 900 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Snapshots of one user on `snap.<user>.<key's hash>.…`: the parts, then a manifest with their hash. A save that was cut
 * short, or that another process overtook, does not match its manifest, and the one before it is there still.
 */
export class JetStreamSnapshots extends SnapshotStore {
  /** The newest save that is known to be whole, by key. */
  private readonly good = new Map<string, Saved>();
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly link: Link,
    private readonly publisher: Pick<StorePublisher, 'store'>,
    private readonly user = link.user,
  ) {
    super();
  }

  /** One save of a key after the other. */
  save(key: string, bytes: Uint8Array): Promise<void> {
    const turn = (this.turns.get(key) ?? Promise.resolve()).then(() => this.saveNow(key, bytes));
    this.turns.set(key, turn.catch(() => undefined));
    return turn;
  }

  async load(key: string): Promise<Uint8Array | undefined> {
    const stored = await this.get(key, 'manifest');
    if (stored === undefined) return undefined;
    const manifest = JSON.parse(decoder.decode(stored)) as SnapshotManifest;
    if (manifest.key !== key) return undefined;
    for (const saved of [manifest, ...(manifest.previous ? [manifest.previous] : [])]) {
      const bytes = await this.whole(key, saved);
      if (!bytes) continue;
      this.good.set(key, { place: saved.place ?? '', parts: saved.parts, bytes: saved.bytes, sha256: saved.sha256 });
      return bytes;
    }
    return undefined;
  }

  private async saveNow(key: string, bytes: Uint8Array): Promise<void> {
    if (!this.good.has(key)) await this.load(key);
    const previous = this.good.get(key);
    const place = PLACES.find((one) => one !== previous?.place) ?? '';
    const parts = Math.ceil(bytes.length / PART_BYTES);
    for (let part = 0; part < parts; part += 1) await this.publisher.store(this.subject(key, `${part}${place}`), bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
    const saved: Saved = { place, parts, bytes: bytes.length, sha256: sha256(bytes) };
    const manifest: SnapshotManifest = { key, ...saved, ...(previous ? { previous } : {}) };
    await this.publisher.store(this.subject(key, 'manifest'), encoder.encode(JSON.stringify(manifest)));
    this.good.set(key, saved);
  }

  private async whole(key: string, { place = '', parts, bytes: length, sha256: expected }: Saved): Promise<Uint8Array | undefined> {
    const found: Uint8Array[] = [];
    for (let part = 0; part < parts; part += 1) found.push((await this.get(key, `${part}${place}`)) ?? new Uint8Array());
    const bytes = Buffer.concat(found);
    return bytes.length === length && sha256(bytes) === expected ? bytes : undefined;
  }

  private async get(key: string, part: string): Promise<Uint8Array | undefined> {
    return (await getDirect(this.link, SNAPSHOT_STREAM, { last_by_subj: this.subject(key, part) }))?.bytes;
  }

  private subject(key: string, part: string): string {
    return `snap.${this.user}.${contentId(key)}.${part}`;
  }
}
