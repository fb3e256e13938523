import type { Id, Partition } from '@ballast/domain';
import { type DeadLetter, DeadLetters } from '../ports/dead-letters.js';

export class InMemoryDeadLetters extends DeadLetters {
  private readonly letters = new Map<Id, DeadLetter>();
  private readonly resolved = new Map<Id, { readonly resolution: 'RETRIED' | 'DISCARDED'; readonly by: string }>();

  record(letter: DeadLetter): Promise<void> {
    if (!this.letters.has(letter.deadId)) this.letters.set(letter.deadId, letter);
    return Promise.resolve();
  }

  resolve(deadId: Id, resolution: 'RETRIED' | 'DISCARDED', by: string): Promise<void> {
    if (!this.resolved.has(deadId)) this.resolved.set(deadId, { resolution, by });
    return Promise.resolve();
  }

  open({ service, partition }: { readonly service?: string; readonly partition?: Partition } = {}): Promise<readonly DeadLetter[]> {
    const open = [...this.letters.values()].filter((letter) => !this.resolved.has(letter.deadId));
    return Promise.resolve(open.filter((letter) => (service ?? letter.service) === letter.service && (partition ?? letter.partition) === letter.partition));
  }
}
