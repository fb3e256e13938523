import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/how-to/add-a-strategy.md'), 'utf8');
const FOLDER = 'services/strategies/leader-pair/';
const COPIED = ['libs', 'services', 'deploy', 'tests', 'bench'] as const;
const TOP_FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'eslint.config.js', '.dependency-cruiser.cjs', 'vitest.config.ts', 'vite.console.config.ts', 'Makefile'] as const;
/** Packages with a version of something that no other has: npm puts it into their own folder. */
const OWN_PACKAGES = readdirSync(join(ROOT, 'libs')).map((name) => `libs/${name}`).filter((folder) => existsSync(join(ROOT, folder, 'node_modules')));
const MINUTES = 60_000;

/** A path alone on its line, in backticks, and the block under it: a file that the reader is to write. */
const filesOn = (page: string): readonly (readonly [path: string, text: string])[] =>
  [...page.matchAll(/^`([\w./-]+)`\n\n```\w+\n([\s\S]*?)^```$/gm)].map(([, path = '', text = '']) => [path, text] as const);

/** Lines of the shell blocks: what the reader is to type. */
const commandsOn = (page: string): readonly string[] => [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, text = '']) => text.trim().split('\n'));

/**
 * A copy of the working copy, inside it, so that npm packages are found one level up; the packages of Ballast are linked to
 * the copy's own folders.
 */
function copyOfWorkingCopy(): string {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const copy = mkdtempSync(join(ROOT, '.cache/how-to-'));
  const isOurs = (path: string): boolean => !/[\\/]node_modules$/.test(path);
  for (const folder of COPIED) cpSync(join(ROOT, folder), join(copy, folder), { recursive: true, preserveTimestamps: true, filter: isOurs });
  for (const file of TOP_FILES) cpSync(join(ROOT, file), join(copy, file), { preserveTimestamps: true });
  mkdirSync(join(copy, 'node_modules/@ballast'), { recursive: true });
  for (const name of ['.ballast-lock', '.package-lock.json']) symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  const bin = mkdirAnd(join(copy, 'node_modules/.bin'));
  for (const name of readdirSync(join(ROOT, 'node_modules/.bin'))) symlinkSync(name === 'ballast' ? join(copy, 'services/operator/bin/ballast.js') : join(ROOT, 'node_modules/.bin', name), join(bin, name));
  symlinkSync(join(ROOT, '.cache/tools'), join(mkdirAnd(join(copy, '.cache')), 'tools'));
  for (const folder of OWN_PACKAGES) symlinkSync(join(ROOT, folder, 'node_modules'), join(copy, folder, 'node_modules'));
  for (const parent of ['libs', 'services', 'deploy']) for (const name of readdirSync(join(copy, parent))) symlinkSync(join(copy, parent, name), join(copy, 'node_modules/@ballast', name));
  return copy;
}

function mkdirAnd(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

interface TradeRow {
  readonly phase: string;
  readonly outcome: string;
}

/** Rows of a simple CSV without quotes, by its header. */
function rowsOf(csv: string): readonly TradeRow[] {
  const [header = '', ...lines] = csv.trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, index) => [names[index], field])) as unknown as TradeRow);
}

describe('docs/how-to/add-a-strategy.md, followed to the letter', () => {
  let copy = '';
  const answers = new Map<string, { readonly status: number | null; readonly stdout: string; readonly stderr: string }>();

  beforeAll(() => {
    copy = copyOfWorkingCopy();
    for (const [path, text] of filesOn(PAGE)) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
    for (const command of commandsOn(PAGE)) {
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 26 });
      answers.set(command, { status, stdout, stderr });
    }
  }, 8 * MINUTES);
  afterAll(() => {
    if (copy !== '') rmSync(copy, { recursive: true, force: true });
  });

  it('adds one folder and nothing else', () => {
    const paths = filesOn(PAGE).map(([path]) => path);
    expect(paths.filter((path) => path.startsWith(FOLDER)).length).toBeGreaterThanOrEqual(6);
    expect(paths.filter((path) => !path.startsWith(FOLDER) && !path.startsWith('run/'))).toEqual([]);
  });

  it.each(commandsOn(PAGE))('the reader types %s and it succeeds', (command) => {
    const { status, stdout, stderr } = answers.get(command) ?? { status: null, stdout: '', stderr: 'it was not run' };
    expect(status, `${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`).toBe(0);
  });

  it('the strategy has raised signals, and has learnt what became of them', () => {
    const summary = JSON.parse(readFileSync(join(copy, 'out/leader-pair/summary.json'), 'utf8')) as { cycles: { attempted: number; completed: number; open: number }; verify: { ok: boolean }; rebuild: { equalsLive: boolean } };
    // `rounds` is 2: only outcomes can have told the strategy when to leave each trade, and that it has finished.
    expect(summary).toMatchObject({ cycles: { attempted: 2, open: 0 }, verify: { ok: true }, rebuild: { equalsLive: true } });
    expect(summary.cycles.completed).toBeGreaterThan(0);
    const exits = rowsOf(readFileSync(join(copy, 'out/leader-pair/trades.csv'), 'utf8')).filter(({ phase, outcome }) => phase === 'EXIT' && outcome === 'COMPLETED');
    expect(exits.length).toBe(2 * summary.cycles.completed);
  });
});
