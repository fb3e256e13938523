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
  const body = text.slice(HASH_LENGTH + 1);
  return text.slice(0, HASH_LENGTH) === hashOf(Buffer.from(body)) ? (JSON.parse(body) as Content) : undefined;
}

/** Who saves: the process that owns the partitions, or one that folds them in advance for whoever comes to own them. Neither writes over what the other saved. */
export type SavedBy = 'owner' | 'keeper';

/** Where keepers save: while one build takes over from another, each has a place of its own. */
const KEPT = ['-kept', '-kept-2'] as const;
const OWN = '';
type Suffix = typeof OWN | (typeof KEPT)[number];
const PLACES: readonly Suffix[] = [OWN, ...KEPT];

/** Says whose a snapshot is and how far it reaches, without the folds, which may be hundreds of MB. */
type Head = Pick<Content, 'format' | 'build' | 'cut'>;

const HASH_LENGTH = 64;
/** The head ends where the projections begin; no build's name is longer than the rest. */
const HEAD_MAX_BYTES = 4_096;
const HEAD_END = ',"projections":';

const reachOf = (head: Pick<Head, 'cut'> | undefined): number => head?.cut.reduce((sum, [, sequence]) => sum + sequence, 0) ?? 0;

/** Undefined where there is none to be read. */
function headOf(bytes: Uint8Array | undefined): Head | undefined {
  if (!bytes) return undefined;
  const text = Buffer.from(bytes.subarray(HASH_LENGTH + 1, HEAD_MAX_BYTES)).toString('utf8');
  const end = text.indexOf(HEAD_END);
  try {
    return end < 0 ? undefined : (JSON.parse(`${text.slice(0, end)}}`) as Head);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const keyOf = ({ service, partitions }: Pick<SnapshotFacts, 'service' | 'partitions'>, suffix: Suffix): string => `${service}-${partitions.join('-')}${suffix}`;
const fits = (head: Head, { build, partitions }: Pick<SnapshotFacts, 'build' | 'partitions'>): boolean => head.format === 2 && head.build === build && head.cut.map(([partition]) => partition).join() === partitions.join();

interface Found {
  readonly suffix: Suffix;
  readonly head: Head;
  readonly bytes: Uint8Array;
}

/** Of this build and these partitions, what reaches furthest; one place after the other, so that no more than two are held at once. */
async function furthest(store: SnapshotStore, facts: Pick<SnapshotFacts, 'service' | 'build' | 'partitions'>, without: readonly Suffix[] = []): Promise<{ readonly found: Found | undefined; readonly others: number }> {
  let [found, others]: [Found | undefined, number] = [undefined, 0];
  for (const suffix of PLACES.filter((place) => !without.includes(place))) {
    const bytes = await store.load(keyOf(facts, suffix));
    const head = headOf(bytes);
    if (bytes && !(head && fits(head, facts))) others += 1;
    else if (bytes && head && (!found || reachOf(head) > reachOf(found.head))) found = { suffix, head, bytes };
  }
  return { found, others };
}

/** Up to where a start would find the log folded; empty where no snapshot fits. */
export async function reachFor(store: SnapshotStore, facts: Pick<SnapshotFacts, 'service' | 'build' | 'partitions'>): Promise<Cut> {
  return new Map((await furthest(store, facts)).found?.head.cut);
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

  private key(suffix: Suffix = OWN): string {
    return keyOf(this.facts, suffix);
  }

  /** Taken at once, before anything else is folded; resolves when it is stored. @throws what the store threw. */
  async save(cut: Cut, by: SavedBy = 'owner'): Promise<void> {
    const began = performance.now();
    try {
      const body = JSON.stringify(this.content(cut));
      await this.store.save(this.key(by === 'keeper' ? await this.placeToKeep() : OWN), Buffer.from(`${hashOf(Buffer.from(body))}\n${body}`));
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
    this.heads.thaw(content.heads);
    for (const kept of content.streams) {
      const stream = thaw(kept) as KeptStream;
      // One that was saved in the middle of an append or of a load is behind what was read of it: the log has the rest.
      const loaded = stream.version >= this.heads.versionIn(subjectOf(stream.stream));
      if (!this.streams.restore(stream.stream, { ...stream, loaded })) throw new InvariantError(`snapshot ${this.key()}: holds ${subjectOf(stream.stream)}, which this build does not own`);
    }
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

  /** Of all that fit, the one that reaches furthest and is whole; only that one is read in full. */
  private async read(): Promise<Content | undefined> {
    const began = performance.now();
    const damaged: Suffix[] = [];
    for (;;) {
      const { found, others } = await furthest(this.store, this.facts, damaged);
      const content = found && contentIn(found.bytes);
      if (content && this.holdsOurs(content)) return content;
      if (found) damaged.push(found.suffix);
      else {
        if (others + damaged.length > 0) this.onSnapshot('unusable', performance.now() - began);
        return undefined;
      }
    }
  }

  /** Where this build has kept before, else where what is kept reaches least far: that of the build before the one that runs. */
  private async placeToKeep(): Promise<Suffix> {
    const places: { readonly suffix: Suffix; readonly head: Head | undefined }[] = [];
    for (const suffix of KEPT) places.push({ suffix, head: headOf(await this.store.load(this.key(suffix))) });
    const own = places.find(({ head }) => head?.build === this.facts.build);
    return (own ?? places.reduce((least, place) => (reachOf(place.head) < reachOf(least.head) ? place : least), places[0] ?? { suffix: KEPT[0], head: undefined })).suffix;
  }

  private holdsOurs({ projections }: Content): boolean {
    return projections.map(([name]) => name).join() === this.facts.projections.map(({ name }) => name).join();
  }
}
