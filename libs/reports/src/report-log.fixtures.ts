import { bps, contentId, Decimal, type Money, money, type Ms, type Notional, notional, notionalOf, opposite, type Price, price, type Quantity, quantity, type Ratio, ratio, type Side, signedQuantity, signOf } from '@ballast/domain';
import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { BallastEvent, LegResult, OrderFilled, OrderSubmitted, PlannedLeg, PositionOpened } from '@ballast/events';
import { ReadModels } from './summary/read-models.js';

export const START: Ms = Date.UTC(2025, 8, 4, 12);
export const ETH = 'ETH-PERP';
export const SOL = 'SOL-PERP';
const OWNER = { botId: 'bot1', accountId: 'account1', portfolioId: 'portfolio1' } as const;

/** What one leg of a round does; quantities and prices as text. */
export interface LegScript {
  readonly instrument: string;
  readonly side: Side;
  readonly reference: string;
  /** Entry and exit fills; what is entered must be exited for the round to end flat. */
  readonly entry: readonly FillScript[];
  readonly exit: readonly FillScript[];
}
export interface FillScript {
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly liquidity?: 'MAKER' | 'TAKER';
}

export const total = (fills: readonly FillScript[]): Quantity => fills.reduce<Quantity>((sum, fill) => sum.plus(fill.quantity) as Quantity, quantity('0'));
const value = (fills: readonly FillScript[]): Decimal => fills.reduce((sum, fill) => sum.plus(new Decimal(fill.quantity).times(fill.price)), new Decimal(0));
const fees = (fills: readonly FillScript[]): Money => fills.reduce<Money>((sum, { fee }) => sum.plus(fee) as Money, money('0'));

interface Open {
  position: Decimal;
  cost: Decimal;
}

/** A log in memory, told event by event, with position events that follow every fill. */
export class Log {
  readonly models = new ReadModels();
  /** Everything told, in order: a report folds it again. */
  readonly recorded: Recorded[] = [];
  private readonly open = new Map<string, Open>();
  private sequence = 0;
  private fills = 0;
  at = START;

  constructor() {
    this.tell({ type: 'BotCreated', ...OWNER, strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'cli' });
    this.tell({ type: 'AccountFunded', ...OWNER, transferId: 'deposit1', amount: money('10000'), balance: money('10000') } as BallastEvent);
  }

  tell(event: BallastEvent, at = this.at): void {
    this.at = at;
    this.sequence += 1;
    const decision: DecisionRecord = {
      format: 1, decisionId: contentId('test', this.sequence), stream: 'test.test.test', version: 1, occurredAt: at, writer: 'test', build: 'test', correlationId: 'test', causationId: 'test', lane: 'test',
      contract: 1, previousHash: '', events: [event], partition: 3, subject: 'evt.3.test.test.test', sequence: this.sequence, hash: '',
    };
    const recorded = { event, index: 0, decision };
    this.recorded.push(recorded);
    for (const projection of [this.models.trades, this.models.desk, this.models.books]) if (projection.reads.includes(event.type)) projection.apply(recorded);
  }

  /** One whole round, as execution records it: entry in one minute, exit in the next. */
  round(tradeId: string, legs: readonly LegScript[]): void {
    this.plan(tradeId, legs);
    this.enter(tradeId, legs);
    this.exit(tradeId, legs);
  }

  plan(tradeId: string, legs: readonly LegScript[]): void {
    const planned = legs.map(plannedLeg);
    const ids = { ...OWNER, tradeId, planId: `plan-${tradeId}`, signalId: `signal-${tradeId}` };
    const shape = { ...ids, legs: planned, outcome: 'BALANCED', imbalanceRatio: imbalance(legs), slippageBpsMax: bps('10') } as const;
    this.tell({ type: 'SignalRaised', ...ids, purpose: 'ENTER', legs: [], slippageBpsMax: bps('10'), reason: 'test', seen: [], validUntil: 0 } as BallastEvent);
    this.tell({ type: 'TradePlanned', ...shape, targetNotional: notional('100'), bindingCap: 'target', caps: [], eligibleCollateral: money('10000'), expectedCostBps: bps('20'), validUntil: 0 });
    this.tell({ type: 'TradeOpened', ...shape, limits: { makerTimeoutMs: 1, nakedTimeoutMs: 1, orderTimeToLiveMs: 1, slippageBpsMax: bps('10') } });
  }

