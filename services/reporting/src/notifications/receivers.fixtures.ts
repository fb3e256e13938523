import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** How one request goes wrong: an answer, silence, or a message that is taken and whose answer is lost. */
export type Fault = { readonly status: number; readonly retryAfterS?: number; readonly html?: boolean } | 'silence' | 'lost-answer';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The receiver has acted on it. */
  readonly taken: boolean;
}

const MS_PER_S = 1_000;

/** An HTTP server that people would be told by: it fails as it is told to, once for each fault, and then works. */
abstract class Receiver {
  readonly received: Received[] = [];
  readonly faults: Fault[] = [];
  private server: Server | undefined;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get taken(): readonly Received[] {
    return this.received.filter(({ taken }) => taken);
  }

  start(): Promise<this> {
    const server = createServer((request, response) => void this.handle(request, response));
    this.server = server;
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        this.port = typeof address === 'object' && address !== null ? address.port : 0;
        resolve(this);
      });
    });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server?.close(() => resolve());
      this.server?.closeAllConnections();
    });
  }

  /** Status and body of the answer to a request that no fault met, and of one that a fault did. */
  protected abstract answer(path: string, body: string): { readonly status: number; readonly body: object };
  protected abstract failure(status: number, retryAfterS: number | undefined): object;

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [path, body] = [request.url ?? '', Buffer.concat(chunks).toString('utf8')];
    const fault = this.faults.shift();
    const answer = this.answer(path, body);
    this.received.push({ path, headers: request.headers, body, taken: fault === 'lost-answer' || (fault === undefined && answer.status < 300) });
    if (fault === 'silence') return;
    if (fault === 'lost-answer') return void request.socket.destroy();
    if (fault) return this.fail(response, fault);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  }

  private fail(response: ServerResponse, { status, retryAfterS, html = false }: Exclude<Fault, string>): void {
    response.writeHead(status, { 'content-type': html ? 'text/html' : 'application/json', ...(retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }) });
    response.end(html ? '<html>Bad Gateway</html>' : JSON.stringify(this.failure(status, retryAfterS)));
  }
}

/** Telegram's Bot API as far as a bot that only sends sees it: paths, errors and their fields. */
export class TelegramServer extends Receiver {
  constructor(
    private readonly token: string,
    private readonly chats: readonly number[],
  ) {
    super();
  }

  /** Chat and text of every message that was taken. */
  get told(): readonly { readonly chat: number; readonly text: string }[] {
    return this.taken.map(({ body }) => {
      const { chat_id: chat, text } = JSON.parse(body) as { chat_id: number; text: string };
      return { chat, text };
    });
  }

  protected answer(path: string, body: string): { readonly status: number; readonly body: object } {
    const { chat_id: chat, text } = JSON.parse(body || '{}') as { chat_id?: number; text?: string };
    if (path !== `/bot${this.token}/sendMessage`) return { status: 401, body: this.failure(401, undefined) };
    if (chat === undefined || !this.chats.includes(chat)) return { status: 400, body: { ok: false, error_code: 400, description: 'Bad Request: chat not found' } };
    return { status: 200, body: { ok: true, result: { message_id: this.received.length + 1, date: 0, chat: { id: chat, type: 'private' }, text } } };
  }

  protected failure(status: number, retryAfterS: number | undefined): object {
    const descriptions: Readonly<Record<number, string>> = { 400: 'Bad Request: strings must be encoded in UTF-8', 401: 'Unauthorized', 403: 'Forbidden: bot was blocked by the user', 429: `Too Many Requests: retry after ${retryAfterS ?? 0}`, 500: 'Internal Server Error' };
    return { ok: false, error_code: status, description: descriptions[status] ?? 'Error', ...(retryAfterS === undefined ? {} : { parameters: { retry_after: retryAfterS } }) };
  }
}

/** Somebody's webhook. */
export class WebhookServer extends Receiver {
  get keys(): readonly string[] {
    return this.received.map(({ headers }) => String(headers['idempotency-key']));
  }

  protected answer(): { readonly status: number; readonly body: object } {
    return { status: 200, body: {} };
  }

  protected failure(status: number): object {
    return { status };
  }
}

/** Waits until it holds. @throws Error where it does not within `withinMs` */
export async function until(holds: () => boolean, withinMs = 5_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`still not so after ${withinMs / MS_PER_S} s: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
