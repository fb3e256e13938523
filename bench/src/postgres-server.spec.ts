import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPostgres } from './postgres-server.js';

describe('where the benchmark looks for PostgreSQL', () => {
  let root: string;
  const installed = (...path: string[]): string => {
    const folder = join(root, ...path);
    mkdirSync(folder, { recursive: true });
    for (const name of ['initdb', 'postgres']) writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
    return folder;
  };
  const programsIn = (folder: string): object => ({ initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') });
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'ballast-find-postgres-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('takes the folder it is told, before PATH', () => {
    const [named, onPath] = [installed('named'), installed('path')];
    expect(findPostgres({ POSTGRES_BIN: named, PATH: onPath }, join(root, 'none'))).toEqual(programsIn(named));
    expect(findPostgres({ PATH: onPath }, join(root, 'none'))).toEqual(programsIn(onPath));
  });

  it('takes the newest that Debian keeps off PATH, by number and not by letter', () => {
    installed('debian', '9', 'bin');
    const newest = installed('debian', '15', 'bin');
    expect(findPostgres({ PATH: join(root, 'empty') }, join(root, 'debian'))).toEqual(programsIn(newest));
  });

  it('finds none where there is none, nor where half of it is', () => {
    const half = join(root, 'half');
    mkdirSync(half);
    writeFileSync(join(half, 'postgres'), '#!/bin/sh\n', { mode: 0o755 });
    expect(findPostgres({ PATH: half }, join(root, 'none'))).toBeUndefined();
  });

  it('refuses a folder it is told that has none', () => {
    expect(() => findPostgres({ POSTGRES_BIN: '/nowhere' })).toThrow('POSTGRES_BIN: found "/nowhere", allowed is a folder with initdb and postgres');
  });
});
