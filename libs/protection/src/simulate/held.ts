import { maxOf, minOf, type Money, type Ms, type Notional, type Price, quantity, type Quantity, type Ratio, ZERO_MONEY, ZERO_RATIO } from '@ballast/domain';
import type { ProtectionReductionRequested, ProtectionSettings } from '@ballast/events';
import { directionOf, distanceOf, type PositionSide } from '../liquidation/distance.js';
import { forcedSaleOf, takenPrice } from '../liquidation/forced-sale.js';
import { liquidationPriceOf, type ModelledPosition } from '../liquidation/liquidation.js';
import type { LiquidationModel } from '../liquidation/model.js';
import { protectionDecider } from '../protection/protection.decider.js';
import type { Protection, ProtectionCommand, VenueTransfers } from '../protection/protection.types.js';
import { refreshIntervalOf } from '../settings/settings.js';
import { type Watched, watchedOf } from '../watch/trigger-index.js';
import type { CandleWay, PathPoint } from './candle-path.js';
import type { Candle, CandleSeries } from './candles.js';
import type { SimulatedCosts } from './costs.js';

/** One position, held from an entry until the candles end or the venue ends it. */
export interface Simulated {
  readonly series: CandleSeries;
  readonly entryAt: Ms;
  readonly until: Ms;
  readonly side: PositionSide;
  readonly notional: Notional;
  readonly leverage: Ratio;
  readonly model: LiquidationModel;
  readonly way: CandleWay;
  /** Absent: without protection. */
  readonly settings?: ProtectionSettings;
  readonly venue: VenueTransfers;
  readonly wallet: Money;
  /** From a decision to margin that counts, or to a reduction that is filled. */
  readonly settlesInMs: Ms;
  readonly costs: SimulatedCosts;
}

export interface SimulationResult {
  readonly entryPrice: Price;
  readonly firstLiquidationPrice: Price | undefined;
  /** Absent: it was not liquidated. */
  readonly liquidatedAt?: Ms;
  readonly liquidatedPrice?: Price;
  /** Nearest that the price came to liquidation; absent where no price liquidates. */
  readonly nearest?: Ratio;
  /** Most that was deposited at one time. */
  readonly depositedMax: Money;
  /** Deposited, and gone. */
  readonly lost: Money;
  readonly deposits: number;
  readonly withdrawals: number;
  /** Account reads by the polling table, those before a decision, and transfers. */
  readonly calls: number;
  /** Orders that reduced it, by the policy `reduce`. */
  readonly reductions: number;
  /** What of the position was there at the end, or when it was liquidated; 0 … 1. */
  readonly kept: Ratio;
  /** Of entry, exit, reductions and forced sale. */
  readonly fees: Money;
  /** Positive = received. */
  readonly funding: Money;
  /** What came of the position, closed at the end or liquidated, after fees and funding; what was deposited and is there comes back. */
  readonly pnl: Money;
}

const LOT = quantity('0.0001');
/** A position that recovers is judged this often; one in danger at every price. */
const RECOVERY_CHECK_MS = 10_000;
/** A settlement is recorded some ms after its hour. */
const FUNDING_SLACK_MS = 1_000;

/** A position at a venue that liquidates it by its model, and the bot's real decider, which sees prices and reads accounts as a service would. */
export class Held {
  private size: Quantity;
  /** What stands behind it, without unrealised results. */
  private margin: Money;
  private protection: Protection = protectionDecider.initial;
  private readonly first: Price | undefined;
  private readonly initialMargin: Money;
  private readonly initialSize: Quantity;
  private liquidationPrice: Price | undefined;
  private arrivesAt: Ms | undefined;
  private reduction: { readonly quantity: Quantity; readonly at: Ms } | undefined;
  private reducedAt: Ms = 0;
  private readAt: Ms;
  private nextReadAt: Ms;
  private watched: Watched | undefined;
  private decisions = 0;
  private checkedAt = 0;
  private funded: number;
  private counts = { deposits: 0, withdrawals: 0, reductions: 0, calls: 0 };
  private paid = { fees: ZERO_MONEY, funding: ZERO_MONEY };
  private depositedMax = ZERO_MONEY;
  private nearest: Ratio | undefined;

  constructor(private readonly simulated: Simulated, private readonly entry: Price) {
    const { notional, leverage, settings, venue, entryAt, costs } = simulated;
    this.size = notional.div(entry) as Quantity;
    this.initialSize = this.size;
    this.initialMargin = notional.div(leverage) as Money;
    this.margin = this.initialMargin;
    this.paid.fees = notional.times(costs.takerFee) as Money & typeof notional;
    this.first = liquidationPriceOf(this.position, entry, this.margin);
    this.liquidationPrice = this.first;
    this.readAt = entryAt;
    this.nextReadAt = entryAt;
    this.funded = costs.funding.findIndex(({ time }) => time > entryAt);
    if (settings) this.tell({ type: 'Configure', botId: 'simulated', accountId: 'simulated', portfolioId: 'simulated', settings, by: 'simulate', initialDistances: {}, terms: venue }, entryAt);
    this.watch();
  }

