import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEAD_REASONS } from '@ballast/bus';
import { RecordedMarket } from '@ballast/venues';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const filesUnder = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !/(^|[\\/])(node_modules|dist)[\\/]/.test(path))
    .map((path) => `${folder}/${path}`);

const PAGES = ['README.md', ...filesUnder('docs', '.md')].filter((page) => existsSync(join(ROOT, page)));
const CONFIGS = ['libs/bus/src/service/service-env.ts', 'deploy/local/src/demo/config.ts', 'deploy/local/src/swing-demo/config.ts', 'services/market-data/src/config.ts', 'services/risk/src/config.ts', 'services/execution/src/config.ts', 'services/collateral/src/config.ts', 'services/reporting/src/config.ts', 'services/provisioner/src/config.ts'];
const MEANT_FOR_TESTS = ['DEMO_MINUTES', 'DEMO_RUN_DIR', 'DEMO_OUT_DIR', 'RISK_STAGE'];

/** Variables that a configuration reads, by the calls of its reader. */
const variablesIn = (text: string): readonly string[] => [...text.matchAll(/\b(?:(?:reader|read)\.(?:text|optional|integer|oneOf|id|partitions)\(|bpsOf\(reader, )'([A-Z][A-Z0-9_]*)'/g)].map(([, name]) => name ?? '');
const namesInTable = (text: string): readonly string[] => [...text.matchAll(/^\|(?: [\w-]+ \|)? `([A-Z][A-Z0-9_]*)` \|/gm)].map(([, name]) => name ?? '');

describe('the pages say what the code does:', () => {
  const known = (/const KNOWN = \[([^\]]*)\]/.exec(textOf('services/paper-venue/src/config.ts'))?.[1] ?? '').match(/[A-Z_]+/g) ?? [];
  const read = [...CONFIGS.flatMap((file) => variablesIn(textOf(file))), ...known];
  const told = namesInTable(textOf('docs/operations.md'));

  it('every variable that a process reads is on the page of operations', () => {
    expect(read.length).toBeGreaterThan(30);
    expect(read.filter((name) => !told.includes(name) && !MEANT_FOR_TESTS.includes(name))).toEqual([]);
  });

  it('every variable on the page of operations is read by a process', () => {
    const elsewhere: readonly string[] = ['LOG_LEVEL', 'BALLAST_BUILD', 'BALLAST_COMMIT', 'MINUTES', ...DEAD_REASONS];
    expect(told.filter((name) => !read.includes(name) && !elsewhere.includes(name))).toEqual([]);
  });

  it('every variable of notifications is on their page, and no other', () => {
    const told = new Set([...textOf('docs/how-to/be-notified.md').matchAll(/`(NOTIFY_[A-Z_]+)`/g)].map(([, name]) => name));
    const config = textOf('services/reporting/src/notifications/notifications.config.ts');
    const secrets = [...config.matchAll(/secretIn\(reader, '([A-Z_]+)'/g)].flatMap(([, name]) => [name, `${name}_FILE`]);
    expect([...told].sort()).toEqual([...new Set([...variablesIn(config), ...secrets])].sort());
  });

  it('every command of ballast that a page names exists', () => {
    const sources = filesUnder('services/operator/src/cli/commands', '.ts').map(textOf).join('\n');
    const commands = new Set([...sources.matchAll(/\.command\('([a-z-]+)|scoped\('([a-z]+)'/g)].map(([, name, scope]) => name ?? scope));
    for (const name of ["'positions'", "'orders'", "'trades'"]) if (sources.includes(name)) commands.add(name.replaceAll("'", ''));
    const named = PAGES.flatMap((page) => [...textOf(page).matchAll(/(?:npx |\$ |`)ballast ([a-z]+)/g)].map(([, name]) => [page, name] as const));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(([, name]) => !commands.has(name))).toEqual([]);
  });

  it('every service and every library is in the tables of the architecture', () => {
    const page = textOf('docs/architecture.md');
    const services = readdirSync(join(ROOT, 'services')).filter((name) => existsSync(join(ROOT, 'services', name, 'package.json')));
    const libraries = readdirSync(join(ROOT, 'libs')).filter((name) => existsSync(join(ROOT, 'libs', name, 'package.json')));
    const folders = [...services.map((name) => `services/${name}`), ...libraries.map((name) => `libs/${name}`)];
    expect(folders.filter((folder) => !page.includes(`](../${folder}/src)`))).toEqual([]);
  });

  it('recorded data as the page prints it is read', () => {
    const blocks = [...textOf('docs/how-to/replay-your-data.md').matchAll(/^```csv\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? '');
    const folder = mkdtempSync(join(tmpdir(), 'ballast-page-'));
    try {
      ['book20', 'bbo', 'trades'].forEach((kind, index) => writeFileSync(join(folder, `page_ETH_2025-09-04_${kind}.csv`), blocks[index] ?? ''));
      const market = new RecordedMarket({ path: folder });
      expect([...market.events()].map(({ type }) => type)).toEqual(['snapshot', 'bbo', 'trade', 'snapshot']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
