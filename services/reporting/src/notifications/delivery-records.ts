import { type Partition } from '@ballast/domain';
import type { SnapshotStore } from '@ballast/bus';
import { type Message, NOTICE_KINDS, type NoticeKind } from './notice.js';
import type { NoticeQueues } from './notice-queues.projection.js';

/** A message that is being told: as long as it stands, it may or may not have arrived. */
export type Claim = Pick<Message, 'key' | 'kind' | 'from' | 'to'>;

/** How far one target has been told of one partition. */
interface Told {
  /** Number of the last notice told, by kind. */
  readonly upTo: Record<string, number>;
  claim?: Claim;
}

interface PartitionRecord {
  readonly format: 1;
  readonly targets: Record<string, Told>;
}

const isRecord = (found: unknown): found is PartitionRecord => typeof found === 'object' && found !== null && 'format' in found && found.format === 1;

/**
 * How far every target has been told, kept in the service's own part of the snapshot store: no decision rests on it. Where it is
 * lost, or knows a target or a kind not yet, telling begins with what comes next, so that nobody is told a whole log.
 */
export class DeliveryRecords {
  private readonly records = new Map<Partition, PartitionRecord>();
  private readonly saves = new Map<Partition, Promise<void>>();

  constructor(
    private readonly store: SnapshotStore,
    private readonly targets: readonly string[],
  ) {}

  /** Reads what is kept; what is new begins at `totals`, which is what the log held when it was recovered. */
  async open(totals: ReadonlyMap<Partition, Readonly<Record<string, number>>>): Promise<void> {
    for (const [partition, total] of totals) {
      const kept = await this.load(partition);
      const targets = Object.fromEntries(this.targets.map((target) => [target, begin(kept?.targets[target], total)]));
      this.records.set(partition, { format: 1, targets: { ...kept?.targets, ...targets } });
      await this.save(partition);
    }
  }

  get partitions(): readonly Partition[] {
    return [...this.records.keys()];
  }

  upTo(target: string, partition: Partition, kind: NoticeKind): number {
    return this.records.get(partition)?.targets[target]?.upTo[kind] ?? 0;
  }

  /** The message in doubt, if there is one: it comes before anything else. */
  claimed(target: string, queues: NoticeQueues): Message | undefined {
    for (const [partition, { targets }] of this.records) {
      const claim = targets[target]?.claim;
      if (claim) return { ...queues.message(partition, claim.kind, claim.from, claim.to), key: claim.key };
    }
    return undefined;
  }

  /** Durable before the message is sent. */
  async claim(target: string, { partition, key, kind, from, to }: Message): Promise<void> {
    const told = this.records.get(partition)?.targets[target];
    if (!told) return;
    told.claim = { key, kind, from, to };
    await this.save(partition);
  }

  /** The message is over: told, or given up. In memory at once, whatever becomes of the save. */
  async settle(target: string, { partition, kind, to }: Message): Promise<void> {
    const told = this.records.get(partition)?.targets[target];
    if (!told) return;
    delete told.claim;
    told.upTo[kind] = to;
    await this.save(partition);
  }

  private async load(partition: Partition): Promise<PartitionRecord | undefined> {
    const bytes = await this.store.load(keyOf(partition));
    const found: unknown = bytes && JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isRecord(found) ? found : undefined;
  }

  /** One after the other, so that an older one never overtakes a newer one. */
  private save(partition: Partition): Promise<void> {
    const write = (): Promise<void> => this.store.save(keyOf(partition), Buffer.from(JSON.stringify(this.records.get(partition))));
    const saved = (this.saves.get(partition) ?? Promise.resolve()).then(write, write);
    this.saves.set(partition, saved);
    return saved;
  }
}

const keyOf = (partition: Partition): string => `notices-${partition}`;

/** A number above the log's own is of another log. */
function begin(told: Told | undefined, total: Readonly<Record<string, number>>): Told {
  const upTo = Object.fromEntries(NOTICE_KINDS.map((kind) => [kind, Math.min(told?.upTo[kind] ?? Infinity, total[kind] ?? 0)]));
  const claim = told?.claim;
  return { upTo, ...(claim && claim.from > (upTo[claim.kind] ?? 0) && claim.to <= (total[claim.kind] ?? 0) ? { claim } : {}) };
}
