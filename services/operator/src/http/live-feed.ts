import type { ServerResponse } from 'node:http';
import type { Market, MarketMessages } from '@ballast/bus';
import { type DeskFeed, type FeedEvent, CURSOR } from './desk-feed.js';
import { Problem } from './problem.js';

const BEAT_MS = 15_000;
const PRICES_MS = 1_000;
/** What may wait for one client; who is slower is cut off and goes on with Last-Event-ID. */
const WAITING_MAX_BYTES = 256 * 1_024;
/** Who catches up and reads nothing for so long is cut off too. */
const CATCHING_UP_MS = 10_000;
const CLIENTS_MAX = 64;
const CLIENTS_OF_TOKEN_MAX = 8;

interface Client {
  readonly name: string;
  readonly raw: ServerResponse;
  readonly wants: (kind: string) => boolean;
  /** It is told what it missed, at its own pace: what happens meanwhile follows behind that. */
  catchingUp: boolean;
}

/** Who wants what from where. */
export interface Subscription {
  readonly name: string;
  /** Kinds of streams; absent = everything. */
  readonly kinds?: readonly string[];
  readonly lastEventId?: string;
}

/**
 * Server-sent events: every decision as it is recorded, prices once a second, a beat every 15 s. Each client has a bounded
 * buffer; one that does not read is cut off, so that it holds nobody back. While the log cannot be followed everybody is: prices and beats
 * alone would say that the desk is live.
 */
export class LiveFeed {
  private readonly clients = new Set<Client>();
  private readonly prices = new Map<string, MarketMessages['price']>();
  private readonly timers: readonly NodeJS.Timeout[];
  private readonly silences: readonly (() => void)[];

  constructor(
    private readonly feed: DeskFeed,
    market: Pick<Market, 'on'>,
  ) {
    this.silences = [feed.listen((event) => this.tell(event.kind, frameOf(event))), feed.onBehind(() => this.cutOff())];
    market.on('price', (price) => this.prices.set(price.instrument, price));
    this.timers = [setInterval(() => this.tellPrices(), PRICES_MS), setInterval(() => this.tell(undefined, this.beat()), BEAT_MS)];
    for (const timer of this.timers) timer.unref();
  }

  /** @throws Problem where too many listen already, or the place to go on from is none */
  demandRoom({ name, lastEventId }: Subscription): void {
    const own = [...this.clients].filter((client) => client.name === name).length;
    if (this.clients.size >= CLIENTS_MAX || own >= CLIENTS_OF_TOKEN_MAX) throw new Problem(429, `live feeds: found ${own} of this token and ${this.clients.size} in all, allowed are ${CLIENTS_OF_TOKEN_MAX} and ${CLIENTS_MAX}`, undefined, 5);
    if (lastEventId !== undefined && !CURSOR.test(lastEventId)) throw new Problem(400, 'Last-Event-ID: found no place of this feed', { 'Last-Event-ID': `found ${JSON.stringify(lastEventId.slice(0, 80))}, allowed is the id of an event of this feed` });
  }

  /** Answers with a stream until either side ends it. The headers are written already. */
  open(raw: ServerResponse, { name, kinds, lastEventId }: Subscription): void {
    // Who is gone already says so no more.
    if (raw.destroyed) return;
    const client: Client = { name, raw, wants: (kind) => kinds === undefined || kinds.includes(kind), catchingUp: lastEventId !== undefined };
    raw.on('close', () => this.clients.delete(client));
    raw.on('error', () => this.clients.delete(client));
    this.clients.add(client);
    if (lastEventId === undefined) this.write(client, this.beat());
    else void this.catchUp(client, lastEventId);
  }

  get size(): number {
    return this.clients.size;
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const silence of this.silences) silence();
    this.cutOff();
  }

  private cutOff(): void {
    for (const { raw } of this.clients) raw.destroy();
  }

  /** Everything behind a place, no faster than it is read, until nothing is missing. */
  private async catchUp(client: Client, from: string): Promise<void> {
    let missed = this.feed.since(from);
    while (missed && missed.length > 0) {
      for (const event of missed) {
        if (client.wants(event.kind)) this.write(client, frameOf(event));
        if (client.raw.writableNeedDrain) await readOut(client.raw);
        if (client.raw.destroyed) return;
      }
      missed = this.feed.since(missed.at(-1)?.id ?? from);
    }
    client.catchingUp = false;
    if (!missed) this.write(client, `event: reset\nid: ${this.feed.cursor}\ndata: ${JSON.stringify({ why: 'more happened since than is held: load anew' })}\n\n`);
    this.write(client, this.beat());
  }

  private tellPrices(): void {
    for (const [instrument, { markPrice, oraclePrice, time }] of this.prices) this.tell('price', `event: price\ndata: ${JSON.stringify({ instrument, markPrice, oraclePrice, time })}\n\n`);
    this.prices.clear();
  }

  private beat(): string {
    return `event: beat\nid: ${this.feed.cursor}\ndata: {}\n\n`;
  }

  private tell(kind: string | undefined, frame: string): void {
    for (const client of this.clients) if (!client.catchingUp && (kind === undefined || client.wants(kind))) this.write(client, frame);
  }

  private write(client: Client, frame: string): void {
    if (client.raw.destroyed) return;
    client.raw.write(frame);
    if (client.raw.writableLength > WAITING_MAX_BYTES) client.raw.destroy();
  }
}

const frameOf = ({ id, ...told }: FeedEvent): string => `event: ${told.kind}\nid: ${id}\ndata: ${JSON.stringify(told)}\n\n`;

/** Resolves when nothing waits any more, or the client is gone; it is cut off where it takes too long. */
function readOut(raw: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => raw.destroy(), CATCHING_UP_MS);
    const done = (): void => {
      clearTimeout(cut);
      raw.off('drain', done);
      raw.off('close', done);
      resolve();
    };
    raw.on('drain', done);
    raw.on('close', done);
  });
}
