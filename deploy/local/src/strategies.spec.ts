import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoverStrategies, strategyFolder } from './strategies.js';

describe('strategies are found by folder', () => {
  let root: string;
  const put = (name: string, index?: string): void => {
    mkdirSync(join(root, 'services/strategies', name, 'src'), { recursive: true });
    writeFileSync(join(root, 'services/strategies', name, 'package.json'), '{"type":"module"}');
    if (index !== undefined) writeFileSync(join(root, 'services/strategies', name, 'src/index.ts'), index);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ballast-strategies-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('the pair strategy of this working copy is one of them, under the name of its folder', async () => {
    expect(discoverStrategies().map(({ name }) => name)).toContain('dn-pair');
    expect((await strategyFolder('dn-pair').load()).name).toBe('dn-pair');
  });

  it('a folder more is a strategy more, in the order of names', () => {
    put('carry');
    put('alpha');
    mkdirSync(join(root, 'services/strategies/notes'));
    expect(discoverStrategies(root).map(({ name, entry }) => [name, entry])).toEqual([
      ['alpha', 'services/strategies/alpha/dist/main.js'],
      ['carry', 'services/strategies/carry/dist/main.js'],
    ]);
  });

  it('a working copy without strategies has none', () => {
    expect(discoverStrategies(root)).toEqual([]);
  });

  it('an unknown name is answered with the names there are', () => {
    put('carry');
    expect(() => strategyFolder('cary', root)).toThrow('strategy: found "cary", allowed is one of the folders of services/strategies: carry');
  });

  it('a folder whose name cannot be part of a subject is refused', () => {
    put('Carry.v2');
    expect(() => discoverStrategies(root)).toThrow('services/strategies: found the folder "Carry.v2", allowed is');
  });

  it.each([
    ['has no code', undefined, 'does not exist; run `make build`'],
    ['makes no strategy', 'export const other = 1;', 'exports no function createStrategy'],
    ['makes something else', 'export const createStrategy = () => ({ name: "carry" });', 'returns no Strategy of @ballast/strategy'],
  ])('a package that %s is refused by name', async (_, index, message) => {
    put('carry', index);
    await expect(strategyFolder('carry', root).load()).rejects.toThrow(message);
  });

  it('a strategy with a name other than its folder is refused', async () => {
    put('carry', `export { createStrategy } from '${join(import.meta.dirname, '../../../services/strategies/dn-pair/src/index.ts')}';`);
    await expect(strategyFolder('carry', root).load()).rejects.toThrow('strategy carry: found the name "dn-pair", allowed is the name of its folder');
  });
});
