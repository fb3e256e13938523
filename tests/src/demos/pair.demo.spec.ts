import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ManagedProcess, WORKSPACE_ROOT } from '@ballast/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ENTRY = join(WORKSPACE_ROOT, 'deploy/local/dist/demo/main.js');
const INSPECT = join(WORKSPACE_ROOT, 'deploy/local/dist/demo/inspect.js');
const BALLAST = join(WORKSPACE_ROOT, 'services/operator/bin/ballast.js');
const START_MS = 120_000;
const RUN_MS = 240_000;
const OUTPUT_MAX = 64 * 1_024 * 1_024;

interface Summary {
  readonly cycles: { readonly completed: number; readonly open: number };
  readonly imbalance: { readonly balancedPlans: { readonly worstFilledAtReference: string | null } };
  readonly verify: { readonly ok: boolean; readonly breaches: number };
  readonly rebuild: { readonly equalsLive: boolean; readonly hash: string };
  readonly run: { readonly isFlat: boolean; readonly failures: readonly unknown[] };
  readonly provenance: Readonly<Record<string, string>>;
}

/** A short window of the generated market: five minutes at ten times the speed. */
describe.runIf(existsSync(ENTRY))('make demo (compiled by make setup)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-demo-'));
  const runDir = join(folder, 'run', 'demo');
  const outDir = join(folder, 'out');
  const demo = (change: NodeJS.ProcessEnv = {}, entry = ENTRY): ManagedProcess =>
    new ManagedProcess({
      name: 'demo',
      command: process.execPath,
      args: ['--enable-source-maps', entry],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA: 'generated', SEED: '2', MINUTES: '5', SPEED: '10', DEMO_RUN_DIR: runDir, DEMO_OUT_DIR: outDir, ...change },
    });
  /** What `npx ballast` prints in the folder of the run, as JSON. */
  const ballast = async (...args: readonly string[]): Promise<unknown> => {
    const { stdout } = await promisify(execFile)(process.execPath, [BALLAST, ...args, '--json'], { cwd: folder, timeout: START_MS, maxBuffer: OUTPUT_MAX });
    return JSON.parse(stdout);
  };
  const pidFiles = (): readonly string[] => (existsSync(join(runDir, 'pids')) ? readdirSync(join(runDir, 'pids')) : []);
  const first = demo();
  const second = demo();

  beforeAll(async () => {
    await first.start();
    await Promise.race([first.waitForLine(/cycles [1-9]/, START_MS + RUN_MS), first.exited.then(() => Promise.reject(new Error(first.lines.join('\n'))))]);
    await first.kill('SIGINT');
    await second.start();
    await second.exited;
  }, 2 * (START_MS + RUN_MS));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('stops every process on Ctrl-C and says how to go on', async () => {
    expect(await first.exited).toEqual({ code: 130, signal: null });
    expect(first.lines.join('\n')).toContain('the run is kept');
  });

  it('goes on with the unfinished run, to its end, and all that must hold does', async () => {
    const said = second.lines.join('\n');
    expect(said).toContain('going on with the unfinished run');
    expect(await second.exited, said).toEqual({ code: 0, signal: null });
    const summary = JSON.parse(readFileSync(join(outDir, 'summary.json'), 'utf8')) as Summary;
    expect(summary.cycles.completed).toBeGreaterThanOrEqual(2);
    expect(summary.cycles.open).toBe(0);
    expect(summary.verify).toMatchObject({ ok: true, breaches: 0 });
    expect(summary.rebuild).toMatchObject({ equalsLive: true, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(summary.run).toMatchObject({ isFlat: true, failures: [] });
    expect(Object.values(summary.provenance).join(' ')).toContain('Generated market (seed 2)');
    expect(said).toContain(summary.rebuild.hash);
    expect(said).toContain('`make inspect` serves its log');
  });

  it('leaves no process behind, and the report', () => {
    expect(pidFiles()).toEqual([]);
    expect(existsSync(join(folder, 'run', 'current.json'))).toBe(false);
    expect(readdirSync(outDir).sort()).toEqual(['report.md', 'slices.csv', 'slippage-buckets.csv', 'slippage.csv', 'slippage.json', 'summary.json', 'trades.csv']);
    const [header, ...rows] = readFileSync(join(outDir, 'trades.csv'), 'utf8').trim().split('\n');
    expect(header).toContain('side');
    expect(rows.length).toBeGreaterThanOrEqual(8);
  });

  it('serves the log of the finished run again, for as long as somebody looks', async () => {
    const served = demo({}, INSPECT);
    await served.start();
    await served.waitForLine(/in another terminal/, START_MS);
    const summary = JSON.parse(readFileSync(join(outDir, 'summary.json'), 'utf8')) as Summary;
    expect(await ballast('verify')).toMatchObject({ ok: true });
    expect(((await ballast('trades')) as { readonly trades: readonly unknown[] }).trades.length).toBeGreaterThanOrEqual(summary.cycles.completed);
    await served.kill('SIGINT');
    expect(await served.exited).toEqual({ code: 130, signal: null });
    expect([pidFiles(), existsSync(join(folder, 'run', 'current.json'))]).toEqual([[], false]);
  }, START_MS);

  it('says in one line what is wrong with the data, and leaves run and report as they are', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'x_ETH_day_book20.csv'), 'exchange_timestamp,bid_price_0,bid_size_0,ask_price_0,ask_size_0\n1700000000000,none,1,2,1\n');
    const reports = readdirSync(outDir);
    const broken = demo({ DATA: data });
    await broken.start();
    expect(await broken.exited).toEqual({ code: 2, signal: null });
    expect(broken.lines.join('\n')).toMatch(/^demo: .*x_ETH_day_book20\.csv line 2, field bid_price_0: found "none"[^\n]*$/);
    expect([existsSync(join(runDir, 'run.json')), readdirSync(outDir)]).toEqual([true, reports]);
  });

  it('names what it does not understand and starts nothing', async () => {
    const wrong = demo({ SPEED: 'fast', MODE: 'dance', DEMO_LEG: '-1' });
    await wrong.start();
    expect(await wrong.exited).toEqual({ code: 2, signal: null });
    const said = wrong.lines.join('\n');
    for (const name of ['SPEED: found "fast"', 'MODE: found "dance"', 'DEMO_LEG: found "-1"']) expect(said).toContain(name);
    expect(pidFiles()).toEqual([]);
  });
});
