import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess, WORKSPACE_ROOT } from '@ballast/testing';
import { afterAll, describe, expect, it } from 'vitest';

const ENTRY = join(WORKSPACE_ROOT, 'deploy/local/dist/swing-demo/main.js');
const LIMIT_MS = 300_000;

/** The last part of the scripted fall: a quarter of an hour of market time. */
describe.runIf(existsSync(ENTRY))('make demo-swing (compiled by make setup)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-swing-'));
  const runDir = join(folder, 'run', 'demo-swing');
  const outDir = join(folder, 'out');
  const demo = (change: NodeJS.ProcessEnv): ManagedProcess => new ManagedProcess({
    name: 'demo-swing', command: process.execPath, args: ['--enable-source-maps', ENTRY],
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA: 'scripted', DEMO_RUN_DIR: runDir, DEMO_OUT_DIR: outDir, ...change },
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds a position through the fall, deposits, takes everything back, proves its log and leaves nothing running', async () => {
    const run = demo({ SKIP: '27', SPEED: '20' });
    await run.start();
    const ended = await run.exited;
    const said = run.lines.join('\n');
    expect(ended, said).toEqual({ code: 0, signal: null });
    expect(said).toContain('no recorded candles: a scripted, made-up fall');
    const report = readFileSync(join(outDir, 'report.txt'), 'utf8');
    expect(report).toMatch(/deposits +\d+\.\d\d/);
    expect(report).toMatch(/stop \d+\.\d, target \d+\.\d, both held by execution/);
    expect(report).toContain('all of it is back');
    expect(report).toContain('everything holds');
    expect(report).toContain('equals live');
    expect(readdirSync(join(runDir, 'pids'))).toEqual([]);
    expect(existsSync(join(folder, 'run', 'current.json'))).toBe(false);
  }, LIMIT_MS);

  it('names what it does not understand and starts nothing', async () => {
    const wrong = demo({ SPEED: 'max', SKIP: '99', DATA: 'nowhere' });
    await wrong.start();
    expect(await wrong.exited).toEqual({ code: 2, signal: null });
    for (const name of ['SPEED: found "max"', 'SKIP: found "99"', 'DATA: found "nowhere"']) expect(wrong.lines.join('\n')).toContain(name);
  });
});
