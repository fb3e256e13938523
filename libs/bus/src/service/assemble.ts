import type { Clock, Id, Partition } from '@ballast/domain';
import { ContractError, subjectFilters } from '@ballast/events';
import type { ConsumerLimits, ConsumerObserver } from '../core/consumer-types.js';
import { EventConsumer } from '../core/event-consumer.js';
import { StreamExecutor } from '../core/stream-executor.js';
import { matchesAny } from '../core/subject-filters.js';
import type { Traced } from '../core/spans.js';
import type { WaitTimers } from '../core/wall-timers.js';
import type { PaceStatus } from '../pace/pace-messages.js';
import type { DeadLetters } from '../ports/dead-letters.js';
import type { EventStore, SnapshotStore } from '../ports/event-store.js';
import type { Projection } from '../ports/event-streams.js';
import type { Market } from '../ports/market.js';
import type { Pacer } from '../ports/pacer.js';
import type { Reply, Requests } from '../ports/requests.js';
import { type LifeEnd, Runtime } from '../ports/runtime.js';
import type { IncomingRequest, Platform, ServiceHandlers } from './platform.js';
import { TrackedStore } from './tracked-store.js';

/** What an adapter of the bus gives for one service. */
export interface BusParts {
  readonly store: EventStore;
  readonly deadLetters: DeadLetters;
  readonly snapshots?: SnapshotStore;
  readonly requests: Requests;
  readonly market: Market;
  serve(partitions: readonly Partition[], respond: (request: IncomingRequest) => Promise<Reply>): () => void;
  /** Resolves where nothing that is asked here is answered any more: what is in hand can't be finished then. */
  readonly ended?: Promise<void>;
  /** Whether that is so now. Default: never. */
  readonly isOver?: () => boolean;
  close(): Promise<void>;
}

export interface AssembleOptions extends Traced {
  readonly service: string;
  readonly build: string;
  readonly partitions: readonly Partition[];
  readonly clock: Clock;
  readonly pacer: Pacer & { underWay(kind: 'work' | 'venue'): number };
  readonly timers?: WaitTimers;
  readonly observer?: ConsumerObserver;
  readonly limits?: Partial<ConsumerLimits>;
  /** A broken invariant: this process can't go on. */
  readonly onFatal: (error: Error) => void;
  /** Where the pace stands, for a lock step; absent where there is none. */
  readonly steps?: () => Pick<PaceStatus, 'clockStep' | 'goStep' | 'closed' | 'venueTime'>;
}

class ServiceRuntime extends Runtime {
  readonly projections: Projection[] = [];
  readonly recovered: (() => Promise<void>)[] = [];
  readonly stops: ((life: LifeEnd) => Promise<void>)[] = [];

  constructor(
    readonly service: string,
    readonly partitions: readonly Partition[],
  ) {
    super();
  }

  project(projection: Projection): void {
    this.projections.push(projection);
  }

  onRecovered(run: () => Promise<void>): void {
    this.recovered.push(run);
  }

  onStop(run: (life: LifeEnd) => Promise<void>): void {
    this.stops.push(run);
  }
}

