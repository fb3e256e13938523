import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary } from '@ballast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GROUPS } from '../outputs.js';
import { groupTests, rulesYaml } from './rules.js';

const run = promisify(execFile);

describe('promtool', () => {
  const promtool = findBinary('promtool', 'PROMTOOL_BIN');
  let folder = '';
  const check = async (...args: readonly string[]): Promise<string> => {
    try {
      return (await run(promtool, [...args], { cwd: folder })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
      throw new Error(`${stdout}${stderr}`, { cause: error });
    }
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-rules-'));
    for (const { group, rules, tests } of groupTests(GROUPS)) {
      writeFileSync(join(folder, `${group}.rules.yml`), rules);
      writeFileSync(join(folder, `${group}.test.yml`), tests);
    }
    writeFileSync(join(folder, 'rules.yml'), rulesYaml(GROUPS));
    writeFileSync(join(folder, 'short.yml'), rulesYaml(GROUPS, 0.02));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('accepts the rules at every scale', async () => {
    expect(await check('check', 'rules', 'rules.yml', 'short.yml')).toContain('SUCCESS');
  });

  it('sees every alert fire in its case, with its labels and what it says, and not in the other one', async () => {
    const files = GROUPS.map(({ name }) => `${name}.test.yml`);
    expect(await check('test', 'rules', ...files)).toContain('SUCCESS');
  }, 120_000);
});
