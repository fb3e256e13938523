import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { money, notional, PARTITIONS, partitionOf } from '@ballast/domain';
import { reportingModule, type Summary } from '@ballast/reporting';
import { strategyModule } from '@ballast/strategy';
import { GeneratedMarket } from '@ballast/venues';
import { botSettings } from '../demo/demo-bot.js';
import { strategyFolder } from '../strategies.js';
import { MemoryDesk } from './memory-desk.js';

type Row = Readonly<Record<string, string>>;
/** An event as its bytes tell it: decimals are text; a field that a type lacks is not read of it. */
type Texts = Readonly<Record<'type' | 'tradeId' | 'clientOrderId' | 'purpose' | 'outcome' | 'instrument' | 'side' | 'quantity' | 'unfilled' | 'price' | 'limitPrice' | 'referencePrice' | 'bestBid' | 'bestAsk' | 'fee' | 'amount' | 'liquidity', string>>;
interface Json extends Texts {
  readonly leg: number;
  readonly venueTime: number;
  readonly postOnly: boolean;
  readonly legs: readonly Json[];
  readonly seen: readonly Json[];
}
const SCALE = 10n ** 18n;
/** Figures that were divided print 12 digits. */
const LAST_DIGIT = 10n ** 6n;
const MINUTE_MS = 60_000;

/** Decimal text as whole units of 10^-18: arithmetic of its own, which shares nothing with the services'. */
function units(text: string): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const value = BigInt(`${whole}${fraction.padEnd(18, '0')}`);
  return sign === '-' ? -value : value;
}
const times = (a: bigint, b: bigint): bigint => (a * b) / SCALE;
const over = (a: bigint, b: bigint): bigint => (a * SCALE) / b;
const abs = (a: bigint): bigint => (a < 0n ? -a : a);
const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n);
const most = (values: readonly bigint[]): bigint => values.reduce((best, value) => (value > best ? value : best));
const mean = (values: readonly bigint[]): bigint => sum(values) / BigInt(values.length);
const signOf = (side: string): bigint => (side === 'BUY' ? 1n : -1n);

interface Fill { readonly trade: string; readonly leg: number; readonly side: string; readonly entry: boolean; readonly quantity: bigint; readonly price: bigint; readonly fee: bigint; readonly maker: boolean; readonly at: number }
interface Leg { readonly instrument: string; readonly side: string; readonly planned: bigint; readonly reference: bigint }
interface Round { readonly id: string; readonly legs: readonly Leg[]; readonly fills: readonly Fill[]; readonly exitMids: ReadonlyMap<string, bigint>; readonly ordered: readonly bigint[] }

