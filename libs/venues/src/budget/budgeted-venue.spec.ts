import { money, price, quantity } from '@ballast/domain';
import { Metrics } from '@ballast/observability';
import { beforeEach, describe, expect, it } from 'vitest';
import { nadoEngineConfig } from '../engine/presets.js';
import { GeneratedMarket } from '../market-source/generated-market.js';
import { JumpingClock } from '../paper/jumping-clock.js';
import { PaperVenueAdapter } from '../paper/paper-venue-adapter.js';
import { type SignedOrder, type VenueAdapter, VenueError } from '../venue-adapter.js';
import { BudgetError } from './call-budget.js';
import { NADO_BUCKETS } from './bucket-spec.js';
import { venueAt } from './budgeted-venue.js';
import { MemoryCallBudget } from './memory-call-budget.js';
import { budgetedVenue, budgetSettingsOf } from './venue-budget.js';
import type { Caller } from './venue-costs.js';

const START = Date.UTC(2026, 8, 1);
const ACCOUNT = { accountId: 'pair-1', subaccount: 'pair-1' };
const SETTINGS = { redisUrl: undefined, replicas: 1, products: 4 };

let clock: JumpingClock;
let calls: { readonly call: string; readonly at: number }[];
let lines: string[];
let metrics: Metrics;
let limitedUntil: number;
let broken: Error | undefined;

/** The simulated exchange, noting what reaches it; it limits the rate until `limitedUntil`. */
function exchange(): VenueAdapter {
  const source = new GeneratedMarket({ seed: 1, coins: ['ETH'], startTime: START, durationMs: 600_000 });
  const venue = new PaperVenueAdapter({ clock, source, engine: nadoEngineConfig(1), deposits: [{ subaccount: 'pair-1', amount: money('10000') }] });
  return new Proxy(venue, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || typeof name !== 'string') return value;
      return (...args: unknown[]): unknown => {
        if (name === 'identify' || name === 'connect' || name === 'close') return Reflect.apply(value, target, args);
        calls.push({ call: name, at: clock.now() - START });
        if (clock.now() < limitedUntil) return Promise.reject(new VenueError('rate', 'notPlaced', 'too many requests', '429'));
        if (broken) return Promise.reject(broken);
        return Reflect.apply(value, target, args);
      };
    },
  });
}

