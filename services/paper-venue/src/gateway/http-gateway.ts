import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Ms } from '@ballast/domain';
import type { FaultAction, SimCall } from '@ballast/venues';
import type { Verdict, VenueRequest } from '../exchange/exchange.js';
import type { ArchiveApi } from './archive.js';
import type { CallLog } from './call-log.js';
import { type Execute, type Executes, dataOf, withFault } from './executes.js';
import type { FaultSubject, Faults } from './faults.js';
import type { Queries } from './queries.js';
import { archiveWeight, EXECUTE_WINDOWS, QUERY_WINDOWS, queryWeight, RateLimit } from './rate-limits.js';
import { type Body, bodyOf } from './read.js';
import { VenueRefusal, refusalOf, unreadable } from './venue-refusal.js';

const BODY_BYTES_MAX = 1_000_000;

/** The exchange as the gateway sees it: market time, and a place to put requests. */
export interface Venue {
  now(): Ms;
  receive(request: VenueRequest, tell: (verdict: Verdict) => void): () => void;
  hold(at: Ms, run: () => void): void;
  disconnectStreams(): void;
}

export interface GatewayParts {
  readonly venue: Venue;
  readonly queries: Queries;
  readonly archive: ArchiveApi;
  readonly executes: Executes;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly rateLimits: boolean;
  /** Another handler's paths; true where it took the request. */
  readonly sim: (request: IncomingMessage, response: ServerResponse, path: string) => boolean;
  readonly onRequest: (kind: string, outcome: string) => void;
}

interface Answer {
  readonly status: number;
  readonly body: object;
  /** Cut the connection in place of the answer. */
  readonly cut?: boolean;
}

/** Nado's HTTP surface: `/v1/query`, `/v1/execute`, `/v1/symbols`, `/archive/v1` (venues.md §1.1, §1.5, §1.6). */
export class HttpGateway {
  readonly server: Server;
  private readonly queryLimit = new RateLimit(QUERY_WINDOWS);
  private readonly executeLimit = new RateLimit(EXECUTE_WINDOWS);
  private reading = 0;

  constructor(private readonly parts: GatewayParts) {
    this.server = createServer((request, response) => this.onRequest(request, response));
    this.server.keepAliveTimeout = 60_000;
  }

  /** Requests that were received and are not with the exchange yet. */
  get beingRead(): number {
    return this.reading;
  }

  private onRequest(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', 'http://venue').pathname;
    if (this.parts.sim(request, response, path)) return;
    this.route(request, path).then(
      (answer) => (answer.cut ? request.socket.destroy() : send(response, answer.status, answer.body)),
      (error: unknown) => send(response, 500, { status: 'failure', error: String(error), error_code: 5000 }),
    );
  }

  private async route(request: IncomingMessage, path: string): Promise<Answer> {
    if (!/gzip|br|deflate/.test(String(request.headers['accept-encoding'] ?? ''))) return { status: 403, body: { reason: "Invalid compression headers: 'Accept-Encoding' must include 'gzip', 'br' or 'deflate'" } };
    if (path === '/v1/symbols') return { status: 200, body: this.parts.queries.symbols() };
    if (path === '/v1/query') return this.envelope('query', () => this.query(request));
    if (path === '/v1/execute' && request.method === 'POST') return this.envelope('execute', () => this.execute(request));
    if (path === '/archive/v1' && request.method === 'POST') return this.archiveAnswer(request);
    return { status: 404, body: { error: `path: found ${String(request.method)} ${path}, allowed is /v1/query, /v1/execute, /v1/symbols or /archive/v1` } };
  }

  private async envelope(kind: 'query' | 'execute', run: () => Promise<{ readonly name: string; readonly data: unknown; readonly extra?: object; readonly cut?: boolean }>): Promise<Answer> {
    try {
      const { name, data, extra, cut } = await run();
      this.parts.onRequest(kind, 'success');
      return { status: 200, body: { status: 'success', data, ...extra, request_type: `${kind}_${name}` }, ...(cut ? { cut } : {}) };
    } catch (error) {
      if (!(error instanceof VenueRefusal)) throw error;
      this.parts.onRequest(kind, String(error.code));
      return { status: error.status, body: { status: 'failure', error: error.message, error_code: error.code, request_type: kind } };
    }
  }

