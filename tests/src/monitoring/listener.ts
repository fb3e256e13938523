import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Takes whatever is posted to it: the collector of traces, and whom people would be told by. */
export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

export async function startListener(): Promise<Listener> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end('{}')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** What a desk that is deployed whole has beside itself, by process: a collector, a receiver of messages, and a folder for the archive. */
export const besides = ({ url }: Listener, runDir: string): Readonly<Record<string, Readonly<Record<string, string>>>> => ({
  execution: { OTEL_EXPORTER_OTLP_ENDPOINT: url },
  reporting: { NOTIFY_WEBHOOK_URL: `${url}/messages`, NOTIFY_WEBHOOK_SECRET: 'of-a-desk-that-is-watched', NOTIFY_WINDOW_MS: '1000', ARCHIVE_DIR: join(runDir, 'archive') },
});
