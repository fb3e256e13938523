import { type Clock, contentId, decisionIdOf, type Decider, type Id, InvariantError, type Partition } from '@ballast/domain';
import { type BallastEvent, ContractError } from '@ballast/events';
import { type Cause, type DecisionRecord, type Envelope, streamName, subjectOf, type StreamId } from '../ports/envelope.js';
import { AppendOutcomeUnknown, type EventStore } from '../ports/event-store.js';
import { EventStreams, type Execution, type OwnOptions, type Versioned } from '../ports/event-streams.js';
import { checkedStream, decodeMessage, encodeEnvelope, placedAt } from './envelope-codec.js';
import { type AnyDecider, decided, decidedBy, envelopeOf, fold, foldStored, isUntouched, newStreamState, type Owned, type StreamState, StreamStates, upToVersion } from './stream-states.js';
import { isOutage } from './outage.js';
import { appendSpan, type Traced } from './spans.js';
import { backoff, WALL_TIMERS, type WaitTimers } from './wall-timers.js';

export interface ExecutorOptions extends Traced {
  /** The service's name as a writer. */
  readonly service: string;
  readonly build: string;
  /** Hears a broken invariant that no caller waits for: of a deadline. */
  readonly onFatal?: (error: Error) => void;
  /** Brackets what a deadline sets off, so that a lock step waits for it. */
  readonly busy?: () => () => void;
  readonly timers?: WaitTimers;
  /** Hears each kind of stream that is owned here. */
  readonly onOwned?: (kind: string) => void;
  /** Hears the kind of a stream in which a decision is made again: another writer came first. */
  readonly onConflict?: (kind: string) => void;
  /** Finished and foreign streams that stay in memory; default 2,000. */
  readonly spareMax?: number;
}

/** The stream kept changing, or the store kept silent, for too many attempts. The cause may be handled again. */
export class ExecutionFailed extends Error {
  override readonly name = 'ExecutionFailed';
}

const ATTEMPTS_MAX = 8;
const [RETRY_FIRST_MS, RETRY_MOST_MS] = [200, 10_000];

interface Call {
  readonly command: unknown;
  readonly cause: Cause;
}
type AnyExecution = Execution<unknown, BallastEvent>;
type Proven = { readonly bytes: Uint8Array; readonly record: DecisionRecord };

