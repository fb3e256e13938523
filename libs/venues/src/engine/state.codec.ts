import { createHash } from 'node:crypto';
import { EngineError, type EngineImage } from './engine.api.js';
import { levelOf } from './book.js';
import type { Account, BookLevel, EngineState, Market, Order } from './state.js';

/** Whole numbers become {"n": "…"}, maps {"m": [[key, value]…]}, sets {"s": […]}, absent values {"u": 1}. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return { n: value.toString() };
  if (value === undefined) return { u: 1 };
  if (value instanceof Map) return { m: [...value].map(([key, entry]) => [key, toPlain(entry)]) };
  if (value instanceof Set) return { s: [...value] };
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value === 'object' && value !== null) return { o: Object.entries(value).map(([key, entry]) => [key, toPlain(entry)]) };
  return value;
}

function fromPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== 'object' || value === null) return value;
  const tagged = value as { n?: string; u?: 1; m?: [unknown, unknown][]; s?: unknown[]; o?: [string, unknown][] };
  if (tagged.n !== undefined) return BigInt(tagged.n);
  if (tagged.u !== undefined) return undefined;
  if (tagged.m) return new Map(tagged.m.map(([key, entry]) => [key, fromPlain(entry)]));
  if (tagged.s) return new Set(tagged.s);
  if (tagged.o) return Object.fromEntries(tagged.o.map(([key, entry]) => [key, fromPlain(entry)]));
  throw new EngineError(`image: found ${JSON.stringify(value).slice(0, 80)}, allowed are the tags n, u, m, s, o`);
}

interface PlainMarket extends Omit<Market, 'bids' | 'asks' | 'resting'> {
  readonly bids: readonly (readonly [bigint, bigint, bigint])[];
  readonly asks: readonly (readonly [bigint, bigint, bigint])[];
  readonly resting: readonly string[];
}

const plainLevels = (levels: readonly BookLevel[]): PlainMarket['bids'] => levels.map((level) => [level.price, level.size, level.consumed]);

/** The whole state as plain JSON. */
export function exportState(state: EngineState): EngineImage {
  const markets = new Map([...state.markets].map(([id, market]): [number, PlainMarket] => [
    id,
    { ...market, bids: plainLevels(market.bids), asks: plainLevels(market.asks), resting: market.resting.map((order) => order.digest) },
  ]));
  return { version: 1, state: toPlain({ ...state, markets }) };
}

/** @throws EngineError where the image is of another version or shape */
export function importState(image: EngineImage): EngineState {
  if (image.version !== 1) throw new EngineError(`image.version: found ${String(image.version)}, allowed is 1`);
  const plain = fromPlain(image.state) as Omit<EngineState, 'markets'> & { markets: Map<number, PlainMarket> };
  if (!(plain.markets instanceof Map) || !(plain.orders instanceof Map)) throw new EngineError('image.state: found no markets or orders, allowed is what export() gives');
  const markets = new Map([...plain.markets].map(([id, market]): [number, Market] => [
    id,
    {
      ...market,
      bids: market.bids.map(([price, size, consumed]) => levelOf(price, size, consumed)),
      asks: market.asks.map(([price, size, consumed]) => levelOf(price, size, consumed)),
      resting: market.resting.map((digest) => knownOrder(plain.orders, digest)),
    },
  ]));
  // An image from before transfers were kept has none.
  const accounts = new Map([...plain.accounts].map(([id, account]): [string, Account] => [id, { ...account, transfers: (account as Partial<Account>).transfers ?? [] }]));
  return { ...plain, markets, accounts };
}

function knownOrder(orders: ReadonlyMap<string, Order>, digest: string): Order {
  const order = orders.get(digest);
  if (!order) throw new EngineError(`image.resting: found ${digest}, allowed are orders of the image`);
  return order;
}

/** SHA-256 over the state, keys of every map and object sorted, hex. */
export function digestOf(state: EngineState): string {
  return createHash('sha256').update(JSON.stringify(sorted(exportState(state).state))).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const tagged = value as { m?: [unknown, unknown][]; o?: [string, unknown][]; s?: unknown[] };
  const entries = tagged.m ?? tagged.o;
  if (tagged.s) return { s: [...tagged.s].map(String).sort() };
  if (!entries) return value;
  return { m: entries.map(([key, entry]): [string, unknown] => [String(key), sorted(entry)]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)) };
}