  private async query(request: IncomingMessage): Promise<{ name: string; data: unknown; cut?: boolean }> {
    const url = new URL(request.url ?? '/', 'http://venue');
    const query = request.method === 'GET' ? Object.fromEntries(url.searchParams) : await bodyJson(request);
    const name = String(query['type']);
    const about = typeof query['subaccount'] === 'string' ? { account: query['subaccount'] } : {};
    this.limit(this.queryLimit, request.socket.remoteAddress ?? '', queryWeight(query), { kind: 'query', name, ...about });
    const cut = await this.afterFault(this.fault({ kind: 'query', ...about, content: JSON.stringify(query), ...(typeof query['product_id'] === 'number' ? { productId: query['product_id'] } : {}) }));
    return { name, data: this.parts.queries.answer(query), cut };
  }

  private async archiveAnswer(request: IncomingMessage): Promise<Answer> {
    try {
      const body = await bodyJson(request);
      const type = Object.keys(body)[0] ?? '';
      this.limit(this.queryLimit, request.socket.remoteAddress ?? '', archiveWeight(type, bodyOf(body[type], type)), { kind: 'archive', name: type });
      const cut = await this.afterFault(this.fault({ kind: 'archive', content: JSON.stringify(body) }));
      this.parts.onRequest('archive', 'success');
      return { status: 200, body: this.parts.archive.answer(body), cut };
    } catch (error) {
      if (!(error instanceof VenueRefusal)) throw error;
      this.parts.onRequest('archive', String(error.code));
      return { status: error.status === 200 ? 400 : error.status, body: { error: error.message, error_code: error.code } };
    }
  }

  private async execute(request: IncomingMessage): Promise<{ name: string; data: unknown; extra: object; cut: boolean }> {
    this.reading += 1;
    let told: Promise<Verdict>;
    let execute: Execute;
    let fault: FaultAction | undefined;
    try {
      execute = await this.parts.executes.read(await bodyJson(request));
      this.limit(this.executeLimit, execute.wallet, execute.weight, { kind: execute.subject.kind, name: execute.name });
      fault = this.fault(execute.subject);
      this.refuseByFault(fault);
      const changed = withFault(execute.request, fault);
      told = this.ask(changed, request.socket);
    } finally {
      this.reading -= 1;
    }
    const verdict = await told;
    const data = dataOf(execute, verdict, { now: this.parts.venue.now() });
    return { name: execute.name, data, extra: { signature: execute.signature, id: null }, cut: fault?.type === 'dropAfterAccept' };
  }

  /** The verdict of the exchange; a caller whose connection ends before it is no longer waited for. */
  private ask(wanted: VenueRequest, socket: Socket): Promise<Verdict> {
    return new Promise((resolve) => {
      const abandon = this.parts.venue.receive(wanted, (verdict) => {
        socket.off('close', abandon);
        resolve(verdict);
      });
      socket.once('close', abandon);
      if (socket.destroyed) abandon();
    });
  }

  /** True where the answer is to be cut. Resolves when a delay is over. */
  private async afterFault(fault: FaultAction | undefined): Promise<boolean> {
    this.refuseByFault(fault);
    if (fault?.type === 'delay') await new Promise<void>((resolve) => this.parts.venue.hold(this.parts.venue.now() + fault.ms, resolve));
    return fault?.type === 'dropAfterAccept';
  }

  private refuseByFault(fault: FaultAction | undefined): void {
    if (fault?.type === 'reject') throw refusalOf(fault.code);
    if (fault?.type === 'rateLimit') throw refusalOf(1000, 429);
    if (fault?.type === 'freeze') throw refusalOf(4004);
    if (fault?.type === 'maintenance') throw refusalOf(1004);
    if (fault?.type === 'disconnect') this.parts.venue.disconnectStreams();
  }

  private fault(subject: FaultSubject): FaultAction | undefined {
    return this.parts.faults.take(subject, this.parts.venue.now());
  }

  private limit(limit: RateLimit, key: string, weight: number, { kind, name, account }: Pick<SimCall, 'kind' | 'name' | 'account'>): void {
    const at = this.parts.venue.now();
    const squeezed = this.parts.faults.budgetOf(kind, at);
    const taken = !(this.parts.rateLimits || squeezed !== undefined) || limit.take(key, weight, at, squeezed);
    this.parts.calls.note({ at, kind, name, weight, ...(account === undefined ? {} : { account }), taken });
    if (!taken) throw refusalOf(1000, 429);
  }
}

export function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** @throws VenueRefusal where the body is not one JSON object, or too long */
export async function bodyJson(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > BODY_BYTES_MAX) throw unreadable('body', `${text.length} bytes`, `at most ${BODY_BYTES_MAX} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw unreadable('body', text, 'JSON');
    throw error;
  }
  return bodyOf(value, 'body');
}