/** Decides over the log: see EventStreams. One per process; the same for every adapter of the store. */
export class StreamExecutor extends EventStreams {
  private readonly owners = new Map<string, Owned>();
  private readonly states: StreamStates;
  private armed = false;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly options: ExecutorOptions,
  ) {
    super();
    this.states = new StreamStates(options.spareMax ?? 2_000);
  }

  async execute<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>, { partition, id }: { readonly partition: Partition; readonly id: Id }, command: Command, cause: Cause): Promise<Execution<State, Event>> {
    if (decider.writer !== this.options.service) throw new InvariantError(`${decider.writer}.${decider.kind}: ${this.options.service} may not decide a stream of another writer`);
    const entry = this.entryOf(decider as unknown as AnyDecider, partition, id);
    return (await this.inTurn(entry, () => this.decide(entry, { command, cause }))) as Execution<State, Event>;
  }

  async load<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>, { partition, id }: { readonly partition: Partition; readonly id: Id }): Promise<Versioned<State>> {
    const entry = this.entryOf(decider as unknown as AnyDecider, partition, id);
    return this.inTurn(entry, async () => {
      // What another service writes changes without this process hearing of it.
      if (!entry.loaded || decider.writer !== this.options.service) await this.reload(entry);
      return { state: entry.state as State, version: entry.version };
    });
  }

  own<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>, options: OwnOptions<State, Event> = {}): void {
    if (decider.writer !== this.options.service) throw new InvariantError(`${decider.writer}.${decider.kind}: ${this.options.service} may not own a stream of another writer`);
    if (this.owners.has(decider.kind)) throw new InvariantError(`${decider.writer}.${decider.kind} is owned already`);
    this.owners.set(decider.kind, { decider: decider as unknown as AnyDecider, options: options as unknown as OwnOptions<unknown, BallastEvent> });
    this.options.onOwned?.(decider.kind);
  }

  held<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>, { partition, id }: { readonly partition: Partition; readonly id: Id }): Versioned<State> | undefined {
    const entry = this.states.get(subjectOf(checkedStream(partition, decider.writer, decider.kind, id)));
    return entry && entry.version > 0 && this.stays(entry) ? { state: entry.state as State, version: entry.version } : undefined;
  }

  owned<State, Command, Event extends BallastEvent>(decider: Decider<State, Command, Event>): ReadonlyMap<StreamId, Versioned<State>> {
    const found = new Map<StreamId, Versioned<State>>();
    for (const entry of this.states.keptValues()) {
      if (entry.stream.kind === decider.kind && this.stays(entry) && entry.version > 0) found.set(entry.stream, { state: entry.state as State, version: entry.version });
    }
    return found;
  }

  /** Subject filters of every stream that this service owns. */
  ownedFilters(): readonly string[] {
    return [...this.owners.keys()].map((kind) => `evt.*.${this.options.service}.${kind}.*`);
  }

  /** Takes one recorded decision of the log; what is no owned stream, or is folded already, changes nothing. What has to be loaded for it is asked for until the log is there. */
  observe(record: DecisionRecord): void {
    const [writer, kind] = record.stream.split('.', 2);
    const owner = writer === this.options.service && kind !== undefined ? this.owners.get(kind) : undefined;
    if (!owner) return;
    const entry = this.states.get(record.subject) ?? this.entryOf(owner.decider, record.partition, record.stream.slice(record.stream.lastIndexOf('.') + 1));
    if (entry.version === 0 && record.version === 1) entry.loaded = true;
    if (entry.loaded && entry.busy === 0) this.catchUp(entry, record);
    else if (entry.loaded || this.armed) this.inTurn(entry, async () => (entry.loaded ? this.catchUp(entry, record) : void (await this.reload(entry)))).catch((error: unknown) => (isOutage(error) ? void (this.options.timers ?? WALL_TIMERS).after(RETRY_MOST_MS, () => this.observe(record)) : this.options.onFatal?.(error as Error)));
  }

  /** Loads what a snapshot had left out and the log then went on with; after the log is folded. */
  async completeRecovery(): Promise<void> {
    for (const entry of [...this.states.values()]) if (!entry.loaded) await this.inTurn(entry, () => this.reload(entry));
  }

  /** Arms the deadline of every owned stream: after recovery, before anything is handled. */
  goLive(): void {
    this.armed = true;
    for (const entry of [...this.states.values()]) this.settle(entry);
  }

  /** Disarms every deadline; nothing is decided any more by itself. */
  stop(): void {
    this.armed = false;
    for (const entry of this.states.values()) entry.disarm?.();
  }

  /** Unfinished owned streams of these partitions, for a snapshot; with those that are just being loaded or decided, of which nobody can say so. */
  unfinished(partitions: readonly Partition[]): readonly StreamState[] {
    return [...this.states.values()].filter((entry) => partitions.includes(entry.stream.partition) && (entry.loaded && entry.busy === 0 ? entry.version > 0 && this.stays(entry) : this.isOwned(entry)));
  }

  /** Puts back what a snapshot held; what was not loaded is when the recovery is completed. False where this build owns no such kind. */
  restore(stream: StreamId, kept: Pick<StreamState, 'state' | 'version' | 'lastSequence' | 'lastHash' | 'lastDecisionId' | 'correlationId' | 'lane' | 'loaded'>): boolean {
    const owner = this.owners.get(stream.kind);
    if (!owner) return false;
    const entry = Object.assign(this.entryOf(owner.decider, stream.partition, stream.id), kept);
    if (entry.loaded) this.settle(entry);
    return true;
  }

  /** State of one owned stream as of a version, folded from the log. */
  async stateAt(stream: StreamId, version: number): Promise<unknown> {
    const owner = this.owners.get(stream.kind);
    if (!owner) throw new InvariantError(`${streamName(stream)}: ${this.options.service} owns no streams of this kind`);
    const entry = newStreamState(stream, owner.decider);
    const messages = await this.store.readSubject(stream.partition, entry.subject);
    foldStored(entry, upToVersion(entry, messages, version));
    return entry.state;
  }

  private entryOf(decider: AnyDecider, partition: Partition, id: Id): StreamState {
    const stream = checkedStream(partition, decider.writer, decider.kind, id);
    const known = this.states.get(`evt.${partition}.${streamName(stream)}`);
    return known ?? this.states.add(newStreamState(stream, decider));
  }

  private inTurn<T>(entry: StreamState, run: () => Promise<T>): Promise<T> {
    entry.busy += 1;
    const turn = entry.tail.then(run).finally(() => {
      entry.busy -= 1;
      this.settle(entry);
    });
    entry.tail = turn.catch(() => undefined);
    return turn;
  }

  private async decide(entry: StreamState, { command, cause }: Call): Promise<AnyExecution> {
    const type = (command as { readonly type?: unknown } | null)?.type;
    const causeText = typeof type === 'string' ? `${cause.causationId} ${type}` : cause.causationId;
    if (entry.unsettled || (!entry.loaded && !this.seemsNew(entry))) await this.reload(entry);
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const decisionId = decisionIdOf(entry.decider.kind, streamName(entry.stream), entry.version + 1, causeText);
      const at = this.clock.now();
      const events = decided(entry, command, { decisionId, at });
      if (events.length === 0 && entry.loaded) return { outcome: 'nothing', decisionId, events: [], state: entry.state, version: entry.version };
      if (events.length === 0) await this.reload(entry);
      const earlier = (cause.once ?? false) !== false && entry.version > 0 ? decidedBy(entry, await this.store.readSubject(entry.stream.partition, entry.subject, cause.once === true ? undefined : entry.lastSequence), cause) : undefined;
      if (earlier) return this.executionOf(entry, earlier, 'duplicate');
      const execution = events.length > 0 ? await this.append(entry, envelopeOf(entry, events, { decisionId, at, cause, ...this.options })) : undefined;
      if (execution) return execution;
    }
    throw new ExecutionFailed(`${streamName(entry.stream)}: no append in ${ATTEMPTS_MAX} attempts, last at version ${entry.version}; other writers were faster each time`);
  }

  /** Every unfinished stream of an owned kind is in memory once the log is folded: another one is new, which the append proves. */
  private seemsNew(entry: StreamState): boolean {
    return this.armed && isUntouched(entry) && entry.stream.writer === this.options.service && this.owners.has(entry.stream.kind);
  }

  /** Undefined where another decision came first: the entry is loaded anew, decide again. */
  private append(entry: StreamState, envelope: Envelope): Promise<AnyExecution | undefined> {
    const proven = this.proven(entry, envelope);
    return appendSpan(this.options.traces, proven.record, entry, () => this.send(entry, proven));
  }

  private async send(entry: StreamState, { bytes, record }: Proven): Promise<AnyExecution | undefined> {
    for (let asked = 1; ; asked += 1) {
      try {
        const result = await this.store.append(entry.stream.partition, entry.subject, entry.lastSequence, bytes, record.decisionId);
        if (result.status === 'appended') {
          fold(entry, placedAt(record, result.sequence));
          entry.loaded = true;
          return this.announce(entry, this.executionOf(entry, record, 'appended'));
        }
        const known = await this.lookFor(entry, record, 'duplicate');
        if (!known) this.options.onConflict?.(entry.decider.kind);
        return known;
      } catch (error) {
        if (!(error instanceof AppendOutcomeUnknown)) throw error;
        entry.unsettled = { decisionId: record.decisionId, version: record.version, hash: record.hash };
        const landed = await this.lookFor(entry, record, 'appended');
        if (landed || !entry.unsettled) return landed;
        if (asked >= ATTEMPTS_MAX) throw new ExecutionFailed(`${streamName(entry.stream)}: the store did not answer ${asked} times for decision ${record.decisionId}`, { cause: error });
      }
    }
  }

  /** The bytes to append, and what a reader will make of them: a decision that its own contract refuses never reaches the log. */
  private proven(entry: StreamState, envelope: Envelope): Proven {
    try {
      const bytes = encodeEnvelope(envelope);
      return { bytes, record: decodeMessage({ partition: entry.stream.partition, sequence: 0, subject: entry.subject, bytes }) };
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      throw new ExecutionFailed(`${envelope.stream}: decided what its contract refuses: ${error.message}`, { cause: error });
    }
  }

  private async lookFor(entry: StreamState, wanted: DecisionRecord, outcome: 'appended' | 'duplicate'): Promise<AnyExecution | undefined> {
    const ours = (await this.reload(entry, wanted.decisionId)).find(({ decisionId }) => decisionId === wanted.decisionId);
    if (!ours) return undefined;
    const execution = this.executionOf(entry, ours, ours.hash === wanted.hash ? outcome : 'duplicate');
    // The same bytes are this process's own append whose answer was lost: nobody else will act on it.
    return ours.hash === wanted.hash ? this.announce(entry, execution) : execution;
  }

  private executionOf(entry: StreamState, record: DecisionRecord, outcome: 'appended' | 'duplicate'): AnyExecution {
    return { outcome, decisionId: record.decisionId, events: record.events, state: entry.state, version: entry.version };
  }

  private announce(entry: StreamState, execution: AnyExecution): AnyExecution {
    entry.unsettled = undefined;
    const owner = entry.stream.writer === this.options.service ? this.owners.get(entry.stream.kind) : undefined;
    owner?.options.onDecided?.(entry.stream, execution);
    return execution;
  }

  private async reload(entry: StreamState, wanted?: Id): Promise<readonly DecisionRecord[]> {
    entry.loaded = false;
    const records = foldStored(entry, await this.store.readSubject(entry.stream.partition, entry.subject, entry.lastSequence));
    entry.loaded = true;
    const { unsettled } = entry;
    if (!unsettled || entry.version < unsettled.version) return records;
    // Its place in the stream is taken: it landed, or it never will.
    entry.unsettled = undefined;
    const landed = records.find(({ hash }) => hash === unsettled.hash);
    if (landed && landed.decisionId !== wanted) this.announce(entry, this.executionOf(entry, landed, 'appended'));
    return records;
  }

  private catchUp(entry: StreamState, record: DecisionRecord): void {
    if (record.version <= entry.version) return;
    fold(entry, record);
    if (entry.unsettled?.decisionId === record.decisionId && entry.unsettled.hash === record.hash) this.announce(entry, this.executionOf(entry, record, 'appended'));
    if (entry.busy === 0) this.settle(entry);
  }

  private readonly isOwned = ({ stream }: StreamState): boolean => stream.writer === this.options.service && this.owners.has(stream.kind);
  private readonly stays = (entry: StreamState): boolean => this.isOwned(entry) && !entry.decider.finished?.(entry.state);

  private settle(entry: StreamState): void {
    this.states.file(entry, entry.busy > 0 || entry.unsettled !== undefined || (this.stays(entry) && entry.version > 0));
    if (!this.armed || !entry.loaded || entry.armedVersion === entry.version) return;
    entry.disarm?.();
    entry.disarm = undefined;
    entry.armedVersion = entry.version;
    const deadline = this.stays(entry) ? entry.decider.deadline?.(entry.state) : undefined;
    if (deadline) this.arm(entry, deadline.at, deadline.command);
  }

  private arm(entry: StreamState, at: number, command: unknown): void {
    const { version } = entry;
    let failures = 0;
    const fire = (): void => {
      entry.disarm = undefined;
      if (entry.version !== version || !this.armed) return;
      const done = this.options.busy?.();
      const cause = { causationId: contentId('deadline', entry.decider.kind, streamName(entry.stream), version, at), correlationId: entry.correlationId, lane: entry.lane };
      this.inTurn(entry, () => (entry.version === version ? this.decide(entry, { command, cause }) : Promise.resolve(undefined)))
        .catch((error: unknown) => {
          failures += 1;
          if (error instanceof InvariantError) this.options.onFatal?.(error);
          else (this.options.timers ?? WALL_TIMERS).after(backoff(failures, RETRY_FIRST_MS, RETRY_MOST_MS), fire);
        })
        .finally(() => done?.())
        .catch((error: unknown) => this.options.onFatal?.(error as Error));
    };
    entry.disarm = this.clock.at(at, fire);
  }
}
