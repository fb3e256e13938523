import fc from 'fast-check';
import { positionAfter } from '@ballast/balance';
import { bps, Decimal, money, notional, ratio, signedQuantity } from '@ballast/domain';
import { decodeAs, TradePlanInfeasible, TradePlanned } from '@ballast/events';
import { EMPTY_RECORD, EMPTY_TALLY, type Streak } from '@ballast/performance';
import type { LadderPolicy, SizingPolicy } from '@ballast/policy';
import { describe, expect, it } from 'vitest';
import { accountOf, bookOf, decided, instrumentOf, planned, planTrade, policyOf, signalOf } from './plan.builders.js';
import type { BotRecord, PlanEvent, PlanTrade } from './plan.types.js';

const EQUITY: NonNullable<SizingPolicy['equity']> = { baseRatio: ratio('0.1'), hotFactor: ratio('1.25'), coldFactor: ratio('0.75'), capRatio: ratio('0.15'), hotWins: 5, coldLosses: 2 };
const KELLY: NonNullable<SizingPolicy['kelly']> = { fraction: ratio('0.3'), baseNotional: notional('600'), tradesMin: 30 };
const LIQUIDITY: NonNullable<SizingPolicy['liquidity']> = { bandBps: bps('50'), multipleMin: ratio('3') };
const CONFIDENCE: NonNullable<SizingPolicy['confidence']> = { min: ratio('0.5'), max: ratio('1') };
const ALL = { equity: EQUITY, kelly: KELLY, liquidity: LIQUIDITY, confidence: CONFIDENCE };
const STAGES = { kind: 'STAGES', rungs: [{ capital: notional('5000'), positionMax: notional('500') }] } as unknown as LadderPolicy;

const rich = (equity: string) => ({ ...accountOf(), tradingEquity: money(equity) });
const recordOf = (wins: number, losses: number, streak: Streak = EMPTY_RECORD.streak): BotRecord => ({ streak, total: { ...EMPTY_TALLY, trades: wins + losses, wins, losses, won: money(String(wins)), lost: money(String(losses)) } });
const bound = (sizing: SizingPolicy, change: Partial<PlanTrade> = {}): Partial<PlanTrade> => ({ policy: policyOf({ sizing }), record: EMPTY_RECORD, account: rich('2000'), ...change });
const capOf = (event: PlanEvent, name: string): string | undefined => event.caps.find((cap) => cap.name === name)?.limit.toString();
const sourceOf = (event: PlanEvent, name: string): string | undefined => event.caps.find((cap) => cap.name === name)?.source;
const wire = (event: object): unknown => JSON.parse(JSON.stringify(event));

