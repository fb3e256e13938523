import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Reloader } from './reloader.js';

describe('the reloader', () => {
  let home: string;
  let told: number[];
  const pidFile = (): string => join(home, 'nats.pid');
  const folder = (): string => join(home, 'tls');
  const reloader = (): Reloader => new Reloader({ pidFile: pidFile(), folder: folder() }, (pid) => told.push(pid) > 0);
  const write = (path: string, text: string, second: number): void => {
    writeFileSync(path, text);
    utimesSync(path, second, second);
  };
  const started = (pid: number, second: number): void => write(pidFile(), `${pid}\n`, second);
  const renewed = (second: number): void => ['ca.crt', 'tls.crt', 'tls.key'].forEach((name) => write(join(folder(), name), 'x', second));

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'ballast-reloader-'));
    told = [];
    mkdirSync(folder());
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('says nothing to a server that started after its files were written', () => {
    renewed(100);
    started(7, 101);
    expect([reloader().look(), told]).toEqual([undefined, []]);
  });

  it('tells a server once of each renewal', () => {
    renewed(100);
    started(7, 101);
    const one = reloader();
    one.look();
    renewed(200);
    expect([one.look(), one.look()]).toEqual([7, undefined]);
    renewed(300);
    expect([one.look(), told]).toEqual([7, [7, 7]]);
  });

  it('tells a server of a renewal that came while the reloader itself was away', () => {
    started(7, 101);
    renewed(200);
    expect(reloader().look()).toBe(7);
  });

  it('says nothing to a server that has started since', () => {
    started(7, 101);
    renewed(200);
    const one = reloader();
    one.look();
    started(9, 201);
    expect([one.look(), told]).toEqual([undefined, [7]]);
  });

  it('looks past what the mount keeps for itself', () => {
    renewed(100);
    started(7, 101);
    mkdirSync(join(folder(), '..2026_11_22'));
    expect(reloader().look()).toBe(undefined);
  });

  it('waits for a server that is not there yet, and for files that are not', () => {
    renewed(200);
    expect(reloader().look()).toBe(undefined);
    started(7, 101);
    rmSync(folder(), { recursive: true });
    expect([reloader().look(), told]).toEqual([undefined, []]);
  });

  it('goes on where the process of the file is gone', () => {
    const { pid } = spawnSync('true');
    started(pid, 101);
    renewed(200);
    expect(new Reloader({ pidFile: pidFile(), folder: folder() }).look()).toBe(undefined);
  });
});
