import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CONFIG = join(ROOT, '.dependency-cruiser.cjs');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

/** A small workspace as it should be; the planted files below are laid over it. */
const LAWFUL: Readonly<Record<string, string>> = {
  'libs/domain/src/decimal.ts': `import { Decimal } from 'decimal.js';\nexport const price = (text: string): unknown => new Decimal(text);`,
  'libs/domain/src/ids.ts': `import { createHash } from 'node:crypto';\nexport const id = (text: string): string => createHash('sha256').update(text).digest('hex');`,
  'libs/domain/src/index.ts': `export * from './decimal.js';\nexport * from './ids.js';`,
  'libs/events/src/filled.event.ts': `export class Filled { readonly type = 'Filled'; }`,
  'libs/events/src/index.ts': `export * from './filled.event.js';`,
  'libs/bus/src/index.ts': `import { connect } from 'nats';\nexport const open = (): unknown => connect();`,
  'libs/venues/src/index.ts': `export const venue = 'paper';`,
  'libs/strategy/src/index.ts': `export const raise = (): void => undefined;`,
  'libs/observability/src/index.ts': `export const toGauge = 1;`,
  'services/execution/src/index.ts': `export const name = 'execution';`,
  'services/execution/src/trade/trade.decider.ts': `import { price } from '@ballast/domain';\nimport type { Filled } from '@ballast/events';\nimport { left } from './remainder.js';\nexport const decide = (e: Filled): unknown => [price('1'), left, e];`,
  'services/execution/src/trade/remainder.ts': `export const left = 1;`,
  'services/execution/src/trade/venue.gateway.ts': `import { venue } from '@ballast/venues';\nimport { open } from '@ballast/bus';\nexport const place = (): unknown => [venue, open];`,
  'services/risk/src/index.ts': `export const name = 'risk';`,
  'services/strategies/carry/src/index.ts': `import { raise } from '@ballast/strategy';\nimport { price } from '@ballast/domain';\nimport { Filled } from '@ballast/events';\nimport { toGauge } from '@ballast/observability';\nexport const run = (): unknown => [raise, price, Filled, toGauge];`,
  'tests/src/whole.spec.ts': `import { venue } from '@ballast/venues';\nexport const seen = venue;`,
};

/** What the planted files need beside them. */
const ACCOMPLICES: Readonly<Record<string, string>> = {
  'libs/bus/src/egg.ts': `import { chicken } from './chicken.js';\nexport const egg = (): unknown => chicken;`,
  'services/risk/src/stop/pager.service.ts': 'export const page = 1;',
};

/** One file per way to break a rule: rule, file, text. */
const PLANTED: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['no-cycles', 'libs/bus/src/chicken.ts', `import { egg } from './egg.js';\nexport const chicken = (): unknown => egg;`],
  ['services-talk-by-events-only', 'services/risk/src/asks-execution.ts', `import { name } from '@ballast/execution';\nexport const asked = name;`],
  ['services-talk-by-events-only', 'services/strategies/carry/src/asks-risk.ts', `import { name } from '@ballast/risk';\nexport const asked = name;`],
  ['libs-know-no-service', 'libs/bus/src/knows-risk.ts', `import { name } from '@ballast/risk';\nexport const known = name;`],
  ['domain-stands-alone', 'libs/domain/src/leans.ts', `import { Filled } from '@ballast/events';\nexport const leaned = Filled;`],
  ['domain-stands-alone', 'libs/domain/src/reads-files.ts', `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;`],
  ['deciders-are-pure', 'services/risk/src/limit/limit.decider.ts', `import { readFileSync } from 'node:fs';\nexport const decide = readFileSync;`],
  ['deciders-are-pure', 'services/risk/src/stop/stop.decider.ts', `import { page } from './pager.service.js';\nexport const decide = page;`],
  ['deciders-are-pure', 'services/risk/src/ladder/ladder.decider.ts', `import { Injectable } from '@nestjs/common';\nexport const decide = Injectable;`],
  ['deciders-stay-in-their-package', 'services/execution/src/order/order.decider.ts', `import { open } from '@ballast/bus';\nexport const decide = open;`],
  ['deciders-take-events-as-types', 'services/execution/src/fill/fill.decider.ts', `import { Filled } from '@ballast/events';\nexport const decide = (): unknown => new Filled();`],
  ['only-bus-imports-nats', 'services/risk/src/dials.ts', `import { connect } from 'nats';\nexport const dialled = connect;`],
  ['only-venue-callers-import-venues', 'services/risk/src/trades.ts', `import { venue } from '@ballast/venues';\nexport const traded = venue;`],
  ['only-venue-callers-import-venues', 'libs/strategy/src/trades.ts', `import { venue } from '@ballast/venues';\nexport const traded = venue;`],
  ['strategies-see-the-strategy-library-only', 'services/strategies/carry/src/wires.ts', `import { open } from '@ballast/bus';\nexport const wired = open;`],
  ['no-deep-imports', 'services/execution/src/digs.ts', `import { egg } from '../../../libs/bus/src/egg.js';\nexport const dug = egg;`],
  ['no-relative-path-into-a-package', 'services/execution/src/climbs.ts', `import { raise } from '../../../libs/strategy/src/index.js';\nexport const climbed = raise;`],
  ['not-to-unresolvable', 'services/risk/src/lost.ts', `import { nothing } from './nowhere.js';\nexport const lost = nothing;`],
];

