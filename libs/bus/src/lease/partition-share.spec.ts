import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeaseTable, Unit } from './lease-table.js';
import { LeaseStore, PartitionShare } from './partition-share.js';

const TTL_MS = 4_000;
const UNITS = 8;
const ALL: readonly Unit[] = Array.from({ length: UNITS }, (_, unit) => unit);

/** The stream, with a wire that takes its time and breaks when it is told to. */
class Shelf {
  table: LeaseTable | undefined;
  sequence = 0;
  now = 0;
  isAway = false;
  /** What happens while a message is on its way. */
  onTheWay: () => void = () => undefined;

  storeOf(): LeaseStore {
    return new ShelfStore(this);
  }
}

class ShelfStore extends LeaseStore {
  constructor(private readonly shelf: Shelf) {
    super();
  }

  read(): ReturnType<LeaseStore['read']> {
    const { table, sequence, isAway } = this.shelf;
    if (isAway) return Promise.reject(new Error('away'));
    return Promise.resolve(table && { table, sequence });
  }

  write(table: LeaseTable, expected: number): Promise<boolean> {
    this.shelf.onTheWay();
    if (this.shelf.isAway) return Promise.reject(new Error('away'));
    if (this.shelf.sequence !== expected) return Promise.resolve(false);
    this.shelf.table = table;
    this.shelf.sequence += 1;
    this.shelf.onTheWay();
    return Promise.resolve(true);
  }