describe('every figure of the summary of a back-test (issue 2, item 11), computed again from the bytes of its log', () => {
  let folder = '';
  let summary: Summary;
  let events: readonly Json[] = [];
  let rounds: readonly Round[] = [];
  const of = (type: string): readonly Json[] => events.filter((event) => event.type === type);
  const file = (name: string): Row[] => {
    const [head = [], ...rows] = readFileSync(join(folder, name), 'utf8').trim().split('\n').map((line) => line.split(','));
    return rows.map((cells) => Object.fromEntries(head.map((column, index) => [column, cells[index] ?? ''])));
  };
  const agrees = (found: string | null, expected: bigint): void => expect([found, abs(units(found ?? '') - expected) <= LAST_DIGIT]).toEqual([found, true]);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ballast-figures-'));
    const strategy = await strategyFolder('dn-pair').load();
    const settings = { ...botSettings({ mode: 'cycle', legNotional: notional('1000') }), holdMs: 40_000, sleepMs: 5_000 };
    const source = new GeneratedMarket({ seed: 11, durationMs: 8 * MINUTE_MS, coins: ['ETH', 'SOL'], startTime: Date.UTC(2026, 0, 5, 0, 56, 30) });
    const desk = await MemoryDesk.start({
      source, instruments: ['ETH-PERP', 'SOL-PERP'], seed: 11, strategies: { 'dn-pair': () => strategyModule(strategy) }, more: { reporting: () => reportingModule({ reportDir: folder }) },
      bots: [{ botId: 'pair-1', portfolioId: 'main', accountId: 'pair-1', strategy: 'dn-pair', profiles: ['demo'], settings, deposit: money('2000') }],
    });
    await desk.run();
    await desk.system.command({ user: 'cli', service: 'reporting', partition: partitionOf('main') }, 'write-report', {}, 'report');
    summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as Summary;
    const found: Json[] = [];
    for (let partition = 0; partition < PARTITIONS; partition += 1) await desk.system.store.read(partition, { filters: [] }, ({ bytes }) => { found.push(...(JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly events: readonly Json[] }).events); });
    events = found;
    await desk.stop();
    rounds = of('TradeOpened').map(({ tradeId }) => roundOf(tradeId));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function roundOf(id: string): Round {
    const mine = events.filter((event) => event.tradeId === id);
    const legs = (mine.find((event) => event.type === 'TradeOpened')?.legs ?? []).map((leg): Leg => ({ instrument: leg.instrument, side: leg.side, planned: units(leg.quantity), reference: units(leg.referencePrice) }));
    const fills = mine.filter((event) => event.type === 'OrderFilled').map((event): Fill => ({ trade: id, leg: event.leg, side: event.side, entry: event.purpose === 'ENTRY' || event.purpose === 'HEDGE', quantity: units(event.quantity), price: units(event.price), fee: units(event.fee), maker: event.liquidity === 'MAKER', at: event.venueTime }));
    const exit = mine.find((event) => event.type === 'SignalRaised' && event.purpose === 'EXIT');
    const exitMids = new Map(((exit?.['seen'] ?? []) as readonly Json[]).map((seen) => [seen.instrument as string, (units(seen.bestBid) + units(seen.bestAsk)) / 2n]));
    return { id, legs, fills, exitMids, ordered: legs.map((_, leg) => mostOrdered(mine, leg)) };
  }

  function mostOrdered(mine: readonly Json[], leg: number): bigint {
    const entries = new Set(mine.filter((event) => event.type === 'OrderSubmitted' && event.leg === leg && ['ENTRY', 'HEDGE'].includes(event.purpose)).map((event) => event.clientOrderId));
    let [now, top] = [0n, 0n];
    for (const event of mine) if (entries.has(event.clientOrderId)) {
      if (event.type === 'OrderSubmitted') now += units(event.quantity);
      if (event.type === 'OrderCancelled') now -= units(event.unfilled);
      if (now > top) top = now;
    }
    return top;
  }

  const part = (round: Round, leg: number, entry: boolean): readonly Fill[] => round.fills.filter((fill) => fill.leg === leg && fill.entry === entry);
  const quantityOf = (fills: readonly Fill[]): bigint => sum(fills.map(({ quantity }) => quantity));
  const valueOf = (fills: readonly Fill[]): bigint => sum(fills.map(({ quantity, price }) => times(quantity, price)));
  const apart = ([a = 0n, b = 0n]: readonly bigint[]): bigint => over(abs(a - b), a < b ? a : b);
  const allFills = (): readonly Fill[] => rounds.flatMap(({ fills }) => fills);
  const cashOf = (fills: readonly Fill[]): bigint => -sum(fills.map(({ side, quantity, price }) => signOf(side) * times(quantity, price)));

  it('counts cycles and their success: each of them was completed', () => {
    const ended = (outcome: string): number => of('TradeClosed').filter((event) => event.outcome === outcome).length;
    expect(ended('COMPLETED')).toBeGreaterThan(4);
    expect(summary.cycles).toEqual({ signals: of('SignalRaised').filter((event) => event.purpose === 'ENTER').length, planned: of('TradePlanned').length, attempted: rounds.length, completed: ended('COMPLETED'), unwound: 0, unfilled: 0, open: 0, successRate: '1' });
  });

  it('tells orders, fills, fill rate, maker share and volume', () => {
    const fills = allFills();
    expect(summary.execution).toMatchObject({ orders: of('OrderSubmitted').length, fills: fills.length, unresolvedOrders: 0 });
    const legs = rounds.flatMap((round) => round.legs.map((leg, index) => ({ leg, entered: quantityOf(part(round, index, true)), exited: quantityOf(part(round, index, false)) })));
    agrees(summary.execution.orderedNotional, sum(legs.map(({ leg, entered }) => times(leg.planned + entered, leg.reference))));
    agrees(summary.execution.filledNotional, sum(legs.map(({ leg, entered, exited }) => times(entered + exited, leg.reference))));
    agrees(summary.execution.fillRate, over(sum(legs.map(({ leg, entered, exited }) => times(entered + exited, leg.reference))), sum(legs.map(({ leg, entered }) => times(leg.planned + entered, leg.reference)))));
    agrees(summary.execution.turnover, valueOf(fills));
    agrees(summary.execution.makerShare, over(valueOf(fills.filter(({ maker }) => maker)), valueOf(fills)));
    agrees(summary.execution.planVolume, sum(rounds.map(({ legs: planned }) => most(planned.map((leg) => times(leg.planned, leg.reference))))));
    const resting = of('OrderSubmitted').filter((event) => event.postOnly === true);
    const filledOf = (id: string): bigint => sum(of('OrderFilled').filter((event) => event.clientOrderId === id).map((event) => units(event.quantity)));
    agrees(summary.execution.postOnlyFillRate, over(sum(resting.map((order) => times(filledOf(order.clientOrderId), units(order.limitPrice)))), sum(resting.map((order) => times(units(order.quantity), units(order.limitPrice))))));
  });

  it('tells imbalance planned, ordered, filled at reference and at fill prices, mean and worst', () => {
    const stages = {
      planned: rounds.map((round) => apart(round.legs.map((leg) => times(leg.planned, leg.reference)))),
      ordered: rounds.map((round) => apart(round.legs.map((leg, index) => times(round.ordered[index] ?? 0n, leg.reference)))),
      filledAtReference: rounds.map((round) => apart(round.legs.map((leg, index) => times(quantityOf(part(round, index, true)), leg.reference)))),
      filledAtFill: rounds.map((round) => apart(round.legs.map((_, index) => valueOf(part(round, index, true))))),
    };
    for (const stage of ['planned', 'ordered', 'filledAtReference', 'filledAtFill'] as const) {
      agrees(summary.imbalance[stage].mean, mean(stages[stage]));
      agrees(summary.imbalance[stage].worst, most(stages[stage]));
    }
    expect(summary.imbalance.trades).toBe(rounds.length);
    agrees(summary.imbalance.balancedPlans.worstFilledAtReference, most(stages.filledAtReference));
  });

  it('tells realised slippage of entries and exits, weighted by notional, and the worst leg', () => {
    const legs = (entry: boolean) => rounds.flatMap((round) => round.legs.map((leg, index) => {
      const fills = part(round, index, entry);
      const reference = entry ? leg.reference : round.exitMids.get(leg.instrument);
      // A round that a person closed had no exit signal to be measured from.
      if (reference === undefined) return [];
      const worse = signOf(leg.side) * (entry ? 1n : -1n) * (over(valueOf(fills), quantityOf(fills)) - reference);
      return [{ bps: over(worse * 10_000n, reference), weight: valueOf(fills) }];
    }).flat());
    for (const [found, of] of [[summary.slippageBps.realisedEntry, legs(true)], [summary.slippageBps.realisedExit, legs(false)], [summary.slippageBps.realised, [...legs(true), ...legs(false)]]] as const) {
      agrees(found.mean, over(sum(of.map(({ bps, weight }) => times(bps, weight))), sum(of.map(({ weight }) => weight))));
      agrees(found.worst, most(of.map(({ bps }) => bps)));
    }
  });

  it('tells fees, funding and PnL, in all and per trade, and the share of trades that did not lose', () => {
    const { pnl } = summary;
    const funding = of('FundingSettled').map((event) => ({ at: event.venueTime, amount: units(event.amount) }));
    expect(funding.length).toBeGreaterThan(0);
    agrees(pnl.realised, cashOf(allFills()));
    agrees(pnl.fees, sum(allFills().map(({ fee }) => fee)));
    agrees(pnl.funding, sum(funding.map(({ amount }) => amount)));
    agrees(pnl.net, units(pnl.realised) - units(pnl.fees) + units(pnl.funding));
    const nets = rounds.map(({ fills }) => cashOf(fills) - sum(fills.map(({ fee }) => fee)) + sum(funding.filter(({ at }) => at >= Math.min(...fills.map((fill) => fill.at)) && at <= Math.max(...fills.map((fill) => fill.at))).map(({ amount }) => amount)));
    agrees(pnl.perTrade.mean, mean(nets));
    agrees(pnl.perTrade.best, most(nets));
    agrees(pnl.perTrade.worst, -most(nets.map((net) => -net)));
    agrees(pnl.shareNotNegative, over(BigInt(nets.filter((net) => net >= 0n).length), BigInt(nets.length)));
    expect([pnl.closedTrades, pnl.outsideClosedTrades, summary.residuals, summary.balances['pair-1']?.cash]).toEqual([rounds.length, '0', [], expect.any(String)]);
    expect(units(summary.balances['pair-1']?.cash ?? '')).toBe(units('2000') + units(pnl.net));
  });

  it('integrates naked notional over the seconds between fills, except while the pair was held', () => {
    const naked = rounds.map((round) => sum(round.fills.slice(0, -1).map((fill, index) => {
      const next = round.fills[index + 1]!;
      if (fill.entry && !next.entry) return 0n;
      const delta = sum(round.fills.slice(0, index + 1).map(({ leg, side, quantity }) => signOf(side) * times(quantity, round.legs[leg]?.reference ?? 0n)));
      return (abs(delta) * BigInt(next.at - fill.at)) / 1_000n;
    })));
    agrees(summary.naked.totalNotionalSeconds, sum(naked));
    agrees(summary.naked.worst, most(naked));
  });

  it('exports the same: two rows a side of each round (W-21), and one slice for every fill', () => {
    const trades = file('trades.csv');
    expect(trades).toHaveLength(4 * rounds.length);
    const column = (rows: readonly Row[], name: string): bigint => sum(rows.map((row) => units(row[name] === '' ? '0' : (row[name] ?? ''))));
    const slices = file('slices.csv');
    expect(slices.filter(({ fillId }) => fillId !== '')).toHaveLength(allFills().length);
    expect([column(trades, 'cash'), column(trades, 'fee'), column(slices, 'notional'), column(slices, 'fee')]).toEqual([cashOf(allFills()), sum(allFills().map(({ fee }) => fee)), valueOf(allFills()), sum(allFills().map(({ fee }) => fee))]);
  });
});
