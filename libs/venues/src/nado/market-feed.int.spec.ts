import { type Server, createServer } from 'node:http';
import { Clock, type Disarm, type Ms } from '@ballast/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { type BudgetRequest, type BudgetView, CallBudget, type Taken } from '../budget/call-budget.js';
import { budgetedVenue } from '../budget/venue-budget.js';
import type { MarketEvent, VenueAdapter } from '../venue-adapter.js';
import { NadoAdapter } from './nado-adapter.js';

const x18 = (units: string): string => `${units}${'0'.repeat(18)}`;
const risk = { long_weight_initial_x18: x18('1'), short_weight_initial_x18: x18('1'), long_weight_maintenance_x18: x18('1'), short_weight_maintenance_x18: x18('1') };

class StillClock extends Clock {
  now(): Ms {
    return 1_000;
  }
  at(): Disarm {
    return () => undefined;
  }
}

/** Notes what is asked for; grants nothing while it is closed. */
class Door extends CallBudget {
  readonly asked: string[] = [];
  isOpen = true;
  private readonly view = { left: 1, backoffMs: 0 };
  override take({ weight, priority, check }: BudgetRequest): Promise<Taken> {
    if (this.isOpen) this.asked.push(`${weight} at ${priority}${check ? ', only looks' : ''}`);
    return Promise.resolve(this.isOpen ? { granted: true, ...this.view } : { granted: false, waitMs: 5, tight: false, ...this.view });
  }
  override spend(): Promise<BudgetView> { return Promise.resolve(this.view); }
  override limited(): Promise<BudgetView> { return Promise.resolve(this.view); }
  override succeeded(): Promise<BudgetView> { return Promise.resolve(this.view); }
  override close(): Promise<void> { return Promise.resolve(); }
}

/** A venue that says exactly what the case wants: one instrument, a snapshot by hand, frames by hand. */
class ScriptedVenue {
  snapshot = { bids: [[x18('10'), x18('1')]], asks: [[x18('11'), x18('1')]], timestamp: '100', product_id: 4 };
  calls = 0;
  snapshots = 0;
  oracles = 0;
  private readonly sockets = new Set<WebSocket>();
  private readonly http: Server;

