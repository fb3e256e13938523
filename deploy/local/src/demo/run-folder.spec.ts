import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type DemoConfig, demoConfig } from './config.js';
import { RunFolder } from './run-folder.js';

let root: string;
const asked = (env: NodeJS.ProcessEnv = {}): DemoConfig => demoConfig({ DATA: 'generated', ...env }, root);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ballast-run-'));
});

describe('the folder of a run', () => {
  it('goes on with an unfinished run of the same settings, at any speed, with the same keys', () => {
    const first = RunFolder.open(asked());
    writeFileSync(join(first.dir, 'log'), 'kept');
    const again = RunFolder.open(asked({ SPEED: 'max' }));
    expect([first.isResumed, again.isResumed, again.keyOf('create-bot')]).toEqual([false, true, first.keyOf('create-bot')]);
    expect(readFileSync(join(again.dir, 'log'), 'utf8')).toBe('kept');
  });

  it.each([
    ['other settings', { SEED: '2' }],
    ['NEW=1', { NEW: '1' }],
  ])('keeps an unfinished run beside for %s', (_why, change) => {
    const first = RunFolder.open(asked());
    writeFileSync(join(first.dir, 'log'), 'kept');
    const next = RunFolder.open(asked(change));
    expect([next.isResumed, existsSync(join(next.dir, 'log')), next.keyOf('create-bot') === first.keyOf('create-bot')]).toEqual([false, false, false]);
    expect(next.setAside).toContain(`${first.dir}-before`);
    expect(readFileSync(join(`${first.dir}-before`, 'log'), 'utf8')).toBe('kept');
  });

  it('makes room for another run when one is finished', () => {
    const first = RunFolder.open(asked());
    first.finish();
    const next = RunFolder.open(asked());
    expect([next.isResumed, next.setAside, next.keyOf('create-bot') === first.keyOf('create-bot')]).toEqual([false, undefined, false]);
  });

  it('names the file where the note of a run is not what it wrote', () => {
    const { dir } = RunFolder.open(asked());
    writeFileSync(join(dir, 'run.json'), '{"subject":1}');
    expect(() => RunFolder.open(asked())).toThrow(`${join(dir, 'run.json')}: found no {subject, number, finished}`);
  });
});

describe('what a person asks of make demo', () => {
  it('trades the generated market at 15 times the speed where nobody says otherwise and there are no recordings', () => {
    expect(demoConfig({}, root)).toMatchObject({ data: undefined, speed: '15', mode: 'cycle', minutes: undefined, isNew: false, keepsRunning: false });
    expect(demoConfig({}, root).legNotional.toString()).toBe('1000');
  });

  it('names every variable at fault at once, with what is allowed', () => {
    const wrong = { DATA: 'nowhere', SPEED: '0', MODE: 'dance', DEMO_LEG: '1e', DEMO_MINUTES: '0', SEED: '-1', NEW: 'yes' };
    const say = (): unknown => demoConfig(wrong, root);
    for (const [name, found] of Object.entries(wrong)) expect(say).toThrow(`${name}: found "${found}", allowed is`);
  });
});