const of = (caller: Caller): VenueAdapter => budgetedVenue(exchange(), { caller, settings: SETTINGS, clock, metrics, warn: (line) => lines.push(line) }).venue;
const order = (clientOrderId: string): SignedOrder => ({ clientOrderId, account: ACCOUNT, instrument: 'ETH-PERP', side: 'BUY', quantity: quantity('1'), limitPrice: price('1000'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: START + 300_000, expiresAt: START + 600_000 });
const settled = async (pending: Promise<unknown>): Promise<string> => pending.then(() => 'answered', (error: unknown) => (error instanceof VenueError ? error.kind : String(error)));

beforeEach(() => {
  clock = new JumpingClock(START);
  calls = [];
  lines = [];
  limitedUntil = 0;
  broken = undefined;
  metrics = new Metrics({ service: 'collateral', version: 'test', commit: 'test' });
});

describe('A venue behind the call budget', () => {
  it('asks at the very moment it is asked, while the budget suffices: nothing that ran before runs later', async () => {
    const venue = of('execution');
    await venue.connect();
    const placed = Array.from({ length: 20 }, (_, index) => settled(venue.place(order(`o${index}`))));
    await clock.run(START);
    expect(calls.filter(({ call }) => call === 'place').map(({ at }) => at)).toEqual(Array.from({ length: 20 }, () => 0));
    await clock.run(START + 1_000);
    expect(await Promise.all(placed)).not.toContain('rate');
    await venue.close();
  });

  it('sends no order that waited for the budget and may not leave any more when its turn comes', async () => {
    const venue = of('execution');
    await venue.connect();
    let isStopped = false;
    const leaves = (): void => {
      if (isStopped) throw new VenueError('closed', 'notPlaced', 'trading is HALTED');
    };
    const placed = Array.from({ length: 40 }, (_, index) => settled(venue.place(order(`o${index}`), leaves)));
    await clock.run(START + 1);
    isStopped = true;
    await clock.run(START + 120_000);
    expect(calls.filter(({ call }) => call === 'place')).toHaveLength(30);
    expect((await Promise.all(placed)).filter((answer) => answer === 'closed')).toHaveLength(10);
    await venue.close();
  });

  it('sends no order that waited for the budget once the venue is closed: the next owner of its account may have sent it', async () => {
    const venue = of('execution');
    await venue.connect();
    const placed = Array.from({ length: 40 }, (_, index) => settled(venueAt(venue, 1).place(order(`o${index}`))));
    await clock.run(START + 1);
    await venue.close();
    for (let ms = 100; ms <= 10_000; ms += 100) await clock.run(START + ms);
    expect(calls.filter(({ call }) => call === 'place')).toHaveLength(30);
    expect(await Promise.all(placed.slice(30))).toEqual(Array.from({ length: 10 }, () => 'unreachable'));
  });

  it('has orders beyond the share wait in their order, and cancels and the kill switch never', async () => {
    const venue = of('execution');
    await venue.connect();
    for (let index = 0; index < 40; index += 1) void settled(venue.place(order(`o${index}`)));
    await clock.run(START + 1);
    expect(calls.filter(({ call }) => call === 'place')).toHaveLength(30);
    const cancelled = settled(venue.cancelAll(ACCOUNT));
    void settled(venue.cancel(ACCOUNT, 'ETH-PERP', 'nothing'));
    await clock.run(START + 2);
    expect(calls.slice(-2).map(({ call }) => call)).toEqual(['cancelAll', 'cancel']);
    await clock.run(START + 120_000);
    expect(await cancelled).toBe('answered');
    const times = calls.filter(({ call }) => call === 'place').map(({ at }) => at);
    expect(times).toHaveLength(40);
    expect(times.at(30)).toBeGreaterThan(1_000);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await venue.close();
  });

  it('skips checks when the budget is tight, says so in the words that operators know, and lets the danger zone pass (W-19, C-64)', async () => {
    const venue = of('collateral');
    await venue.connect();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => settled(venue.accountState(ACCOUNT))));
    expect(new Set(outcomes)).toEqual(new Set(['answered']));
    limitedUntil = START + 1;
    expect(await settled(venue.accountState(ACCOUNT))).toBe('rate');
    await clock.run(START + 3);
    const before = calls.length;
    expect(await settled(venue.accountState(ACCOUNT))).toBe('rate');
    expect(calls).toHaveLength(before);
    expect(await settled(venueAt(venue, 2).accountState(ACCOUNT))).toBe('answered');
    expect(lines).toContain('[LiquidationProtection] Rate limited, backing off 2000ms');
    expect(lines).toContain('[RPC] Skipping accountState - budget tight, saving for critical ops');
    const text = await metrics.text();
    expect(text).toContain('ballast_venue_calls_skipped_total{venue="paper",call="accountState",priority="4"} 1');
    expect(text).toContain('ballast_venue_call_backoff_seconds{venue="paper",bucket="ip",priority="4"} 2');
    expect(text).toMatch(/ballast_venue_call_budget_left\{venue="paper",bucket="ip",priority="2"\} 2\d/);
    expect(text).not.toContain('ballast_venue_call_budget_local{');
    await venue.close();
  });

  it('has a deposit pass the danger-zone checks that wait before it: 60 accounts in danger delay none (C-64)', async () => {
    const venue = of('collateral');
    await venue.connect();
    const checks = Array.from({ length: 60 }, () => settled(venueAt(venue, 2).accountState(ACCOUNT)));
    await clock.run(START + 1);
    const before = calls.length;
    expect(before).toBeLessThan(15);
    if (!venue.collateral) throw new Error('collateral: found none, expected that of the simulated exchange');
    expect(await settled(venue.collateral.freeFunds(ACCOUNT))).toBe('answered');
    expect([clock.now(), calls.length]).toEqual([START + 1, before]);
    await clock.run(START + 60_000);
    expect(new Set(await Promise.all(checks))).toEqual(new Set(['answered']));
    await venue.close();
  });

  it.each<readonly [Caller, 1 | 2]>([['execution', 1], ['collateral', 2], ['market-data', 2]])('connects %s at priority %i, also where the venue has just limited something: nothing of it could be asked before', async (caller, priority) => {
    const shared = new MemoryCallBudget({ paper: NADO_BUCKETS }, clock);
    const venue = budgetedVenue(exchange(), { caller, settings: SETTINGS, clock, shared, metrics, warn: (line) => lines.push(line) }).venue;
    await shared.limited({ venue: 'paper', bucket: 'ip', weight: 1, priority });
    const connected = settled(venue.connect());
    for (let ms = 0; ms <= 1_000; ms += 100) await clock.run(START + ms);
    expect(await connected).toBe('answered');
    expect(lines).toEqual([]);
    expect(await metrics.text()).toContain(`ballast_venue_call_weight_total{venue="paper",bucket="ip",call="connect",priority="${priority}"} 7`);
    await venue.close();
  });

  it('survives a kill switch that the venue limits, however many markets it weighs by', async () => {
    const venue = budgetedVenue(exchange(), { caller: 'execution', settings: { ...SETTINGS, products: 10 }, clock, metrics, warn: (line) => lines.push(line) }).venue;
    await venue.connect();
    limitedUntil = START + 1;
    expect(await settled(venue.cancelAll(ACCOUNT))).toBe('rate');
    await clock.run(START + 5_000);
    const again = settled(venue.cancelAll(ACCOUNT));
    await clock.run(START + 10_000);
    expect(await again).toBe('answered');
    await clock.run(START + 10_001);
    expect(lines).toContain('[RPC] Rate limited, backing off 2000ms');
    expect(await metrics.text()).toContain('ballast_venue_call_backoff_seconds{venue="paper",bucket="wallet",priority="1"} 0');
    await venue.close();
  });

  it.each([
    ['takes it', undefined, 'accepted'],
    ['refuses it', new VenueError('maintenance', 'notPlaced', 'closed'), 'refused'],
    ['says nothing', new VenueError('unknown', 'unknown', 'lost'), 'unknown'],
    ['is not reached', new VenueError('unreachable', 'notPlaced', 'no connection'), 'unknown'],
    ['breaks', new Error('torn'), 'unknown'],
  ])('counts and times each call that was made, whoever made it: where the venue %s', async (_, error, outcome) => {
    const asks = { execution: (venue: VenueAdapter) => venue.cancelAll(ACCOUNT), collateral: (venue: VenueAdapter) => venue.accountState(ACCOUNT), 'market-data': (venue: VenueAdapter) => venue.book('ETH-PERP', 1) } as const;
    for (const caller of ['execution', 'collateral', 'market-data'] as const) {
      const venue = of(caller);
      await venue.connect();
      broken = error;
      const asked = settled(asks[caller](venue));
      await clock.run(clock.now() + 1_000);
      await asked;
      broken = undefined;
      await venue.close();
    }
    const counted = (await metrics.text()).split('\n').filter((line) => /^ballast_venue_call(s_total|_seconds_count)\{/.test(line) && !line.includes('"connect"'));
    expect(counted.sort()).toEqual(['accountState', 'book', 'cancelAll'].flatMap((call) => [`ballast_venue_call_seconds_count{venue="paper",call="${call}"} 1`, `ballast_venue_calls_total{venue="paper",call="${call}",outcome="${outcome}"} 1`]).sort());
  });

  it('counts as limited what the venue limited, each try of it, and no call that was skipped or waits for the budget', async () => {
    const venue = of('collateral');
    await venue.connect();
    limitedUntil = START + 1;
    expect(await settled(venue.accountState(ACCOUNT))).toBe('rate');
    await clock.run(START + 3);
    expect(await settled(venue.accountState(ACCOUNT)), 'skipped').toBe('rate');
    for (let index = 0; index < 60; index += 1) void settled(venueAt(venue, 2).accountState(ACCOUNT));
    await clock.run(START + 4);
    const counted = async (outcome: string): Promise<number> => Number(new RegExp(`ballast_venue_calls_total\\{venue="paper",call="accountState",outcome="${outcome}"\\} (\\d+)`).exec(await metrics.text())?.[1] ?? 0);
    const [limited, accepted] = [await counted('limited'), await counted('accepted')];
    expect([limited, limited + accepted]).toEqual([1, calls.filter(({ call }) => call === 'accountState').length]);
    expect(accepted).toBeLessThan(60);
    await venue.close();
  });

  it('ends its backoff by successes', async () => {
    const venue = of('collateral');
    await venue.connect();
    limitedUntil = START + 10;
    expect(await settled(venue.accountState(ACCOUNT))).toBe('rate');
    await clock.run(START + 30_000);
    expect(await settled(venue.accountState(ACCOUNT))).toBe('answered');
    await clock.run(START + 30_001);
    expect(await metrics.text()).toContain('ballast_venue_call_backoff_seconds{venue="paper",bucket="ip",priority="4"} 0');
    expect(await metrics.text()).toContain('ballast_venue_call_weight_total{venue="paper",bucket="ip",call="accountState",priority="4"} 2');
    await venue.close();
  });

  it('says once a minute that more was asked for than a minute brings (R86)', async () => {
    const venue = of('market-data');
    await venue.connect();
    for (let index = 0; index < 700; index += 1) void settled(venue.book('ETH-PERP', 1));
    await clock.run(START + 1);
    expect(lines.filter((line) => line.includes('RPC budget exceeded'))).toEqual([expect.stringMatching(/^\[RPC\] RPC budget exceeded: \d+\/\d+$/)]);
    await venue.close();
  });

  it('moves collateral at the priority of deposits, within the wallet\'s bucket', async () => {
    const venue = of('collateral');
    await venue.connect();
    await clock.run(START + 1_000);
    if (!venue.collateral) throw new Error('collateral: found none, expected that of the simulated exchange');
    expect(await settled(venue.collateral.freeFunds(ACCOUNT))).toBe('answered');
    expect(await metrics.text()).toMatch(/ballast_venue_call_budget_left\{venue="paper",bucket="ip",priority="2"\} 2\d/);
    await venue.close();
  });
});

describe('The settings of the budget', () => {
  it('are refused where a call could never be granted, with the call and the setting to change', () => {
    expect(() => budgetedVenue(exchange(), { caller: 'execution', settings: { ...SETTINGS, products: 50 }, clock })).toThrow(/venue budget of execution: found openOrders of weight 100 \(ip, priority 3: at most 26\.\d+\); allowed is what fits: fewer BALLAST_REPLICAS/);
    expect(() => budgetedVenue(exchange(), { caller: 'collateral', settings: { ...SETTINGS, replicas: 3 }, clock })).toThrow(BudgetError);
  });

  it('are read by name, with a part for each replica', () => {
    const asked: string[] = [];
    const reader = { optional: (name: string) => (asked.push(name), undefined), integer: (name: string, _min: number, _max: number, fallback: number) => (asked.push(name), fallback) };
    expect(budgetSettingsOf(reader)).toEqual({ redisUrl: undefined, replicas: 1, products: 4 });
    expect(asked).toEqual(['BALLAST_REDIS', 'BALLAST_REPLICAS', 'BALLAST_VENUE_PRODUCTS']);
  });
});
