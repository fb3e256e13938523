import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EventLoopLag } from './event-loop.js';
import type { Metrics } from './metrics.js';

export interface HealthOptions {
  /** Address to listen on. Default 127.0.0.1: reachable from this machine only. */
  readonly host?: string;
  /** Above this lateness of the event loop /healthz says no, ms. Default 5,000. */
  readonly lagMaxMs?: number;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const MS_PER_S = 1_000;
const json = (status: number, body: unknown): Answer => ({ status, type: 'application/json', body: `${JSON.stringify(body)}\n` });

/**
 * What a service says about itself over HTTP. `/healthz` is about its own event loop only, so an outage elsewhere never
 * restarts it; `/readyz` is 200 once every named condition holds and else 503 with the names of those that do not, and names
 * what a person should look at though it does not stop the service: a restart or another instance would not mend that;
 * `/metrics` is the text format of Prometheus, or OpenMetrics where the request accepts that.
 */
export class HealthServer {
  private readonly lag = new EventLoopLag();
  private readonly conditions = new Map<string, boolean>();
  private readonly concerns = new Map<string, string>();
  private readonly server: Server;
  private readonly lagMaxMs: number;
  private readonly host: string;
  private worstLagMs = 0;

  /** `conditions` are what readiness needs, by name (`recovered`, `live`); none holds until it is set. */
  constructor(
    private readonly metrics: Metrics,
    conditions: readonly string[],
    options: HealthOptions = {},
  ) {
    this.lagMaxMs = options.lagMaxMs ?? 5_000;
    this.host = options.host ?? '127.0.0.1';
    for (const name of conditions) this.set(name, false);
    this.server = createServer((request, response) => {
      this.answer(request).then(
        (answer) => send(response, answer),
        (error: unknown) => send(response, json(500, { error: String(error) })),
      );
    });
  }

  /** Says whether a condition of readiness holds; one that was not named before is added. */
  set(condition: string, holds: boolean): void {
    this.conditions.set(condition, holds);
    this.metrics.set('ballast_ready', { condition }, holds ? 1 : 0);
  }

  /** What a person should look at, by the name of the check; undefined = nothing any more. Readiness does not depend on it. */
  concern(check: string, detail: string | undefined): void {
    if (detail === undefined) this.concerns.delete(check);
    else this.concerns.set(check, detail);
    this.metrics.set('ballast_concern', { check }, detail === undefined ? 0 : 1);
  }

  /** The conditions that do not hold, by name. */
  get missing(): readonly string[] {
    return [...this.conditions].filter(([, holds]) => !holds).map(([name]) => name);
  }

  /** Starts to listen; port 0 takes a free one. @returns the port. @throws Error where the port is taken. */
  start(port: number): Promise<number> {
    this.lag.start();
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, this.host, () => {
        this.server.off('error', reject);
        const address = this.server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Stops listening and closes what is open; harmless where it does not listen. */
  stop(): Promise<void> {
    this.lag.stop();
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { error: `method: found ${String(request.method)}, allowed is GET` });
    switch ((request.url ?? '').split('?')[0] ?? '') {
      case '/healthz':
        return this.healthz();
      case '/readyz':
        return json(this.missing.length === 0 ? 200 : 503, { ready: this.missing.length === 0, missing: this.missing, concerns: Object.fromEntries(this.concerns) });
      case '/metrics':
        this.metrics.set('ballast_event_loop_lag_seconds', {}, this.takeLagMs() / MS_PER_S);
        this.worstLagMs = 0;
        return this.page(String(request.headers.accept ?? ''));
      default:
        return json(404, { error: `path: found ${String(request.url)}, allowed is /healthz, /readyz or /metrics` });
    }
  }

  private async page(accept: string): Promise<Answer> {
    const { contentType, text } = await this.metrics.expose(accept);
    return { status: 200, type: contentType, body: text };
  }

  private healthz(): Answer {
    const lagMs = this.lag.takeMs();
    this.worstLagMs = Math.max(this.worstLagMs, lagMs);
    const alive = lagMs <= this.lagMaxMs;
    return json(alive ? 200 : 503, { alive, lagMs: Math.round(lagMs), lagMaxMs: this.lagMaxMs });
  }

  private takeLagMs(): number {
    return Math.max(this.worstLagMs, this.lag.takeMs());
  }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
