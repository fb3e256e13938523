import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvariantError } from '@ballast/domain';
import { botDecider, cause } from '../conformance/bots.js';
import { LossyStore } from '../conformance/bus-bench.js';
import { StreamExecutor } from '../core/stream-executor.js';
import type { Seal } from '../core/sealed.js';
import type { Look } from '../jetstream/seals.js';
import { InMemoryEventStore } from '../memory/memory-event-store.js';
import { VirtualClock } from '../memory/virtual-clock.js';
import type { EventStore, ReadRange, StoredMessage } from '../ports/event-store.js';
import { ArchiveFolder } from './archive-folder.js';
import { chained, recordOf } from './archived-record.js';
import { emptyManifest, type Segment } from './manifest.js';
import { SealedEventStore } from './sealed-event-store.js';
import { SealedPart } from './sealed-part.js';

const SUBJECT = 'evt.0.operator.bot.b1';
const B1 = { partition: 0, id: 'b1' };
const sequences = (messages: readonly StoredMessage[]): readonly number[] => messages.map(({ sequence }) => sequence);

/** A partition of which the first messages may be gone. */
class ThinnedStore extends InMemoryEventStore {
  gone = 0;
  override async readSubject(partition: number, subject: string): Promise<readonly StoredMessage[]> {
    return (await super.readSubject(partition, subject)).filter(({ sequence }) => sequence > this.gone);
  }
  override async read(partition: number, range: ReadRange, onMessage: (message: StoredMessage) => void): Promise<void> {
    if (range.filters.length === 0 && (range.from ?? 1) <= this.gone) throw new InvariantError('the log has a hole');
    await super.read(partition, range, (message) => (message.sequence > this.gone ? onMessage(message) : undefined));
  }
}

