import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStrategies, strategyManifestOf } from './strategy-manifest.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CARRY = { name: 'carry', description: 'Earns funding', memoryMb: 256 };

describe('the manifest of a strategy', () => {
  it('says its name, what it does and how much memory it may use', () => {
    expect(strategyManifestOf(JSON.stringify(CARRY), 'carry')).toEqual(CARRY);
  });

  it.each([
    ['another name than its folder', { ...CARRY, name: 'cary' }, 'name: found "cary", allowed is the name of its folder'],
    ['no description', { ...CARRY, description: ' ' }, 'description: found " ", allowed is one line'],
    ['a description of two lines', { ...CARRY, description: 'a\nb' }, 'description: found "a\\nb", allowed is one line'],
    ['too little memory', { ...CARRY, memoryMb: 64 }, 'memoryMb: found 64, allowed is a whole number from 128 to 8192'],
    ['memory as a text', { ...CARRY, memoryMb: '256' }, 'memoryMb: found "256", allowed is a whole number'],
    ['a field that nobody knows', { ...CARRY, memory: 1 }, 'memory: found 1, allowed are the fields name, description, memoryMb'],
    ['a list in place of an object', [CARRY], 'allowed is a JSON object'],
  ])('with %s is refused by field', (_, manifest, message) => {
    expect(() => strategyManifestOf(JSON.stringify(manifest), 'carry')).toThrow(message);
  });

  it('names every field at fault, and the file', () => {
    expect(() => strategyManifestOf('{}', 'carry')).toThrow(/^services\/strategies\/carry\/strategy\.json: name: found nothing.*; description: found nothing.*; memoryMb: found nothing/);
    expect(() => strategyManifestOf('{', 'carry')).toThrow('services/strategies/carry/strategy.json: found');
  });

  it('is there for every strategy of this working copy', () => {
    expect(readStrategies(ROOT).map(({ name }) => name)).toEqual(expect.arrayContaining(['dn-pair', 'swing']));
  });
});

describe('strategies are found by folder', () => {
  let root: string;
  const put = (name: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(root, 'services/strategies', name), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, 'services/strategies', name, file), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ballast-manifests-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('a folder more is a strategy more, in the order of names; what is no package is none', () => {
    put('carry', { 'package.json': '{}', 'strategy.json': JSON.stringify(CARRY) });
    put('alpha', { 'package.json': '{}', 'strategy.json': JSON.stringify({ ...CARRY, name: 'alpha' }) });
    put('notes', { 'readme.txt': '' });
    expect(readStrategies(root).map(({ name }) => name)).toEqual(['alpha', 'carry']);
  });

  it('a package without a manifest is refused by name', () => {
    put('carry', { 'package.json': '{}' });
    expect(() => readStrategies(root)).toThrow('services/strategies/carry/strategy.json: found nothing, allowed is { "name": "carry"');
  });

  it('a folder without strategies has none', () => {
    expect(readStrategies(root)).toEqual([]);
  });
});