describe('a plan under a sizing policy', () => {
  it('is sized by a share of equity committed as margin, over both legs, and says how (R101, C-40, C-49)', () => {
    const plan = planned(bound({ equity: EQUITY }));
    expect([plan.bindingCap, capOf(plan, 'equity-percent'), capOf(plan, 'margin-cap')]).toEqual(['equity-percent', '500', '750']);
    expect(sourceOf(plan, 'equity-percent')).toBe('R101, C-49: demo@2: margin 200 is 10 % of equity 2000, even after no streak, at 5x and 5x');
    expect(sourceOf(plan, 'margin-cap')).toBe('R101, C-40: demo@2: margin 300 is 15 % of equity 2000, at 5x and 5x');
    expect(plan.legs.every((leg) => leg.notional.lte(500))).toBe(true);
    expect(decodeAs(TradePlanned, wire(plan))).toMatchObject({ bindingCap: 'equity-percent' });
  });

  it.each<[Streak, string]>([[{ kind: 'WINS', length: 4 }, '500'], [{ kind: 'WINS', length: 5 }, '625'], [{ kind: 'LOSSES', length: 1 }, '500'], [{ kind: 'LOSSES', length: 2 }, '375']])('after %o leaves $%s a leg (R101, C-49)', (streak, limit) => {
    expect(capOf(planned(bound({ equity: EQUITY }, { record: { ...EMPTY_RECORD, streak } })), 'equity-percent')).toBe(limit);
  });

  it('shrinks at a venue of 1x, where margin is notional (C-40)', () => {
    const spot = (index: number) => ({ ...planTrade().seen[index]!, instrument: { ...planTrade().seen[index]!.instrument!, initialMarginRatio: ratio('1') } });
    const plan = planned(bound({ equity: EQUITY }, { account: rich('4000'), seen: [spot(0), spot(1)] }));
    expect([plan.bindingCap, capOf(plan, 'equity-percent'), capOf(plan, 'margin-cap')]).toEqual(['equity-percent', '200', '300']);
  });

  it('keeps to the base size before 30 trades, and from then on to the fraction of Kelly (R94, W-3)', () => {
    const young = planned(bound({ kelly: KELLY }, { record: recordOf(28, 1) }));
    expect([young.bindingCap, capOf(young, 'kelly')]).toEqual(['kelly', '300']);
    const proven = planned(bound({ kelly: KELLY }, { record: recordOf(28, 2) }));
    expect(sourceOf(proven, 'kelly')).toMatch(/^R94, W-3: demo@2: 0.3 of f\* 0\.5735 is 17\.2\d+ % of equity as margin: 28 of 30 won/);
    expect(new Decimal(capOf(proven, 'kelly')!).toFixed(0)).toBe('860');
  });

  it('plans nothing where Kelly is negative, and names it (R94, C-38)', () => {
    const event = decided(bound({ kelly: KELLY }, { record: recordOf(16, 14) }));
    expect(event).toMatchObject({ type: 'TradePlanInfeasible', reason: 'KELLY', detail: expect.stringContaining('sized to zero by kelly (demo@2)') as string });
    expect(capOf(event, 'kelly')).toBe('0');
    expect(decodeAs(TradePlanInfeasible, wire(event))).toMatchObject({ reason: 'KELLY' });
  });

  it('takes no more than the books of both legs bear (R52, R53, C-55)', () => {
    const [eth] = planTrade().seen;
    const thin = { book: bookOf('SOL-PERP', '115.85', '0.02', '0.9'), instrument: instrumentOf('SOL-PERP', '0.1', '0.01') };
    const plan = planned(bound({ liquidity: LIQUIDITY }, { seen: [eth!, thin], policy: policyOf({ sizing: { liquidity: LIQUIDITY }, depthMultipleMin: ratio('0.1') }) }));
    expect([plan.bindingCap, capOf(plan, 'liquidity')]).toEqual(['liquidity', '690']);
    const none = decided(bound({ liquidity: LIQUIDITY }, { seen: [eth!, { ...thin, book: bookOf('SOL-PERP', '115.85', '0.02', '0.01') }], policy: policyOf({ sizing: { liquidity: LIQUIDITY }, depthMultipleMin: ratio('0.01') }) }));
    expect(none).toMatchObject({ reason: 'DEPTH', detail: expect.stringContaining('binding: liquidity') as string });
  });

  it('stays below the slippage that would block it (R51)', () => {
    const steep = { book: bookOf('SOL-PERP', '115', '1', '4'), instrument: instrumentOf('SOL-PERP', '0.1', '0.01') };
    const change = { slippageBpsMax: bps('100'), depthMultipleMin: ratio('0.1'), guards: { slippageBlockBps: bps('40') } };
    const plan = planned({ seen: [planTrade().seen[0]!, steep], policy: policyOf(change), signal: signalOf({ slippageBpsMax: bps('100'), costBudgetBps: bps('300') }) });
    expect(plan.bindingCap).toBe('slippage-block');
    for (const leg of plan.legs) expect(leg.estimatedSlippageBps.lt(40)).toBe(true);
  });

  it('scales by the confidence that came with the signal, within the bounds, and by nothing where none came (C-52)', () => {
    const at = (confidence?: string) => planned(bound({ confidence: CONFIDENCE }, { signal: signalOf(confidence === undefined ? {} : { confidence: ratio(confidence) }) }));
    expect(['0.1', '0.5', '0.75', '0.99', '1', '8', undefined].map((confidence) => capOf(at(confidence), 'confidence'))).toEqual(['500', '500', '750', '990', '1200', '1200', '1200']);
    expect([at('0.75').bindingCap, at('1').bindingCap]).toEqual(['confidence', 'target']);
    expect([sourceOf(at('0.75'), 'confidence'), sourceOf(at(), 'confidence')]).toEqual(['C-52: demo@2: 0.75 x progressive for a confidence of 0.75', 'C-52: demo@2: 1 x profile-leg for no confidence named']);
  });

  it('scales by the confidence whatever else binds, and no leg is above what is left (C-52)', () => {
    const [eth] = planTrade().seen;
    const sol = (size: string) => ({ book: bookOf('SOL-PERP', '115.85', '0.02', size), instrument: instrumentOf('SOL-PERP', '0.001', '0.01') });
    const withEach: readonly (readonly [string, SizingPolicy, Partial<PlanTrade>])[] = [
      ['equity-percent', { equity: EQUITY }, {}],
      ['kelly', { kelly: KELLY }, {}],
      ['liquidity', { liquidity: { ...LIQUIDITY, multipleMin: ratio('4') } }, { seen: [eth!, sol('1.5')] }],
      ['profile-leg', {}, { signal: signalOf({ targetNotional: notional('9000'), confidence: ratio('0.5') }) }],
      ['stage-0', {}, { ladder: { ladder: STAGES, profile: 'scaling-capital@1', capital: money('4990') } }],
    ];
    for (const [name, sizing, change] of withEach) {
      const plan = planned(bound({ ...sizing, confidence: CONFIDENCE }, { seen: [eth!, sol('100')], signal: signalOf({ confidence: ratio('0.5') }), ...change, policy: policyOf({ sizing: { ...sizing, confidence: CONFIDENCE }, legNotionalMin: notional('10'), safetyFactor: ratio('1'), depthMultipleMin: ratio('0.1') }) }));
      const limit = new Decimal(capOf(plan, name)!).times('0.5');
      expect([plan.bindingCap, capOf(plan, 'confidence')], name).toEqual(['confidence', limit.toString()]);
      expect(plan.legs.every((leg) => leg.notional.lte(limit)), name).toBe(true);
    }
  });

  it('is in proportion below the first stage of a ladder (C-5, R47)', () => {
    const on = (capital: string) => planned({ ladder: { ladder: STAGES, profile: 'scaling-capital@1', capital: money(capital) }, policy: policyOf({ safetyFactor: ratio('1') }) });
    expect([on('4000').bindingCap, capOf(on('4000'), 'stage-0'), capOf(on('5000'), 'stage-0')]).toEqual(['stage-0', '200', undefined]);
  });

  it('holds the golden pair inside 20 % of what it aims at, and every hard ceiling exactly (R34, R35)', () => {
    const golden = signalOf({ targetNotional: notional('100') });
    expect(planned(bound({ confidence: CONFIDENCE, equity: EQUITY }, { signal: golden })).legs.map((leg) => leg.quantity.toString())).toEqual(['0.042', '1']);
    expect(decided(bound({ equity: EQUITY }, { signal: golden, account: rich('460') }))).toMatchObject({ type: 'TradePlanInfeasible' });
  });
});

