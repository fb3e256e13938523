import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { httpTokens } from './http-tokens.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ballast-tokens-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it('makes one token for each role that its owner alone can read, and hashes that do not show them', () => {
  const { file, hashFile } = httpTokens(dir);
  const tokens = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, string>>;
  expect(Object.keys(tokens)).toEqual(['viewer', 'operator', 'approver']);
  expect(new Set(Object.values(tokens)).size).toBe(3);
  expect([file, hashFile].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
  const hashes = readFileSync(hashFile, 'utf8');
  for (const token of Object.values(tokens)) expect([token.length, hashes.includes(token)]).toEqual([43, false]);
  expect(JSON.parse(hashes)).toMatchObject([{ name: 'local-viewer', role: 'viewer', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string }, { role: 'operator' }, { role: 'approver' }]);
});

it('keeps the tokens of a run that goes on', () => {
  const before = readFileSync(httpTokens(dir).file, 'utf8');
  expect(readFileSync(httpTokens(dir).file, 'utf8')).toBe(before);
});
