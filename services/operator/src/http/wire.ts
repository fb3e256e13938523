import type { ServerResponse } from 'node:http';
import type { Caller } from './tokens.js';

/** What the edge uses of a request. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly raw: { on(event: 'close', listen: () => void): unknown };
  /** Whom the token let in; set before any handler runs. */
  caller?: Caller;
}

/** What the edge uses of an answer. */
export interface HttpReply {
  readonly raw: ServerResponse;
  header(name: string, value: string): this;
  status(code: number): this;
  type(contentType: string): this;
  send(body: string): unknown;
  hijack(): unknown;
  getHeaders(): Readonly<Record<string, unknown>>;
}

/** One value of a header; undefined where there is none, or several. */
export function headerOf({ headers }: Pick<HttpRequest, 'headers'>, name: string): string | undefined {
  const found = headers[name];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** The page after this one: the same list, before its last row. */
export function nextUrl(url: string, before: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const params = new URLSearchParams(query);
  params.set('before', before);
  return `${path}?${params.toString()}`;
}
