import { describe, expect, it } from 'vitest';
import { bps, Decimal, money, type Ms, notional, price, quantity, ratio, type Side } from '@ballast/domain';
import type { BallastEvent, OrderFilled, PlannedLeg, TradePlanned } from '@ballast/events';
import { botCreated, DAY, equityObserved, folded, recorded, tradeClosed } from '../report/reports.builders.js';
import { type Tracker, trackerReport } from './tracker.js';

const OWNER = { botId: 'b1', accountId: 'account-b1', portfolioId: 'main' } as const;

const leg = (index: number, instrument: string, side: Side, [bid, ask]: readonly [string, string], [taken, other]: readonly [string, string | undefined]): PlannedLeg => ({
  leg: index, instrument, side, quantity: quantity('1'), slices: [quantity('1')], referencePrice: price(new Decimal(bid).plus(ask).div(2).toString()), notional: notional('100'), estimatedSlippageBps: bps('1.5'), depthNotional: notional(taken),
  ...(other === undefined ? {} : { oppositeDepthNotional: notional(other) }), levels: [], seen: { instrument, bestBid: price(bid), bestAsk: price(ask), exchangeTime: DAY, bookSequence: 1 },
  terms: { lotSize: quantity('0.001'), tickSize: price('0.01'), notionalMin: notional('10'), makerFeeBps: bps('1'), takerFeeBps: bps('5'), initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.02') },
});
const LEGS = [leg(0, 'ETH-PERP', 'BUY', ['99.99', '100.01'], ['3000', '1000']), leg(1, 'SOL-PERP', 'SELL', ['49.99', '50.01'], ['3000', undefined])];

const planned = (tradeId: string, more: Partial<TradePlanned> = {}): TradePlanned => ({
  type: 'TradePlanned', ...OWNER, tradeId, planId: `plan-${tradeId}`, signalId: `signal-${tradeId}`, outcome: 'BALANCED', targetNotional: notional('100'), legs: LEGS, imbalanceRatio: ratio('0'), bindingCap: 'target', caps: [], eligibleCollateral: money('2000'),
  expectedCostBps: bps('12'), slippageBpsMax: bps('10'), validUntil: DAY, ...more,
});
const filled = (tradeId: string, side: Side, at: string, time: Ms): OrderFilled => ({
  type: 'OrderFilled', clientOrderId: `o-${tradeId}-${side}`, fillId: `f-${tradeId}-${time}`, tradeId, ...OWNER, leg: 0, purpose: 'ENTRY', instrument: 'ETH-PERP', side, quantity: quantity('1'), price: price(at), fee: money('0.05'), liquidity: 'MAKER', venueTime: time,
});
const seen = (at: Ms, mid: string): BallastEvent => ({ type: 'SignalRaised', ...OWNER, tradeId: `s${at}`, signalId: `s${at}`, purpose: 'ENTER', legs: [], slippageBpsMax: bps('10'), reason: 'test', seen: [{ instrument: 'ETH-PERP', bestBid: price(mid), bestAsk: price(mid), exchangeTime: at, bookSequence: 1 }], validUntil: 0 });

const tracked = (events: readonly (readonly [BallastEvent, Ms])[]): Tracker => trackerReport(folded([recorded(botCreated('b1', 'main'), DAY), ...events.map(([event, at]) => recorded(event, at))]), {}).document as Tracker;
const round = (tradeId: string, net: string, more: Partial<TradePlanned> = {}): readonly (readonly [BallastEvent, Ms])[] => [
  [planned(tradeId, more), DAY + 1_000],
  [filled(tradeId, 'BUY', '100', DAY + 2_000), DAY + 2_100],
  [tradeClosed('b1', tradeId, net), DAY + 62_000],
];

describe('the learning tracker (R106, R107, W-17)', () => {
  it('tells the market of each leg as its plan saw it: spread, depth, how the book leans, slippage estimated', () => {
    const [first, second] = tracked(round('t1', '0.3')).trades[0]!.legs;
    expect(first).toMatchObject({ instrument: 'ETH-PERP', side: 'BUY', spreadBps: '2', depthNotional: '3000', bookImbalance: '-0.5', estimatedSlippageBps: '1.5', volatilityDaily: null });
    expect(second).toMatchObject({ instrument: 'SOL-PERP', spreadBps: '4', bookImbalance: null });
  });

  it('counts R as the cost budget, and as the expected cost where a plan has none', () => {
    const [withBudget] = tracked(round('t1', '0.3', { costBudgetBps: bps('30') })).trades;
    expect(withBudget).toMatchObject({ risk: '0.3', riskBasis: 'COST_BUDGET', rMultiple: '1' });
    const [without] = tracked(round('t1', '-0.06')).trades;
    expect(without).toMatchObject({ risk: '0.12', riskBasis: 'EXPECTED_COST', rMultiple: '-0.5' });
  });

  it('sees the first profit at a mark while the trade stands, after the fees paid so far', () => {
    const [plan, fill, closed] = round('t1', '-0.2') as [readonly [BallastEvent, Ms], readonly [BallastEvent, Ms], readonly [BallastEvent, Ms]];
    const observed = (mark: string, at: Ms): readonly [BallastEvent, Ms] => [equityObserved('b1', '2000', at, { 'ETH-PERP': mark }), at];
    const found = tracked([plan, fill, observed('100.05', DAY + 20_000), observed('100.06', DAY + 40_000), observed('99', DAY + 60_000), closed]).trades[0]!;
    expect(found).toMatchObject({ timeToProfitMs: 38_000, bestSeen: '0.01', worstSeen: '-1.05', heldMs: 60_000 });
    expect(tracked([plan, fill, observed('100.05', DAY + 20_000), closed]).trades[0]).toMatchObject({ timeToProfitMs: null, bestSeen: '0' });
  });

  it('sees a profit at the close where no mark showed one before', () => {
    expect(tracked(round('t1', '0.3')).trades[0]).toMatchObject({ timeToProfitMs: 60_000 });
  });

  it('measures the volatility of a day from what was seen in the hour before, and of nothing before two returns', () => {
    const steps = (count: number): readonly (readonly [BallastEvent, Ms])[] => Array.from({ length: count }, (_, index) => [seen(DAY - 60_000 * (count - index), index % 2 === 0 ? '100' : '100.1'), DAY - 60_000 * (count - index)] as const);
    const volatility = (count: number): string | null => tracked([...steps(count), ...round('t1', '0.3')]).trades[0]!.legs[0]!.volatilityDaily;
    expect(tracked(round('t1', '0.3')).trades[0]!.legs[0]!.volatilityDaily).toBeNull();
    expect(volatility(1)).toBeNull();
    const perMinute = new Decimal('1.001').ln();
    const expected = perMinute.pow(2).times(4).times(86_400).div(241).sqrt();
    expect(volatility(4)).toBe(expected.toDecimalPlaces(12).toString());
  });

  it('tells what winners and losers had in common', () => {
    const { total, winners, losers, everInProfit } = tracked([...round('t1', '0.3'), ...round('t2', '-0.06', { expectedCostBps: bps('6') })]);
    expect([total.wins, total.losses, everInProfit]).toEqual([1, 1, 1]);
    expect([winners, losers]).toMatchObject([{ trades: 1, net: '0.3', rMultiple: '2.5', spreadBps: '3', bookLean: '-0.5' }, { trades: 1, rMultiple: '-1', timeToProfitMs: null }]);
  });

  it('shows it as Markdown and as one CSV row a trade, with columns of both legs', () => {
    const { markdown, csv } = trackerReport(folded([recorded(botCreated('b1', 'main'), DAY), ...round('t1', '0.3').map(([event, at]) => recorded(event, at))]), {});
    expect(markdown).toContain('1, 1 won, 0 lost, net +$0.3; 1 were in profit at some time');
    expect(markdown).toContain('| R-multiple | 2.5 | 2.5 | not measured |');
    const [head, row] = csv['tracker.csv']!.split('\n');
    expect(head).toContain('rMultiple,timeToProfitMs,bestSeen,worstSeen,leg0.instrument,leg0.side,leg0.spreadBps');
    expect(row).toContain(',0.12,EXPECTED_COST,2.5,60000,');
  });

  it('says of an empty log that nothing is measured', () => {
    const { document, markdown, csv } = trackerReport(folded([]), {});
    expect(document).toMatchObject({ trades: [], all: { trades: 0, net: null, rMultiple: null } });
    expect(markdown).toContain('nothing is measured');
    expect(csv['tracker.csv']?.trim().split('\n')).toHaveLength(1);
  });
});
