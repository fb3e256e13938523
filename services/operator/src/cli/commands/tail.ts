import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Id, Partition } from '@ballast/domain';
import { type DecisionRecord, decodeMessage, type StoredMessage } from '@ballast/bus';
import { ContractError } from '@ballast/events';
import { type Chapter, Storyteller } from '@ballast/books';
import { type LinkOptions, withBus } from '../connection.js';
import { type CliBus, type CliIo, WrongUsage } from '../io.js';
import { timeText } from '../output.js';
import { ALL_PARTITIONS } from '../read-log.js';
import { onBus } from './options.js';

interface TailOptions extends LinkOptions {
  readonly last?: string;
  readonly facts?: boolean;
}

const LOOK_MS = 300;
const STORIES_MAX = 500;

/** `ballast tail`: what is decided, as it is appended, in words. */
export function addTail(program: Command, io: CliIo): void {
  onBus(program.command('tail'), 'ballast tail --last 20')
    .description('live events in words, until Ctrl-C; with --json one document a line')
    .option('--last <count>', 'begin with so many of the newest messages of each partition', '0')
    .option('--facts', 'every figure of each event too')
    .action((options: TailOptions) => tail(options, io));
}

async function tail(options: TailOptions, io: CliIo): Promise<void> {
  if (!/^\d{1,9}$/.test(options.last ?? '')) throw new WrongUsage(`--last: found "${options.last ?? ''}", allowed is a whole number from 0`);
  const back = parseInt(options.last ?? '0', 10);
  const tellers = new Tellers();
  const tell = (message: StoredMessage): void => {
    for (const line of linesFor(message, tellers, options)) io.out(line);
  };
  await withBus(io, options, async ({ store }) => {
    const ends = await Promise.all(ALL_PARTITIONS.map((partition) => store.lastSequence(partition)));
    const next = new Map<Partition, number>(ends.map((end, partition) => [partition, Math.max(1, end - back + 1)]));
    let stopped = false;
    void io.stopped.then(() => (stopped = true));
    while (!stopped) {
      await Promise.all(ALL_PARTITIONS.map((partition) => readNew(store, partition, next, tell)));
      await Promise.race([delay(LOOK_MS), io.stopped]);
    }
  });
}

async function readNew(store: CliBus['store'], partition: Partition, next: Map<Partition, number>, tell: (message: StoredMessage) => void): Promise<void> {
  const from = next.get(partition) ?? 1;
  const to = await store.lastSequence(partition);
  if (to < from) return;
  await store.read(partition, { filters: [], from, to }, tell);
  next.set(partition, to + 1);
}

/** One teller for each trade, so that a fill is told against its plan. */
class Tellers {
  private readonly tellers = new Map<Id, Storyteller>();

  of({ correlationId }: DecisionRecord): Storyteller {
    const teller = this.tellers.get(correlationId) ?? new Storyteller();
    this.tellers.delete(correlationId);
    this.tellers.set(correlationId, teller);
    const [oldest] = this.tellers.keys();
    if (oldest !== undefined && this.tellers.size > STORIES_MAX) this.tellers.delete(oldest);
    return teller;
  }
}

function linesFor(message: StoredMessage, tellers: Tellers, { json, facts }: TailOptions): readonly string[] {
  try {
    const decision = decodeMessage(message);
    const chapters = tellers.of(decision).tell(decision);
    if (json === true) return chapters.map((chapter) => JSON.stringify(chapter));
    return chapters.flatMap((chapter) => [lineOf(chapter, decision), ...(facts === true ? chapter.facts.map((fact) => `    ${fact}`) : [])]);
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const { partition, sequence, subject } = message;
    return [json === true ? JSON.stringify({ partition, sequence, subject, invalid: error.message }) : `${partition}:${sequence} ${subject} is no valid decision: ${error.message}`];
  }
}

const lineOf = ({ at, partition, sequence, writer, title }: Chapter, { correlationId }: DecisionRecord): string => `${timeText(at)} ${partition}:${sequence} ${writer} [${correlationId}] ${title}`;
