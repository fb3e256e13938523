import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the bundler leaves the console: beside the compiled code, whichever of both is running. */
const BUNDLE = fileURLToPath(new URL('../../dist/console/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
/** Files below it carry their content's hash in their names. */
const HASHED = 'assets';

/** One file of the console as it is answered. */
export interface ConsoleFile {
  readonly path: string;
  readonly type: string;
  readonly caching: string;
  readonly bytes: Buffer;
}

interface FileServer {
  get(path: string, answer: (request: unknown, reply: FileReply) => unknown): unknown;
}

interface FileReply {
  headers(values: Readonly<Record<string, string>>): FileReply;
  send(bytes: Buffer): unknown;
}

/** The page and its files; none where nothing is bundled. A file of a kind that a browser has no use for is left out. */
export function consoleFiles(folder: string = BUNDLE): readonly ConsoleFile[] {
  if (!existsSync(join(folder, 'index.html'))) return [];
  const assets = existsSync(join(folder, HASHED)) ? readdirSync(join(folder, HASHED)).sort() : [];
  return ['index.html', ...assets.map((name) => `${HASHED}/${name}`)].flatMap((name) => {
    const type = TYPES[extname(name)];
    if (type === undefined) return [];
    return [{ path: name === 'index.html' ? '/' : `/${name}`, type, caching: name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable', bytes: readFileSync(join(folder, name)) }];
  });
}

/** Serves exactly these files, from memory: no path of a request is ever looked up on the disk. Anybody may load them: they hold nothing of the desk. */
export function serveConsole(server: FileServer, files: readonly ConsoleFile[]): void {
  for (const { path, type, caching, bytes } of files) server.get(path, (_request, reply) => reply.headers({ 'content-type': type, 'cache-control': caching }).send(bytes));
}
