import { createServer, type Server } from 'node:http';
import { type Jsz, natsExposition, type Varz } from './exposition.js';

const PATIENCE_MS = 5_000;

export interface NatsExporter {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A stand-in for prometheus-nats-exporter where there is no image or binary of it: reads the server's monitoring at each scrape. A server
 * that does not answer is a 502, so that Prometheus says `up` 0.
 * @param options `monitorUrl` as `http://127.0.0.1:8222`; `host` and `port` to listen on, port 0 takes a free one
 * @throws Error where the port is taken
 */
export function startNatsExporter({ monitorUrl, host, port }: { readonly monitorUrl: string; readonly host: string; readonly port: number }): Promise<NatsExporter> {
  const read = async <Body>(path: string): Promise<Body> => {
    const answer = await fetch(`${monitorUrl}${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return (await answer.json()) as Body;
  };
  const server = createServer((_, response) => {
    Promise.all([read<Varz>('/varz'), read<Jsz>('/jsz?consumers=true&config=true')]).then(
      ([varz, jsz]) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(natsExposition(varz, jsz)),
      (error: unknown) => response.writeHead(502, { 'content-type': 'text/plain' }).end(`${monitorUrl}: ${String(error)}\n`),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve({ port: portOf(server), close: () => closed(server) }));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
