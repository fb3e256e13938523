import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const CONSOLE = fileURLToPath(new URL('../../../services/operator/console/src/', import.meta.url));
const filesOf = (folder: string, ending: RegExp): readonly string[] => readdirSync(join(CONSOLE, folder), { recursive: true, encoding: 'utf8' }).filter((path) => ending.test(path) && !path.includes('.spec.')).map((path) => join(CONSOLE, folder, path));
const SPOKEN = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'hint', 'text', 'empty', 'head']);
const isWord = (text: string): boolean => /[A-Za-z]{2,}/.test(text);

/** Texts that a file shows as they stand in its source: between tags, or as an attribute that is read out. */
function literalsIn(path: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && isWord(node.text)) found.push(node.text.trim());
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer) && isWord(node.initializer.text) && !isKey(node.initializer.text)) found.push(`${node.name.getText()}: ${node.initializer.text}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext, true, ts.ScriptKind.TSX));
  return found;
}

const KEYS = [...readFileSync(join(CONSOLE, 'words/en.ts'), 'utf8').matchAll(/^ {2}(\w+): /gm)].map(([, key]) => key ?? '');
const isKey = (text: string): boolean => KEYS.includes(text);

describe('the source of the console', () => {
  it('shows no text of its own: every word comes from the texts that are translated (W-19)', () => {
    expect(filesOf('.', /\.tsx$/).flatMap(literalsIn)).toEqual([]);
  });

  it('uses every text that is translated', () => {
    const source = filesOf('.', /\.tsx?$/).filter((path) => !path.includes(`${join('src', 'words')}`)).map((path) => readFileSync(path, 'utf8')).join('\n');
    expect(KEYS.length).toBeGreaterThan(150);
    expect(KEYS.filter((key) => !source.includes(`'${key}'`) && !source.includes(`"${key}"`))).toEqual([]);
  });
});
