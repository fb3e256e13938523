import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const untyped = new ESLint({ cwd: ROOT, overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }] });
const typed = new ESLint({ cwd: ROOT });

async function rulesBrokenBy(text: string, file: string, by: ESLint = untyped): Promise<readonly (string | null)[]> {
  const [result] = await by.lintText(text, { filePath: join(ROOT, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

const SERVICE = 'services/risk/src/anything.ts';
const DECIDER = 'services/risk/src/limit/limit.decider.ts';
const CASES: readonly (readonly [rule: string, text: string, file: string])[] = [
  ['no-restricted-syntax', 'export const leaked = (p: { toNumber(): number }): number => p.toNumber();', SERVICE],
  ['no-restricted-syntax', "export const read = parseFloat('1.1');", SERVICE],
  ['no-restricted-syntax', "export const read = Number.parseFloat('1.1');", SERVICE],
  ['no-restricted-syntax', 'export default 1;', SERVICE],
  ['no-restricted-syntax', `export const cycle = ${'forward' + 'Ref'}(() => 'x');`, SERVICE],
  ['no-restricted-syntax', 'export const now = Date.now();', DECIDER],
  ['no-restricted-syntax', 'export const now = new Date();', DECIDER],
  ['no-restricted-syntax', 'export const luck = Math.random();', 'libs/domain/src/luck.ts'],
  ['no-restricted-imports', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;", 'libs/domain/src/reads.ts'],
  ['no-restricted-imports', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;", 'libs/domain/src/ids.ts'],
  ['no-empty', 'export function f(): void { try { g(); } catch { } }\nfunction g(): void { return; }', SERVICE],
  ['@typescript-eslint/no-explicit-any', 'export const loose: any = 1;', SERVICE],
  ['@typescript-eslint/ban-ts-comment', `// @ts-${'ignore'}\nexport const x: string = 1;`, SERVICE],
  ['@typescript-eslint/max-params', 'export const f = (a: 1, b: 2, c: 3, d: 4, e: 5, g: 6): unknown => [a, b, c, d, e, g];', SERVICE],
  ['max-lines-per-function', `export function f(): void {\n${'  f();\n'.repeat(61)}}`, SERVICE],
  ['max-lines', 'export const x = 1;\n'.repeat(301), SERVICE],
];

describe('lint', () => {
  it.each(CASES)('reports %s for %j in %s', async (rule, text, file) => {
    expect(await rulesBrokenBy(text, file)).toContain(rule);
  });

  it('lets the hash of Node into ids.ts, and any function length into a spec', async () => {
    expect(await rulesBrokenBy("import { createHash } from 'node:crypto';\nexport const hash = createHash;", 'libs/domain/src/ids.ts')).toEqual([]);
    expect(await rulesBrokenBy(`export function f(): void {\n${'  f();\n'.repeat(61)}}`, 'services/risk/src/anything.spec.ts')).toEqual([]);
  });

  it('lets one file turn a decimal into a number', async () => {
    expect(await rulesBrokenBy('export const toGauge = (p: { toNumber(): number }): number => p.toNumber();', 'libs/observability/src/gauge.ts')).toEqual([]);
  });

  it('finds a promise that nobody waits for, by types', async () => {
    const text = 'async function f(): Promise<void> { await Promise.resolve(); }\nexport function g(): void {\n  f();\n}\n';
    expect(await rulesBrokenBy(text, 'libs/observability/src/gauge.ts', typed)).toEqual(['@typescript-eslint/no-floating-promises']);
  });
});
