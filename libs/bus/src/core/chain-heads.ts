import type { DecisionRecord } from '../ports/envelope.js';
import { type StoredMessage } from '../ports/event-store.js';
import { hashOf } from './envelope-codec.js';
import { demandFollows } from './stream-states.js';

/** One head: the first bytes of its subject's SHA-256, the version, the hash of the message. */
const KEY_BYTES = 16;
const VERSION_AT = KEY_BYTES;
const HASH_AT = VERSION_AT + 4;
const HEAD_BYTES = HASH_AT + 32;
const HEADS_A_BLOCK = 4_096;
const PLACES_MIN = 1_024;
/** Two thirds: more would make a search long. */
const isCrowded = (heads: number, places: number): boolean => heads * 3 >= places * 2;

/**
 * Last version and hash of every stream that was read, so that each message proves the one before it. A stream has no end that
 * a reader of it could know, so a head stays: 52 bytes beside the heap and at most 12 to find it by.
 */
export class ChainHeads {
  private blocks: Buffer[] = [];
  private count = 0;
  /** Number of a head plus one at a place that follows from its key, or at the next one that was free. */
  private places = new Uint32Array(PLACES_MIN);
  private readonly key = Buffer.alloc(KEY_BYTES);

  /** How many streams were read. */
  get size(): number {
    return this.count;
  }

  /** @throws InvariantError naming stream, version, found and expected hash. */
  follow(record: DecisionRecord): void {
    const key = this.keyOf(record.subject);
    const found = this.find(key);
    demandFollows(record.stream, record, found === undefined ? 0 : this.versionOf(found), found === undefined ? '' : this.hashOf(found));
    this.put(key, found, record.version, record.hash);
  }

  /** What cannot be read still has a place in its stream: what is appended after it names its bytes. */
  passOver(message: StoredMessage): void {
    const key = this.keyOf(message.subject);
    const found = this.find(key);
    this.put(key, found, (found === undefined ? 0 : this.versionOf(found)) + 1, hashOf(message.bytes));
  }

  /** Last version that was read of a stream; 0 where none was. */
  versionIn(subject: string): number {
    const found = this.find(this.keyOf(subject));
    return found === undefined ? 0 : this.versionOf(found);
  }

  /** All heads as base64. */
  freeze(): string {
    return Buffer.concat(this.blocks, this.count * HEAD_BYTES).toString('base64');
  }

  thaw(kept: string): void {
    const bytes = Buffer.from(kept, 'base64');
    [this.blocks, this.count, this.places] = [[], 0, new Uint32Array(PLACES_MIN)];
    for (let at = 0; at < bytes.length; at += HEAD_BYTES) bytes.copy(this.added(bytes.subarray(at, at + KEY_BYTES)), 0, at, at + HEAD_BYTES);
  }

  /** Good until the next call. */
  private keyOf(subject: string): Buffer {
    this.key.write(hashOf(Buffer.from(subject)), 'hex');
    return this.key;
  }

  private put(key: Buffer, found: number | undefined, version: number, hash: string): void {
    const head = found === undefined ? this.added(key) : this.headAt(found);
    head.writeUInt32LE(version, VERSION_AT);
    head.write(hash, HASH_AT, 'hex');
  }

  private versionOf(number: number): number {
    return this.headAt(number).readUInt32LE(VERSION_AT);
  }

  private hashOf(number: number): string {
    return this.headAt(number).toString('hex', HASH_AT, HEAD_BYTES);
  }

  private headAt(number: number): Buffer {
    const at = (number % HEADS_A_BLOCK) * HEAD_BYTES;
    return (this.blocks[Math.floor(number / HEADS_A_BLOCK)] as Buffer).subarray(at, at + HEAD_BYTES);
  }

  private find(key: Buffer): number | undefined {
    const taken = this.places[this.placeOf(key)] ?? 0;
    return taken === 0 ? undefined : taken - 1;
  }

  /** The place of this key, or the free one that it would take. */
  private placeOf(key: Buffer): number {
    const { places } = this;
    for (let place = key.readUInt32LE(0) % places.length; ; place = (place + 1) % places.length) {
      const taken = places[place] ?? 0;
      if (taken === 0 || this.isOf(taken - 1, key)) return place;
    }
  }

  private isOf(number: number, key: Buffer): boolean {
    const at = (number % HEADS_A_BLOCK) * HEAD_BYTES;
    return (this.blocks[Math.floor(number / HEADS_A_BLOCK)] as Buffer).compare(key, 0, KEY_BYTES, at, at + KEY_BYTES) === 0;
  }

  /** A head more, of this key and nothing else yet. */
  private added(key: Buffer): Buffer {
    if (this.count % HEADS_A_BLOCK === 0) this.blocks.push(Buffer.alloc(HEADS_A_BLOCK * HEAD_BYTES));
    const number = this.count;
    const head = this.headAt(number);
    key.copy(head, 0, 0, KEY_BYTES);
    if (isCrowded(number + 1, this.places.length)) this.widen();
    this.places[this.placeOf(key)] = number + 1;
    this.count += 1;
    return head;
  }

  private widen(): void {
    this.places = new Uint32Array(this.places.length * 2);
    for (let number = 0; number < this.count; number += 1) this.places[this.placeOf(this.headAt(number))] = number + 1;
  }
}