function plant(root: string, files: Iterable<readonly [string, string]>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Packages are linked under node_modules as npm does it, so that imports resolve as in the real workspace. */
function link(root: string): void {
  mkdirSync(join(root, 'node_modules/@ballast'), { recursive: true });
  const packages = new Set(Object.keys(LAWFUL).map((path) => path.slice(0, path.indexOf('/src/'))));
  for (const folder of packages) {
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ name: `@ballast/${name}`, type: 'module', exports: { '.': { source: './src/index.ts' } } }));
    symlinkSync(join(root, folder), join(root, 'node_modules/@ballast', name));
  }
  for (const name of ['decimal.js', 'nats', '@nestjs']) symlinkSync(join(ROOT, 'node_modules', name), join(root, 'node_modules', name));
}

function violationsIn(root: string): readonly Violation[] {
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  const folders = ['libs', 'services', 'tests'];
  const args = [CRUISER, '--config', CONFIG, '--output-type', 'json', ...folders];
  const report = JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'ignore'] })) as { summary: { violations: Violation[] } };
  return report.summary.violations;
}

describe('rules of dependency', () => {
  const lawful = mkdtempSync(join(tmpdir(), 'ballast-lawful-'));
  const broken = mkdtempSync(join(tmpdir(), 'ballast-broken-'));
  let found: readonly Violation[] = [];

  beforeAll(() => {
    plant(broken, Object.entries(LAWFUL));
    link(broken);
    plant(broken, [...PLANTED.map(([, file, text]) => [file, text] as const), ...Object.entries(ACCOMPLICES)]);
    found = violationsIn(broken);
  });
  afterAll(() => {
    rmSync(lawful, { recursive: true, force: true });
    rmSync(broken, { recursive: true, force: true });
  });

  it('accept a workspace that is laid out as designed', () => {
    plant(lawful, Object.entries(LAWFUL));
    link(lawful);
    expect(violationsIn(lawful)).toEqual([]);
  });

  it.each(PLANTED)('%s refuses %s by name', (rule, file) => {
    expect(found.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule);
  });

  it('blame no file that breaks no rule', () => {
    const guilty = new Set<string>(PLANTED.map(([, file]) => file));
    expect(found.filter(({ from }) => !guilty.has(from))).toEqual([]);
  });

  it('have a planted violation for each rule in the configuration', async () => {
    const { default: config } = (await import(CONFIG)) as { default: { forbidden: readonly { name: string }[] } };
    expect(new Set(PLANTED.map(([rule]) => rule))).toEqual(new Set(config.forbidden.map(({ name }) => name)));
  });
});
