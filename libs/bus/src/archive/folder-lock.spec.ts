import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveFolder } from './archive-folder.js';

describe('the folder of an archive', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ballast-lock-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const lock = (): string => join(dir, 'archive.lock');
  const left = (pid: number, host = hostname()): void => writeFileSync(lock(), JSON.stringify({ command: 'ballast log archive', pid, host, since: '2026-11-22T01:02:03.000Z' }));
  const written = (): Promise<string> => new ArchiveFolder(dir).alone('ballast log roll 3', () => Promise.resolve('written'));

  it('has one writer at a time, and the second one is told who the first one is', async () => {
    await new ArchiveFolder(dir).alone('ballast log roll 3', async () => {
      await expect(written()).rejects.toThrow(`process ${process.pid} on ${hostname()} (\`ballast log roll 3\`, since 2`);
      await expect(written()).rejects.toMatchObject({ advice: `run it again when that has ended; if it is no more, remove ${lock()}` });
    });
    expect([await written(), existsSync(lock())]).toEqual(['written', false]);
  });

  it('has a writer whose parts write too', async () => {
    const folder = new ArchiveFolder(dir);
    expect(await folder.alone('ballast log roll 3', () => folder.alone('ballast log archive', () => Promise.resolve(existsSync(lock()))))).toBe(true);
    expect(existsSync(lock())).toBe(false);
  });

  it('is free again where its writer has failed', async () => {
    await expect(new ArchiveFolder(dir).alone('ballast log archive', () => Promise.reject(new Error('disk full')))).rejects.toThrow('disk full');
    expect(await written()).toBe('written');
  });

  it('is taken over from a process of this machine that is no more, also from one that had the same id', async () => {
    for (const pid of [spawnSync('true').pid, process.pid]) {
      left(pid);
      expect([pid, await written(), existsSync(lock())]).toEqual([pid, 'written', false]);
    }
  });

  it('is not taken from another machine, from a living process, or from a lock that cannot be read', async () => {
    left(4_000_000, 'elsewhere');
    await expect(written()).rejects.toThrow('process 4000000 on elsewhere (`ballast log archive`, since 2026-11-22T01:02:03.000Z) writes this archive');
    left(process.ppid);
    await expect(written()).rejects.toThrow(`process ${process.ppid} on ${hostname()}`);
    writeFileSync(lock(), '');
    await expect(written()).rejects.toThrow('somebody writes this archive');
  });

  it('is taken over by one of many that find a dead one\'s lock', async () => {
    left(spawnSync('true').pid);
    let inside = 0;
    let most = 0;
    const tried = await Promise.allSettled(Array.from({ length: 20 }, () => new ArchiveFolder(dir).alone('ballast log archive', async () => {
      inside += 1;
      most = Math.max(most, inside);
      await delay(5);
      inside -= 1;
    })));
    expect([most, tried.some(({ status }) => status === 'fulfilled')]).toEqual([1, true]);
  });
});
