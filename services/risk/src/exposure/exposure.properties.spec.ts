import fc from 'fast-check';
import type { Recorded } from '@ballast/bus';
import { Decimal, notional, quantity, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { ExposureFold } from '../facts/exposure-facts.projection.js';
import { assess, AT, legOf, planOf, policyOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import type { Exposure, ExposureCommand, ExposureEvent, ExposureFacts } from './exposure.types.js';

const INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'] as const;
/** 2,000 x 5 x 0.8 (R9). */
const LIMIT = 8_000;

interface Trade {
  readonly id: string;
  readonly size: number;
  stage: 'approved' | 'opened' | 'exiting' | 'closed';
  readonly held: [number, number];
}

/** A venue, execution and risk's own two views of them, with every message between them as late as the run likes. */
class World {
  readonly fold = new ExposureFold();
  readonly trades: Trade[] = [];
  readonly log: ExposureEvent[] = [];
  private readonly late: (() => void)[] = [];
  private stale: ExposureFacts = this.fold.of('a1');
  private readonly positions: [number, number] = [0, 0];
  private state: Exposure = exposureDecider.initial;
  private plans = 0;

  plan(size: number, useStale: boolean): void {
    const id = String(this.plans++);
    const events = this.decide(assess(planOf(id, String(size)), { facts: useStale ? this.stale : this.fold.of('a1'), policy: policyOf({ legNotionalMax: notional('9999') }) }));
    if (events.some((event) => event.type === 'TradeApproved')) this.trades.push({ id, size, stage: 'approved', held: [0, 0] });
    for (const event of events) if (event.type === 'TradeDenied') expect(event.rules.find((rule) => rule.rule === event.bindingRule)?.result).not.toBe('PASS');
  }

  capture(): void {
    this.stale = this.fold.of('a1');
  }

  open(pick: number): void {
    const trade = this.pick(pick, 'approved');
    if (!trade) return;
    trade.stage = 'opened';
    this.apply({ type: 'TradeOpened', tradeId: `trade-${trade.id}`, accountId: 'a1', legs: INSTRUMENTS.map((instrument, leg) => legOf(leg, instrument, String(trade.size), '1')) });
    this.late.push(() => void this.decide({ type: 'ReleaseApproval', tradeId: `trade-${trade.id}`, reason: 'OPENED' }));
  }

  fill(pick: number, leg: 0 | 1, share: number): void {
    const trade = this.pick(pick, 'opened');
    const size = trade ? Math.ceil((trade.size - trade.held[leg]) * share) : 0;
    if (trade && size > 0) this.move(trade, leg, size, 'ENTRY');
  }

  exit(pick: number): void {
    const trade = this.pick(pick, 'opened');
    if (!trade) return;
    trade.stage = 'exiting';
    this.apply({ type: 'ExitStarted', tradeId: `trade-${trade.id}` });
  }

  reduce(pick: number, leg: 0 | 1, share: number): void {
    const trade = this.pick(pick, 'exiting');
    const size = trade ? Math.ceil(trade.held[leg] * share) : 0;
    if (trade && size > 0) this.move(trade, leg, -size, 'EXIT');
  }

  close(pick: number): void {
    const trade = this.pick(pick, 'exiting');
    if (!trade || trade.held[0] + trade.held[1] > 0) return;
    trade.stage = 'closed';
    this.apply({ type: 'TradeClosed', tradeId: `trade-${trade.id}` });
    this.late.push(() => void this.decide({ type: 'CountTrade', portfolioId: 'p1', tradeId: `trade-${trade.id}`, planVolume: notional(String(trade.size)), turnover: notional(String(trade.size)), closedAt: AT, dayBoundaryMs: 0 }));
  }

  deliver(): void {
    this.late.shift()?.();
  }

  /** What the venue could at most hold, were every accepted plan filled to its end. */
  possible(): number {
    return this.trades.reduce((sum, trade) => sum + (trade.stage === 'closed' ? 0 : trade.stage === 'exiting' ? trade.held[0] + trade.held[1] : 2 * trade.size), 0);
  }

  current(): Exposure {
    return this.state;
  }

  private pick(index: number, stage: Trade['stage']): Trade | undefined {
    const there = this.trades.filter((trade) => trade.stage === stage);
    return there[index % Math.max(there.length, 1)];
  }

  private move(trade: Trade, leg: 0 | 1, size: number, purpose: 'ENTRY' | 'EXIT'): void {
    trade.held[leg] += size;
    this.positions[leg] += leg === 0 ? size : -size;
    const position = signedQuantity(String(this.positions[leg]));
    const fill = { tradeId: `trade-${trade.id}`, accountId: 'a1', leg, purpose, instrument: INSTRUMENTS[leg], side: (leg === 0) === (size > 0) ? 'BUY' : 'SELL', quantity: quantity(String(Math.abs(size))), price: new Decimal(1) };
    this.apply({ ...fill, type: 'OrderFilled', clientOrderId: 'o' });
    this.late.push(() => this.apply({ ...fill, type: position.isZero() ? 'PositionClosed' : 'PositionIncreased', position }));
  }

  private apply(event: object): void {
    this.fold.apply({ event: event as BallastEvent } as Recorded);
  }

  private decide(command: ExposureCommand): readonly ExposureEvent[] {
    const events = exposureDecider.decide(this.state, command, { decisionId: 'd', at: AT });
    this.state = events.reduce(exposureDecider.evolve, this.state);
    this.log.push(...events);
    return events;
  }
}

const leg = fc.constantFrom<0 | 1>(0, 1);
const share = fc.constantFrom(0.01, 0.3, 0.99, 1);
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('plan' as const), size: fc.integer({ min: 100, max: 4_000 }), stale: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('open' as const, 'exit' as const, 'close' as const), pick: fc.nat(9) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('fill' as const, 'reduce' as const), pick: fc.nat(9), leg, share }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('deliver' as const, 'capture' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function take(world: World, next: Step): void {
  switch (next.kind) {
    case 'plan':
      return world.plan(next.size, next.stale);
    case 'open':
    case 'exit':
    case 'close':
      return world[next.kind](next.pick);
    case 'fill':
    case 'reduce':
      return world[next.kind](next.pick, next.leg, next.share);
    case 'deliver':
    case 'capture':
      return world[next.kind]();
  }
}

describe('approvals under any interleaving', () => {
  it('never let what may be held exceed the tightest limit, however late or stale the facts are (C-23)', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 80 }), (steps) => {
      const world = new World();
      for (const next of steps) {
        const before = world.possible();
        take(world, next);
        if (next.kind === 'plan' && world.possible() > before) expect(world.possible()).toBeLessThanOrEqual(LIMIT);
      }
      expect(world.log.reduce(exposureDecider.evolve, exposureDecider.initial)).toEqual(world.current());
    }), { numRuns: 1_500 });
  });

  it('use the limit: where nothing is open, a plan of exactly the limit passes and one more dollar does not', () => {
    const full = new World();
    full.plan(4_000, false);
    full.plan(1, false);
    expect(full.possible()).toBe(LIMIT);
  });
});

