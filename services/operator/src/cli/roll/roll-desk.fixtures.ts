import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contentId, type Decider, money, type Partition, partitionOf, quantity, ratio, signedQuantity } from '@ballast/domain';
import { ArchiveFolder, connectJetStream, connectLogStreams, EventConsumer, freeze, type JetStreamBus, type LogStreams, RESTORER, type RunningProvisioner, startProvisioner, StreamExecutor, VirtualClock } from '@ballast/bus';
import { Books, type WrittenDecision } from '@ballast/books';
import type { BallastEvent } from '@ballast/events';
import { type NatsServer, startNatsServer } from '@ballast/testing';
import { connectCli } from '../connection.js';
import { ballast, type Ran, writeLog } from '../story.fixtures.js';
import { rounds } from './rounds.fixtures.js';
import { type Rolled, rollPartition, type RollOptions } from './roll-partition.js';

export const P: Partition = partitionOf('main');
export const STREAM = `EVENTS_${P}`;
const NOW = Date.UTC(2026, 2);

/** What a service adds to a stream that lives on: it changes no figure. */
const EVENTS = {
  trade: { type: 'LegOverfilled', tradeId: 'trade1', leg: 0, instrument: 'ETH-PERP', surplus: quantity('1') },
  position: { type: 'FundingSettled', accountId: 'acct1', instrument: 'ETH-PERP', paymentId: 'none', amount: money('0'), rateHourly: ratio('0'), position: signedQuantity('0'), venueTime: NOW },
} as const satisfies Record<string, BallastEvent>;

interface Held {
  readonly types: readonly string[];
}
interface Write {
  readonly type: 'Write';
  readonly events: readonly BallastEvent[];
}
type Keeper = Decider<Held, Write, BallastEvent>;

/** A stream that knows what was written to it: a trade is finished once it is closed. */
export const keeperOf = (kind: 'trade' | 'position'): Keeper => ({
  writer: 'execution', kind, initial: { types: [] },
  decide: (_, { events }) => events,
  evolve: ({ types }, { type }) => ({ types: [...types, type] }),
  finished: ({ types }) => types.includes('TradeClosed'),
});

/** A service that keeps books and owns the streams of execution. */
export interface Service {
  readonly bus: JetStreamBus;
  readonly streams: StreamExecutor;
  /** All that it holds, as text. */
  holds(): string;
  stop(): Promise<void>;
}

/** nats-server with its provisioner, somebody who trades, and a folder for archives. */
export class RollDesk {
  private readonly open: (() => Promise<void>)[] = [];

  private constructor(
    readonly server: NatsServer,
    readonly provisioner: RunningProvisioner,
    readonly log: LogStreams,
    readonly dir: string,
    private readonly writer: JetStreamBus,
  ) {}

  static async start(): Promise<RollDesk> {
    const server = await startNatsServer();
    const provisioner = await startProvisioner({ url: server.url, onFault: rethrow });
    const log = await connectLogStreams({ url: server.url, user: RESTORER });
    const dir = mkdtempSync(join(tmpdir(), 'ballast-roll-'));
    return new RollDesk(server, provisioner, log, dir, await connectJetStream({ url: server.url, service: 'desk', onFault: rethrow, archiveDir: join(dir, 'archive') }));
  }

  /** Where it rolls over to. */
  get archive(): string {
    return join(this.dir, 'archive');
  }

  /** Trades on: whoever decides reads what is sealed from the archive. */
  trade(from: number, to: number, wanted: (decision: WrittenDecision) => boolean = () => true): Promise<void> {
    return writeLog(this.writer.store, rounds(from, to).filter(wanted));
  }

  roll(options: Partial<RollOptions> = {}, log: LogStreams = this.log): Promise<Rolled> {
    return rollPartition(log, { partition: P, folder: new ArchiveFolder(this.archive), wholeMs: 0, waitMs: 30_000, without: [], withoutArchive: true, build: 'test', onStep: () => undefined, ...options });
  }

  cli(...argv: readonly string[]): Promise<Ran> {
    return ballast([...argv, '--nats', this.server.url], undefined, { connect: connectCli });
  }

  async service(name: string, { build = 'b1', archiveDir }: { readonly build?: string; readonly archiveDir?: string } = {}): Promise<Service> {
    const bus = await connectJetStream({ url: this.server.url, service: name, onFault: rethrow, archiveDir });
    const streams = new StreamExecutor(bus.store, new VirtualClock(NOW), { service: name, build });
    const deciders = name === 'execution' ? [keeperOf('trade'), keeperOf('position')] : [];
    for (const decider of deciders) streams.own(decider);
    const books = new Books();
    const consumer = new EventConsumer({ store: bus.store, deadLetters: bus.deadLetters, clock: new VirtualClock(NOW), streams, snapshots: bus.snapshots }, { service: name, build, partitions: [P], projections: [books], eventTypes: [], dispatch: () => Promise.resolve(), onFatal: rethrow });
    let running = true;
    const stop = async (): Promise<void> => {
      if (!running) return;
      running = false;
      await consumer.stop();
      await bus.close();
    };
    this.open.push(stop);
    try {
      await consumer.start();
    } catch (error) {
      await stop();
      throw error;
    }
    const owned = (): unknown => deciders.flatMap((decider) => [...streams.owned(decider)].map(([{ id }, { state, version }]) => [id, version, state] as const)).sort(([one], [other]) => (one < other ? -1 : 1));
    return { bus, streams, holds: () => JSON.stringify([freeze(books.state), owned()]), stop };
  }

  /** One more decision of a stream that this service owns. */
  async write({ streams }: Service, kind: 'trade' | 'position', id: string, cause: string): Promise<string> {
    const { outcome, version } = await streams.execute(keeperOf(kind), { partition: P, id }, { type: 'Write', events: [EVENTS[kind]] }, { causationId: contentId(cause), correlationId: 'trade1', lane: 'acct1' });
    return `${outcome} ${version}`;
  }

  async stop(): Promise<void> {
    for (const close of this.open.reverse()) await close();
    await this.writer.close();
    await this.log.close();
    await this.provisioner.close();
    await this.server.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function rethrow(error: Error): never {
  throw error;
}
