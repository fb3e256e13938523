import type { Recorded } from '@ballast/bus';
import { bps, type Instrument, money, notional, type Price, price, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { BallastEvent, PlannedLeg, TradeApproved, TradePlanned } from '@ballast/events';
import { DEMO, inForce, planHashOf, type PolicyProfile, type StopLimits } from '@ballast/policy';
import { type AssessPlan, type Exposure, exposureDecider, ExposureFold, OrderTrafficFold, StopFacts, StopsInForce } from '@ballast/risk';

const AT = 1_757_000_000_000;
const NAMES = ['ETH-PERP', 'SOL-PERP'] as const;
const TERMS = { lotSize: quantity('0.001'), tickSize: price('0.01'), notionalMin: notional('5'), makerFeeBps: bps('1'), takerFeeBps: bps('5'), initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.03') };
const INSTRUMENTS: Readonly<Record<string, Instrument>> = Object.fromEntries(NAMES.map((instrument) => [instrument, { instrument, venue: 'paper', base: instrument.slice(0, 3), quote: 'USD', ...TERMS }]));
/** Every guard there is, and room for all that is open. */
const POLICY = inForce([{
  ...DEMO, leverageMax: ratio('20'), positionMax: notional('900000000'), dailyVolumeMax: notional('900000000'), dailyTradesMax: 900_000,
  guards: {
    underlyingShareMax: ratio('0.8'), underlyingMarginMax: ratio('0.8'), marginUtilisationMax: ratio('0.8'), liquidationBufferMin: ratio('0.01'), slippageWarnBps: bps('30'), slippageBlockBps: bps('50'),
    openOrdersMax: 900_000, ordersPerMinuteMax: 900_000, refusedPlansPerHourMax: 10, maintenanceLeadMs: 600_000, clockSkewMaxMs: 1_000, venueLeverageMax: { paper: ratio('20') }, strategyLeverageMax: { 'dn-pair': ratio('20') },
  },
}]);
const STOPS: Omit<StopLimits, 'scope'> = { dailyLossRatio: ratio('0.15'), dailyLossMax: notional('900000000'), weeklyLossRatio: ratio('0.3'), consecutiveLosses: 3, drawdownReduceRatio: ratio('0.1'), drawdownHaltRatio: ratio('0.25') };
/** One that stops the portfolio and one that stops each bot alone: every bot binds both. */
const STOPPING = new Map((['PORTFOLIO', 'BOT'] as const).map((scope): readonly [string, PolicyProfile] => [`stops-${scope}`, { ...DEMO, name: `stops-${scope}`, stops: { ...STOPS, scope } }]));
const MARKS: ReadonlyMap<string, Price> = new Map(NAMES.map((instrument) => [instrument, price('1.01')]));

const legOf = (leg: number, size: string): PlannedLeg => {
  const instrument = NAMES[leg] ?? NAMES[0];
  const [q, p] = [quantity(size), price('1')];
  return { leg, instrument, side: leg === 0 ? 'BUY' : 'SELL', quantity: q, slices: [q], referencePrice: p, notional: notional(size), estimatedSlippageBps: bps('1'), depthNotional: notional('1000000'), levels: [], seen: { instrument, bestBid: p, bestAsk: p, exchangeTime: AT, bookSequence: 1 }, terms: TERMS };
};
const idsOf = (name: string, accountId: string) => ({ planId: `plan-${name}`, signalId: `signal-${name}`, tradeId: `trade-${name}`, botId: `bot-${accountId}`, accountId, portfolioId: 'main' });
const planOf = (name: string, accountId: string): TradePlanned => ({
  type: 'TradePlanned', ...idsOf(name, accountId), outcome: 'BALANCED', targetNotional: notional('1000'), legs: [legOf(0, '1000'), legOf(1, '1000')], imbalanceRatio: ratio('0'), bindingCap: 'target', caps: [],
  eligibleCollateral: money('2000'), expectedCostBps: bps('8'), slippageBpsMax: bps('10'), validUntil: AT + 10_000,
});

/** A portfolio of so many bots, each with an open trade, what it holds and an order of it at the venue, each under the hard stops of its own and of the portfolio, and as many orders again in the account of the bot that plans. */
export class RulesPortfolio {
  private readonly exposure = new ExposureFold();
  private readonly traffic = new OrderTrafficFold();
  private readonly stopFacts = new StopFacts(0);
  private readonly stops = new StopsInForce(this.stopFacts, STOPPING);
  private state: Exposure = exposureDecider.evolve(exposureDecider.initial, { type: 'DayRolled', portfolioId: 'main', day: new Date(AT).toISOString().slice(0, 10) });
  private count = 0;

  constructor(bots: number) {
    for (let bot = 0; bot < bots; bot += 1) this.botWith(`of-${bot}`, `account-${bot}`, 1);
    this.botWith('mine', 'mine', bots);
  }

  private botWith(name: string, accountId: string, orders: number): void {
    const { botId, portfolioId } = idsOf(name, accountId);
    const equity = money('2000');
    this.fold({ type: 'BotCreated', botId, portfolioId, accountId, strategy: 'dn-pair', profiles: [...STOPPING.keys()], settings: {}, by: 'bench' });
    this.fold({ type: 'EquityObserved', accountId, portfolioId, botId, trigger: 'INTERVAL', collateral: equity, eligibleCollateral: equity, equity, initialMarginHealth: equity, maintenanceMarginHealth: equity, grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [], positions: [], venueTime: AT });
    this.trade(name, accountId, orders);
    for (const instrument of NAMES) this.fold({ type: 'PositionOpened', accountId, instrument, fillId: `fill-${name}-${instrument}`, tradeId: `trade-${name}`, side: 'BUY', quantity: quantity('10'), price: price('1'), fee: money('0.01'), position: signedQuantity('10'), realisedPnl: money('0'), entryPrice: price('1'), venueTime: AT });
  }

  /** Folds one more plan, opened, with its orders resting. */
  trade(name: string, accountId: string, orders: number): void {
    const { legs } = planOf(name, accountId);
    const approved: TradeApproved = { type: 'TradeApproved', ...idsOf(name, accountId), planHash: `hash-${name}`, legs, outcome: 'BALANCED', imbalanceRatio: ratio('0'), slippageBpsMax: bps('10'), rules: [], bindingRule: 'profile-leg', grossBefore: notional('0'), grossAfter: notional('2000'), planVolume: notional('1000'), validUntil: AT + 10_000 };
    this.state = exposureDecider.evolve(exposureDecider.evolve(this.state, approved), { type: 'ApprovalReleased', planId: approved.planId, tradeId: approved.tradeId, reason: 'OPENED' });
    this.fold({ type: 'TradeOpened', ...idsOf(name, accountId), legs });
    for (let order = 0; order < orders; order += 1) this.fold({ type: 'OrderSubmitted', ...idsOf(name, accountId), clientOrderId: `order-${name}-${order}`, leg: order % 2, instrument: NAMES[order % 2], quantity: quantity('0.01'), limitPrice: price('1'), reduceOnly: false });
  }

  /** Every rule over one plan, from the folds to the decision. @returns ms. */
  judge(): number {
    const plan = planOf(`judged-${(this.count += 1)}`, 'mine');
    const planHash = planHashOf(plan.planId, plan.legs);
    const began = performance.now();
    const command: AssessPlan = {
      type: 'AssessPlan', plan, planHash, facts: this.exposure.of('mine'), policy: POLICY, tradingState: 'ACTIVE', dayBoundaryMs: 0,
      account: { eligibleCollateral: money('2000'), observedAt: AT, equity: money('2000'), eligibleEquity: money('2000'), clockSkewMs: 0 },
      bot: { accountId: 'mine', portfolioId: 'main', profiles: ['demo'], strategy: 'dn-pair' },
      residuals: { 'ETH-PERP': signedQuantity('0'), 'SOL-PERP': signedQuantity('0') },
      guardFacts: { instruments: INSTRUMENTS, orders: this.traffic.of('main', AT), refusedInHour: 0, maintenances: [] },
      stops: this.stops.seenBy('main', plan.botId, AT, (instrument) => MARKS.get(instrument)),
    };
    const [decided] = exposureDecider.decide(this.state, command, { decisionId: 'bench', at: AT }).filter(({ type }) => type === 'TradeApproved');
    const ms = performance.now() - began;
    if (!decided) throw new Error('rules: the plan of the bench was denied');
    return ms;
  }

  private fold(event: object): void {
    const recorded = { event: event as BallastEvent, index: 0, decision: { occurredAt: AT } as Recorded['decision'] };
    this.exposure.apply(recorded);
    this.traffic.apply(recorded);
    this.stopFacts.apply(recorded);
  }
}
