import { type DecisionRecord, hashOf, type StoredMessage } from '@ballast/bus';
import type { Check } from './breach.js';

/** Hash chains, versions and sequences, each partition from its first message on: nothing changed, nothing missing, nothing twice. */
export class ChainCheck implements Check {
  readonly rule = 'chain';
  private readonly streams = new Map<string, { version: number; hash: string }>();
  private readonly sequences = new Map<number, number>();

  message(decision: DecisionRecord): string | undefined {
    const { partition, sequence, stream, version, previousHash, hash } = decision;
    const lastSequence = this.sequences.get(partition) ?? 0;
    this.sequences.set(partition, sequence);
    const key = `${partition}/${stream}`;
    const last = this.streams.get(key) ?? { version: 0, hash: '' };
    this.streams.set(key, { version, hash });
    if (sequence !== lastSequence + 1) return `partition ${partition}: found sequence ${sequence} after ${lastSequence || 'nothing'}, expected ${lastSequence + 1}`;
    if (version !== last.version + 1) return `stream ${stream}: found version ${version} after ${last.version}, expected ${last.version + 1}`;
    if (previousHash !== last.hash) return `stream ${stream} version ${version}: previous hash is ${previousHash || '(none)'}, expected ${last.hash || '(none)'}`;
    return undefined;
  }

  passOver({ partition, sequence, subject, bytes }: StoredMessage): void {
    this.sequences.set(partition, sequence);
    const key = `${partition}/${subject.split('.').slice(2).join('.')}`;
    this.streams.set(key, { version: (this.streams.get(key)?.version ?? 0) + 1, hash: hashOf(bytes) });
  }
}

/** A decision is in the log once. */
export class DecisionCheck implements Check {
  readonly rule = 'decision once';
  private readonly seen = new Set<string>();

  message({ decisionId, stream }: DecisionRecord): string | undefined {
    if (this.seen.has(decisionId)) return `decision ${decisionId} of stream ${stream} is in the log twice`;
    this.seen.add(decisionId);
    return undefined;
  }
}
