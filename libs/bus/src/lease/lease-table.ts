import { InvariantError } from '@ballast/domain';

/** Who of a service's replicas lives, and what each owns: one message, changed only by comparison with the one before. */
export interface LeaseTable {
  /** The newest build that has written to the log as this service; an older one may not read what it wrote. */
  readonly writtenBy?: WriterBuild;
  /** The number of each replica's last sign of life, which only ever grows. Only that it changes says anything: no clock is compared with another. */
  readonly replicas: Readonly<Record<string, number>>;
  /** The owner of each unit, by its number; '' = nobody. */
  readonly owners: readonly string[];
}

/** A build as a writer. */
export interface WriterBuild {
  /** Version of the event contracts that it writes. */
  readonly contract: number;
  /** Its name: `BALLAST_BUILD`. */
  readonly build: string;
}

/** A unit is a partition, or all of them together where a service has one leader. */
export type Unit = number;

const FREE = '';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const emptyTable = (units: number): LeaseTable => ({ replicas: {}, owners: Array.from({ length: units }, () => FREE) });

export const unitsOf = ({ owners }: LeaseTable, replica: string): readonly Unit[] => owners.flatMap((owner, unit) => (owner === replica ? [unit] : []));

/** How many units are this replica's: as even as can be, and whoever has most already has the odd ones. */
export function shareOf(table: LeaseTable, replica: string): number {
  const order = Object.keys(table.replicas)
    .map((id) => ({ id, owned: unitsOf(table, id).length }))
    .sort((a, b) => b.owned - a.owned || (a.id < b.id ? -1 : 1));
  const place = order.findIndex(({ id }) => id === replica);
  const units = table.owners.length;
  return place < 0 ? 0 : Math.floor(units / order.length) + (place < units % order.length ? 1 : 0);
}

/** What this replica owns beyond its share: it gives that up once it has stopped acting on it. */
export const surplusOf = (table: LeaseTable, replica: string): readonly Unit[] => unitsOf(table, replica).slice(shareOf(table, replica));

/**
 * The table after a replica's sign of life `beat`: the dead are out, what is free is taken up to the fair share. Who has just come, or come
 * again, looks round first: those that start together divide the units before any of them has taken all. `beat` is one that this replica
 * has never given: one that was thought dead and lives is known by it to whoever has not looked meanwhile.
 */
export function beaten(table: LeaseTable, replica: string, { beat, dead }: { readonly beat: number; readonly dead: readonly string[] }): LeaseTable {
  const alive = without(table, dead.filter((id) => id !== replica));
  const known: LeaseTable = { ...alive, replicas: { ...alive.replicas, [replica]: beat } };
  if (!(replica in alive.replicas)) return known;
  const wanted = shareOf(known, replica) - unitsOf(known, replica).length;
  const taken = known.owners.flatMap((owner, unit) => (owner === FREE ? [unit] : [])).slice(0, Math.max(0, wanted));
  return { ...known, owners: known.owners.map((owner, unit) => (taken.includes(unit) ? replica : owner)) };
}

/** The table without these replicas: what they owned is free. */
export const without = ({ replicas, owners, ...rest }: LeaseTable, gone: readonly string[]): LeaseTable => ({
  ...rest,
  replicas: Object.fromEntries(Object.entries(replicas).filter(([id]) => !gone.includes(id))),
  owners: owners.map((owner) => (gone.includes(owner) || !(owner in replicas) ? FREE : owner)),
});

/** The table after this replica has given these units up. */
export const given = (table: LeaseTable, replica: string, units: readonly Unit[]): LeaseTable => ({
  ...table,
  owners: table.owners.map((owner, unit) => (owner === replica && units.includes(unit) ? FREE : owner)),
});

/** The table after a build has written to the log: the newest one stays. */
export const writtenBy = (table: LeaseTable, writer: WriterBuild): LeaseTable => (writer.contract > (table.writtenBy?.contract ?? 0) ? { ...table, writtenBy: writer } : table);

export const encodeTable = (table: LeaseTable): Uint8Array => encoder.encode(JSON.stringify(table));

/** @throws InvariantError where it is no table of this many units: two builds share a service that disagree about what there is to share. */
export function decodeTable(bytes: Uint8Array, units: number): LeaseTable {
  const text = decoder.decode(bytes);
  const table = JSON.parse(text) as Partial<LeaseTable> | null;
  const holds = typeof table?.replicas === 'object' && Array.isArray(table.owners) && table.owners.length === units;
  if (!holds) throw new InvariantError(`lease table: found ${text}, allowed is { replicas, owners } with ${units} owners`);
  return table as LeaseTable;
}

/** Notices by this process's own clock whose signs of life have stopped. */
export class LifeSigns {
  private readonly seen = new Map<string, { readonly beats: number; readonly sinceMs: number }>();

  /** Who has shown no new sign of life for `ttlMs`. */
  dead({ replicas }: LeaseTable, nowMs: number, ttlMs: number): readonly string[] {
    return Object.entries(replicas).flatMap(([id, beats]) => {
      const seen = this.seen.get(id);
      return seen?.beats === beats && nowMs - seen.sinceMs >= ttlMs ? [id] : [];
    });
  }

  /** Takes a table that was the newest there was at `nowMs`. */
  see({ replicas }: LeaseTable, nowMs: number): void {
    for (const [id, beats] of Object.entries(replicas)) if (this.seen.get(id)?.beats !== beats) this.seen.set(id, { beats, sinceMs: nowMs });
    for (const id of [...this.seen.keys()]) if (!(id in replicas)) this.seen.delete(id);
  }

  /** Whoever could not look does not know who was silent: it begins to count anew. */
  forget(): void {
    this.seen.clear();
  }
}
