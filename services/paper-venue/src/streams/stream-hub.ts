import type { IncomingMessage, Server } from 'node:http';
import { type Ms } from '@ballast/domain';
import { type NadoDomain, ownerOf, signerOf, streamDigest } from '@ballast/venues';
import { type WebSocket, WebSocketServer } from 'ws';

const AUTHENTICATION_MAX_MS = 100_000;
const BUFFERED_BYTES_MAX = 16 * 1024 * 1024;
const STREAMS = new Set(['order_update', 'trade', 'best_bid_offer', 'fill', 'position_change', 'book_depth', 'liquidation', 'funding_payment', 'funding_rate', 'sim_price', 'sim_clock']);

interface Stream {
  readonly type: string;
  readonly product_id?: number | null;
  readonly subaccount?: string;
}

interface Subscriber {
  readonly socket: WebSocket;
  readonly streams: Map<string, Stream>;
  readonly wallets: Set<string>;
}

export interface StreamHubOptions {
  readonly domain: NadoDomain;
  readonly now: () => Ms;
  /** What a new subscriber is told at once. */
  readonly current: (stream: { readonly type: string; readonly product_id: number }) => object | undefined;
}

const keyOf = (stream: Stream): string => JSON.stringify([stream.type, stream.product_id ?? null, stream.subaccount ?? null]);

const matches = (stream: Stream, frame: Readonly<Record<string, unknown>>): boolean =>
  stream.type === frame['type'] &&
  (stream.product_id === undefined || stream.product_id === null || frame['product_id'] === undefined || stream.product_id === frame['product_id']) &&
  (stream.subaccount === undefined || frame['subaccount'] === undefined || stream.subaccount === frame['subaccount']);

/** Nado's `/v1/subscribe`: who listens to what. Frames go out in the order they are sent. */
export class StreamHub {
  private readonly subscribers = new Set<Subscriber>();
  private readonly server = new WebSocketServer({ noServer: true, perMessageDeflate: { threshold: 1024 } });

  constructor(private readonly options: StreamHubOptions) {}

  get connections(): number {
    return this.subscribers.size;
  }

  attach(http: Server): void {
    http.on('upgrade', (request: IncomingMessage, socket, head) => {
      const deflate = String(request.headers['sec-websocket-extensions'] ?? '').includes('permessage-deflate');
      if (!String(request.url).startsWith('/v1/subscribe') || !deflate) {
        const [status, body] = deflate ? ['404 Not Found', 'allowed is /v1/subscribe'] : ['403 Forbidden', '{"error":"permessage-deflate is required","error_code":2080}'];
        socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
        return;
      }
      this.server.handleUpgrade(request, socket, head, (webSocket) => this.onConnection(webSocket));
    });
  }

  send(frame: object): void {
    const fields = frame as Readonly<Record<string, unknown>>;
    let text: string | undefined;
    for (const subscriber of this.subscribers) {
      for (const stream of subscriber.streams.values()) {
        if (!matches(stream, fields)) continue;
        text ??= JSON.stringify(frame);
        subscriber.socket.send(text);
        if (subscriber.socket.bufferedAmount > BUFFERED_BYTES_MAX) subscriber.socket.terminate();
        break;
      }
    }
  }

  sendClock(marketMs: Ms): void {
    this.send({ type: 'sim_clock', market_ms: marketMs });
  }

  /** Resolves when every connection has handed over all that was sent to it: a pong comes after the frames before its ping. */
  async delivered(timeoutMs: number): Promise<void> {
    await Promise.all([...this.subscribers].map(({ socket }) => ponged(socket, timeoutMs)));
  }

  disconnectAll(): void {
    for (const { socket } of this.subscribers) socket.terminate();
  }

  close(): void {
    this.disconnectAll();
    this.server.close();
  }

  private onConnection(socket: WebSocket): void {
    const subscriber: Subscriber = { socket, streams: new Map(), wallets: new Set() };
    this.subscribers.add(subscriber);
    socket.on('close', () => this.subscribers.delete(subscriber));
    // A broken connection is told by its close; ws demands a listener.
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      this.onMessage(subscriber, String(data)).catch((error: unknown) => socket.close(1011, String(error).slice(0, 120)));
    });
  }

  private async onMessage(subscriber: Subscriber, text: string): Promise<void> {
    const request = JSON.parse(text) as { readonly method?: string; readonly id?: number; readonly stream?: Stream; readonly tx?: { readonly sender: `0x${string}`; readonly expiration: string }; readonly signature?: string };
    const answer = (body: object): void => subscriber.socket.send(JSON.stringify({ ...body, id: request.id }));
    if (request.method === 'authenticate' && request.tx) {
      const refused = await this.refusalOf(request.tx, request.signature ?? '');
      if (refused === undefined) subscriber.wallets.add(request.tx.sender);
      answer(refused === undefined ? { result: null } : { error: refused });
      return;
    }
    if (request.method === 'list') return answer({ result: [...subscriber.streams.values()] });
    if (!request.stream || (request.method !== 'subscribe' && request.method !== 'unsubscribe')) return answer({ error: `method: found ${String(request.method)}, allowed are authenticate, subscribe, unsubscribe, list` });
    if (request.method === 'unsubscribe') subscriber.streams.delete(keyOf(request.stream));
    else {
      const refused = subscribeRefusal(subscriber, request.stream);
      if (refused !== undefined) return answer({ error: refused });
      subscriber.streams.set(keyOf(request.stream), request.stream);
    }
    answer({ result: null });
    const { type, product_id } = request.stream;
    const first = request.method === 'subscribe' ? this.firstFrame(type, product_id) : undefined;
    if (first) subscriber.socket.send(JSON.stringify(first));
  }

  /** Who comes in the middle of a step must not wait for the next one to learn the time. */
  private firstFrame(type: string, productId: number | null | undefined): object | undefined {
    if (type === 'sim_clock') return { type, market_ms: this.options.now() };
    return typeof productId === 'number' ? this.options.current({ type, product_id: productId }) : undefined;
  }

  private async refusalOf(tx: { readonly sender: `0x${string}`; readonly expiration: string }, signature: string): Promise<string | undefined> {
    const now = this.options.now();
    const expiration = Number(tx.expiration);
    if (!(expiration >= now && expiration <= now + AUTHENTICATION_MAX_MS)) return `expiration: found ${tx.expiration}, allowed is ${now} to ${now + AUTHENTICATION_MAX_MS}`;
    const signer = await signerOf(streamDigest(this.options.domain, tx), signature);
    return signer === ownerOf(tx.sender) ? undefined : 'the signature does not match with the sender';
  }
}

function subscribeRefusal(subscriber: Subscriber, stream: Stream): string | undefined {
  if (!STREAMS.has(stream.type)) return `stream.type: found ${String(stream.type)}, allowed is one of ${[...STREAMS].join(', ')}`;
  if (stream.type === 'order_update' && !subscriber.wallets.has(stream.subaccount ?? '')) return 'order_update: not authenticated for this subaccount';
  return undefined;
}

function ponged(socket: WebSocket, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      socket.off('pong', end);
      socket.off('close', end);
      resolve();
    };
    const timer = setTimeout(end, timeoutMs);
    socket.on('pong', end);
    socket.on('close', end);
    if (socket.readyState === socket.OPEN) socket.ping('step');
    else end();
  });
}
