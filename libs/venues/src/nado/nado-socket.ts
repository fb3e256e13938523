import { WebSocket } from 'ws';
import { VenueError } from '../venue-adapter.js';
import { type Json, isObject } from './json.js';

/** Told as the paper venue's market time while a connection to it is lost: nothing of any step has been seen for sure. */
export const NOTHING_SEEN = -1;

export interface NadoSocketOptions {
  /** `wss://gateway…/v1/subscribe`. */
  readonly url: string;
  /** Wall time between pings; Nado wants one at least every 30 s. */
  readonly pingEveryMs: number;
  readonly reconnectMinMs: number;
  readonly reconnectMaxMs: number;
  readonly answerTimeoutMs: number;
}

export interface NadoSocketHandlers {
  /** The connection stands: authenticate and subscribe here, for as long as it does. Where it rejects, the connection is closed and tried again. */
  onOpen(socket: NadoSocket, stands: () => boolean): Promise<void>;
  onEvent(event: Json): void;
  /** A connection that stood is lost; told once, however long it takes to come back. */
  onDown(reason: string): void;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: VenueError): void;
  readonly timer: NodeJS.Timeout;
}

/** One subscription connection: keeps itself alive, comes back by itself, and matches answers to requests. Times here are wall time: transport only. */
export class NadoSocket {
  private socket: WebSocket | undefined;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private attempt = 0;
  private up = false;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;
  private ping: NodeJS.Timeout | undefined;

  constructor(private readonly options: NadoSocketOptions, private readonly handlers: NadoSocketHandlers) {}

  /** Resolves when the first connection is open and set up; rejects where that fails (and then no reconnect is tried). */
  async open(): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    clearInterval(this.ping);
    this.fail('closed by us');
    this.socket?.terminate();
  }

  /** Drops the connection so that it is set up anew: for a state that only a fresh start can mend. */
  restart(): void {
    this.socket?.terminate();
  }

  /** @throws VenueError where the venue refuses, the connection is lost, or no answer comes in time. */
  request(message: Json): Promise<unknown> {
    const id = this.nextId++;
    const socket = this.socket;
    return new Promise((resolve, reject) => {
      if (socket?.readyState !== WebSocket.OPEN) {
        reject(new VenueError('unreachable', 'notPlaced', `stream ${String(message['method'])}: the connection is not open`));
        return;
      }
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new VenueError('unknown', 'unknown', `stream ${String(message['method'])}: no answer within ${this.options.answerTimeoutMs} ms`));
      }, this.options.answerTimeoutMs);
      this.waiting.set(id, { resolve, reject, timer });
      socket.send(JSON.stringify({ ...message, id }));
    });
  }

  private connect(): Promise<void> {
    const socket = new WebSocket(this.options.url, { perMessageDeflate: true, handshakeTimeout: this.options.answerTimeoutMs });
    this.socket = socket;
    return new Promise((resolve, reject) => {
      let reason = '';
      const drop = (error: unknown): void => {
        reason = error instanceof Error ? error.message : String(error);
        reject(error instanceof Error ? error : new Error(reason));
        socket.terminate();
      };
      socket.on('message', (data) => {
        try {
          this.onMessage(String(data));
        } catch (error) {
          drop(error);
        }
      });
      socket.on('error', (error) => {
        reason = error.message;
      });
      socket.on('open', () => {
        const stands = (): boolean => this.socket === socket && socket.readyState === WebSocket.OPEN && !this.closed;
        this.keepAlive(socket);
        this.handlers.onOpen(this, stands).then(() => {
          if (!stands()) return;
          this.attempt = 0;
          this.up = true;
          resolve();
        }, drop);
      });
      socket.on('close', (code) => {
        const why = reason === '' ? `closed by the venue (${code})` : reason;
        reject(new VenueError('unreachable', 'notPlaced', `stream: ${why}`));
        this.onClose(socket, why);
      });
    });
  }

  private onClose(socket: WebSocket, reason: string): void {
    if (this.closed || this.socket !== socket) return;
    clearInterval(this.ping);
    this.fail(reason);
    if (this.up) this.handlers.onDown(reason);
    this.up = false;
    const delay = Math.min(this.options.reconnectMaxMs, this.options.reconnectMinMs * 2 ** this.attempt);
    this.attempt += 1;
    this.retry = setTimeout(() => {
      if (this.closed) return;
      // The close of a failed attempt has armed the next one.
      this.connect().then(undefined, () => undefined);
    }, delay);
  }

  private onMessage(text: string): void {
    const message: unknown = JSON.parse(text);
    if (!isObject(message)) return;
    if (typeof message['type'] === 'string') {
      this.handlers.onEvent(message);
      return;
    }
    const waiting = typeof message['id'] === 'number' ? this.waiting.get(message['id']) : undefined;
    if (!waiting) return;
    this.waiting.delete(message['id'] as number);
    clearTimeout(waiting.timer);
    if (message['error'] === undefined) waiting.resolve(message['result']);
    else waiting.reject(new VenueError('auth', 'notPlaced', `stream: nado refused: ${String(message['error'])}`));
  }

  private keepAlive(socket: WebSocket): void {
    clearInterval(this.ping);
    let alive = true;
    socket.on('pong', () => {
      alive = true;
    });
    this.ping = setInterval(() => {
      if (!alive) {
        socket.terminate();
        return;
      }
      alive = false;
      socket.ping();
    }, this.options.pingEveryMs);
  }

  private fail(reason: string): void {
    for (const waiting of this.waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(new VenueError('unknown', 'unknown', `stream: ${reason}`));
    }
    this.waiting.clear();
  }
}
