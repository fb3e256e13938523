import { InvariantError, type Partition } from '@ballast/domain';
import { type StreamId, subjectOf } from '../ports/envelope.js';
import type { SnapshotStore } from '../ports/event-store.js';
import type { Projection } from '../ports/event-streams.js';
import type { SnapshotOutcome } from './consumer-types.js';
import type { ChainHeads } from './chain-heads.js';
import { hashOf } from './envelope-codec.js';
import { freeze, thaw } from './frozen-state.js';
import type { StreamExecutor } from './stream-executor.js';
import type { StreamState } from './stream-states.js';

/** Last sequence folded, by partition. */
export type Cut = ReadonlyMap<Partition, number>;
type KeptStream = Pick<StreamState, 'stream' | 'state' | 'version' | 'lastSequence' | 'lastHash' | 'lastDecisionId' | 'correlationId' | 'lane'>;

interface Content {
  readonly format: 2;
  readonly build: string;
  readonly cut: readonly (readonly [Partition, number])[];
  readonly projections: readonly (readonly [string, unknown])[];
  readonly streams: readonly unknown[];
  readonly heads: ReturnType<ChainHeads['freeze']>;
}

export interface SnapshotFacts {
  readonly service: string;
  readonly build: string;
  readonly partitions: readonly Partition[];
  readonly projections: readonly Projection[];
}

/** Up to where a stored snapshot reaches; undefined where it is damaged. */
export function cutOf(bytes: Uint8Array): Cut | undefined {
  const content = contentIn(bytes);
  return content && new Map(content.cut);
}

function contentIn(bytes: Uint8Array): Content | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  const body = text.slice(65);
  return text.slice(0, 64) === hashOf(Buffer.from(body)) ? (JSON.parse(body) as Content) : undefined;
}

/** Folds of one service, kept between starts. Of another build, of other projections, or damaged: not used, and folded anew. */
export class Snapshots {
  private readonly initial: readonly unknown[];

  constructor(
    private readonly store: SnapshotStore,
    private readonly facts: SnapshotFacts,
    private readonly streams: StreamExecutor,
    private readonly heads: ChainHeads,
    private readonly onSnapshot: (outcome: SnapshotOutcome, elapsedMs: number, error?: Error) => void,
  ) {
    this.initial = facts.projections.map(({ state }) => freeze(state));
  }

  private get key(): string {
    return `${this.facts.service}-${this.facts.partitions.join('-')}`;
  }

  /** Taken at once, before anything else is folded; resolves when it is stored. @throws what the store threw. */
  async save(cut: Cut): Promise<void> {
    const began = performance.now();
    try {
      const body = JSON.stringify(this.content(cut));
      await this.store.save(this.key, Buffer.from(`${hashOf(Buffer.from(body))}\n${body}`));
    } catch (error) {
      this.onSnapshot('failed', performance.now() - began, error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    this.onSnapshot('saved', performance.now() - began);
  }

  /** Puts the kept folds in place and says up to where they reach; undefined where there is nothing to use. */
  async restore(): Promise<Cut | undefined> {
    const began = performance.now();
    const content = await this.read();
    if (!content) return undefined;
    for (const [index, projection] of this.facts.projections.entries()) projection.state = thaw(content.projections[index]?.[1]);
    for (const kept of content.streams) {
      const stream = thaw(kept) as KeptStream;
      if (!this.streams.restore(stream.stream, stream)) throw new InvariantError(`snapshot ${this.key}: holds ${subjectOf(stream.stream)}, which this build does not own`);
    }
    this.heads.thaw(content.heads);
    this.onSnapshot('restored', performance.now() - began);
    return new Map(content.cut);
  }

  /** Puts the projections back to where they began. */
  reset(): void {
    for (const [index, projection] of this.facts.projections.entries()) projection.state = thaw(this.initial[index]);
  }

  /** What a snapshot holds, for a comparison: the kept streams and projections in canonical order. */
  async kept(): Promise<{ readonly cut: Cut; readonly projections: ReadonlyMap<string, string>; readonly streams: ReadonlyMap<string, { readonly stream: StreamId; readonly version: number; readonly text: string }> } | undefined> {
    const content = await this.read();
    if (!content) return undefined;
    const streams = content.streams.map((kept) => thaw(kept) as KeptStream);
    return {
      cut: new Map(content.cut),
      projections: new Map(content.projections.map(([name, state]) => [name, JSON.stringify(state)])),
      streams: new Map(streams.map(({ stream, version, state }) => [subjectOf(stream), { stream, version, text: JSON.stringify(freeze(state)) }])),
    };
  }

  private content(cut: Cut): Content {
    const { build, partitions, projections } = this.facts;
    const streams = this.streams.unfinished(partitions).map(({ stream, state, version, lastSequence, lastHash, lastDecisionId, correlationId, lane }) => freeze({ stream, state, version, lastSequence, lastHash, lastDecisionId, correlationId, lane }));
    return { format: 2, build, cut: [...cut], projections: projections.map(({ name, state }) => [name, freeze(state)] as const), streams, heads: this.heads.freeze() };
  }

  private async read(): Promise<Content | undefined> {
    const began = performance.now();
    const bytes = await this.store.load(this.key);
    if (!bytes) return undefined;
    const content = contentIn(bytes);
    if (content && this.isOurs(content)) return content;
    this.onSnapshot('unusable', performance.now() - began);
    return undefined;
  }

  private isOurs({ format, build, cut, projections }: Content): boolean {
    const { facts } = this;
    return format === 2 && build === facts.build && cut.map(([partition]) => partition).join() === facts.partitions.join() && projections.map(([name]) => name).join() === facts.projections.map(({ name }) => name).join();
  }
}