describe('a bound sizing policy without what it sizes by', () => {
  const both: SizingPolicy = { equity: EQUITY, kelly: KELLY };
  it.each<[string, Partial<PlanTrade>, string, string]>([
    ['the equity', bound({ equity: EQUITY }, { account: accountOf() }), 'NO_ACCOUNT_STATE', 'that of account a1 has not been observed'],
    ['the equity for Kelly', bound({ kelly: KELLY }, { account: accountOf() }), 'NO_ACCOUNT_STATE', 'that of account a1 has not been observed'],
    ['any equity', bound({ equity: EQUITY }, { account: rich('0') }), 'NO_ACCOUNT_STATE', 'found 0, allowed is above 0'],
    ['an equity that is a number', bound({ equity: EQUITY }, { account: { ...accountOf(), tradingEquity: new Decimal(NaN) as never } }), 'NO_ACCOUNT_STATE', 'tradingEquity'],
    ['the record', bound(both, { record: undefined }), 'NO_RECORD', 'the record of bot b1 is not known'],
    ['a record that is a number', bound(both, { record: { ...EMPTY_RECORD, total: { ...EMPTY_TALLY, wins: NaN } } }), 'NO_ACCOUNT_STATE', 'record.total.wins'],
    ['a confidence that is a number', bound({ confidence: CONFIDENCE }, { signal: signalOf({ confidence: new Decimal(NaN) as never }) }), 'NO_ACCOUNT_STATE', 'confidence'],
    ['the capital of its stages', { ladder: { ladder: STAGES, profile: 'scaling-capital@1' } }, 'NO_ACCOUNT_STATE', 'none of its accounts has been observed'],
    ...(['equity', 'kelly', 'liquidity', 'confidence'] as const).flatMap((part) => Object.keys(ALL[part]).map((name): [string, Partial<PlanTrade>, string, string] => [`${part}.${name} as a number`, bound({ ...ALL, [part]: { ...ALL[part], [name]: typeof (ALL[part] as Record<string, unknown>)[name] === 'number' ? NaN : new Decimal(NaN) } }), 'NO_ACCOUNT_STATE', `sizing.${part}.${name}`])),
    ['the slippage that blocks', { policy: policyOf({ guards: { slippageBlockBps: new Decimal(NaN) as never } }) }, 'NO_ACCOUNT_STATE', 'guards.slippageBlockBps'],
  ])('plans nothing: %s', (_what, overrides, reason, words) => {
    expect(decided(overrides)).toMatchObject({ type: 'TradePlanInfeasible', reason, detail: expect.stringContaining(words) as string });
  });

  it('asks for nothing that no bound policy sizes by (W-18)', () => {
    expect(decided({ record: undefined }).type).toBe('TradePlanned');
    expect(decided(bound({ liquidity: LIQUIDITY, confidence: CONFIDENCE }, { account: accountOf(), record: undefined })).type).toBe('TradePlanned');
  });
});

