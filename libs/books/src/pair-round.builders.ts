import { bps, type Id, money, type Ms, notional, price, quantity, ratio, type Side, signedQuantity } from '@ballast/domain';
import type { BallastEvent, LegResult, OrderFilled, OrderSubmitted, PlannedLeg, PositionClosed, PositionOpened } from '@ballast/events';

/** One decision to be written: whose stream, when, and what was decided. */
export interface WrittenDecision {
  readonly writer: string;
  readonly kind: string;
  readonly id: Id;
  readonly at: Ms;
  readonly correlationId: Id;
  readonly events: readonly BallastEvent[];
}

const START: Ms = Date.UTC(2026, 0, 31, 12);
const IDS = { botId: 'pair1', accountId: 'acct1', portfolioId: 'main' } as const;
const TRADE = { ...IDS, tradeId: 'trade1', planId: 'plan1', signalId: 'signal1' } as const;
const TERMS = { tickSize: price('0.01'), notionalMin: notional('10'), makerFeeBps: bps('1'), takerFeeBps: bps('3.5'), initialMarginRatio: ratio('0.02'), maintenanceMarginRatio: ratio('0.01') };

const LEGS = [
  { instrument: 'ETH-PERP', side: 'BUY', quantity: '0.042', lot: '0.001', price: '2756.9', notional: '115.7898', fee: '0.01157898', exitPrice: '2760', exitFee: '0.011592', pnl: '0.1302' },
  { instrument: 'SOL-PERP', side: 'SELL', quantity: '1', lot: '0.1', price: '115.86', notional: '115.86', fee: '0.011586', exitPrice: '115.5', exitFee: '0.01155', pnl: '0.36' },
] as const;
type Leg = (typeof LEGS)[number];

const seen = (leg: Leg) => ({ instrument: leg.instrument, bestBid: price(leg.price), bestAsk: price(leg.price), exchangeTime: START, bookSequence: 7 });

const planned = (leg: Leg, index: number): PlannedLeg => ({
  leg: index, instrument: leg.instrument, side: leg.side, quantity: quantity(leg.quantity), slices: [quantity(leg.quantity)], referencePrice: price(leg.price), notional: notional(leg.notional),
  estimatedSlippageBps: bps('0.5'), depthNotional: notional('50000'), levels: [{ price: price(leg.price), quantity: quantity('5') }], seen: seen(leg), terms: { ...TERMS, lotSize: quantity(leg.lot) },
});

const resultOf = (leg: Leg, index: number): LegResult => ({ leg: index, instrument: leg.instrument, side: leg.side, planned: quantity(leg.quantity), filled: quantity(leg.quantity), exited: quantity('0'), averagePrice: price(leg.price), fees: money(leg.fee) });
const closedResultOf = (leg: Leg, index: number): LegResult => ({ ...resultOf(leg, index), exited: quantity(leg.quantity), averageExitPrice: price(leg.exitPrice), fees: money(leg.fee).plus(leg.exitFee) as LegResult['fees'] });

interface Step {
  readonly leg: Leg;
  readonly index: number;
  readonly purpose: 'ENTRY' | 'EXIT';
}
const opposite = (side: Side): Side => (side === 'BUY' ? 'SELL' : 'BUY');
const sideOf = ({ leg, purpose }: Step): Side => (purpose === 'ENTRY' ? leg.side : opposite(leg.side));
const orderIdOf = ({ index, purpose }: Step): Id => `order-${purpose.toLowerCase()}-${index}`;
const fillIdOf = (step: Step): string => `fill-${orderIdOf(step)}`;
const priceOf = ({ leg, purpose }: Step): string => (purpose === 'ENTRY' ? leg.price : leg.exitPrice);
const feeOf = ({ leg, purpose }: Step): string => (purpose === 'ENTRY' ? leg.fee : leg.exitFee);

const submitted = (step: Step): OrderSubmitted => ({
  type: 'OrderSubmitted', clientOrderId: orderIdOf(step), tradeId: TRADE.tradeId, ...IDS, leg: step.index, purpose: step.purpose, instrument: step.leg.instrument, side: sideOf(step), quantity: quantity(step.leg.quantity), limitPrice: price(priceOf(step)),
  timeInForce: 'GTC', postOnly: true, reduceOnly: step.purpose === 'EXIT', receiveBy: START, expiresAt: START, deadlineAt: START, slice: 0, attempt: 1, bookSequence: 7,
});

const filled = (step: Step, at: Ms): OrderFilled => ({
  type: 'OrderFilled', clientOrderId: orderIdOf(step), fillId: fillIdOf(step), tradeId: TRADE.tradeId, ...IDS, leg: step.index, purpose: step.purpose, instrument: step.leg.instrument, side: sideOf(step), quantity: quantity(step.leg.quantity), price: price(priceOf(step)), fee: money(feeOf(step)), liquidity: 'MAKER', venueTime: at,
});

function moved(step: Step, at: Ms): PositionOpened | PositionClosed {
  const { leg, purpose } = step;
  const fill = { accountId: IDS.accountId, instrument: leg.instrument, fillId: fillIdOf(step), tradeId: TRADE.tradeId, side: sideOf(step), quantity: quantity(leg.quantity), price: price(priceOf(step)), fee: money(feeOf(step)), venueTime: at };
  return purpose === 'ENTRY'
    ? { ...fill, type: 'PositionOpened', position: signedQuantity(leg.side === 'BUY' ? leg.quantity : `-${leg.quantity}`), entryPrice: price(leg.price), realisedPnl: money('0') }
    : { ...fill, type: 'PositionClosed', position: signedQuantity('0'), realisedPnl: money(leg.pnl) };
}

