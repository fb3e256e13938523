import type { Clock, Id, Partition } from '@ballast/domain';
import { type DeadLetter, type DeadLetters, type DeadReason, deadIdOf } from '../ports/dead-letters.js';
import type { StoredMessage } from '../ports/event-store.js';

/** What was asked of dead letters cannot be done; says why and what can. */
export class DeadLetterRefused extends Error {
  override readonly name = 'DeadLetterRefused';
}

/** Lanes that wait for a person, by the open dead letters of one service: the letters are the memory, so a restart forgets nothing. */
export class ParkedLanes {
  private readonly parked = new Set<string>();

  constructor(
    private readonly letters: DeadLetters,
    private readonly clock: Clock,
    private readonly service: string,
  ) {}

  get count(): number {
    return this.parked.size;
  }

  list(): readonly string[] {
    return [...this.parked].sort();
  }

  has(partition: Partition, lane: Id): boolean {
    return this.parked.has(`${partition}:${lane}`);
  }

  async recover(partitions: readonly Partition[]): Promise<void> {
    for (const { partition, lane, reason } of await this.letters.open({ service: this.service })) if (reason !== 'INVALID' && partitions.includes(partition)) this.parked.add(`${partition}:${lane}`);
  }

  /** Files a message; a lane whose message FAILED is parked from then on. */
  async bury(message: StoredMessage, lane: Id, reason: DeadReason, detail: string): Promise<void> {
    const { partition, sequence, subject, bytes } = message;
    const { service } = this;
    await this.letters.record({ deadId: deadIdOf({ service, partition, sequence }), service, partition, lane, reason, detail: detail.slice(0, 4_000), subject, sequence, payload: Buffer.from(bytes).toString('base64'), at: this.clock.now() });
    if (reason !== 'INVALID') this.parked.add(`${partition}:${lane}`);
  }

  /** Open letters of one lane, oldest message first; INVALID ones do not belong to it. */
  async ofLane(partition: Partition, lane: Id): Promise<readonly DeadLetter[]> {
    const open = await this.letters.open({ service: this.service, partition });
    return open.filter((letter) => letter.lane === lane && letter.reason !== 'INVALID').sort((a, b) => a.sequence - b.sequence);
  }

  /** @throws DeadLetterRefused where no open letter of this service has this id. */
  async find(deadId: Id): Promise<DeadLetter> {
    const letter = (await this.letters.open({ service: this.service })).find((open) => open.deadId === deadId);
    if (!letter) throw new DeadLetterRefused(`dead letter ${deadId}: found no open one of ${this.service} with this id`);
    return letter;
  }

  async resolve(letter: DeadLetter, resolution: 'RETRIED' | 'DISCARDED', by: string): Promise<void> {
    await this.letters.resolve(letter.deadId, resolution, by);
    if (letter.reason !== 'INVALID' && (await this.ofLane(letter.partition, letter.lane)).length === 0) this.parked.delete(`${letter.partition}:${letter.lane}`);
  }
}