const share = (from: number, to: number) => fc.integer({ min: from, max: to }).map((percent) => ratio((percent / 100).toFixed(2)));
const market = fc.record({ eth: fc.integer({ min: 10_000, max: 50_000 }), sol: fc.integer({ min: 2_000, max: 40_000 }), size: fc.integer({ min: 20, max: 500 }), target: fc.integer({ min: 400, max: 6_000 }), left: fc.integer({ min: -20, max: 20 }), collateral: fc.integer({ min: 500, max: 6_000 }) });
const inputs = fc.record({ equity: fc.integer({ min: 500, max: 6_000 }), wins: fc.integer({ min: 10, max: 60 }), losses: fc.integer({ min: 0, max: 20 }), streak: fc.record({ kind: fc.constantFrom('WINS' as const, 'LOSSES' as const), length: fc.integer({ min: 1, max: 8 }) }), confidence: share(0, 150) });
const sizings = fc.record({
  equity: fc.record({ baseRatio: share(1, 100), hotFactor: share(100, 150), coldFactor: share(50, 100), capRatio: share(1, 100), hotWins: fc.constant(5), coldLosses: fc.constant(2) }),
  kelly: fc.record({ fraction: share(10, 100), baseNotional: fc.integer({ min: 200, max: 9_000 }).map((value) => notional(String(value))), tradesMin: fc.constant(30) }),
  liquidity: fc.record({ bandBps: fc.integer({ min: 1, max: 60 }).map((value) => bps(String(value))), multipleMin: share(10, 500) }),
  confidence: fc.record({ min: share(0, 100), max: share(50, 100) }),
}, { requiredKeys: [] });
type Market = typeof market extends fc.Arbitrary<infer Value> ? Value : never;
type Inputs = typeof inputs extends fc.Arbitrary<infer Value> ? Value : never;

const commandOf = ({ eth, sol, size, target, left, collateral }: Market, { equity, wins, losses, streak, confidence }: Inputs, sizing: SizingPolicy | undefined): PlanTrade => planTrade({
  signal: signalOf({ targetNotional: notional(String(target)), confidence }),
  account: { ...accountOf(String(collateral)), tradingEquity: money(String(equity)) },
  record: recordOf(wins, losses, streak),
  policy: policyOf({ legNotionalMin: notional('0'), legNotionalMax: notional('20000'), ...(sizing ? { sizing } : {}) }),
  seen: [
    { book: bookOf('ETH-PERP', (eth / 10).toFixed(1), '0.1', (size / 50).toFixed(3)), instrument: instrumentOf('ETH-PERP', '0.001', '0.1'), residual: signedQuantity((left / 1000).toFixed(3)) },
    { book: bookOf('SOL-PERP', (sol / 100).toFixed(2), '0.01', (size / 2).toFixed(1)), instrument: instrumentOf('SOL-PERP', '0.1', '0.01') },
  ],
});
const AIMS = ['progressive'];
const larger = (event: PlanEvent): Decimal => (event.type === 'TradePlanned' ? Decimal.max(...event.legs.map((leg) => leg.notional)) : new Decimal(0));

