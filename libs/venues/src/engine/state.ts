import type { Ms, Side } from '@ballast/domain';
import { EngineError, type Digest, type EngineCommand, type EngineConfig, type EngineFill, type EngineFunding, type EngineInstrument, type EngineLiquidation, type EngineOutput, type EngineTransfer, type OrderRecord, type PriceLevel, type X18 } from './engine.api.js';
import type { QueuePosition } from './queue.js';

export interface BookLevel {
  readonly price: X18;
  readonly size: X18;
  /** Taken by simulated takers since the displayed size last changed. */
  readonly consumed: X18;
  readonly view: PriceLevel;
}

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Order extends Mutable<OrderRecord> {
  queue: QueuePosition;
  /** Taker notional and taker fee so far: the smallest fee is per order, not per level. */
  takerNotional: X18;
  takerFee: X18;
}

export interface OracleState {
  /** EMA of mid up to `time`, and the mid since then. */
  average: X18;
  mid: X18;
  time: Ms;
  published: X18;
  publishedAt: Ms;
  /** True once the data has its own oracle: the average is not used any more. */
  external: boolean;
}

export interface Market {
  readonly productId: number;
  bids: BookLevel[];
  asks: BookLevel[];
  bookTime: Ms;
  oracle: OracleState | undefined;
  fundingRate: X18;
  /** Open orders in order of acceptance. */
  resting: Order[];
}

export interface Position {
  amount: X18;
  vQuote: X18;
}

export interface Account {
  readonly subaccount: string;
  cash: X18;
  positions: Map<number, Position>;
  orders: Digest[];
  fills: EngineFill[];
  funding: EngineFunding[];
  liquidations: EngineLiquidation[];
  transfers: EngineTransfer[];
}

export interface InFlight {
  readonly dueAt: Ms;
  readonly command: EngineCommand;
}

export interface MutablePots {
  fees: X18;
  insurance: X18;
  funding: X18;
  market: X18;
  socialised: X18;
  deposits: X18;
}

export interface EngineState {
  now: Ms | undefined;
  nextFundingAt: Ms | undefined;
  markets: Map<number, Market>;
  accounts: Map<string, Account>;
  orders: Map<Digest, Order>;
  /** Digests of executed transfers: money never moves twice for one payload. */
  transfers: Set<Digest>;
  /** Transfers with a nonce so far, by owner; absent before the first. */
  nonces?: Map<string, number>;
  inFlight: InFlight[];
  submissionIndex: number;
  pots: MutablePots;
}

/** One engine while it works: its terms, its state and what it has to say. */
export interface Run {
  readonly config: EngineConfig;
  readonly instruments: ReadonlyMap<number, EngineInstrument>;
  readonly state: EngineState;
  out: EngineOutput[];
}

export function initialState(config: EngineConfig): EngineState {
  const markets = config.instruments.map((instrument): [number, Market] => [
    instrument.productId,
    { productId: instrument.productId, bids: [], asks: [], bookTime: 0, oracle: undefined, fundingRate: 0n, resting: [] },
  ]);
  return {
    now: undefined,
    nextFundingAt: undefined,
    markets: new Map(markets),
    accounts: new Map(),
    orders: new Map(),
    transfers: new Set(),
    inFlight: [],
    submissionIndex: 0,
    pots: { fees: 0n, insurance: 0n, funding: 0n, market: 0n, socialised: 0n, deposits: 0n },
  };
}

/** @throws EngineError for an unknown product */
export function marketOf(run: Run, productId: number): Market {
  const market = run.state.markets.get(productId);
  if (!market) throw new EngineError(`productId: found ${productId}, allowed are ${[...run.state.markets.keys()].join(', ')}`);
  return market;
}

/** @throws EngineError for an unknown product */
export function termsOf(run: Run, productId: number): EngineInstrument {
  const terms = run.instruments.get(productId);
  if (!terms) throw new EngineError(`productId: found ${productId}, allowed are ${[...run.instruments.keys()].join(', ')}`);
  return terms;
}

export function accountOf(run: Run, subaccount: string): Account {
  const known = run.state.accounts.get(subaccount);
  if (known) return known;
  const account: Account = { subaccount, cash: 0n, positions: new Map(), orders: [], fills: [], funding: [], liquidations: [], transfers: [] };
  run.state.accounts.set(subaccount, account);
  return account;
}

export const signed = (side: Side, size: X18): X18 => (side === 'BUY' ? size : -size);
export const sideOf = (amount: X18): Side => (amount > 0n ? 'BUY' : 'SELL');
export const positionOf = (account: Account, productId: number): Position => account.positions.get(productId) ?? { amount: 0n, vQuote: 0n };

/** The record of an order as it stands, without the engine's inner fields. */
export function recordOf(order: Order): OrderRecord {
  const { queue: _queue, takerNotional: _notional, takerFee: _fee, ...record } = order;
  return record;
}
