import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { METRICS, metricsPage, type MetricSpec } from '@ballast/observability';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const sources = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/(^|[\\/])(node_modules|dist)[\\/]|[.](spec|fixtures)[.]ts$|[\\/]catalogue[.]ts$/.test(path))
    .map((path) => readFileSync(join(ROOT, folder, path), 'utf8'));

/** Names after a call that counts, sets or observes. */
const SETS = { counter: /\bcount\('(ballast_\w+)'/g, gauge: /\b(?:set|lineOf)\('(ballast_\w+)'/g, histogram: /\bobserve\('(ballast_\w+)'/g };

const namesSetIn = (text: string, calls: readonly RegExp[] = Object.values(SETS)): ReadonlySet<string> => new Set(calls.flatMap((call) => [...text.matchAll(call)].map(([, name = '']) => name)));

describe('the catalogue of metrics', () => {
  const text = [...sources('libs'), ...sources('services')].join('\n');
  const specs = Object.entries(METRICS) as readonly (readonly [string, MetricSpec])[];

  it.each(['counter', 'gauge', 'histogram'] as const)('has no %s that nobody sets', (type) => {
    const set = namesSetIn(text, [SETS[type]]);
    expect(specs.filter(([, spec]) => spec.type === type).map(([name]) => name).filter((name) => !set.has(name))).toEqual([]);
  });

  it('names as owner only services that set the metric themselves', () => {
    const setBy = new Map(readdirSync(join(ROOT, 'services')).map((service) => [service, namesSetIn(sources(`services/${service}`).join('\n'))]));
    const wrong = specs.flatMap(([name, { owner }]) => owner.split(', ').filter((each) => !each.startsWith('libs/') && setBy.get(each)?.has(name) !== true).map((each) => `${name}: ${each}`));
    expect(wrong).toEqual([]);
  });

  it('is what docs/metrics.md says: node libs/observability/dist/write-metrics-page.js writes it', () => {
    expect(readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8')).toBe(metricsPage());
  });

  it('is on the page whole, each metric once', () => {
    const rows = metricsPage().split('\n').flatMap((line) => /^\| `(ballast_\w+)` \|/.exec(line)?.[1] ?? []);
    expect(rows.sort()).toEqual(specs.map(([name]) => name).sort());
  });
});
