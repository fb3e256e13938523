import { type DecisionContext, type Decider, type Disarm, type Id, InvariantError } from '@ballast/domain';
import { type BallastEvent, ContractError, contractVersionOf } from '@ballast/events';
import { type Cause, type DecisionRecord, type Envelope, streamName, type StreamId, subjectOf } from '../ports/envelope.js';
import type { StoredMessage } from '../ports/event-store.js';
import type { OwnOptions } from '../ports/event-streams.js';
import { readTrusted } from './envelope-codec.js';

/** A decider whose types only its caller knows; the executor gives each its own states and commands back. */
export type AnyDecider = Decider<unknown, unknown, BallastEvent>;
export interface Owned {
  readonly decider: AnyDecider;
  readonly options: OwnOptions<unknown, BallastEvent>;
}

/** What was sent to the store and never answered: it may be in the log. */
export interface Unsettled {
  readonly decisionId: Id;
  readonly version: number;
  readonly hash: string;
}

/** One stream in memory. */
export interface StreamState {
  readonly stream: StreamId;
  readonly subject: string;
  readonly decider: AnyDecider;
  loaded: boolean;
  state: unknown;
  version: number;
  lastSequence: number;
  lastHash: string;
  lastDecisionId: Id;
  correlationId: Id;
  lane: Id;
  unsettled: Unsettled | undefined;
  disarm: Disarm | undefined;
  /** The version whose deadline was armed last: each version is armed once, whatever it decides. */
  armedVersion: number;
  /** Executions that wait or run. */
  busy: number;
  tail: Promise<unknown>;
}

export const newStreamState = (stream: StreamId, decider: AnyDecider): StreamState => ({
  stream,
  subject: subjectOf(stream),
  decider,
  loaded: false,
  state: decider.initial,
  version: 0,
  lastSequence: 0,
  lastHash: '',
  lastDecisionId: '',
  correlationId: '',
  lane: '',
  unsettled: undefined,
  disarm: undefined,
  armedVersion: 0,
  busy: 0,
  tail: Promise.resolve(),
});

/** @throws InvariantError where this decision does not follow from what was folded before. */
export function demandFollows(stream: string, found: DecisionRecord, version: number, hash: string): void {
  if (found.version !== version + 1) throw new InvariantError(`${stream}: found version ${found.version} at sequence ${found.sequence}, expected ${version + 1}`);
  if (found.previousHash !== hash) throw new InvariantError(`${stream} version ${found.version} (sequence ${found.sequence}): hash of the previous message found ${found.previousHash || '""'}, expected ${hash || '""'}`);
}

/** True for a stream of which this process has seen and written nothing. */
export const isUntouched = ({ loaded, version, lastSequence, lastHash }: StreamState): boolean => !loaded && version === 0 && lastSequence === 0 && lastHash === '';

/** What the rules decide; nothing where the stream is only taken for new and they say that it cannot be. */
export function decided(entry: StreamState, command: unknown, context: DecisionContext): readonly BallastEvent[] {
  try {
    return entry.decider.decide(entry.state, command, context);
  } catch (error) {
    if (entry.loaded) throw error;
    return [];
  }
}

/** What is to be appended next, by whom and why. */
export function envelopeOf(entry: StreamState, events: readonly BallastEvent[], { cause: { correlationId, causationId, lane }, decisionId, at, service, build }: { readonly decisionId: Id; readonly at: number; readonly cause: Cause; readonly service: string; readonly build: string }): Envelope {
  return { format: 1, decisionId, stream: streamName(entry.stream), version: entry.version + 1, occurredAt: at, writer: service, build, correlationId, causationId, lane, contract: contractVersionOf(events), previousHash: entry.lastHash, events };
}

/** What a cause has decided in the part of a stream that is folded. @throws SealedStream where that may be in its beginning, which is sealed away, unless the cause does without it */
export function decidedBy(entry: StreamState, messages: readonly StoredMessage[], { causationId, once }: Pick<Cause, 'causationId' | 'once'>): DecisionRecord | undefined {
  const found = upToVersion(entry, messages, entry.version).map((message) => readOwn(entry, message)).find((record) => record.causationId === causationId);
  const [oldest] = messages;
  const first = oldest ? readOwn(entry, oldest).version : 1;
  if (!found && first > 1 && once !== 'UNLESS_SEALED') throw sealedBefore(entry, first);
  return found;
}