  enter(tradeId: string, legs: readonly LegScript[], naked = '50'): void {
    legs.forEach((leg, index) => this.order(tradeId, index, leg, 'ENTRY'));
    this.tell({ type: 'TradeBalanced', ...OWNER, tradeId, planId: `plan-${tradeId}`, legs: legs.map(legResult), imbalancePlanned: imbalance(legs), imbalanceAtReference: imbalance(legs), imbalanceAtFill: ratio('0'), nakedNotionalSeconds: notional(naked) });
    this.at += 60_000;
  }

  exit(tradeId: string, legs: readonly LegScript[], outcome: 'COMPLETED' | 'UNWOUND' = 'COMPLETED'): void {
    const seen = legs.map(({ instrument, reference }) => ({ instrument, bestBid: price(reference), bestAsk: price(reference), exchangeTime: this.at, bookSequence: 1 }));
    this.tell({ type: 'SignalRaised', ...OWNER, tradeId, signalId: `exit-${tradeId}`, purpose: 'EXIT', legs: [], slippageBpsMax: bps('10'), reason: 'time', seen, validUntil: 0 });
    this.tell({ type: 'ExitStarted', tradeId, signalId: `exit-${tradeId}`, reason: 'time' });
    legs.forEach((leg, index) => this.order(tradeId, index, leg, 'EXIT'));
    this.tell(closed(tradeId, legs, outcome));
    this.at += 60_000;
  }

  order(tradeId: string, leg: number, script: LegScript, purpose: 'ENTRY' | 'EXIT'): void {
    const fills = purpose === 'ENTRY' ? script.entry : script.exit;
    if (fills.length === 0) return;
    const side = purpose === 'ENTRY' ? script.side : opposite(script.side);
    const clientOrderId = contentId(tradeId, leg, purpose);
    const postOnly = fills.every(({ liquidity }) => liquidity !== 'TAKER');
    const submitted: OrderSubmitted = {
      type: 'OrderSubmitted', clientOrderId, tradeId, ...OWNER, leg, purpose, instrument: script.instrument, side, quantity: total(fills), limitPrice: price(fills[0]?.price ?? script.reference),
      timeInForce: postOnly ? 'GTC' : 'IOC', postOnly, reduceOnly: purpose === 'EXIT', receiveBy: 0, expiresAt: 0, deadlineAt: 0, slice: 0, attempt: 0, bookSequence: 1,
    };
    this.tell(submitted);
    for (const fill of fills) this.fill(submitted, fill);
  }

  fill({ clientOrderId, tradeId, leg, purpose, instrument, side }: OrderSubmitted, script: FillScript): void {
    this.fills += 1;
    const filled: OrderFilled = { type: 'OrderFilled', clientOrderId, fillId: `fill${this.fills}`, tradeId, ...OWNER, leg, purpose, instrument, side, quantity: quantity(script.quantity), price: price(script.price), fee: money(script.fee), liquidity: script.liquidity ?? 'MAKER', venueTime: this.at };
    this.tell(filled);
    this.tell(this.positionEvent(filled));
  }

  funding(instrument: string, amount: string): void {
    this.tell({ type: 'FundingSettled', accountId: OWNER.accountId, instrument, paymentId: `pay${this.sequence}`, amount: money(amount), rateHourly: ratio('0'), position: signedQuantity(this.open.get(instrument)?.position.toString() ?? '0'), venueTime: this.at });
  }

