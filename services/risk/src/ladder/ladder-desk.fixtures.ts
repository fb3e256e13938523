import { decodeMessage, type DecisionRecord, MemorySystem } from '@ballast/bus';
import { bps, Decimal, type Decider, type Id, type Money, money, type Ms, notional, partitionOf, price, quantity, ratio } from '@ballast/domain';
import type { BallastEvent, LegResult, OrderSubmitted, PlannedLeg } from '@ballast/events';
import { type AuditedClaim, claimsOf, LadderAudit, RecordedProfiles, RungRecordFold } from '@ballast/ladder';
import type { PolicyProfile } from '@ballast/policy';
import { PROFILES } from '@ballast/policy';
import { riskModule } from '../risk.module.js';

const START: Ms = Date.parse('2025-09-01T00:00:00.000Z');
const PARTITION = partitionOf('p1');
const idsOf = (bot: Id) => ({ botId: bot, accountId: `account-${bot}`, portfolioId: 'p1' });

/** What a round is like, where it is not the ordinary one: $300 legs at $1, filled as planned, estimated at 1 bps. */
export interface RoundLike {
  readonly net?: string;
  /** Of 300 planned. */
  readonly filled?: string;
  /** Average price of the first leg's entry; its touch is 1. */
  readonly entry?: string;
  readonly outcome?: 'COMPLETED' | 'UNWOUND' | 'UNFILLED';
  /** What the venue says to the first leg's order. */
  readonly rejected?: string;
  /** Whose round it is. */
  readonly bot?: Id;
}

/** Risk alone on the in-memory bus, with a bot on a ladder; whatever else there is is written as its service would. */
export class LadderDesk {
  readonly system = new MemorySystem(START);
  private written = 0;
  private rounds = 0;
  private readonly equity = new Map<Id, Decimal>();

  static async start(profile: string, profiles: ReadonlyMap<string, PolicyProfile> = PROFILES): Promise<LadderDesk> {
    const desk = new LadderDesk();
    await desk.system.add('risk', () => riskModule({ profiles }));
    await desk.bot('b1', profile);
    return desk;
  }

  /** A bot with an account of its own and $2,000 in it. */
  async bot(botId: Id, profile: string): Promise<void> {
    await this.wrote('operator', 'bot', botId, { type: 'BotCreated', ...idsOf(botId), strategy: 'dn-pair', profiles: [profile], settings: {}, by: 'cli' });
    await this.worth('0', botId);
  }

  /** Another risk process over the same log. */
  async again(profiles: ReadonlyMap<string, PolicyProfile> = PROFILES): Promise<void> {
    await this.system.stop();
    await this.system.add('risk', () => riskModule({ profiles }));
    await this.run(1);
  }

  get now(): Ms {
    return this.system.clock.now();
  }

  /** The venue's word on the account; whatever rounds brought is in it. */
  async worth(change = '0', bot: Id = 'b1'): Promise<void> {
    const amount = this.earned(change, bot);
    await this.wrote('collateral', 'equity', idsOf(bot).accountId, { type: 'EquityObserved', ...idsOf(bot), trigger: 'INTERVAL', collateral: amount, eligibleCollateral: amount, equity: amount, initialMarginHealth: amount, maintenanceMarginHealth: amount, grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime: this.now });
  }

  async funded(amount: string): Promise<void> {
    const balance = this.earned(amount, 'b1');
    await this.wrote('collateral', 'ledger', 'p1', { type: 'AccountFunded', accountId: idsOf('b1').accountId, portfolioId: 'p1', transferId: `t${this.written}`, amount: money(amount), balance, venueTime: this.now });
    await this.worth();
  }

