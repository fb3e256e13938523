import { type Money, type Ms } from '@ballast/domain';
import { WebSocket } from 'ws';
import { VenueError } from '../venue-adapter.js';
import { type Json, isObject } from './json.js';

/** The paper venue's market time and how it moves. */
export interface SimClockState {
  readonly marketMs: Ms;
  /** Wall time and market time of the same moment: market = epochMarketMs + (wall - epochWallMs) x speed, in `replay`. */
  readonly epochWallMs: Ms;
  readonly epochMarketMs: Ms;
  /** Market ms per wall ms, as a decimal string; `0` while the market is held, `max` in lock step. */
  readonly speed: string;
  readonly mode: 'replay' | 'lockstep';
  readonly startMs: Ms;
  readonly endMs: Ms;
  /** The market data has ended. */
  readonly done: boolean;
  /** Requests that are held because their answer lies in the market's future. */
  readonly openCalls: number;
}
export interface SimStep {
  readonly marketMs: Ms;
  readonly done: boolean;
  readonly openCalls: number;
}

export interface FaultMatch {
  readonly kind?: 'place' | 'cancel' | 'transfer' | 'query' | 'archive';
  readonly productId?: number;
  readonly side?: 'BUY' | 'SELL';
  readonly reduceOnly?: boolean;
  /** Queries about this subaccount, bytes32. */
  readonly account?: string;
  /** Only the n-th request that matches the rest, 1 = the next. */
  readonly nth?: number;
  /** Share of matching requests, 0 to 1 as a decimal string; decided by the request's content and the venue's seed. */
  readonly probability?: string;
  /** Market time from which on, and before which, it acts, ms; without: always. */
  readonly from?: Ms;
  readonly until?: Ms;
}
export type FaultAction =
  | { readonly type: 'reject'; readonly code: number }
  | { readonly type: 'delay'; readonly ms: Ms }
  /** The venue accepts, and the connection is cut instead of an answer. */
  | { readonly type: 'dropAfterAccept' }
  | { readonly type: 'partial'; readonly percent: number }
  /** Every subscription connection is cut, once, when the request comes. */
  | { readonly type: 'disconnect' }
  | { readonly type: 'rateLimit' }
  /** No collateral moves: 4004. */
  | { readonly type: 'freeze' }
  /** The venue gives this share of its usual call budget, and answers 429 to the rest; also where its rate limits are off. */
  | { readonly type: 'squeeze'; readonly percent: number }
  | { readonly type: 'maintenance' };
export interface FaultRule {
  readonly match: FaultMatch;
  readonly fault: FaultAction;
  /** How often it acts before it is spent; without: for ever. */
  readonly times?: number;
}
export interface FaultRuleState extends FaultRule {
  readonly id: string;
  readonly acted: number;
}

/** A call as it met the paper venue's limits. */
export interface SimCall {
  /** Market time, ms. */
  readonly at: Ms;
  readonly kind: NonNullable<FaultMatch['kind']>;
  /** As the venue names it: `subaccount_info`, `transfer_quote`, `place_order`. */
  readonly name: string;
  readonly weight: number;
  /** The subaccount that a query asks about, bytes32. */
  readonly account?: string;
  /** False: answered 429. */
  readonly taken: boolean;
}

/** The paper venue's own controls (loopback only): its clock, its faults, its deposits, its record of calls. No live venue has them. */
export class SimClockClient {
  /** `baseUrl` is the venue's root, as `http://127.0.0.1:4020`. */
  constructor(private readonly baseUrl: string, private readonly timeoutMs = 10_000) {}

  clock(): Promise<SimClockState> {
    return this.call<SimClockState>('GET', '/sim/clock');
  }

  /** Lock step only: goes to the next moment at which something happens. Harmless to repeat: where `from` has passed, it only says where the market is. */
  step(from: Ms): Promise<SimStep> {
    return this.call<SimStep>('POST', '/sim/step', { from });
  }

  /** Lets a market that is held move; harmless where it moves. */
  async release(): Promise<void> {
    await this.call('POST', '/sim/release');
  }

  /** A replay goes at this speed from now on, a whole number of market ms per wall ms; services hear of it within a second. */
  async setSpeed(speed: number): Promise<void> {
    await this.call('POST', '/sim/speed', { speed });
  }

  /** From now on the clock that it tells is this much behind its own, ms, 0 to 60,000; a replay only. Its stamps and its deadlines go by its own. */
  async setClockBehind(behindMs: Ms): Promise<void> {
    await this.call('POST', '/sim/clock-behind', { behindMs });
  }

  /** Credits a subaccount of `owner`'s wallet. The same key credits once, whatever the amount. `subaccount` is the bytes32 sender. */
  deposit(subaccount: string, amount: Money, key: string): Promise<{ readonly credited: boolean }> {
    return this.call('POST', '/sim/deposit', { subaccount, amount: amount.toFixed(), key });
  }

  addFault(rule: FaultRule): Promise<FaultRuleState> {
    return this.call('POST', '/sim/faults', rule);
  }

  async faults(): Promise<readonly FaultRuleState[]> {
    return (await this.call<{ readonly rules: readonly FaultRuleState[] }>('GET', '/sim/faults')).rules;
  }

  /** The calls since `from` that its limits were asked for, oldest first; the last 50,000 at most. */
  async calls(from: Ms): Promise<readonly SimCall[]> {
    return (await this.call<{ readonly calls: readonly SimCall[] }>('GET', `/sim/calls?from=${from}`)).calls;
  }

  async clearFaults(): Promise<void> {
    await this.call('DELETE', '/sim/faults');
  }

  /** Calls back with the market time after each step, or every 250 ms of wall time in a replay; the returned function ends it. */
  async watch(onMarketTime: (marketMs: Ms) => void, onClosed: (reason: string) => void): Promise<() => void> {
    const socket = new WebSocket(`${this.baseUrl.replace(/^http/, 'ws')}/v1/subscribe`, { perMessageDeflate: true });
    socket.on('message', (data) => {
      const frame: unknown = JSON.parse(String(data));
      if (isObject(frame) && frame['type'] === 'sim_clock' && typeof frame['market_ms'] === 'number') onMarketTime(frame['market_ms']);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.on('error', (error) => onClosed(error.message));
    socket.on('close', (code) => onClosed(`closed (${code})`));
    socket.send(JSON.stringify({ method: 'subscribe', stream: { type: 'sim_clock' }, id: 1 }));
    return () => {
      socket.removeAllListeners('close');
      socket.terminate();
    };
  }

  private async call<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(this.baseUrl + path, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }), signal: AbortSignal.timeout(this.timeoutMs) });
      answer = await response.json();
    } catch (error) {
      throw new VenueError('unknown', 'unknown', `${method} ${path}: no answer from the paper venue: ${String(error)}`, undefined, { cause: error });
    }
    if (!response.ok) throw new VenueError('unknown', 'notPlaced', `${method} ${path}: HTTP ${response.status}: ${String((answer as Json)['error'] ?? '')}`, String(response.status));
    return answer as Answer;
  }
}