  /** All of it was sold by the policy. */
  get isFlat(): boolean {
    return this.size.isZero();
  }

  /** Settles what is due by the beginning of a candle, at its open. */
  fund({ time, open }: Candle): void {
    const { funding } = this.simulated.costs;
    for (let point = funding[this.funded]; this.funded >= 0 && point && point.time < time + FUNDING_SLACK_MS; point = funding[this.funded]) {
      const amount = this.size.times(open).times(point.rate).times(directionOf(this.simulated.side)).neg() as Money;
      this.paid.funding = this.paid.funding.plus(amount) as Money;
      this.margin = this.margin.plus(amount) as Money;
      this.funded += 1;
      this.stand(open);
    }
  }

  /** True where no price from low to high concerns this position. */
  isCalm({ low, high }: Candle): boolean {
    const [adverse, favourable] = this.isLong ? [low, high] : [high, low];
    const beyond = (at: Price, bound: Price | undefined, below: boolean): boolean => bound !== undefined && (below ? at.lte(bound) : at.gte(bound));
    const isReached = beyond(adverse, this.liquidationPrice, this.isLong) || beyond(adverse, this.watched?.danger, this.isLong) || beyond(favourable, this.watched?.recovery, !this.isLong);
    return this.arrivesAt === undefined && !this.reduction && !isReached;
  }

  /** A candle that concerns nothing: the account is read as often as its worst price asks. */
  rest({ time, low, high }: Candle, lengthMs: Ms): void {
    const distance = this.see(this.isLong ? low : high);
    for (; this.nextReadAt < time + lengthMs; this.nextReadAt += refreshIntervalOf(distance, this.simulated.settings)) this.read(this.nextReadAt);
  }

  /** @returns true where the venue liquidates the position here. */
  meet({ time, price }: PathPoint): boolean {
    if (this.arrivesAt !== undefined && time >= this.arrivesAt) this.settle(this.arrivesAt, price);
    const distance = this.see(price);
    if (distance?.lte(0)) return true;
    if (!this.simulated.settings) return false;
    if (this.reduction && time >= this.reduction.at) this.reduce(this.reduction.quantity, price, time);
    if (this.isFlat) return false;
    if (time >= Math.min(this.nextReadAt, this.readAt + refreshIntervalOf(distance, this.simulated.settings))) {
      this.read(time);
      this.nextReadAt = time + refreshIntervalOf(distance, this.simulated.settings);
    }
    if (this.concerns(price) && this.arrivesAt === undefined && !this.reduction) this.check(price, time);
    return false;
  }

  resultAt(price: Price, liquidatedAt: Ms | undefined): SimulationResult {
    const { deposited } = this.protection;
    const { left, fee } = liquidatedAt === undefined ? this.closedAt(price) : this.liquidatedAt(price);
    return {
      entryPrice: this.entry, firstLiquidationPrice: this.first, ...(liquidatedAt === undefined ? {} : { liquidatedAt, liquidatedPrice: price }), ...(this.nearest ? { nearest: this.nearest } : {}),
      depositedMax: this.depositedMax, lost: maxOf(deposited.minus(left) as Money, ZERO_MONEY), ...this.counts, kept: this.size.div(this.initialSize) as Quantity & Ratio, fees: this.paid.fees.plus(fee) as Money, funding: this.paid.funding,
      pnl: left.minus(deposited).minus(this.initialMargin).minus(this.simulated.notional.times(this.simulated.costs.takerFee)) as Money,
    };
  }

  private get position(): ModelledPosition {
    const { model, side } = this.simulated;
    return { model, side, quantity: this.size };
  }

  private get isLong(): boolean {
    return this.simulated.side === 'LONG';
  }

  private equityAt(price: Price): Money {
    return this.margin.plus(price.minus(this.entry).times(this.size).times(directionOf(this.simulated.side))) as Money;
  }

  private closedAt(price: Price): { readonly left: Money; readonly fee: Money } {
    const fee = this.size.times(price).times(this.simulated.costs.takerFee) as Money;
    return { left: this.equityAt(price).minus(fee) as Money, fee };
  }

  /** What the venue leaves of what stood behind it: never less than nothing. */
  private liquidatedAt(at: Price): { readonly left: Money; readonly fee: Money } {
    const { takerFee, slippage } = this.simulated.costs;
    const equity = this.equityAt(at);
    const { price, fee, forfeits } = forcedSaleOf(this.position, at, equity, { initialMarginRatio: ZERO_RATIO, lotSize: LOT, takerFee, slippage });
    const left = forfeits ? ZERO_MONEY : maxOf(this.equityAt(price).minus(fee) as Money, ZERO_MONEY);
    return { left, fee };
  }

