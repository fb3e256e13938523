import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINES_MAX = 300;
const BYTES_MAX = 1 << 20;
const TITLE_WORDS_MIN = 3;
const IN_GIT = existsSync(join(ROOT, '.git'));

/** Words are split here, or this file would be the first to break its own rules. */
const BANNED: readonly (readonly [what: string, pattern: RegExp, instead: string])[] = [
  ['a note of unfinished work', new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`), 'finish it, or open an issue'],
  ['a banner', /^\s*(?:\/\/|#|\/?\*)\s*[=*#~/-]{5,}/m, 'a file of its own'],
  ['a type check switched off', new RegExp(`@ts-(?:${['ig' + 'nore', 'no' + 'check'].join('|')})`), 'the right type'],
  ['a test left out', /\b(?:it|test|describe)\.(?:only|skip|todo|fails)\b/, 'runIf with a plain reason'],
  ['a lazy cycle', new RegExp(`\\b${'forward' + 'Ref'}\\(`), 'an event'],
];
const FOLDERS_BANNED = ['common', 'utils', 'util', 'shared', 'helpers', 'helper', 'misc'];
const MACHINE_PATH = new RegExp(`(?<![\\w.@-])/(?:${['wo' + 'rk', 'ro' + 'ot', 'ho' + 'me/[a-z]', 'Us' + 'ers/[A-Za-z]'].join('|')})(?:/|\\b(?=/))`);
const MIRROR_HOST = /\bhttps?:\/\/[^\s/"'`]*(?:mirror|artifact|nexus|registry|proxy|debian|snapshot)[^\s/"'`]*/i;

const files = IN_GIT
  ? execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)))
  : [];
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const code = files.filter((path) => /\.(?:tsx?|js|cjs|mjs|sh|css)$|(?:^|\/)Makefile$|^\.ci\/run$/.test(path));
const pages = files.filter((path) => path.endsWith('.md'));
const texts = files.filter((path) => /\.(?:tsx?|js|cjs|mjs|sh|css|svg|md|json|ya?ml|toml|conf|csv|txt|html)$|(?:^|\/)(?:Makefile|Dockerfile|\.gitignore)$|^\.ci\/run$/.test(path));