describe('sizing policies together', () => {
  it('never let an order or what then stands exceed a ceiling that the plan records, nor what stands its aims by more than the deviation (R34)', () => {
    let plans = 0;
    fc.assert(fc.property(market, inputs, sizings, (where, what, sizing) => {
      const event = decided(commandOf(where, what, sizing));
      if (event.type !== 'TradePlanned') return;
      plans += 1;
      const standing = Decimal.max(...event.legs.map((leg) => positionAfter(leg.side, leg.quantity, leg.residualAbsorbed).times(leg.referencePrice)));
      for (const { name, limit } of event.caps) expect(AIMS.includes(name) ? standing.lte(limit.times('1.2')) : Decimal.max(standing, larger(event)).lte(limit), name).toBe(true);
      const least = event.caps.reduce((a, b) => (b.limit.lt(a.limit) ? b : a));
      expect(event.bindingCap === 'target' ? least.limit.gte(event.targetNotional) : event.caps.some((cap) => cap.name === event.bindingCap && cap.limit.eq(least.limit))).toBe(true);
    }), { numRuns: 150 });
    expect(plans).toBeGreaterThan(30);
  });

  it('never raise what the other ceilings leave: each is only one more (W-3, C-52)', () => {
    fc.assert(fc.property(market, inputs, sizings, (where, what, sizing) => {
      const [free, held] = [decided(commandOf(where, what, undefined)), decided(commandOf(where, what, sizing))];
      if (held.type === 'TradePlanned' && free.type === 'TradePlanned') expect(larger(held).lte(larger(free))).toBe(true);
      if (held.caps.length > 0) expect(wire(held.caps.slice(0, free.caps.length))).toEqual(wire(free.caps));
    }), { numRuns: 150 });
  });

  it('multiply by the confidence what every other limit leaves, and nothing more (C-52)', () => {
    let plans = 0;
    fc.assert(fc.property(market, inputs, sizings, share(0, 99), (where, what, sizing, confidence) => {
      const event = decided(commandOf(where, { ...what, confidence }, { ...sizing, confidence: { min: ratio('0'), max: ratio('1') } }));
      const others = event.caps.filter(({ name }) => name !== 'confidence').map(({ limit }) => limit);
      if (others.length === 0) return;
      const left = Decimal.min(...others).times(confidence);
      expect(capOf(event, 'confidence')).toBe(left.toDecimalPlaces(6, Decimal.ROUND_DOWN).toString());
      expect(larger(event).lte(left)).toBe(true);
      if (event.type === 'TradePlanned') plans += 1;
    }), { numRuns: 150 });
    expect(plans).toBeGreaterThan(15);
  });

  it('never plan more where an input is tighter', () => {
    fc.assert(fc.property(market, inputs, sizings, share(10, 100), (where, what, sizing, by) => {
      const { equity, kelly, liquidity } = sizing;
      const less = <Value extends Decimal>(value: Value): Value => value.times(by) as Value;
      const tighter: SizingPolicy = {
        ...sizing,
        ...(equity ? { equity: { ...equity, baseRatio: less(equity.baseRatio), capRatio: less(equity.capRatio) } } : {}),
        ...(kelly ? { kelly: { ...kelly, fraction: less(kelly.fraction), baseNotional: less(kelly.baseNotional) } } : {}),
        ...(liquidity ? { liquidity: { bandBps: less(liquidity.bandBps), multipleMin: liquidity.multipleMin.div(by) as typeof liquidity.multipleMin } } : {}),
      };
      const loose = decided(commandOf(where, what, sizing));
      const poorer = { ...what, equity: Math.max(1, parseInt(by.times(what.equity).toFixed(0, Decimal.ROUND_DOWN), 10)), confidence: less(what.confidence) };
      for (const tight of [decided(commandOf(where, what, tighter)), decided(commandOf(where, poorer, sizing))]) {
        for (const cap of tight.caps) expect(cap.limit.lte(loose.caps.find(({ name }) => name === cap.name)?.limit ?? Infinity), cap.name).toBe(true);
        if (loose.type === 'TradePlanned') expect(larger(tight).lte(larger(loose))).toBe(true);
      }
    }), { numRuns: 150 });
  });

  it('leave every plan byte for byte as it is where none is bound, whatever else is known (W-18)', () => {
    fc.assert(fc.property(market, inputs, (where, what) => {
      const { record: _record, ...command } = commandOf(where, what, undefined);
      const { confidence: _confidence, ...signal } = command.signal;
      const plain = decided({ ...command, signal, account: accountOf(String(where.collateral)) });
      expect(JSON.stringify(decided(commandOf(where, what, undefined)))).toBe(JSON.stringify(plain));
    }), { numRuns: 100 });
  });
});