describe('the roll of the day', () => {
  const DAY = 86_400_000;
  const closing = fc.record({ id: fc.nat(20), afterMs: fc.integer({ min: 0, max: 3 * DAY }), volume: fc.integer({ min: 1, max: 900 }) });

  it('is replay-safe: repeats and late closes never count twice toward the day, whatever the order (C-25)', () => {
    fc.assert(fc.property(fc.array(closing, { maxLength: 40 }), fc.integer({ min: 0, max: DAY - 1 }), (closings, dayBoundaryMs) => {
      const events: ExposureEvent[] = [];
      let state: Exposure = exposureDecider.initial;
      for (const { id, afterMs, volume } of [...closings, ...closings]) {
        const decided = exposureDecider.decide(state, { type: 'CountTrade', portfolioId: 'p1', tradeId: `t${id}`, planVolume: notional(String(volume)), turnover: notional('1'), closedAt: AT + afterMs, dayBoundaryMs }, { decisionId: 'd', at: AT + afterMs });
        state = decided.reduce(exposureDecider.evolve, state);
        events.push(...decided);
      }
      const today = events.filter((event) => event.type === 'VolumeCounted' && event.day === state.day);
      expect(state.dayTrades).toBe(today.length);
      expect(new Set(today.map((event) => event.type === 'VolumeCounted' && event.tradeId)).size).toBe(today.length);
      expect(events.reduce(exposureDecider.evolve, exposureDecider.initial)).toEqual(state);
      const days = events.flatMap((event) => (event.type === 'DayRolled' ? [event.day] : []));
      expect(days).toEqual([...new Set(days)].sort());
    }), { numRuns: 300 });
  });
});