/** Titles of `it` and `test`, also behind `.each(…)` and `.runIf(…)`, with their line. */
function titlesIn(path: string): readonly string[] {
  const source = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true);
  const titles: string[] = [];
  const rootOf = (node: ts.Expression): string => (ts.isIdentifier(node) ? node.text : ts.isCallExpression(node) || ts.isPropertyAccessExpression(node) || ts.isTaggedTemplateExpression(node) ? rootOf(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression) : '');
  const visit = (node: ts.Node): void => {
    const title = ts.isCallExpression(node) ? node.arguments[0] : undefined;
    if (title !== undefined && ts.isCallExpression(node) && ts.isStringLiteralLike(title) && ['it', 'test'].includes(rootOf(node.expression))) titles.push(title.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** The anchor that a heading gets where pages are shown. */
const anchorOf = (heading: string): string => heading.trim().toLowerCase().replace(/`/g, '').replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
const anchorsOf = (path: string): readonly string[] => [...textOf(path).matchAll(/^#{1,6}\s+(.*)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

function brokenLinksIn(page: string): readonly string[] {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? '');
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
    });
}

describe('the patterns of tidiness', () => {
  it.each([
    [MACHINE_PATH, `cd ${'/wo' + 'rk'}/main`, 'see docs/homework/read.md and $HOME/work/x'],
    [MACHINE_PATH, `"${'/ro' + 'ot'}/.npm"`, 'libs/root/x'],
    [MIRROR_HOST, 'deb http://deb.' + 'debian.org/x trixie', 'https://docs.nats.io/mirrors'],
    [BANNED[1]?.[1] ?? /^$/, '// =====', '// a - b'],
    [BANNED[3]?.[1] ?? /^$/, 'it.' + 'only(', 'it.runIf('],
  ])('%s finds what it is for and nothing else', (pattern, bad, good) => {
    expect([pattern.test(bad), pattern.test(good)]).toEqual([true, false]);
  });
});

describe.runIf(IN_GIT)('the working copy is tidy:', () => {
  it('there is something to look at', () => {
    expect(code.length).toBeGreaterThan(30);
    expect(texts).toContain('package.json');
  });

  it(`no source file has more than ${LINES_MAX} lines`, () => {
    const long = code.map((path) => [path, textOf(path).trimEnd().split('\n').length] as const).filter(([, lines]) => lines > LINES_MAX);
    expect(long).toEqual([]);
  });

  it.each(BANNED)('no source file holds %s', (_, pattern, instead) => {
    expect(code.filter((path) => pattern.test(textOf(path))), `use ${instead}`).toEqual([]);
  });

  it('no folder or file is a drawer for everything', () => {
    expect(files.filter((path) => path.split('/').some((part) => FOLDERS_BANNED.includes(part.split('.')[0] ?? '')))).toEqual([]);
  });

  it('every event is exported by libs/events', () => {
    const events = files.filter((path) => /^libs\/events\/src\/.*\.event\.ts$/.test(path));
    const index = textOf('libs/events/src/index.ts');
    expect(events.filter((path) => !index.includes(`'./${path.slice('libs/events/src/'.length).replace(/\.ts$/, '.js')}'`))).toEqual([]);
  });

  it(`every test title says something in at least ${TITLE_WORDS_MIN} words`, () => {
    const specs = files.filter((path) => path.endsWith('.spec.ts'));
    const short = specs.flatMap((path) => titlesIn(path).filter((title) => title.trim().split(/\s+/).length < TITLE_WORDS_MIN).map((title) => `${path}: ${title}`));
    expect(short).toEqual([]);
  });

  it('no file names a path of one machine', () => {
    expect(texts.filter((path) => MACHINE_PATH.test(textOf(path)))).toEqual([]);
  });

  it('no file names a mirror or a registry, the lock file not either: a machine uses its own', () => {
    expect(texts.filter((path) => path !== 'tests/src/tidy.spec.ts' && MIRROR_HOST.test(textOf(path)))).toEqual([]);
    expect([...textOf('package-lock.json').matchAll(/"resolved": "(https?:\/\/[^/"]+)/g)]).toEqual([]);
  });

  it('no file is larger than 1 MiB', () => {
    expect(files.filter((path) => statSync(join(ROOT, path)).size > BYTES_MAX)).toEqual([]);
  });

  it('every make target that a page names exists', () => {
    const targets = new Set([...textOf('Makefile').matchAll(/^([a-z][a-z0-9-]*):/gm)].map(([, target]) => target));
    expect(targets.size).toBeGreaterThan(5);
    const named = pages.flatMap((path) => [...textOf(path).matchAll(/(?:`|^\s*(?:\$ )?)make ([a-z][a-z0-9-]*)/gm)].map(([, target]) => [path, target] as const));
    expect(named.filter(([, target]) => !targets.has(target))).toEqual([]);
  });

  it('every make target that does something is in make help', () => {
    const bare = [...textOf('Makefile').matchAll(/^([a-z][a-z0-9-]*):(?!.*## ).*$/gm)].map(([, target]) => target);
    expect(bare).toEqual([]);
  });

  it('every link from page to page leads somewhere', () => {
    expect(pages.flatMap((page) => brokenLinksIn(page).map((link) => `${page}: ${link}`))).toEqual([]);
  });

  it('every decision record is numbered once, without a gap', () => {
    const numbers = pages.filter((path) => path.startsWith('docs/adr/') && /^\d{4}-/.test(basename(path))).map((path) => Number(basename(path).slice(0, 4)));
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
  });
});