describe('a log of which a part is sealed', () => {
  let dir: string;
  let kept: ThinnedStore;
  let looks: number;
  let log: SealedEventStore;
  let seal: Seal;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ballast-sealed-'));
    const clock = new VirtualClock(1);
    kept = new ThinnedStore(clock.work);
    const executor = new StreamExecutor(kept, clock, { service: 'operator', build: 'test' });
    for (let time = 0; time < 6; time += 1) await executor.execute(botDecider, { partition: 0, id: 'b1' }, { type: 'Start' }, cause(`c${time}`));
    seal = await archived(4);
    looks = 0;
    log = new SealedEventStore(kept, look, new SealedPart(new ArchiveFolder(dir)));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  async function look(): Promise<Look> {
    looks += 1;
    return { lastSequence: await kept.lastSequence(0), seal: kept.gone > 0 ? seal : undefined };
  }

  /** The first messages as an archive of two files. */
  async function archived(upTo: number): Promise<Seal> {
    const folder = new ArchiveFolder(dir);
    const messages: StoredMessage[] = [];
    await kept.read(0, { filters: [], to: upTo }, (message) => messages.push(message));
    const segments: Segment[] = [];
    let digest = '';
    for (let first = 1; first <= upTo; first += 2) {
      const records = messages.slice(first - 1, first + 1).map(({ sequence, subject, bytes }) => recordOf({ sequence, subject, bytes, headers: [] }));
      for (const record of records) digest = chained(digest, record);
      segments.push({ ...(await folder.writeSegment('EVENTS_0', first, records)), first, last: first + 1, digest });
    }
    const { streams, ...manifest } = emptyManifest();
    await folder.writeManifest({ ...manifest, streams: streams.map((one) => (one.stream === 'EVENTS_0' ? { ...one, last: upTo, digest, segments } : one)) }, undefined);
    return { upTo, digest, wholeFrom: 0 };
  }

  const read = async (range: ReadRange): Promise<readonly number[]> => {
    const found: StoredMessage[] = [];
    await log.read(0, range, (message) => found.push(message));
    return sequences(found);
  };

  it('is read as one', async () => {
    kept.gone = 3;
    expect([await read({ filters: [] }), await read({ filters: [SUBJECT], from: 2, to: 5 }), sequences(await log.readSubject(0, SUBJECT))]).toEqual([[1, 2, 3, 4, 5, 6], [2, 3, 4, 5], [1, 2, 3, 4, 5, 6]]);
  });

  it('asks nothing of an archive for a stream that is whole or that is not there, be the archive away', async () => {
    rmSync(dir, { recursive: true });
    expect(sequences(await log.readSubject(0, SUBJECT))).toEqual([1, 2, 3, 4, 5, 6]);
    kept.gone = 3;
    expect([await log.readSubject(0, 'evt.0.operator.bot.new'), looks]).toEqual([[], 0]);
    await expect(log.readSubject(0, SUBJECT)).rejects.toThrow('found no manifest.json');
  });

  it('asks nothing of an archive for what is folded of a stream already: after a conflict, an unknown outcome, or another writer', async () => {
    const lossy = new LossyStore(log);
    const executor = (store: EventStore, service: string): StreamExecutor => new StreamExecutor(store, new VirtualClock(1), { service, build: 'test' });
    const [mine, other, reader] = [executor(lossy, 'operator'), executor(log, 'operator'), executor(log, 'risk')];
    for (const one of [mine, other, reader]) await one.load(botDecider, B1);
    kept.gone = 3;
    rmSync(dir, { recursive: true });
    await other.execute(botDecider, B1, { type: 'Start' }, cause('other'));
    expect(await mine.execute(botDecider, B1, { type: 'Start' }, cause('mine'))).toMatchObject({ outcome: 'appended', version: 8, state: { started: 8 } });
    lossy.losses.push('landed', 'lost');
    for (const version of [9, 10]) expect(await mine.execute(botDecider, B1, { type: 'Start' }, cause(`lost${version}`))).toMatchObject({ outcome: 'appended', version });
    expect([await reader.load(botDecider, B1), looks]).toMatchObject([{ version: 10, state: { started: 10 } }, 0]);
    await expect(executor(log, 'operator').load(botDecider, B1)).rejects.toThrow('found no manifest.json');
    await expect(mine.execute(botDecider, B1, { type: 'Start' }, { ...cause('c1'), once: true })).rejects.toThrow('found no manifest.json');
    expect(await mine.execute(botDecider, B1, { type: 'Start' }, { ...cause('stop'), once: 'UNLESS_SEALED' })).toMatchObject({ outcome: 'appended', version: 11 });
  });

  it('costs one look a second while everything is there, and one behind filters', async () => {
    for (let from = 1; from <= 6; from += 1) expect(await read({ filters: [], from, to: 6 })).toHaveLength(7 - from);
    expect(looks).toBe(1);
    await read({ filters: [SUBJECT], to: 6 });
    expect(looks).toBe(2);
    expect([await log.lastSequence(0), looks]).toEqual([6, 3]);
  });

  it('says that it was rolled over where that happens between the look and the reading, whatever is asked for', async () => {
    for (const filters of [[], [SUBJECT]]) {
      kept.gone = 0;
      await log.lastSequence(0);
      kept.gone = 3;
      await expect(read({ filters, to: 6 })).rejects.toThrow('partition 0 of the log was rolled over up to 4 while it was read');
      expect(await read({ filters, to: 6 })).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  it('is read again once its archive is mended, without a start', async () => {
    kept.gone = 3;
    const file = join(dir, 'EVENTS_0', '000000000001.gz');
    const bytes = readFileSync(file);
    writeFileSync(file, 'torn');
    await expect(log.readSubject(0, SUBJECT)).rejects.toThrow(/000000000001\.gz: found 4 bytes/);
    writeFileSync(file, bytes);
    expect(sequences(await log.readSubject(0, SUBJECT))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is read up to its newest seal', async () => {
    kept.gone = 3;
    expect(await log.readSubject(0, SUBJECT)).toHaveLength(6);
    kept.gone = 0;
    seal = await archived(6);
    kept.gone = 5;
    expect(await log.readSubject(0, SUBJECT)).toHaveLength(6);
  });
});