  constructor() {
    this.http = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk) => (text += String(chunk)));
      request.on('end', () => response.end(JSON.stringify({ status: 'success', data: this.answer(JSON.parse(text) as { type: string }) })));
    });
    new WebSocketServer({ server: this.http, perMessageDeflate: true }).on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('message', (data) => socket.send(JSON.stringify({ result: null, id: (JSON.parse(String(data)) as { id: number }).id })));
    });
  }

  listen(): Promise<void> {
    return new Promise((resolve) => void this.http.listen(0, '127.0.0.1', resolve));
  }

  get host(): string {
    const address = this.http.address();
    return `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  depth(last: string, max: string, bids: readonly (readonly string[])[]): void {
    this.frame({ type: 'book_depth', product_id: 4, min_timestamp: max, max_timestamp: max, last_max_timestamp: last, bids, asks: [] });
  }

  frame(frame: object): void {
    for (const socket of this.sockets) socket.send(JSON.stringify(frame));
  }

  close(): void {
    this.http.closeAllConnections();
    for (const socket of this.sockets) socket.terminate();
    this.http.close();
  }

  private answer(query: { readonly type: string }): object {
    this.calls += 1;
    this.oracles += query.type === 'all_products' ? 1 : 0;
    if (query.type === 'all_products') return { perp_products: [{ product_id: 4, oracle_price_x18: x18('10'), risk }] };
    if ('perp_prices' in query) return { 4: { mark_price_x18: x18('10') } };
    if (query.type === 'symbols') return { symbols: { 'ETH-PERP': { type: 'perp', product_id: 4, symbol: 'ETH-PERP', price_increment_x18: x18('1'), size_increment: x18('1'), min_size: x18('1'), maker_fee_rate_x18: '0', taker_fee_rate_x18: '0' } } };
    this.snapshots += 1;
    return this.snapshot;
  }
}

const adapterOf = (host: string, prices: 'poll' | 'stream'): NadoAdapter =>
  new NadoAdapter({ gatewayUrl: `http://${host}/v1`, archiveUrl: `http://${host}/archive`, streamUrl: `ws://${host}/v1/subscribe`, chainId: 1, endpointAddress: '0x698D87105274292B5673367DEC81874Ce3633Ac2', privateKey: `0x${'11'.repeat(32)}`, clock: new StillClock(), live: false, prices, pricesEveryMs: 5, reconnectMinMs: 10 });

describe('the market feed (venues.md §1.7)', () => {
  const venue = (): ScriptedVenue => scripted;
  let scripted: ScriptedVenue;
  let adapter: NadoAdapter;
  let told: string[];

  beforeEach(async () => {
    scripted = new ScriptedVenue();
    await scripted.listen();
    adapter = adapterOf(scripted.host, 'stream');
    await adapter.connect();
    told = [];
    await adapter.subscribeMarket(['ETH-PERP'], (event: MarketEvent) => told.push(event.type === 'feed' ? event.state : event.type === 'book' ? `book ${event.book.bids[0]?.price} x ${event.book.bids[0]?.quantity} #${event.book.sequence}` : event.type));
  });
  afterEach(async () => {
    await adapter.close();
    scripted.close();
  });

  it('starts with UP and the whole book, then follows the changes', async () => {
    venue().depth('100', '150', [[x18('10'), x18('2')]]);
    await expect.poll(() => told).toEqual(['UP', 'book 10 x 1 #1', 'book 10 x 2 #2']);
  });

  it('says GAP at a hole, reads a new snapshot, and says RESYNCED with the book that then holds', async () => {
    venue().snapshot = { ...venue().snapshot, bids: [[x18('10'), x18('7')]], timestamp: '250' };
    venue().depth('200', '250', [[x18('10'), x18('4')]]);
    await expect.poll(() => told).toEqual(['UP', 'book 10 x 1 #1', 'GAP', 'RESYNCED', 'book 10 x 7 #2']);
    venue().depth('250', '300', [[x18('10'), x18('8')]]);
    await expect.poll(() => told.at(-1)).toBe('book 10 x 8 #3');
    expect(venue().snapshots).toBe(2);
  });

  it('drops a connection that says what cannot be read, and comes back whole', async () => {
    venue().frame({ type: 'book_depth', product_id: 4, max_timestamp: 'soon', last_max_timestamp: '100', bids: [], asks: [] });
    await expect.poll(() => told).toEqual(['UP', 'book 10 x 1 #1', 'DOWN', 'UP', 'book 10 x 1 #2']);
  });

  it('asks for books and prices through the call budget: while that has no room, it asks for nothing', async () => {
    await adapter.close();
    const door = new Door();
    const wall = { now: () => 1_000, at: (_time: Ms, run: () => void) => (setTimeout(run, 5), () => undefined), speed: () => 1 } as unknown as Clock;
    const polled: VenueAdapter = budgetedVenue(adapterOf(venue().host, 'poll'), { caller: 'market-data', settings: { redisUrl: undefined, replicas: 1, products: 4 }, clock: wall, shared: door }).venue;
    await polled.connect();
    const [calls, granted] = [venue().calls, door.asked.length];
    await polled.subscribeMarket(['ETH-PERP'], () => undefined);
    await expect.poll(() => new Set(door.asked)).toEqual(new Set(['7 at 2, only looks', '1 at 3', '2 at 2, only looks', '5 at 2, only looks']));
    door.isOpen = false;
    // What was let through before is on its way.
    await expect.poll(() => venue().calls - calls).toBe(door.asked.length - granted);
    const { oracles, snapshots } = venue();
    venue().depth('900', '950', []);
    await new Promise((resolve) => void setTimeout(resolve, 100));
    expect([venue().oracles, venue().snapshots]).toEqual([oracles, snapshots]);
    door.isOpen = true;
    await expect.poll(() => [venue().oracles > oracles, venue().snapshots > snapshots]).toEqual([true, true]);
    await polled.close();
  });
});
