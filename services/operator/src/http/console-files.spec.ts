import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConsoleFile, consoleFiles, serveConsole } from './console-files.js';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  folders.push(folder);
  mkdirSync(join(folder, 'assets'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('the files of the console', () => {
  it('are the page, always asked for anew, and its assets, kept for good', () => {
    const found = consoleFiles(folderWith({ 'index.html': '<p>', 'assets/a-1.js': 'x', 'assets/a-1.css': 'y', 'assets/i-1.svg': 'z' }));
    expect(found.map(({ path, type, caching }) => [path, type.split(';')[0], caching.split(',')[0]])).toEqual([
      ['/', 'text/html', 'no-cache'],
      ['/assets/a-1.css', 'text/css', 'public'],
      ['/assets/a-1.js', 'text/javascript', 'public'],
      ['/assets/i-1.svg', 'image/svg+xml', 'public'],
    ]);
  });

  it('are none where nothing is bundled, and never one of a kind that no browser needs', () => {
    expect(consoleFiles(folderWith({ 'assets/a.js': 'x' }))).toEqual([]);
    expect(consoleFiles(folderWith({ 'index.html': '<p>', 'assets/a.js.map': 'm', 'assets/key.pem': 'k' })).map(({ path }) => path)).toEqual(['/']);
  });

  it('are each answered under their own path', () => {
    const routes = new Map<string, (request: unknown, reply: never) => unknown>();
    const page: ConsoleFile = { path: '/', type: 'text/html; charset=utf-8', caching: 'no-cache', bytes: Buffer.from('<p>') };
    serveConsole({ get: (path, answer) => routes.set(path, answer) }, [page]);
    const told: unknown[] = [];
    const reply = { headers: (values: object) => (told.push(values), reply), send: (bytes: Buffer) => told.push(bytes.toString('utf8')) };
    routes.get('/')?.(undefined, reply as never);
    expect([[...routes.keys()], told]).toEqual([['/'], [{ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' }, '<p>']]);
  });
});
