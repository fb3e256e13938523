import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { notePid } from '../supervisor/pid-file.js';
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
    expect(next.setAside).toContain(`${first.dir}-unfinished`);
    expect(readFileSync(join(`${first.dir}-unfinished`, 'log'), 'utf8')).toBe('kept');
  });

  it('keeps the last finished run beside when another one starts, whatever is interrupted after it', () => {
    const finished = RunFolder.open(asked());
    writeFileSync(join(finished.dir, 'log'), 'finished');
    finished.finish();
    const next = RunFolder.open(asked());
    expect([next.isResumed, next.keyOf('create-bot') === finished.keyOf('create-bot')]).toEqual([false, false]);
    expect(next.setAside).toContain(`finished run that was there is kept in ${finished.dir}-before`);
    RunFolder.open(asked({ NEW: '1' }));
    RunFolder.open(asked({ SEED: '2' }));
    expect(readFileSync(join(`${finished.dir}-before`, 'log'), 'utf8')).toBe('finished');
  });

  it('finds the last finished run, where it stands or where it is kept, and says where none is', () => {
    const { runDir } = asked();
    expect(() => RunFolder.lastFinished(runDir)).toThrow(`${runDir}: found no finished run, and none in ${runDir}-before; \`make demo\` makes one`);
    RunFolder.open(asked()).finish();
    expect(RunFolder.lastFinished(runDir)).toBe(runDir);
    RunFolder.open(asked());
    expect(RunFolder.lastFinished(runDir)).toBe(`${runDir}-before`);
  });

  it('refuses to take the place of a run that is being served, naming what runs', () => {
    RunFolder.open(asked()).finish();
    RunFolder.open(asked()).finish();
    notePid(`${asked().runDir}-before`, 'nats-server', process.pid);
    expect(() => RunFolder.open(asked())).toThrow(`${asked().runDir}-before: still running here: nats-server ${process.pid}`);
    expect(RunFolder.lastFinished(asked().runDir)).toBe(asked().runDir);
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
