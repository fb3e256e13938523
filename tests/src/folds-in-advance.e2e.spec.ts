import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL, ReplicaDesk, until } from './cluster/replica-desk.js';
import { readLog } from './desk/log.js';

const [OLD, NEW] = ['risk', 'risk-2'] as const;
const SNAPSHOT_EVERY = 100;
/** Fewer new messages than this are not worth a fold in advance: a half of those between two snapshots. */
const LEFT_MAX = SNAPSHOT_EVERY / 2;
const COMMANDS = 20;
const ENV = { SNAPSHOT_EVERY: String(SNAPSHOT_EVERY), KEEP_SNAPSHOTS_MS: '1000' };

/** Two replicas of risk, the second of a newer build than the first: as in the middle of an upgrade. */
describe('partitions that are taken over', () => {
  let desk: ReplicaDesk;
  const valueOf = (page: string, line: RegExp): number => [...page.matchAll(line)].reduce((sum, [, value = '0']) => sum + parseInt(value, 10), 0);
  const folded = async (replica: string): Promise<number> => valueOf(await desk.metrics(replica), /^ballast_recovery_messages\{.*\} (\d+)$/gm);
  const kept = async (replica: string): Promise<number> => valueOf(await desk.metrics(replica), /^ballast_snapshots_total\{.*outcome="kept".*\} (\d+)$/gm);
  const logged = async (): Promise<number> => (await readLog(desk.bus.store)).events.length;
  const command = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) await desk.answering(ALL);
  };

  beforeAll(async () => {
    desk = await ReplicaDesk.start('folds', [OLD, NEW], { [OLD]: { ...ENV, BALLAST_BUILD: 'old' }, [NEW]: { ...ENV, BALLAST_BUILD: 'new' } });
    await until('both own their share', () => desk.isShared());
  }, 120_000);
  afterAll(() => desk.stop());

  it('are folded before they are asked for, where a build comes that has no snapshot that fits', async () => {
    await command(COMMANDS);
    await desk.stack.kill(NEW);
    await until('it owns nothing', async () => ((await desk.owned(NEW)) ?? []).length === 0);
    await until('both own their share again', () => desk.isShared());
    expect(await logged()).toBeGreaterThan(COMMANDS * ALL.length);
    expect(await folded(NEW)).toBeLessThanOrEqual(LEFT_MAX);
  }, 120_000);

  it('are folded by the one that is left from where they were folded in advance, though it never owned all of them', async () => {
    const rounds = await kept(OLD);
    await until('a round of folds in advance', async () => (await kept(OLD)) > rounds + 1);
    await desk.stack.kill(NEW, 'SIGSTOP');
    await until('all of them are its own', async () => (await desk.owned(OLD))?.length === ALL.length);
    expect(await folded(OLD)).toBeLessThanOrEqual(LEFT_MAX);
    await desk.stack.kill(NEW, 'SIGCONT');
    await until('both own their share again', () => desk.isShared());
    await command(1);
    expect((await readLog(desk.bus.store)).verify.breaches).toEqual([]);
  }, 120_000);
});