/** Decisions of a stream up to a version, which need not begin at the first one. */
export const upToVersion = (entry: StreamState, messages: readonly StoredMessage[], version: number): readonly StoredMessage[] => messages.filter((message) => readOwn(entry, message).version <= version);

/** Folds one decision, checked against the chain. */
export function fold(entry: StreamState, record: DecisionRecord): void {
  demandFollows(streamName(entry.stream), record, entry.version, entry.lastHash);
  entry.state = record.events.reduce((state, event) => entry.decider.evolve(state, event), entry.state);
  entry.version = record.version;
  entry.lastSequence = record.sequence;
  entry.lastHash = record.hash;
  entry.lastDecisionId = record.decisionId;
  entry.correlationId = record.correlationId;
  entry.lane = record.lane;
}

/** The beginning of a stream is sealed away, and this process has not folded it: what it holds cannot be known here. */
export class SealedStream extends Error {
  override readonly name = 'SealedStream';
}

const sealedBefore = ({ stream }: StreamState, version: number): SealedStream => new SealedStream(`${streamName(stream)}: its first ${version - 1} decisions are sealed; name the folder of their archive by ARCHIVE_DIR, and start again`);

/**
 * Folds a stream as the log holds it: from its first message or, where its beginning is sealed away, from what is folded of it already.
 * @throws InvariantError where the chain is broken, a message cannot be read, or the log holds another past than this process.
 * @throws SealedStream
 */
export function foldStored(entry: StreamState, messages: readonly StoredMessage[]): readonly DecisionRecord[] {
  const [oldest] = messages;
  const first = oldest && readOwn(entry, oldest);
  if (!first || first.version <= 1) return foldAll(entry, messages);
  const name = streamName(entry.stream);
  if (entry.version < first.version) throw sealedBefore(entry, first.version);
  const records = messages.map((message) => readOwn(entry, message));
  const held = records.find(({ version }) => version === entry.version);
  if (held?.hash !== entry.lastHash) throw new InvariantError(`${name} version ${entry.version}: the log holds ${held?.hash ?? 'nothing'}, folded was ${entry.lastHash}`);
  for (const record of records) if (record.version > entry.version) fold(entry, record);
  return records;
}

/** Folds a whole stream from its first message. @throws InvariantError where the chain is broken or a message cannot be read. */
export function foldAll(entry: StreamState, messages: readonly StoredMessage[]): readonly DecisionRecord[] {
  entry.state = entry.decider.initial;
  entry.version = 0;
  entry.lastHash = '';
  entry.lastSequence = 0;
  return messages.map((message) => {
    const record = readOwn(entry, message);
    fold(entry, record);
    return record;
  });
}

function readOwn(entry: StreamState, message: StoredMessage): DecisionRecord {
  try {
    return readTrusted(message);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new InvariantError(`${streamName(entry.stream)} at sequence ${message.sequence} after version ${entry.version}: a message in the stream cannot be read: ${error.message}`, { cause: error });
  }
}

/** Streams in memory: unfinished owned ones stay, of the others the most recently used ones. */
export class StreamStates {
  private readonly entries = new Map<string, StreamState>();
  private readonly spare = new Set<string>();
  private readonly kept = new Set<StreamState>();

  constructor(private readonly spareMax: number) {}

  get(subject: string): StreamState | undefined {
    return this.entries.get(subject);
  }

  add(entry: StreamState): StreamState {
    this.entries.set(entry.subject, entry);
    return entry;
  }

  values(): IterableIterator<StreamState> {
    return this.entries.values();
  }

  /** Entries that may not be forgotten: unfinished, or in use. */
  keptValues(): IterableIterator<StreamState> {
    return this.kept.values();
  }

  /** Files an entry after use; `keep` = it may not be forgotten. */
  file(entry: StreamState, keep: boolean): void {
    this.spare.delete(entry.subject);
    if (keep) this.kept.add(entry);
    else this.kept.delete(entry);
    if (keep || !this.entries.has(entry.subject)) return;
    this.spare.add(entry.subject);
    if (this.spare.size <= this.spareMax) return;
    for (const subject of this.spare) {
      if (this.spare.size <= this.spareMax) return;
      if (this.entries.get(subject)?.busy) continue;
      this.spare.delete(subject);
      this.entries.delete(subject);
    }
  }
}
