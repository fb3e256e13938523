import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs/how-to/add-a-strategy.md'), 'utf8');
const FOLDER = 'services/strategies/leader-pair/';
const COPIED = ['libs', 'services', 'deploy', 'tests', 'bench'] as const;
const TOP_FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json', 'eslint.config.js', '.dependency-cruiser.cjs', 'vitest.config.ts', 'Makefile'] as const;
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
  for (const name of ['.bin', '.ballast-lock', '.package-lock.json']) symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  symlinkSync(join(ROOT, '.cache/tools'), join(mkdirAnd(join(copy, '.cache')), 'tools'));
  for (const folder of OWN_PACKAGES) symlinkSync(join(ROOT, folder, 'node_modules'), join(copy, folder, 'node_modules'));
  for (const parent of ['libs', 'services', 'deploy']) for (const name of readdirSync(join(copy, parent))) symlinkSync(join(copy, parent, name), join(copy, 'node_modules/@ballast', name));
  return copy;
}

function mkdirAnd(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

/**
 * The whole desk in one process, in virtual time, on the generated market: prints what became of the strategy's signals. Run
 * in the copy, so that everything it imports is the copy's.
 */
const RUN = `
import 'reflect-metadata';
import { decodeMessage } from '@ballast/bus';
import { money, PARTITIONS } from '@ballast/domain';
import { discoverStrategies, MemoryDesk, strategyFolder } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { GeneratedMarket } from '@ballast/venues';

const strategy = await strategyFolder('leader-pair').load();
const settings = { instrumentA: 'ETH-PERP', instrumentB: 'SOL-PERP', targetNotional: '500', costBudgetBps: '50', rounds: 2 };
const desk = await MemoryDesk.start({
  source: new GeneratedMarket({ seed: 7, durationMs: 480_000 }),
  instruments: ['ETH-PERP', 'SOL-PERP'],
  strategies: { 'leader-pair': () => strategyModule(strategy) },
  bots: [{ botId: 'leader-1', portfolioId: 'main', accountId: 'leader-1', strategy: 'leader-pair', profiles: ['demo'], settings, deposit: money('2000') }],
});
await desk.run();
const events = [];
for (let partition = 0; partition < PARTITIONS; partition += 1) {
  await desk.system.store.read(partition, { filters: [] }, (message) => {
    const { writer, events: decided } = decodeMessage(message);
    for (const { type, purpose, outcome } of decided) events.push({ writer, type, purpose, outcome });
  });
}
await desk.stop();
console.log(JSON.stringify({ strategies: discoverStrategies().map(({ name }) => name), events }));
`;

interface RunAnswer {
  readonly strategies: readonly string[];
  readonly events: readonly { readonly writer: string; readonly type: string; readonly purpose?: string; readonly outcome?: string }[];
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

  it('the strategy runs in the whole desk, raises signals and learns what became of them', () => {
    writeFileSync(join(copy, 'tests/run-leader-pair.mjs'), RUN);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--enable-source-maps', 'tests/run-leader-pair.mjs'], { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 26 });
    expect(status, stderr.slice(-4_000)).toBe(0);
    const { strategies, events } = JSON.parse(stdout) as RunAnswer;
    expect(strategies).toEqual(['dn-pair', 'leader-pair']);
    const signals = events.filter(({ writer, type }) => writer === 'strategy-leader-pair' && type === 'SignalRaised');
    expect(signals.filter(({ purpose }) => purpose === 'ENTER').length).toBe(2);
    // An exit is due 30 s after both legs are filled, so only the outcome of its entry can have told the strategy when.
    expect(signals.some(({ purpose }) => purpose === 'EXIT')).toBe(true);
    expect(events.filter(({ type }) => type === 'TradeClosed').length).toBe(2);
    expect(events.filter(({ writer, type }) => writer === 'operator' && type === 'BotStopped').length).toBe(1);
  }, 2 * MINUTES);
});