  onFreed(): void {
    // The test says when who looks.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

const shareOn = (shelf: Shelf, replica: string, { rate = 1, contract = 1 } = {}): PartitionShare => new PartitionShare(shelf.storeOf(), { replica, units: UNITS, ttlMs: TTL_MS, writer: { contract, build: `build-${contract}` }, elapsed: () => shelf.now * rate + replica.charCodeAt(0) * 1e6 });

async function turn(share: PartitionShare): Promise<void> {
  await share.beat();
  await share.actOn(share.units);
}

describe('replicas that share partitions', () => {
  it('never hold one at the same time, whoever is slow, cut off or dead, and whatever each one\'s clock shows', async () => {
    const step = fc.record({ who: fc.integer({ min: 0, max: 2 }), passes: fc.integer({ min: 0, max: 3_000 }), onTheWay: fc.integer({ min: 0, max: 700 }), isAway: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const shelf = new Shelf();
        const shares = [shareOn(shelf, 'a'), shareOn(shelf, 'b', { rate: 1.02 }), shareOn(shelf, 'c', { rate: 0.98 })];
        const nobodyTwice = (): void => {
          for (const unit of ALL) {
            const holders = shares.filter((share) => share.holds([unit]));
            if (holders.length > 1) expect.fail(`${holders.length} hold ${unit} at ${shelf.now}`);
            if (holders.some((share) => share.othersMayAct([unit]))) expect.fail(`who holds ${unit} leaves it to others at ${shelf.now}`);
          }
        };
        for (const { who, passes, onTheWay, isAway } of steps) {
          shelf.now += passes;
          shelf.isAway = isAway && passes % 3 === 0;
          shelf.onTheWay = () => {
            nobodyTwice();
            shelf.now += onTheWay;
            nobodyTwice();
          };
          const share = shares[who];
          if (share) await turn(share);
          nobodyTwice();
        }
      }),
      { numRuns: 500 },
    );
  });

  it('know one that was thought dead and lives by a sign that it has never given, also where they did not look meanwhile', async () => {
    const shelf = new Shelf();
    const [a, b, c] = [shareOn(shelf, 'a'), shareOn(shelf, 'b'), shareOn(shelf, 'c')];
    for (const share of [c, a, c, a]) await turn(share);
    shelf.now = 1_800;
    await turn(b);
    shelf.now = 4_000;
    await turn(a);
    expect([shelf.table?.owners.includes('c'), c.holds(c.units)], 'nothing is c\'s any more').toEqual([false, false]);
    for (const share of [c, c]) await turn(share);
    expect([c.units.length > 0, c.holds(c.units)], 'c is back').toEqual([true, true]);
    shelf.now = 5_800;
    await turn(b);
    expect(ALL.filter((unit) => [a, b, c].filter((share) => share.holds([unit])).length > 1)).toEqual([]);
  });

  it('take over what a dead one owned when its time is over, and not before', async () => {
    const shelf = new Shelf();
    const [a, b] = [shareOn(shelf, 'a'), shareOn(shelf, 'b')];
    for (const share of [a, b, a, b, a]) await turn(share);
    expect([a.units.length, b.units.length]).toEqual([4, 4]);
    for (let second = 0; second < 4; second += 1) {
      shelf.now += 1_000;
      if (second === 3) shelf.now -= 1;
      await turn(a);
    }
    expect([a.units.length, b.holds(b.units)]).toEqual([4, false]);
    shelf.now += 1;
    await turn(a);
    expect(a.units).toEqual(ALL);
    const before = [4, 5, 6, 7];
    expect([b.othersMayAct(before), a.othersMayAct(a.units)]).toEqual([true, false]);
    await b.beat();
    expect([b.othersMayAct(before), b.othersMayAct([])], 'it lives again, and they are another\'s').toEqual([true, false]);
  });

  it('wait for each other where nobody could be told: after an outage the living go on with what they had', async () => {
    const shelf = new Shelf();
    const [a, b] = [shareOn(shelf, 'a'), shareOn(shelf, 'b')];
    for (const share of [a, b, a, b]) await turn(share);
    shelf.isAway = true;
    shelf.now += 3_500;
    expect([a.holds(a.units), a.othersMayAct(a.units)], 'a short outage makes nobody silent').toEqual([false, false]);
    for (let second = 0; second < 10; second += 1) {
      shelf.now += 1_000;
      await turn(a);
      await turn(b);
    }
    expect([a.holds(a.units), b.holds(b.units)], 'nobody acts while nobody can be told').toEqual([false, false]);
    expect([a.othersMayAct(a.units), b.othersMayAct(b.units)], 'and each takes it that others may').toEqual([true, true]);
    shelf.isAway = false;
    await turn(a);
    shelf.now += 3_000;
    await turn(a);
    await turn(b);
    expect([a.units, b.units]).toEqual([[0, 1, 2, 3], [4, 5, 6, 7]]);
    expect([a.holds(a.units), b.holds(b.units)]).toEqual([true, true]);
  });

  it('give a newcomer its part once they have stopped acting on it, and keep it as long as they act', async () => {
    const shelf = new Shelf();
    const [a, b] = [shareOn(shelf, 'a'), shareOn(shelf, 'b')];
    for (const share of [a, a]) await turn(share);
    expect(a.units).toEqual(ALL);
    await b.beat();
    await a.beat();
    expect(a.units, 'it should act on half').toEqual([0, 1, 2, 3]);
    await b.beat();
    expect([b.units, a.holds(ALL)], 'but it acts on all yet').toEqual([[], true]);
    await a.actOn(a.units);
    await b.beat();
    expect([b.units, a.holds([4])]).toEqual([[4, 5, 6, 7], false]);
  });

  it('know the newest build that has written, whoever comes and goes after it, and nothing of one that has only looked on', async () => {
    const shelf = new Shelf();
    const [older, newer] = [shareOn(shelf, 'a'), shareOn(shelf, 'b', { contract: 2 })];
    for (const share of [older, newer, older, newer]) await turn(share);
    expect(await older.newestWriter()).toBeUndefined();
    newer.hasWritten();
    older.hasWritten();
    for (const share of [older, newer, older]) await turn(share);
    await newer.leave();
    await turn(older);
    expect(await older.newestWriter()).toEqual({ contract: 2, build: 'build-2' });
  });

  it('take over what a dead one owned after one TTL of silence, also where the first part of it was heard before they gave a sign of life', async () => {
    const shelf = new Shelf();
    const dead = shareOn(shelf, 'a');
    await turn(dead);
    await turn(dead);
    const next = shareOn(shelf, 'b');
    expect((await next.look())?.owners).toEqual(ALL.map(() => 'a'));
    shelf.now += TTL_MS;
    await next.look();
    await turn(next);
    await turn(next);
    expect(next.units).toEqual(ALL);
  });

  it('count no silence that they could not hear', async () => {
    const shelf = new Shelf();
    const other = shareOn(shelf, 'a');
    await turn(other);
    await turn(other);
    const next = shareOn(shelf, 'b');
    await next.look();
    shelf.isAway = true;
    shelf.now += TTL_MS;
    expect(await next.look()).toBeUndefined();
    shelf.isAway = false;
    await turn(next);
    await turn(next);
    expect(next.units).toEqual([]);
  });
});
