import { ContractError } from '@ballast/events';
import type { Id, Partition } from '@ballast/domain';
import { DeadLetters, deadIdOf, type DeadLetter } from '../ports/dead-letters.js';
import { lastSequenceOf } from './direct.js';
import type { Link } from './link.js';
import { DEAD_STREAM, deadSubject } from './names.js';
import type { ProvisioningClient } from './provisioning-client.js';
import type { StorePublisher } from './publisher.js';
import { readRange } from './reader.js';

type Entry =
  | { readonly kind: 'letter'; readonly letter: DeadLetter }
  | { readonly kind: 'resolution'; readonly deadId: Id; readonly resolution: 'RETRIED' | 'DISCARDED'; readonly by: string };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Letters and their resolutions on `dead.<service>.<p>.<lane>`; what is open is a fold of both. The stream is shared, so they have no ids for
 * the store to de-duplicate by, which another could use first: a letter that is stored twice is one by its own id. Nor does a letter count
 * that is not its subject's, or a resolution on another subject than the letter's.
 */
export class JetStreamDeadLetters extends DeadLetters {
  constructor(
    private readonly link: Link,
    private readonly publisher: StorePublisher,
    private readonly provisioning: ProvisioningClient,
  ) {
    super();
  }

  async record(letter: DeadLetter): Promise<void> {
    await this.write(letter, { kind: 'letter', letter });
  }

  /** @throws ContractError where no open letter has this id. */
  async resolve(deadId: Id, resolution: 'RETRIED' | 'DISCARDED', by: string): Promise<void> {
    const letter = (await this.open()).find((candidate) => candidate.deadId === deadId);
    if (letter === undefined) throw new ContractError('dead letter', { deadId: `found "${deadId}", allowed is the id of an open dead letter` });
    await this.write(letter, { kind: 'resolution', deadId, resolution, by });
  }

  async open(filter: { readonly service?: string; readonly partition?: Partition } = {}): Promise<readonly DeadLetter[]> {
    const subject = `dead.${filter.service ?? '*'}.${filter.partition ?? '*'}.>`;
    const letters = new Map<Id, DeadLetter>();
    const resolved = new Set<string>();
    const to = await lastSequenceOf(this.link, DEAD_STREAM);
    await readRange(this.link, this.provisioning, { stream: DEAD_STREAM, filters: [subject], from: 1, to }, ({ subject: at, bytes }) => {
      const entry = entryIn(bytes);
      if (entry?.kind === 'resolution') resolved.add(`${at} ${entry.deadId}`);
      else if (entry?.kind === 'letter' && isOf(at, entry.letter) && !letters.has(entry.letter.deadId)) letters.set(entry.letter.deadId, entry.letter);
    });
    return [...letters.values()].filter((letter) => !resolved.has(`${subjectOf(letter)} ${letter.deadId}`));
  }

  private async write(letter: DeadLetter, entry: Entry): Promise<void> {
    await this.publisher.store(subjectOf(letter), encoder.encode(JSON.stringify(entry)));
  }
}

const subjectOf = ({ service, partition, lane }: DeadLetter): string => deadSubject(service, partition, lane);
const isOf = (subject: string, letter: DeadLetter): boolean => subjectOf(letter) === subject && deadIdOf(letter) === letter.deadId;

const FIELDS: Readonly<Record<keyof DeadLetter, 'string' | 'number'>> = { deadId: 'string', service: 'string', partition: 'number', lane: 'string', reason: 'string', detail: 'string', subject: 'string', sequence: 'number', payload: 'string', at: 'number' };
const isLetter = (found: unknown): boolean => typeof found === 'object' && found !== null && Object.entries(FIELDS).every(([field, type]) => typeof (found as Readonly<Record<string, unknown>>)[field] === type);

/** Undefined for what is neither: a credential may put any bytes on its own subjects. */
function entryIn(bytes: Uint8Array): Entry | undefined {
  try {
    const found = JSON.parse(decoder.decode(bytes)) as { readonly kind?: unknown; readonly letter?: unknown; readonly deadId?: unknown } | null;
    return (found?.kind === 'resolution' && typeof found.deadId === 'string') || (found?.kind === 'letter' && isLetter(found.letter)) ? (found as Entry) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
