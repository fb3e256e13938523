import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CATALOGUE = 'libs/observability/src/catalogue.ts';

const sources = ['libs', 'services']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
  .filter((path) => path.endsWith('.ts') && path.includes('/src/') && !/node_modules|\/dist\/|\.spec\.ts$|\.fixtures\.ts$/.test(path) && path !== CATALOGUE)
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .join('\n');
const names = [...readFileSync(join(ROOT, CATALOGUE), 'utf8').matchAll(/^ {2}(ballast_\w+):/gm)].map(([, name]) => name ?? '');

describe('the catalogue of metrics', () => {
  it('is read from its file', () => {
    expect(names.length).toBeGreaterThan(20);
  });

  it.each(names)('names %s, which some service sets', (name) => {
    expect(sources).toContain(`'${name}'`);
  });
});