const equity = (at: Ms, collateral: string): BallastEvent => ({
  type: 'EquityObserved', ...IDS, trigger: 'INTERVAL', collateral: money(collateral), eligibleCollateral: money(collateral), equity: money(collateral), initialMarginHealth: money(collateral), maintenanceMarginHealth: money(collateral),
  grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime: at,
});

function ordersOf(purpose: Step['purpose'], at: Ms): readonly WrittenDecision[] {
  const steps = LEGS.map((leg, index): Step => ({ leg, index, purpose }));
  const trade = { writer: 'execution', kind: 'trade', id: TRADE.tradeId, correlationId: TRADE.tradeId };
  return [
    { ...trade, at, events: steps.map(submitted) },
    ...steps.flatMap((step, index): readonly WrittenDecision[] => [
      { ...trade, at: at + 1_000 * (index + 1), events: [filled(step, at + 1_000 * (index + 1))] },
      { writer: 'execution', kind: 'position', id: `${IDS.accountId}-${step.leg.instrument}`, correlationId: TRADE.tradeId, at: at + 1_000 * (index + 1), events: [moved(step, at + 1_000 * (index + 1))] },
    ]),
  ];
}

/** One whole round of a pair bot in $1,000, from the bot's creation to the last cent: a small recorded log for tests. */
export function pairRound(): readonly WrittenDecision[] {
  const legs = LEGS.map(planned);
  const approved = { ...TRADE, legs, outcome: 'BALANCED' as const, imbalanceRatio: ratio('0.000606271019'), slippageBpsMax: bps('10') };
  const rule = { rule: 'leverage', profile: 'demo', result: 'PASS' as const, unit: 'X' as const, value: '0.23', limit: '5', distance: '4.77', inputs: { gross: '231.6498' } };
  const bot = { writer: 'operator', kind: 'bot', id: IDS.botId, correlationId: IDS.botId };
  const trade = { writer: 'execution', kind: 'trade', id: TRADE.tradeId, correlationId: TRADE.tradeId };
  const limits = { makerTimeoutMs: 20_000, nakedTimeoutMs: 15_000, orderTimeToLiveMs: 60_000, slippageBpsMax: bps('10') };
  return [
    { ...bot, at: START, events: [{ type: 'BotCreated', ...IDS, strategy: 'dn-pair', profiles: ['demo'], settings: { mode: 'cycle' }, by: 'cli' }] },
    { ...bot, at: START, events: [{ type: 'BotStarted', botId: IDS.botId, by: 'cli' }] },
    { writer: 'collateral', kind: 'ledger', id: IDS.portfolioId, correlationId: IDS.botId, at: START, events: [{ type: 'AccountFunded', accountId: IDS.accountId, portfolioId: IDS.portfolioId, transferId: 'transfer1', amount: money('1000'), balance: money('1000') }] },
    { writer: 'collateral', kind: 'equity', id: IDS.accountId, correlationId: IDS.botId, at: START + 1, events: [equity(START + 1, '1000')] },
    { writer: 'strategy-dn-pair', kind: 'signal', id: TRADE.signalId, correlationId: TRADE.tradeId, at: START + 1_000, events: [{ type: 'SignalRaised', ...IDS, tradeId: TRADE.tradeId, signalId: TRADE.signalId, purpose: 'ENTER', legs: LEGS.map(({ instrument, side }) => ({ instrument, side })), targetNotional: notional('100'), slippageBpsMax: bps('10'), costBudgetBps: bps('12'), reason: 'cycle 1', seen: LEGS.map(seen), validUntil: START + 5_000 }] },
    { writer: 'sizing', kind: 'plan', id: TRADE.planId, correlationId: TRADE.tradeId, at: START + 1_000, events: [{ type: 'TradePlanned', ...approved, targetNotional: notional('100'), bindingCap: 'target', caps: [{ name: 'leverage', limit: notional('4000'), source: 'R9' }], eligibleCollateral: money('1000'), expectedCostBps: bps('4'), costBudgetBps: bps('12'), validUntil: START + 5_000 }] },
    { writer: 'risk', kind: 'exposure', id: IDS.portfolioId, correlationId: TRADE.tradeId, at: START + 1_000, events: [{ type: 'TradeApproved', ...approved, planHash: 'hash1', rules: [rule], bindingRule: 'leverage', grossBefore: notional('0'), grossAfter: notional('231.6498'), planVolume: notional('115.86'), validUntil: START + 5_000 }] },
    { ...trade, at: START + 1_000, events: [{ type: 'TradeOpened', ...approved, limits, enterBy: START + 5_000 }] },
    ...ordersOf('ENTRY', START + 2_000),
    { ...trade, at: START + 5_000, events: [{ type: 'TradeBalanced', ...IDS, tradeId: TRADE.tradeId, planId: TRADE.planId, legs: LEGS.map(resultOf), imbalancePlanned: ratio('0.000606271019'), imbalanceAtReference: ratio('0.000606271019'), imbalanceAtFill: ratio('0.000606271019'), nakedNotionalSeconds: notional('115.86') }] },
    ...ordersOf('EXIT', START + 30_000),
    { ...trade, at: START + 33_000, events: [{ type: 'TradeClosed', ...TRADE, outcome: 'COMPLETED', legs: LEGS.map(closedResultOf), planVolume: notional('115.86'), turnover: notional('463.0698'), realisedPnl: money('0.4902'), fees: money('0.04630698'), nakedNotionalSeconds: notional('231.72'), reason: 'held long enough' }] },
    { writer: 'collateral', kind: 'equity', id: IDS.accountId, correlationId: IDS.botId, at: START + 60_000, events: [equity(START + 60_000, '1000.44389302')] },
  ];
}
