import type { Command } from 'commander';
import type { Id } from '@ballast/domain';
import { type DecisionRecord, type EventStore, readTrusted } from '@ballast/bus';
import { belongsTo, type Chapter, correlationOf, mentions, Storyteller } from '@ballast/books';
import { type LinkOptions, withBus } from '../connection.js';
import { CliFailure, type CliIo } from '../io.js';
import { linesOf, show, timeText } from '../output.js';
import { ALL_PARTITIONS } from '../read-log.js';
import { onBus } from './options.js';

/** `ballast explain`: why a trade is as it is, from the log alone. */
export function addExplain(program: Command, io: CliIo): void {
  onBus(program.command('explain <id>'), 'ballast explain bqv6h2cyxu2mkd4d4hoqwr3y5e')
    .description('the whole story of a trade, order, plan, signal, fill or decision, in order')
    .action((id: string, options: LinkOptions) => explain(id, options, io));
}

async function explain(id: string, options: LinkOptions, io: CliIo): Promise<void> {
  const story = await withBus(io, options, ({ store }) => storyOf(store, id));
  if (!story) throw new CliFailure(`no decision, trade, order, plan, signal or fill of the log has the id ${id}`, '`ballast trades` and `ballast orders --all` show ids; so does `ballast tail`');
  show(io, options.json, { id, story: story.correlationId, chapters: story.chapters }, () => linesOf(`story of ${story.correlationId}`, ...story.chapters.flatMap(linesOfChapter)));
}

const linesOfChapter = ({ at, partition, sequence, writer, decisionId, causationId, title, facts }: Chapter): readonly string[] => [
  `${timeText(at)} ${writer}: ${title}`,
  ...facts.map((fact) => `    ${fact}`),
  `    decision ${decisionId} (log ${partition}:${sequence}), because of ${causationId}`,
];

export interface Story {
  readonly correlationId: Id;
  readonly chapters: readonly Chapter[];
}

/** The whole story that an id is of; undefined where nothing of the log has it. */
export async function storyOf(store: EventStore, id: Id): Promise<Story | undefined> {
  const [found] = (await decisionsWith(store, id)).filter((decision) => mentions(decision, id));
  if (!found) return undefined;
  const correlationId = correlationOf(found, id);
  const decisions = (await decisionsWith(store, correlationId)).filter((decision) => belongsTo(decision, correlationId));
  const teller = new Storyteller();
  return { correlationId, chapters: decisions.flatMap((decision) => teller.tell(decision)) };
}

/** Decisions whose bytes hold the text; what does not is never parsed. A story is in one partition, so its order is the log's. */
async function decisionsWith(store: EventStore, text: string): Promise<readonly DecisionRecord[]> {
  const found: DecisionRecord[] = [];
  await Promise.all(
    ALL_PARTITIONS.map((partition) =>
      store.read(partition, { filters: [] }, (message) => {
        if (Buffer.from(message.bytes.buffer, message.bytes.byteOffset, message.bytes.byteLength).includes(text)) found.push(readTrusted(message));
      }),
    ),
  );
  return found.sort((a, b) => a.partition - b.partition || a.sequence - b.sequence);
}
