import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { PROFILES } from '../profiles.js';
import { loadProfiles } from './load.js';

const textOf = (name: string): string => readFileSync(new URL(`../../profiles/${name}.json`, import.meta.url), 'utf8');

function folderOf(files: Readonly<Record<string, string>>): URL {
  const folder = mkdtempSync(join(tmpdir(), 'profiles-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return pathToFileURL(`${folder}/`);
}

it('loads every profile of a folder, and nothing else in it', () => {
  expect([...loadProfiles(folderOf({ 'legion.json': textOf('legion'), 'notes.txt': 'no profile' })).keys()]).toEqual(['legion']);
  expect([...loadProfiles().keys()]).toEqual([...PROFILES.keys()]);
});

it('refuses the start with every fault of every file, also a contradiction (C-8) and a name that is not the file\'s', () => {
  const folder = folderOf({
    'legion.json': textOf('legion').replace('"5x (R94)"', '5').replace('"60 % (R102)"', '"60 (R102)"'),
    'scaling-capital.json': textOf('scaling-capital').replace('"20 % (R54, C-8)"', '"30 % (R54, C-8)"'),
    'other.json': textOf('demo'),
  });
  expect(() => loadProfiles(folder)).toThrow(/legion\.json can't be used:\n {2}leverageMax: [^\n]+\n {2}treasury\.reinvestRatio: [^\n]+\npolicy profile other\.json can't be used:\n {2}name: found "demo"[^\n]+\npolicy profile scaling-capital\.json can't be used:\n {2}guards\.liquidationBufferMin: [^\n]+\(C-8\)$/);
});
