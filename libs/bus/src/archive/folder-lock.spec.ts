import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveFolder } from './archive-folder.js';

const PACE = { beatMs: 20, lookMs: 10, stillMs: 500 };

describe('the folder of an archive', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ballast-lock-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const lock = (): string => join(dir, 'archive.lock');
  const left = (pid: number, host = hostname(), more: object = {}): void => writeFileSync(lock(), JSON.stringify({ command: 'ballast log archive', pid, host, since: '2026-11-22T01:02:03.000Z', ...more }));
  const folder = (): ArchiveFolder => new ArchiveFolder(dir, PACE);
  const written = (): Promise<string> => folder().alone('ballast log roll 3', () => Promise.resolve('written'));

  it('has one writer at a time, and the second one is told who the first one is', async () => {
    await folder().alone('ballast log roll 3', async () => {
      await expect(written()).rejects.toThrow(`process ${process.pid} on ${hostname()} (\`ballast log roll 3\`, since 2`);
      await expect(written()).rejects.toMatchObject({ advice: 'run it again when that has ended' });
    });
    expect([await written(), existsSync(lock())]).toEqual(['written', false]);
  });

  it('has a writer whose parts write too', async () => {
    const one = folder();
    expect(await one.alone('ballast log roll 3', () => one.alone('ballast log archive', () => Promise.resolve(existsSync(lock()))))).toBe(true);
    expect(existsSync(lock())).toBe(false);
  });

  it('is free again where its writer has failed', async () => {
    await expect(folder().alone('ballast log archive', () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(await written()).toBe('written');
  });

  it('is taken over from a process of this machine that is no more, also from one that had the same id', async () => {
    for (const pid of [spawnSync('true').pid, process.pid]) {
      left(pid);
      expect([pid, await written(), existsSync(lock())]).toEqual([pid, 'written', false]);
    }
  });

  it('is not taken from a build that renewed no lock: of its process on another machine nothing can be known', async () => {
    left(4_000_000, 'elsewhere');
    await expect(written()).rejects.toMatchObject({ message: expect.stringContaining('process 4000000 on elsewhere (`ballast log archive`, since 2026-11-22T01:02:03.000Z) writes this archive') as string, advice: `run it again when that has ended; if it is no more, remove ${lock()}` });
    left(process.ppid);
    await expect(written()).rejects.toThrow(`process ${process.ppid} on ${hostname()}`);
  });

  it('is taken over from a process of another machine, or from nobody that can be read, once its lock has stood still before the eyes of who waits', async () => {
    for (const leave of [(): void => left(1, 'archive-pod-1', { beatMs: 20 }), (): void => left(process.ppid, hostname(), { beatMs: 20 }), (): void => writeFileSync(lock(), '')]) {
      leave();
      const hourAgo = Date.now() / 1_000 - 3_600;
      utimesSync(lock(), hourAgo, hourAgo);
      const began = performance.now();
      expect([await written(), existsSync(lock())]).toEqual(['written', false]);
      expect(performance.now() - began).toBeGreaterThanOrEqual(PACE.stillMs - 1);
    }
  });

  it('is not taken over from a process of another machine that renews its lock, wherever its clock stands', async () => {
    left(1, 'archive-pod-1', { beatMs: 20 });
    let seconds = 1_000;
    const beats = setInterval(() => utimesSync(lock(), seconds, (seconds -= 7)), 20);
    await expect(written()).rejects.toThrow('process 1 on archive-pod-1 (`ballast log archive`');
    clearInterval(beats);
    expect(existsSync(lock())).toBe(true);
  });

  it('is renewed as long as it is held', async () => {
    await folder().alone('ballast log archive', async () => {
      utimesSync(lock(), 1, 1);
      const deadline = performance.now() + 5_000;
      while (statSync(lock()).mtimeMs === 1_000 && performance.now() < deadline) await delay(5);
      expect(statSync(lock()).mtimeMs).toBeGreaterThan(1_000);
    });
  });

  it('has nothing put into it any more by who has lost the lock, and is left to its new writer', async () => {
    for (const lose of [(): void => rmSync(lock()), (): void => left(1, 'archive-pod-2', { beatMs: 20 })]) {
      const late = folder();
      const writing = late.alone('ballast log archive', async () => {
        await late.writeSegment('EVENTS_3', 1, [Buffer.from('one')]);
        lose();
        await late.writeSegment('EVENTS_3', 2, [Buffer.from('two')]);
      });
      await expect(writing).rejects.toThrow(/the lock is (gone|held by process 1 on archive-pod-2 .*); this process was taken for lost, because it stood still, and writes no more/);
      expect(readdirSync(join(dir, 'EVENTS_3')).filter((file) => file.endsWith('.gz'))).toEqual(['000000000001.gz']);
    }
    expect(existsSync(lock())).toBe(true);
  });

  it('lets nobody who has lost the lock begin another part of what it does', async () => {
    const late = folder();
    const parts = late.alone('ballast log roll 3', async () => {
      rmSync(lock());
      return late.alone('ballast log archive', () => Promise.resolve('archived'));
    });
    await expect(parts).rejects.toThrow('the lock is gone; this process was taken for lost');
  });

  it('is taken over by one of many that find a dead one\'s lock', async () => {
    left(spawnSync('true').pid);
    let inside = 0;
    let most = 0;
    const tried = await Promise.allSettled(Array.from({ length: 20 }, () => folder().alone('ballast log archive', async () => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(5);
      inside -= 1;
    })));
    expect([most, tried.some(({ status }) => status === 'fulfilled')]).toEqual([1, true]);
  });
});