/** Puts one service's platform together: the same on every adapter of the bus. */
export function assemblePlatform(parts: BusParts, options: AssembleOptions): Platform {
  const { service, build, partitions, clock, pacer, timers } = options;
  const store = new TrackedStore(parts.store);
  const runtime = new ServiceRuntime(service, partitions);
  const streams = new StreamExecutor(store, clock, { service, build, onFatal: options.onFatal, busy: () => pacer.busy('work'), onOwned: (kind) => options.observer?.owned?.(kind), onConflict: (kind) => options.observer?.conflicted?.(kind), traces: options.traces, ...(timers ? { timers } : {}) });
  let consumer: EventConsumer | undefined;
  let stopServing: (() => void) | undefined;
  let tellFolded: () => void = () => undefined;
  const folded = new Promise<void>((resolve) => {
    tellFolded = resolve;
  });

  const consumerOf = ({ eventTypes, onEvent }: Pick<ServiceHandlers, 'eventTypes' | 'onEvent'>): EventConsumer =>
    new EventConsumer(
      { store, deadLetters: parts.deadLetters, clock, streams, ...(parts.snapshots ? { snapshots: parts.snapshots } : {}) },
      {
        service,
        build,
        partitions,
        projections: runtime.projections,
        eventTypes,
        dispatch: (recorded) => onEvent(recorded),
        onRecovered: async () => {
          tellFolded();
          for (const run of runtime.recovered) await run();
        },
        onFatal: options.onFatal,
      },
      { ...(options.observer ? { observer: options.observer } : {}), traces: options.traces, ...(timers ? { timers } : {}), ...(options.limits ? { limits: options.limits } : {}) },
    );

  const keep = ({ eventTypes }: Pick<ServiceHandlers, 'eventTypes'>): Promise<number> => consumerOf({ eventTypes, onEvent: () => Promise.reject(new Error('nothing is handled while the log is folded in advance')) }).keep();

  const start = async (handlers: ServiceHandlers): Promise<void> => {
    const filters = [...subjectFilters([...handlers.eventTypes, ...runtime.projections.flatMap(({ reads }) => reads)]), ...streams.ownedFilters()];
    consumer = consumerOf(handlers);
    const live = consumer;
    const status = (need: Readonly<Record<string, number>>): PaceStatus => ({
      ...(options.steps?.() ?? { clockStep: 0, goStep: 0, closed: false }),
      work: live.inHand + pacer.underWay('work'),
      venue: pacer.underWay('venue'),
      appended: store.appended(),
      drained: Object.entries(need).every(([key, sequence]) => isFolded(live, filters, key, sequence, partitions)),
    });
    const recovered = pacer.busy('work');
    // What the log says is known once it is folded: before, an answer would deny what there is. The pace is asked for at any time.
    stopServing = parts.serve(partitions, async (request) => {
      if (request.name !== 'pace') await folded;
      return answer(request, { handlers, consumer: live, status });
    });
    await live.start();
    recovered();
  };

  const stop = async (): Promise<void> => {
    stopServing?.();
    await Promise.race([consumer?.stop(), ...(parts.ended ? [parts.ended] : [])]);
    for (const run of runtime.stops) await run({ over: parts.isOver?.() ?? false });
    await parts.close();
  };

  return { service, partitions, clock, streams, market: parts.market, pacer, requests: parts.requests, runtime, deadLetters: parts.deadLetters, start, keep, stop, fail: (error) => options.onFatal(error instanceof Error ? error : new Error(String(error))) };
}

function isFolded(consumer: EventConsumer, filters: readonly string[], key: string, sequence: number, partitions: readonly Partition[]): boolean {
  const [partition, kind] = key.split(':', 2);
  const number = partitions.find((owned) => String(owned) === partition);
  return number === undefined || !matchesAny(filters, `evt.${number}.${kind ?? ''}.x`) || consumer.reached(number) >= sequence;
}

interface Answering {
  readonly handlers: ServiceHandlers;
  readonly consumer: EventConsumer;
  readonly status: (need: Readonly<Record<string, number>>) => PaceStatus;
}

/** What every service answers by itself (its pace, its dead letters), and what its handlers do. */
async function answer(request: IncomingRequest, { handlers, consumer, status }: Answering): Promise<Reply> {
  const payload = (request.payload ?? {}) as Record<string, unknown>;
  switch (`${request.handles}:${request.name}`) {
    case 'query:pace':
      return { ok: true, data: status((payload['need'] ?? {}) as Readonly<Record<string, number>>) };
    case 'query:parked':
      return { ok: true, data: { lanes: consumer.parkedLanes() } };
    case 'command:dead-retry':
      return attempt(() => consumer.retry(deadId(payload), request.context.by));
    case 'command:dead-discard':
      return attempt(() => consumer.discard(deadId(payload), request.context.by));
    default:
      return handlers.onRequest(request);
  }
}

function deadId(payload: Record<string, unknown>): Id {
  const found = payload['deadId'];
  if (typeof found !== 'string') throw new ContractError('dead letter', { deadId: `found ${JSON.stringify(found) ?? 'nothing'}, allowed is the id that \`ballast dead list\` shows` });
  return found;
}

async function attempt(run: () => Promise<void>): Promise<Reply> {
  try {
    await run();
    return { ok: true, data: {} };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
