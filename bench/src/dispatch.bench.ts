import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { eventsStream, type Recorded, Runtime, Subscribe, VirtualClock } from '@ballast/bus';
import { type BallastEvent, contractOf, eventTypes } from '@ballast/events';
import { AckPolicy, type ConsumerMessages } from 'nats';
import { type Bench, speedRow } from './bench.js';
import { jetPlatform, startModule } from './jet-platform.js';
import { contest } from './pairs.js';
import { readBed, type ReadBed } from './read-bed.js';

type EventClass = new () => BallastEvent;
const EVERY_EVENT = eventTypes().flatMap((type) => (contractOf(type)?.contract ?? []) as EventClass | []);
const MESSAGES_MAX = 500;

/** Counts what it is told and says when that is all. */
class Tally {
  began = 0;
  private count = 0;
  private finish: ((elapsedMs: number) => void) | undefined;
  readonly done = new Promise<number>((resolve) => (this.finish = resolve));

  constructor(private readonly expected: number) {}

  begin(): void {
    this.began = performance.now();
  }

  add(event: { readonly type: string }): void {
    if (event.type.length > 0) this.count += 1;
    if (this.count === this.expected) this.finish?.(performance.now() - this.began);
  }
}

@Controller()
class TallyController {
  constructor(
    private readonly tally: Tally,
    runtime: Runtime,
  ) {
    runtime.onRecovered(() => Promise.resolve(this.tally.begin()));
  }

  @Subscribe(...EVERY_EVENT)
  onAny({ event }: Recorded): Promise<void> {
    this.tally.add(event);
    return Promise.resolve();
  }
}

@Module({})
class TallyModule {
  static of(tally: Tally): DynamicModule {
    return { module: TallyModule, controllers: [TallyController], providers: [{ provide: Tally, useValue: tally }] };
  }
}

/** One service from the moment it has recovered: every message decoded and checked, in its lane, through Nest, acknowledged. */
async function ours({ bed, events }: ReadBed, name: string): Promise<number> {
  const tally = new Tally(events);
  const bus = await bed.connect(name);
  const app = await startModule(jetPlatform(bus, name, new VirtualClock(1_700_000_000_000)), TallyModule.of(tally));
  const elapsed = await tally.done;
  await app.close();
  await bus.close();
  return elapsed;
}

/** A durable consumer of the bare client on each partition: JSON, handler, acknowledgement. */
async function peer({ bed, events, perPartition }: ReadBed, name: string): Promise<number> {
  const tally = new Tally(events);
  const js = bed.bare.jetstream();
  tally.begin();
  const pulls: ConsumerMessages[] = await Promise.all(perPartition.map(async (_, partition) => {
    await bed.manager.consumers.add(eventsStream(partition), { durable_name: name, ack_policy: AckPolicy.Explicit, max_ack_pending: -1 });
    const consumer = await js.consumers.get(eventsStream(partition), name);
    return consumer.consume({
      max_messages: MESSAGES_MAX,
      callback: (message) => {
        for (const event of message.json<{ readonly events: readonly BallastEvent[] }>().events) tally.add(event);
        message.ack();
      },
    });
  }));
  const elapsed = await tally.done;
  for (const pull of pulls) await pull.close();
  await Promise.all(perPartition.map((_, partition) => bed.manager.consumers.delete(eventsStream(partition), name)));
  return elapsed;
}

export const dispatchBench: Bench = {
  name: 'dispatch',
  about: 'Events handed to a handler and acknowledged, a whole log behind: every field of every contract checked, order per lane, Nest (EventConsumer and BallastTransport), against bare durable consumers with JSON.parse and ack. Eight partitions on both sides; recovery is not counted.',
  async run(context) {
    const log = await readBed(context);
    try {
      const result = await contest({ rounds: context.quick ? 4 : 7, ours: (round) => ours(log, `bench-${round}`), peer: (round) => peer(log, `bare-${round}`) }, context.progress);
      return [speedRow('handler dispatch, events', log.events, result, { bound: { atLeast: 0.4 }, note: `${log.messages.toLocaleString('en-US')} decisions, ${log.events.toLocaleString('en-US')} events` })];
    } finally {
      await log.bed.stop();
    }
  },
};