  /** The liquidation price follows what stands behind the position. */
  private stand(price: Price): void {
    this.liquidationPrice = this.isFlat ? undefined : liquidationPriceOf(this.position, price, this.equityAt(price));
    this.watch();
  }

  /** A reduce-only order at this price with its slippage; its fee comes out of what stands behind the rest. */
  private reduce(asked: Quantity, at: Price, time: Ms): void {
    const { side, costs } = this.simulated;
    const sold = minOf(asked, this.size);
    const gets = takenPrice(side, at, costs.slippage);
    const fee = sold.times(gets).times(costs.takerFee) as Money & Quantity;
    this.margin = this.margin.plus(gets.minus(this.entry).times(sold).times(directionOf(side))).minus(fee) as Money;
    this.size = this.size.minus(sold) as Quantity;
    this.paid.fees = this.paid.fees.plus(fee) as Money;
    this.counts.reductions += 1;
    this.counts.calls += 1;
    this.reduction = undefined;
    this.reducedAt = time;
    this.stand(at);
  }

  private see(price: Price): Ratio | undefined {
    const distance = this.liquidationPrice ? distanceOf(this.simulated.side, price, this.liquidationPrice) : undefined;
    if (distance && (!this.nearest || distance.lt(this.nearest))) this.nearest = distance;
    return distance;
  }

  private read(time: Ms): void {
    if (!this.simulated.settings) return;
    this.readAt = time;
    this.counts.calls += 1;
  }

  private endangers(price: Price): boolean {
    const { danger } = this.watched ?? {};
    return danger !== undefined && (this.isLong ? price.lt(danger) : price.gt(danger));
  }

  private concerns(price: Price): boolean {
    const { recovery } = this.watched ?? {};
    return this.endangers(price) || (recovery !== undefined && (this.isLong ? price.gt(recovery) : price.lt(recovery)));
  }

  /** In danger and with the policy `reduce`, every price is judged: a reduction waits for no deposit's cooldown. */
  private waits(price: Price, time: Ms): boolean {
    const { settings } = this.simulated;
    const isDanger = this.endangers(price);
    if (isDanger && settings?.exhausted === 'reduce') return false;
    const cooldown = settings?.urgent?.cooldownMs ?? settings?.cooldownMs ?? 0;
    const { actedAt } = this.protection;
    return (actedAt !== undefined && time < actedAt + cooldown) || (!isDanger && time < this.checkedAt + RECOVERY_CHECK_MS);
  }

  private check(price: Price, time: Ms): void {
    const { model, venue, wallet, side } = this.simulated;
    if (this.waits(price, time)) return;
    this.checkedAt = time;
    if (this.readAt <= Math.max(this.protection.settledAt, this.reducedAt)) this.read(time);
    const seen = { instrument: 'simulated', side, quantity: this.size, ...(this.liquidationPrice ? { liquidationPrice: this.liquidationPrice } : {}) };
    this.tell({ type: 'Check', price, priceTime: time, state: { time: this.readAt, refreshMs: 60_000, position: seen }, model, lotSize: LOT, freeFunds: maxOf(wallet.minus(this.protection.deposited) as Money, ZERO_MONEY), venue }, time);
    if (!this.protection.transfer) return;
    this.counts.calls += 1;
    this.arrivesAt = time + this.simulated.settlesInMs;
  }

  private settle(time: Ms, price: Price): void {
    const { transfer } = this.protection;
    this.arrivesAt = undefined;
    if (!transfer) return;
    const deposits = transfer.direction === 'DEPOSIT';
    this.margin = this.margin.plus(deposits ? transfer.amount : transfer.amount.plus(transfer.fee).neg()) as Money;
    this.counts[deposits ? 'deposits' : 'withdrawals'] += 1;
    this.tell({ type: 'SettleTransfer', transferId: transfer.transferId, outcome: { state: 'DONE', amount: transfer.amount, fee: transfer.fee, time } }, time);
    this.depositedMax = maxOf(this.depositedMax, this.protection.deposited);
    this.stand(price);
  }

  private watch(): void {
    const { settings, side } = this.simulated;
    this.watched = settings && !this.isFlat ? watchedOf(settings, { side, ...(this.liquidationPrice ? { liquidationPrice: this.liquidationPrice } : {}) }, this.protection.deposited) : undefined;
  }

  private tell(command: ProtectionCommand, at: Ms): void {
    this.decisions += 1;
    for (const event of protectionDecider.decide(this.protection, command, { decisionId: `simulated-${this.decisions}`, at })) {
      this.protection = protectionDecider.evolve(this.protection, event);
      if (event.type === 'ProtectionReductionRequested') this.order(event, at);
    }
  }

  private order({ quantity: asked }: ProtectionReductionRequested, at: Ms): void {
    this.reduction = { quantity: asked, at: at + this.simulated.settlesInMs };
  }
}
