import { ContractError } from '@ballast/events';
import type { Id, Partition } from '@ballast/domain';
import { DeadLetters, type DeadLetter } from '../ports/dead-letters.js';
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

/** Letters and their resolutions on `dead.<service>.<p>.<lane>`; what is open is a fold of both. */
export class JetStreamDeadLetters extends DeadLetters {
  constructor(
    private readonly link: Link,
    private readonly publisher: StorePublisher,
    private readonly provisioning: ProvisioningClient,
  ) {
    super();
  }

  async record(letter: DeadLetter): Promise<void> {
    await this.write(letter, { kind: 'letter', letter }, letter.deadId);
  }

  /** @throws ContractError where no open letter has this id. */
  async resolve(deadId: Id, resolution: 'RETRIED' | 'DISCARDED', by: string): Promise<void> {
    const letter = (await this.open()).find((candidate) => candidate.deadId === deadId);
    if (letter === undefined) throw new ContractError('dead letter', { deadId: `found "${deadId}", allowed is the id of an open dead letter` });
    await this.write(letter, { kind: 'resolution', deadId, resolution, by }, `${deadId}-${resolution}`);
  }

  async open(filter: { readonly service?: string; readonly partition?: Partition } = {}): Promise<readonly DeadLetter[]> {
    const subject = `dead.${filter.service ?? '*'}.${filter.partition ?? '*'}.>`;
    const letters = new Map<Id, DeadLetter>();
    const resolved = new Set<Id>();
    const to = await lastSequenceOf(this.link, DEAD_STREAM);
    await readRange(this.link, this.provisioning, { stream: DEAD_STREAM, filters: [subject], from: 1, to }, ({ bytes }) => {
      const entry = JSON.parse(decoder.decode(bytes)) as Entry;
      if (entry.kind === 'resolution') resolved.add(entry.deadId);
      else if (!letters.has(entry.letter.deadId)) letters.set(entry.letter.deadId, entry.letter);
    });
    return [...letters.values()].filter((letter) => !resolved.has(letter.deadId));
  }

  private async write(letter: DeadLetter, entry: Entry, messageId: string): Promise<void> {
    await this.publisher.store(deadSubject(letter.service, letter.partition, letter.lane), encoder.encode(JSON.stringify(entry)), { messageId });
  }
}
