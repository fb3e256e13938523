import { setTimeout as delay } from 'node:timers/promises';
import { VenueError } from '../venue-adapter.js';
import { refusal } from './error-codes.js';
import { type Json, isObject } from './json.js';

export interface NadoHttpOptions {
  /** `https://gateway…/v1`, without a slash at the end. */
  readonly gatewayUrl: string;
  /** `https://archive…/v1`. */
  readonly archiveUrl: string;
  /** Wall time after which an answer is no longer waited for, ms. */
  readonly timeoutMs: number;
}

/** Failures before a connection stood, where not a byte of the request has left. A connect that outlasts the request's own time is none: it ends as a silence. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
/** As those, where it was the connect that failed: they may also end a connection that stood. */
const NO_ROUTE = new Set(['EHOSTUNREACH', 'ENETUNREACH']);

/** The connection broke under the request: one that was kept, and that the venue has closed meanwhile. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const READS_MAX = 3;
/** Wall time in which the others that broke are known to be, ms. */
const BROKEN_PAUSE_MS = 10;

function failureOf(error: unknown): { readonly code?: string; readonly neverSent: boolean } {
  if (!isObject(error)) return { neverSent: false };
  const { code, syscall } = error;
  if (typeof code !== 'string') return failureOf(error['cause']);
  return { code, neverSent: NEVER_SENT.has(code) || (NO_ROUTE.has(code) && syscall === 'connect') };
}

/** Nado's request and response envelope over HTTP. What may have reached the venue and got no clear answer is `outcome: 'unknown'`. */
export class NadoHttp {
  /** Where the archive has its own host, orders go on while that is away. */
  private readonly archiveIsApart: boolean;

  constructor(private readonly options: NadoHttpOptions) {
    this.archiveIsApart = new URL(options.archiveUrl).host !== new URL(options.gatewayUrl).host;
  }

  query(type: string, parameters: Json = {}): Promise<unknown> {
    const request = `query ${type}`;
    return unwrapped(this.read(`${this.options.gatewayUrl}/query`, { type, ...parameters }, request), request);
  }

  execute(request: object): Promise<unknown> {
    const name = `execute ${Object.keys(request)[0] ?? ''}`;
    return unwrapped(this.post(`${this.options.gatewayUrl}/execute`, request, name), name);
  }

  /** The indexer answers without an envelope. Out of reach, it is silent and no more: orders go elsewhere. */
  async archive(type: string, parameters: Json): Promise<Json> {
    const request = `archive ${type}`;
    const body = await this.read(this.options.archiveUrl, { [type]: parameters }, request).catch((error: unknown) => {
      throw error instanceof VenueError && error.kind === 'unreachable' && this.archiveIsApart ? new VenueError('unknown', 'unknown', error.message, error.venueCode, { cause: error }) : error;
    });
    if (!isObject(body)) throw new VenueError('unknown', 'unknown', `${request}: found an answer that is not an object`);
    if (typeof body['error_code'] === 'number') throw refusal(body['error_code'], String(body['error']), request);
    return body;
  }

  /** What changes nothing is asked again where a kept connection broke: on a new one it is answered, or told that there is none. Others that were kept may be broken, too. */
  private async read(url: string, request: object, name: string): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.post(url, request, name);
      } catch (error) {
        if (!(error instanceof VenueError) || !BROKEN.has(error.venueCode ?? '') || tries === READS_MAX) throw error;
        await delay(BROKEN_PAUSE_MS);
      }
    }
  }

  private async post(url: string, request: object, name: string): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip, deflate, br' }, body: JSON.stringify(request), signal: AbortSignal.timeout(this.options.timeoutMs) });
      text = await response.text();
    } catch (error) {
      const { code, neverSent } = failureOf(error);
      throw new VenueError(neverSent ? 'unreachable' : 'unknown', neverSent ? 'notPlaced' : 'unknown', `${name}: no answer from ${new URL(url).host} (${code ?? String(error)})`, code, { cause: error });
    }
    const body = parsed(text);
    if (response.ok && body !== undefined) return body;
    throw statusError(response.status, body, name);
  }
}

async function unwrapped(answer: Promise<unknown>, name: string): Promise<unknown> {
  const body = await answer;
  if (isObject(body) && body['status'] === 'success') return body['data'];
  if (isObject(body) && body['status'] === 'failure' && typeof body['error_code'] === 'number') throw refusal(body['error_code'], String(body['error']), name);
  throw new VenueError('unknown', 'unknown', `${name}: found an answer without a status`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function statusError(status: number, body: unknown, name: string): VenueError {
  if (isObject(body) && typeof body['error_code'] === 'number') return refusal(body['error_code'], String(body['error']), name);
  const reason = isObject(body) ? String(body['reason'] ?? body['error'] ?? '') : '';
  if (status === 429) return new VenueError('rate', 'notPlaced', `${name}: nado limits the rate (HTTP 429) ${reason}`, '429');
  if (status === 401 || status === 403) return new VenueError('auth', 'notPlaced', `${name}: nado denies access (HTTP ${status}) ${reason}`, String(status));
  if (status === 400 || status === 404 || status === 405 || status === 422) return new VenueError('unknown', 'notPlaced', `${name}: nado cannot read the request (HTTP ${status}) ${reason}`, String(status));
  return new VenueError('unknown', 'unknown', `${name}: nado answered HTTP ${status} ${reason}`, String(status));
}
