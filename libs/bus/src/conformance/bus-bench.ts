import type { Partition } from '@ballast/domain';
import type { Recorded } from '../ports/envelope.js';
import type { DeadLetters } from '../ports/dead-letters.js';
import { AppendOutcomeUnknown, type AppendResult, type Cursor, EventStore, type ReadRange, type SnapshotStore, type StoredMessage } from '../ports/event-store.js';
import type { Projection } from '../ports/event-streams.js';
import type { ConsumerFacts, ConsumerLimits } from '../core/consumer-types.js';
import { EventConsumer } from '../core/event-consumer.js';
import { StreamExecutor } from '../core/stream-executor.js';
import { timersOf } from '../core/wall-timers.js';
import type { VirtualClock } from '../memory/virtual-clock.js';

/** One process's connections to the log. */
export interface BusPorts {
  readonly store: EventStore;
  readonly deadLetters: DeadLetters;
  readonly snapshots: SnapshotStore;
}

/** A fresh, empty bus of one adapter. Rules' time is virtual on every adapter; the transport keeps its own. */
export interface BusHarness {
  readonly clock: VirtualClock;
  /** Connects as one more process. */
  connect(): Promise<BusPorts>;
  /** Puts bytes into the log past our code. */
  inject(partition: Partition, subject: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Loses answers on demand: of an append that landed, or of one that never did. */
export class LossyStore extends EventStore {
  losses: ('landed' | 'lost')[] = [];
  appends = 0;
  messagesRead = 0;
  /** Answers of appends and of loads wait for it. */
  held: Promise<void> = Promise.resolve();

  constructor(private readonly inner: EventStore) {
    super();
  }

  async append(partition: Partition, subject: string, expected: number, bytes: Uint8Array, messageId: string): Promise<AppendResult> {
    this.appends += 1;
    const loss = this.losses.shift();
    if (loss !== 'lost') {
      const result = await this.inner.append(partition, subject, expected, bytes, messageId);
      if (!loss) await this.held;
      if (!loss) return result;
    }
    throw new AppendOutcomeUnknown('no answer');
  }

  async readSubject(partition: Partition, subject: string, held?: number): Promise<readonly StoredMessage[]> {
    await this.held;
    return this.inner.readSubject(partition, subject, held);
  }
  read(partition: Partition, range: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    return this.inner.read(partition, range, (message) => {
      this.messagesRead += 1;
      onMessage(message);
    });
  }
  lastSequence(partition: Partition): Promise<number> {
    return this.inner.lastSequence(partition);
  }
  cursor(consumer: string, partition: Partition, filters: readonly string[]): Promise<Cursor> {
    return this.inner.cursor(consumer, partition, filters);
  }
}

export interface Process {
  readonly ports: BusPorts;
  readonly store: LossyStore;
  readonly streams: StreamExecutor;
  readonly consumer: EventConsumer;
  readonly heard: Recorded[];
  readonly fatal: Error[];
}

export type ProcessFacts = Partial<Omit<ConsumerFacts, 'service'>> & { readonly service?: string; readonly own?: (streams: StreamExecutor) => void; readonly limits?: Partial<ConsumerLimits> };

/** Starts and stops the processes of one test. */
export class BusBench {
  private readonly started: Process[] = [];
  constructor(readonly harness: BusHarness) {}

  /** A process as a service would be: executor and consumer over its own connection; not started. */
  async process({ service = 'reporting', own, limits, ...facts }: ProcessFacts = {}): Promise<Process> {
    const { clock } = this.harness;
    const ports = await this.harness.connect();
    const store = new LossyStore(ports.store);
    const heard: Recorded[] = [];
    const fatal: Error[] = [];
    const onFatal = (error: Error): void => void fatal.push(error);
    const streams = new StreamExecutor(store, clock, { service, build: facts.build ?? 'test', onFatal, timers: timersOf(clock) });
    own?.(streams);
    const all: ConsumerFacts = {
      service, build: 'test', partitions: [0], projections: [], eventTypes: ['BotStarted', 'BotPaused'], onFatal,
      ...facts,
      dispatch: async (recorded) => {
        await facts.dispatch?.(recorded);
        heard.push(recorded);
      },
    };
    const consumer = new EventConsumer({ ...ports, store, clock, streams }, all, { timers: timersOf(clock), limits: { attemptsMax: 3, retryFirstMs: 10, heartbeatMs: 0, ...limits } });
    const process = { ports, store, streams, consumer, heard, fatal };
    this.started.push(process);
    return process;
  }

  async start(facts: ProcessFacts = {}): Promise<Process> {
    const process = await this.process(facts);
    await process.consumer.start();
    return process;
  }

  /** Lets things happen until `holds`. @throws after 20 s. */
  async until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const { clock } = this.harness;
    for (const end = performance.now() + 20_000; performance.now() < end; ) {
      await clock.run(clock.now() + 20);
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`did not happen in 20 s: ${what}`);
  }

  async close(): Promise<void> {
    for (const { consumer } of this.started) await consumer.stop();
    await this.harness.close();
  }
}

/** Counts starts by stream and keeps the sequences it saw. */
export class StartsSeen implements Projection<{ counts: Map<string, number>; sequences: number[] }> {
  readonly name = 'starts-seen';
  readonly reads = ['BotStarted'];
  state = { counts: new Map<string, number>(), sequences: [] as number[] };
  apply({ decision, index }: Recorded): void {
    this.state.counts.set(decision.stream, (this.state.counts.get(decision.stream) ?? 0) + 1);
    if (index === 0) this.state.sequences.push(decision.sequence);
  }
}
