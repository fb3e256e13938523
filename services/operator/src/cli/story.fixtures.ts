import { contentId, type Decider, partitionOf } from '@ballast/domain';
import { type EventStore, StreamExecutor, VirtualClock } from '@ballast/bus';
import { pairRound, type WrittenDecision } from '@ballast/books';
import type { BallastEvent } from '@ballast/events';
import { type CliBus, type CliIo } from './io.js';
import { runCli } from './program.js';

interface Write {
  readonly type: 'Write';
  readonly events: readonly BallastEvent[];
}

/** Decides whatever it is told: writes a given log through the real executor, chains and all. */
const writerOf = (writer: string, kind: string): Decider<number, Write, BallastEvent> => ({ writer, kind, initial: 0, decide: (_, { events }) => events, evolve: (count) => count + 1 });

/** Writes decisions one after another, each at its market time. */
export async function writeLog(store: EventStore, decisions: readonly WrittenDecision[] = pairRound()): Promise<void> {
  const writers = new Map<string, StreamExecutor>();
  const clock = new VirtualClock(decisions[0]?.at ?? 0);
  for (const [index, { writer, kind, id, at, correlationId, events }] of decisions.entries()) {
    await clock.run(at);
    const streams = writers.get(writer) ?? new StreamExecutor(store, clock, { service: writer, build: 'test' });
    writers.set(writer, streams);
    await streams.execute(writerOf(writer, kind), { partition: partitionOf('main'), id }, { type: 'Write', events }, { causationId: contentId('cause', index), correlationId, lane: 'acct1' });
  }
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The outside of a command line that reaches nothing. */
export const ioOf = (io: Partial<CliIo> = {}): CliIo => ({
  env: {},
  cwd: '/',
  out: () => undefined,
  err: () => undefined,
  connect: () => Promise.reject(new Error('nothing is connected')),
  stopped: new Promise(() => undefined),
  run: () => Promise.resolve(0),
  ...io,
});

/** Runs one `ballast …` in this process. */
export async function ballast(argv: readonly string[], bus?: Partial<CliBus>, io: Partial<CliIo> = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(argv, ioOf({ out: (text) => out.push(text), err: (text) => err.push(text), connect: () => Promise.resolve({ ...bus, close: () => Promise.resolve() } as CliBus), ...io }));
  return { code, out: out.join('\n'), err: err.join('\n') };
}