  /** Results from cost, exact from flat to flat, told as one kind of event: the books fold the five kinds alike. */
  private positionEvent({ instrument, fillId, tradeId, side, quantity: size, price: paid, fee, venueTime }: OrderFilled): PositionOpened {
    const { position, cost } = this.open.get(instrument) ?? { position: new Decimal(0), cost: new Decimal(0) };
    const signed = size.times(signOf(side));
    const grows = position.isZero() || position.isPositive() === signed.isPositive();
    const after = position.plus(signed);
    const taken = grows ? new Decimal(0) : after.isZero() ? cost : cost.times(size).div(position.abs()).toDecimalPlaces(18, Decimal.ROUND_CEIL);
    const realised = grows ? new Decimal(0) : signed.times(paid).negated().minus(taken);
    const left = cost.plus(signed.times(paid)).plus(realised);
    this.open.set(instrument, { position: after, cost: left });
    return { type: 'PositionOpened', accountId: OWNER.accountId, instrument, fillId, tradeId, side, quantity: size, price: paid, fee, position: signedQuantity(after.toString()), ...(after.isZero() ? {} : { entryPrice: left.div(after) as Price }), realisedPnl: realised as Money, venueTime };
  }
}

const plannedLeg = ({ instrument, side, reference, entry }: LegScript, leg: number): PlannedLeg => ({
  leg, instrument, side, quantity: total(entry), slices: [total(entry)], referencePrice: price(reference), notional: notionalOf(total(entry), price(reference)), estimatedSlippageBps: bps('1.5'), depthNotional: notional('1000000'), levels: [],
  seen: { instrument, bestBid: price(reference), bestAsk: price(reference), exchangeTime: START, bookSequence: 1 },
  terms: { lotSize: quantity('0.001'), tickSize: price('0.01'), notionalMin: notional('10'), makerFeeBps: bps('1'), takerFeeBps: bps('5'), initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.02') },
});

const legResult = ({ instrument, side, entry, exit }: LegScript, leg: number): LegResult => ({ leg, instrument, side, planned: total(entry), filled: total(entry), exited: total(exit), ...averageOf('averagePrice', entry), ...averageOf('averageExitPrice', exit), fees: money('0') });
const averageOf = (name: 'averagePrice' | 'averageExitPrice', fills: readonly FillScript[]): Partial<LegResult> => (fills.length === 0 ? {} : { [name]: value(fills).div(total(fills)) as Price });

function imbalance(legs: readonly LegScript[]): Ratio {
  const [a, b] = legs.map(({ entry, reference }) => total(entry).times(reference));
  if (!a || !b) return ratio('0');
  return a.minus(b).abs().div(Decimal.min(a, b)).toDecimalPlaces(12) as Ratio;
}

function closed(tradeId: string, legs: readonly LegScript[], outcome: 'COMPLETED' | 'UNWOUND'): BallastEvent {
  const realised = legs.reduce((sum, { side, entry, exit }) => sum.plus(value(exit).minus(value(entry)).times(signOf(side))), new Decimal(0));
  const volume = Decimal.max(...legs.map(({ entry, reference }) => total(entry).times(reference)));
  const turnover = legs.reduce((sum, { entry, exit }) => sum.plus(value(entry)).plus(value(exit)), new Decimal(0));
  return {
    type: 'TradeClosed', ...OWNER, tradeId, planId: `plan-${tradeId}`, signalId: `signal-${tradeId}`, outcome, legs: legs.map(legResult), planVolume: volume as Notional, turnover: turnover as Notional,
    realisedPnl: realised as Money, fees: legs.reduce<Money>((sum, { entry, exit }) => sum.plus(fees(entry)).plus(fees(exit)) as Money, money('0')), nakedNotionalSeconds: notional('50'), reason: 'done',
  };
}

/** The plan's own example: ETH 0.042 at 2756.9 bought, SOL 1.0 at 115.86 sold; out $1 higher and $0.10 higher. */
export const goldenRound: readonly LegScript[] = [
  { instrument: ETH, side: 'BUY', reference: '2756.9', entry: [{ quantity: '0.042', price: '2757', fee: '0.01' }], exit: [{ quantity: '0.042', price: '2758', fee: '0.01' }] },
  { instrument: SOL, side: 'SELL', reference: '115.86', entry: [{ quantity: '0.4', price: '115.86', fee: '0.01' }, { quantity: '0.6', price: '115.8', fee: '0.03', liquidity: 'TAKER' }], exit: [{ quantity: '1', price: '115.95', fee: '0.05', liquidity: 'TAKER' }] },
];
