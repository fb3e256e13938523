import { InvariantError, type Partition } from '@ballast/domain';
import { ContractError, subjectFilters } from '@ballast/events';
import type { DecisionRecord } from '../ports/envelope.js';
import type { StoredMessage } from '../ports/event-store.js';
import type { Projection } from '../ports/event-streams.js';
import { ChainHeads } from './chain-heads.js';
import type { ConsumerFacts, ConsumerObserver, ConsumerPorts } from './consumer-types.js';
import { mustStop } from './contract-versions.js';
import { decodeMessage } from './envelope-codec.js';
import { freeze } from './frozen-state.js';
import { type Cut, type SavedBy, Snapshots } from './snapshots.js';
import { isOpening, openingFilters } from './sealed.js';
import { withoutOverlap } from './subject-filters.js';

/** What a check of a snapshot against a full fold found. */
export interface SnapshotCheck {
  readonly found: boolean;
  readonly same: boolean;
  readonly cut: Cut;
  /** Projections and streams that differ. */
  readonly differing: readonly string[];
}

/** Folds the log, each message once and in order: at a start from the last snapshot on, then message by message. */
export class LogFold {
  readonly heads = new ChainHeads();
  readonly filters: readonly string[];
  private readonly snapshots: Snapshots | undefined;
  private readonly reached = new Map<Partition, number>();
  private sawOpening = false;
  private readonly readers = new Map<string, Projection[]>();

  constructor(
    private readonly ports: ConsumerPorts,
    private readonly facts: ConsumerFacts,
    private readonly observer: Pick<ConsumerObserver, 'folded' | 'snapshot'> = {},
  ) {
    const reads = facts.projections.flatMap((projection) => projection.reads);
    const own = [...subjectFilters([...facts.eventTypes, ...reads]), ...ports.streams.ownedFilters()];
    // Who asks for nothing reads everything.
    this.filters = withoutOverlap(own.length === 0 ? [] : [...own, ...openingFilters()]);
    for (const projection of facts.projections) for (const type of projection.reads) this.readers.set(type, [...(this.readers.get(type) ?? []), projection]);
    this.snapshots = ports.snapshots && new Snapshots(ports.snapshots, facts, ports.streams, this.heads, (...said) => this.observer.snapshot?.(...said));
  }

  /** Last sequence folded. */
  reachedIn(partition: Partition): number {
    return this.reached.get(partition) ?? 0;
  }

  /**
   * Folds the log up to its end, all partitions at once: whoever takes over waits for the store's answers and not for one partition
   * after the other. Returns how many messages that were, by partition. @throws InvariantError where a snapshot knows more of the log than there is.
   */
  async recover(): Promise<ReadonlyMap<Partition, number>> {
    const cut = await this.snapshots?.restore();
    const counts = await Promise.all(this.facts.partitions.map(async (partition) => [partition, await this.recoverOne(partition, cut?.get(partition) ?? 0)] as const));
    await this.ports.streams.completeRecovery();
    return new Map(counts);
  }

  /** Reads a message in full. @throws ContractError naming the fields at fault. */
  read(message: StoredMessage): DecisionRecord {
    return decodeMessage(message);
  }

  /** Folds a decision that comes next. @throws InvariantError where the chain is broken. */
  take(record: DecisionRecord): void {
    this.heads.follow(record);
    this.reached.set(record.partition, record.sequence);
    this.sawOpening ||= isOpening(record);
    this.ports.streams.observe(record);
    this.observer.folded?.(record);
    record.events.forEach((event, index) => {
      for (const projection of this.readers.get(event.type) ?? []) projection.apply({ event, index, decision: record });
    });
  }

  /** A message that is no decision has been seen. */
  passOver(message: StoredMessage): void {
    this.heads.passOver(message);
    this.reached.set(message.partition, message.sequence);
  }

  /** A partition has opened anew since the last snapshot: what was before it may go once every snapshot reaches it. */
  get opened(): boolean {
    return this.sawOpening;
  }

  /** @throws what the store threw: nothing was saved, and an opening is still to be. */
  async saveSnapshot(by: SavedBy = 'owner'): Promise<void> {
    const { sawOpening } = this;
    this.sawOpening = false;
    try {
      await this.snapshots?.save(new Map(this.facts.partitions.map((partition) => [partition, this.reachedIn(partition)])), by);
    } catch (error) {
      this.sawOpening ||= sawOpening;
      throw error;
    }
  }

  /** Folds the log anew up to the snapshot's cut and compares. Only on a consumer that is not started. */
  async verify(): Promise<SnapshotCheck> {
    const kept = await this.snapshots?.kept();
    if (!kept || !this.snapshots) return { found: false, same: true, cut: new Map(), differing: [] };
    this.snapshots.reset();
    for (const partition of this.facts.partitions) await this.foldRange(partition, 1, kept.cut.get(partition) ?? 0);
    const differing = this.facts.projections.filter(({ name, state }) => kept.projections.get(name) !== JSON.stringify(freeze(state))).map(({ name }) => name);
    for (const [subject, { stream, version, text }] of kept.streams) {
      const folded = await this.ports.streams.stateAt(stream, version);
      if (JSON.stringify(freeze(folded)) !== text) differing.push(subject);
    }
    for (const entry of this.ports.streams.unfinished(this.facts.partitions)) if (!kept.streams.has(entry.subject)) differing.push(entry.subject);
    return { found: true, same: differing.length === 0, cut: kept.cut, differing };
  }

  private async recoverOne(partition: Partition, folded: number): Promise<number> {
    const end = await this.ports.store.lastSequence(partition);
    if (end < folded) throw new InvariantError(`partition ${partition}: the log ends at ${end}, and ${this.facts.service} has folded it up to ${folded}: it has lost its end, or is another log`);
    return this.foldRange(partition, folded + 1, end);
  }

  private async foldRange(partition: Partition, from: number, to: number): Promise<number> {
    let count = 0;
    let failure: { readonly error: unknown } | undefined;
    if (from <= to) {
      await this.ports.store.read(partition, { filters: this.filters, from, to }, (message) => {
        if (failure) return;
        try {
          this.foldOne(message);
          count += 1;
        } catch (error) {
          failure = { error };
        }
      });
    }
    if (failure) throw failure.error;
    this.reached.set(partition, Math.max(to, from - 1));
    return count;
  }

  private foldOne(message: StoredMessage): void {
    const record = this.readable(message);
    if (record) this.take(record);
    else this.passOver(message);
  }

  /** A message that breaks its contract is filed when it is handled; a fold passes over it, then and now. What a newer build wrote ends the fold. */
  private readable(message: StoredMessage): DecisionRecord | undefined {
    try {
      return this.read(message);
    } catch (error) {
      if (!(error instanceof ContractError) || mustStop(error, { subject: message.subject, service: this.facts.service })) throw error;
      return undefined;
    }
  }
}