  /** A hard stop of the portfolio trips, as risk writes it. */
  stopped(): Promise<void> {
    return this.wrote('risk', 'stops', 'p1', { type: 'HardStopTripped', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', stop: 'DRAWDOWN_HALT', profile: 'spec@1', unit: 'RATIO', value: '0.2', limit: '0.15', baseline: money('2000'), equity: money('1600'), state: 'HALTED', marks: [] });
  }

  /** A whole round: opened, ordered, filled, balanced, closed; then the account is seen. */
  async round({ net = '2', filled = '300', entry = '1.0001', outcome = 'COMPLETED', rejected, bot = 'b1' }: RoundLike = {}): Promise<void> {
    this.rounds += 1;
    const tradeId = `trade-${this.rounds}`;
    const ids = idsOf(bot);
    const trade = { ...ids, tradeId, planId: `plan-${this.rounds}`, signalId: `signal-${this.rounds}` };
    const legs = [leg(0), leg(1)];
    const outcomes = [0, 1].flatMap((index) => this.orderOf(trade, index, index === 0 ? rejected : undefined, filled));
    const results = legs.map((each, index): LegResult => ({ leg: index, instrument: each.instrument, side: each.side, planned: each.quantity, filled: quantity(filled), exited: quantity(filled), averagePrice: price(index === 0 ? entry : '1'), averageExitPrice: price('1'), fees: money('0') }));
    const approved = { ...trade, legs, outcome: 'BALANCED' as const, imbalanceRatio: ratio('0'), slippageBpsMax: bps('10') };
    await this.wrote('execution', 'trade', tradeId, { type: 'TradeOpened', ...approved, limits: { makerTimeoutMs: 1, nakedTimeoutMs: 1, orderTimeToLiveMs: 1, slippageBpsMax: bps('10') } });
    await this.run(4_000);
    await this.wrote('execution', 'trade', tradeId, ...outcomes, { type: 'TradeBalanced', ...ids, tradeId, planId: trade.planId, legs: results, imbalancePlanned: ratio('0'), imbalanceAtReference: ratio('0'), imbalanceAtFill: ratio('0'), nakedNotionalSeconds: notional('0') });
    const result = outcome === 'UNFILLED' ? '0' : net;
    await this.position(trade, result);
    await this.wrote('execution', 'trade', tradeId, { type: 'TradeClosed', ...trade, outcome, legs: results, planVolume: notional('300'), turnover: notional('1200'), realisedPnl: money(result), fees: money('0'), nakedNotionalSeconds: notional('0'), reason: 'done' });
    await this.worth(result, bot);
  }

  async command(user: string, verb: string, payload: object, key = `key-${(this.written += 1)}`): Promise<Record<string, unknown>> {
    return (await this.system.command({ user, service: 'risk', partition: PARTITION }, verb, { portfolioId: 'p1', reason: 'the spec', ...payload }, key)) as Record<string, unknown>;
  }

  async ask(name: string): Promise<Record<string, unknown>> {
    const reply = this.system.requestsOf('cli').query('risk', PARTITION, name, { portfolioId: 'p1' });
    await this.system.work.idle();
    const answered = await reply;
    if (!answered.ok) throw new Error(answered.error);
    return JSON.parse(JSON.stringify(answered.data)) as Record<string, unknown>;
  }

  async log(): Promise<readonly DecisionRecord[]> {
    const found: DecisionRecord[] = [];
    await this.system.store.read(PARTITION, { filters: [] }, (message) => found.push(decodeMessage(message)));
    return found;
  }

  async events<Type extends BallastEvent['type']>(type: Type): Promise<readonly Extract<BallastEvent, { readonly type: Type }>[]> {
    return (await this.log()).flatMap(({ events }) => events).filter((event): event is Extract<BallastEvent, { readonly type: Type }> => event.type === type);
  }

  /** Every claim of the log, computed again from it. */
  async audit(known: ReadonlyMap<string, PolicyProfile>): Promise<readonly AuditedClaim[]> {
    return auditOf(await this.log(), known);
  }

  /** @throws what the bus has put into dead letters. */
  async run(ms: Ms): Promise<void> {
    await this.system.run(this.now + ms);
    const dead = await this.system.deadLetters.open();
    if (dead.length > 0) throw new Error(JSON.stringify(dead));
  }

  async wrote(writer: string, kind: string, id: Id, ...events: readonly BallastEvent[]): Promise<void> {
    this.written += 1;
    const decider: Decider<number, readonly BallastEvent[], BallastEvent> = { kind, writer, initial: 0, decide: (_state, command) => command, evolve: (state) => state + 1 };
    const done = this.system.platform(writer).streams.execute(decider, { partition: PARTITION, id }, events, { causationId: `cause-${this.written}`, correlationId: id, lane: 'a1' });
    await this.system.work.idle();
    await done;
    await this.run(1);
  }

  private earned(change: string, bot: Id): Money {
    const amount = (this.equity.get(bot) ?? new Decimal('2000')).plus(change);
    this.equity.set(bot, amount);
    return amount as Money;
  }

  /** A position that came and went: what the curve knows results by. */
  private position({ accountId, tradeId }: { readonly accountId: Id; readonly tradeId: Id }, net: string): Promise<void> {
    return this.wrote('execution', 'position', `${accountId}-ETH-PERP`, { type: 'PositionClosed', accountId, instrument: 'ETH-PERP', fillId: `f-${tradeId}`, tradeId, side: 'SELL', quantity: quantity('300'), price: price('1'), fee: money('0'), position: ZERO_POSITION, realisedPnl: money(net), venueTime: this.now });
  }

  private orderOf({ tradeId, botId, accountId, portfolioId }: ReturnType<typeof idsOf> & { readonly tradeId: Id }, index: number, rejected: string | undefined, filled: string): readonly BallastEvent[] {
    const [clientOrderId, ids] = [`order-${this.rounds}-${index}`, { botId, accountId, portfolioId }];
    const [side, instrument] = index === 0 ? (['BUY', 'ETH-PERP'] as const) : (['SELL', 'SOL-PERP'] as const);
    const submitted: OrderSubmitted = { type: 'OrderSubmitted', clientOrderId, tradeId, ...ids, leg: index, purpose: 'ENTRY', instrument, side, quantity: quantity('300'), limitPrice: price('1'), timeInForce: 'GTC', postOnly: true, reduceOnly: false, receiveBy: this.now, expiresAt: this.now, deadlineAt: this.now, slice: 0, attempt: 1, bookSequence: 1 };
    if (rejected !== undefined) return [submitted, { type: 'OrderRejected', clientOrderId, tradeId, kind: rejected, message: 'the spec' }];
    const left = new Decimal('300').minus(filled);
    const fill: readonly BallastEvent[] = left.eq(300) ? [] : [{ type: 'OrderFilled', clientOrderId, fillId: `fill-${clientOrderId}`, tradeId, ...ids, leg: index, purpose: 'ENTRY', instrument, side, quantity: quantity(filled), price: price('1'), fee: money('0'), liquidity: 'MAKER', venueTime: this.now }];
    return [submitted, ...fill, ...(left.isZero() ? [] : [{ type: 'OrderCancelled' as const, clientOrderId, tradeId, unfilled: quantity(left.toString()), reason: 'the spec' }])];
  }
}

const ZERO_POSITION = new Decimal(0) as Extract<BallastEvent, { type: 'PositionClosed' }>['position'];

const leg = (index: number): PlannedLeg => {
  const [one, size] = [price('1'), quantity('300')];
  return {
    leg: index, instrument: index === 0 ? 'ETH-PERP' : 'SOL-PERP', side: index === 0 ? 'BUY' : 'SELL', quantity: size, slices: [size], referencePrice: one, notional: notional('300'),
    estimatedSlippageBps: bps('1'), depthNotional: notional('100000'), levels: [], seen: { instrument: index === 0 ? 'ETH-PERP' : 'SOL-PERP', bestBid: one, bestAsk: one, exchangeTime: START, bookSequence: 1 },
    terms: { lotSize: quantity('0.001'), tickSize: price('0.0001'), notionalMin: notional('5'), makerFeeBps: bps('1'), takerFeeBps: bps('5'), initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.03') },
  };
};

export function auditOf(log: readonly DecisionRecord[], known: ReadonlyMap<string, PolicyProfile>): readonly AuditedClaim[] {
  const recorded = new RecordedProfiles();
  for (const { events } of log) events.forEach((event) => recorded.take(event));
  const audit = new LadderAudit(log.flatMap(claimsOf), known, recorded);
  for (const decision of log) audit.see(decision);
  return audit.report();
}

/** The rung that a fold of nothing but the log comes to. */
export function rungOf(log: readonly DecisionRecord[]): string | undefined {
  const fold = new RungRecordFold();
  for (const decision of log) decision.events.forEach((event, index) => fold.apply({ event, index, decision }));
  return fold.of('p1')?.rung;
}
