import type { DecisionRecord } from '../ports/envelope.js';
import { type StoredMessage } from '../ports/event-store.js';
import { hashOf } from './envelope-codec.js';
import { demandFollows } from './stream-states.js';

type Head = readonly [version: number, hash: string];

/** Last version and hash of every stream that was read, so that each message proves the one before it. */
export class ChainHeads {
  private heads = new Map<string, Head>();

  /** @throws InvariantError naming stream, version, found and expected hash. */
  follow(record: DecisionRecord): void {
    const [version, hash] = this.heads.get(record.subject) ?? [0, ''];
    demandFollows(record.stream, record, version, hash);
    this.heads.set(record.subject, [record.version, record.hash]);
  }

  /** What cannot be read still has a place in its stream: what is appended after it names its bytes. */
  passOver(message: StoredMessage): void {
    const [version] = this.heads.get(message.subject) ?? [0, ''];
    this.heads.set(message.subject, [version + 1, hashOf(message.bytes)]);
  }

  freeze(): readonly (readonly [string, Head])[] {
    return [...this.heads];
  }

  thaw(kept: readonly (readonly [string, Head])[]): void {
    this.heads = new Map(kept);
  }
}
