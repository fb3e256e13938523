import { type Money, maxOf, money, type Ms, type Notional, type Price, type Quantity, quantity, type Ratio, ZERO_MONEY } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';
import { distanceOf, type PositionSide } from '../liquidation/distance.js';
import { equityFor, liquidationPriceOf, type ModelledPosition } from '../liquidation/liquidation.js';
import type { LiquidationModel } from '../liquidation/model.js';
import { protectionDecider } from '../protection/protection.decider.js';
import type { Protection, ProtectionCommand, VenueTransfers } from '../protection/protection.types.js';
import { refreshIntervalOf } from '../settings/settings.js';
import { type Watched, watchedOf } from '../watch/trigger-index.js';
import { type CandleWay, pathOf, type PathPoint } from './candle-path.js';
import type { Candle, CandleSeries } from './candles.js';

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
  /** From a decision to margin that counts. */
  readonly settlesInMs: Ms;
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
  /** Deposited and gone with the liquidation. */
  readonly lost: Money;
  readonly deposits: number;
  readonly withdrawals: number;
  /** Account reads by the polling table, those before a decision, and transfers. */
  readonly calls: number;
  /** Result of the position at the end, or all that was behind it where it was liquidated. */
  readonly pnl: Money;
}

const LOT = quantity('0.0001');
/** A position that recovers is judged this often; one in danger at every price. */
const RECOVERY_CHECK_MS = 10_000;

/** A position at a venue that liquidates it by its model, and the bot's real decider, which sees prices and reads accounts as a service would. */
class Held {
  readonly position: ModelledPosition;
  private protection: Protection = protectionDecider.initial;
  private readonly first: Price | undefined;
  private readonly initialMargin: Money;
  private liquidationPrice: Price | undefined;
  private arrivesAt: Ms | undefined;
  private readAt: Ms;
  private nextReadAt: Ms;
  private watched: Watched | undefined;
  private decisions = 0;
  private checkedAt = 0;
  private counts = { deposits: 0, withdrawals: 0, calls: 0 };
  private depositedMax = ZERO_MONEY;
  private nearest: Ratio | undefined;

  constructor(private readonly simulated: Simulated, private readonly entry: Price) {
    const { side, notional, leverage, model, settings, venue, entryAt } = simulated;
    this.position = { model, side, quantity: notional.div(entry) as Quantity };
    this.initialMargin = notional.div(leverage) as Money;
    this.first = liquidationPriceOf(this.position, entry, this.initialMargin);
    this.liquidationPrice = this.first;
    this.readAt = entryAt;
    this.nextReadAt = entryAt;
    if (settings) this.tell({ type: 'Configure', botId: 'simulated', accountId: 'simulated', portfolioId: 'simulated', settings, by: 'simulate', initialDistances: {}, terms: venue }, entryAt);
    this.watch();
  }

  /** True where no price from low to high concerns this position. */
  isCalm({ low, high }: Candle): boolean {
    const bounds = [this.liquidationPrice, this.watched?.danger, this.watched?.recovery];
    const [adverse, favourable] = this.position.side === 'LONG' ? [low, high] : [high, low];
    const beyond = (at: Price, bound: Price | undefined, below: boolean): boolean => bound !== undefined && (below ? at.lte(bound) : at.gte(bound));
    const long = this.position.side === 'LONG';
    return this.arrivesAt === undefined && !beyond(adverse, bounds[0], long) && !beyond(adverse, bounds[1], long) && !beyond(favourable, bounds[2], !long);
  }

  /** A candle that concerns nothing: the account is read as often as its worst price asks. */
  rest({ time, low, high }: Candle, lengthMs: Ms): void {
    const distance = this.see(this.position.side === 'LONG' ? low : high);
    for (; this.nextReadAt < time + lengthMs; this.nextReadAt += refreshIntervalOf(distance)) this.read(this.nextReadAt);
  }

  /** @returns true where the venue liquidates the position here. */
  meet({ time, price }: PathPoint): boolean {
    if (this.arrivesAt !== undefined && time >= this.arrivesAt) this.settle(this.arrivesAt, price);
    const distance = this.see(price);
    if (distance?.lte(0)) return true;
    if (!this.simulated.settings) return false;
    if (time >= Math.min(this.nextReadAt, this.readAt + refreshIntervalOf(distance))) {
      this.read(time);
      this.nextReadAt = time + refreshIntervalOf(distance);
    }
    if (this.concerns(price) && this.arrivesAt === undefined) this.check(price, time);
    return false;
  }

  resultAt(price: Price, liquidatedAt: Ms | undefined): SimulationResult {
    const { deposited } = this.protection;
    const gained = price.minus(this.entry).times(this.position.quantity).times(this.position.side === 'LONG' ? 1 : -1) as Money;
    return {
      entryPrice: this.entry, firstLiquidationPrice: this.first, ...(liquidatedAt === undefined ? {} : { liquidatedAt, liquidatedPrice: price }), ...(this.nearest ? { nearest: this.nearest } : {}),
      depositedMax: this.depositedMax, lost: liquidatedAt === undefined ? ZERO_MONEY : deposited, ...this.counts, pnl: liquidatedAt === undefined ? gained : (this.initialMargin.plus(deposited).neg() as Money),
    };
  }

  private see(price: Price): Ratio | undefined {
    const distance = this.liquidationPrice ? distanceOf(this.position.side, price, this.liquidationPrice) : undefined;
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
    return danger !== undefined && (this.position.side === 'LONG' ? price.lt(danger) : price.gt(danger));
  }

  private concerns(price: Price): boolean {
    const { recovery } = this.watched ?? {};
    return this.endangers(price) || (recovery !== undefined && (this.position.side === 'LONG' ? price.gt(recovery) : price.lt(recovery)));
  }

  private check(price: Price, time: Ms): void {
    const { model, venue, wallet, settings } = this.simulated;
    const { actedAt, settledAt, deposited } = this.protection;
    const cooldown = settings?.urgent?.cooldownMs ?? settings?.cooldownMs ?? 0;
    if (actedAt !== undefined && time < actedAt + cooldown) return;
    if (!this.endangers(price) && time < this.checkedAt + RECOVERY_CHECK_MS) return;
    this.checkedAt = time;
    if (this.readAt <= settledAt) this.read(time);
    const { side, quantity: size } = this.position;
    const seen = { instrument: 'simulated', side, quantity: size, ...(this.liquidationPrice ? { liquidationPrice: this.liquidationPrice } : {}) };
    this.tell({ type: 'Check', price, priceTime: time, state: { time: this.readAt, refreshMs: 60_000, position: seen }, model, lotSize: LOT, freeFunds: maxOf(wallet.minus(deposited) as Money, ZERO_MONEY), venue }, time);
    if (!this.protection.transfer) return;
    this.counts.calls += 1;
    this.arrivesAt = time + this.simulated.settlesInMs;
  }

  private settle(time: Ms, price: Price): void {
    const { transfer } = this.protection;
    this.arrivesAt = undefined;
    if (!transfer) return;
    const deposits = transfer.direction === 'DEPOSIT';
    if (this.liquidationPrice) {
      const change = deposits ? transfer.amount : transfer.amount.plus(transfer.fee).neg();
      this.liquidationPrice = liquidationPriceOf(this.position, price, equityFor(this.position, price, this.liquidationPrice).plus(change) as Money);
    }
    this.counts[deposits ? 'deposits' : 'withdrawals'] += 1;
    this.tell({ type: 'SettleTransfer', transferId: transfer.transferId, outcome: { state: 'DONE', amount: transfer.amount, fee: transfer.fee, time } }, time);
    this.depositedMax = maxOf(this.depositedMax, this.protection.deposited);
    this.watch();
  }

  private watch(): void {
    const { settings, side } = this.simulated;
    this.watched = settings ? watchedOf(settings, { side, ...(this.liquidationPrice ? { liquidationPrice: this.liquidationPrice } : {}) }, this.protection.deposited) : undefined;
  }

  private tell(command: ProtectionCommand, at: Ms): void {
    this.decisions += 1;
    for (const event of protectionDecider.decide(this.protection, command, { decisionId: `simulated-${this.decisions}`, at })) this.protection = protectionDecider.evolve(this.protection, event);
  }
}

/**
 * Holds one position through recorded candles with the real decider (C-62). The candles' prices stand for the price that the venue liquidates
 * on; funding and fees of the position are left out; a transfer that is on its way when the position is liquidated is not lost.
 * @throws RangeError where no candle begins at or after the entry.
 */
export function simulate(simulated: Simulated): SimulationResult {
  const { series: { candles, lengthMs }, entryAt, until, side, way } = simulated;
  const chosen = candles.filter(({ time }) => time >= entryAt && time < until);
  const [first] = chosen;
  if (!first) throw new RangeError(`found no candle from ${new Date(entryAt).toISOString()} on, allowed is an entry within the candles`);
  const held = new Held(simulated, first.open);
  let price = first.open;
  for (const candle of chosen) {
    if (held.isCalm(candle)) {
      held.rest(candle, lengthMs);
      price = candle.close;
      continue;
    }
    for (const point of pathOf(candle, lengthMs, side, way)) {
      price = point.price;
      if (held.meet(point)) return held.resultAt(price, point.time);
    }
  }
  return held.resultAt(price, undefined);
}

/** Hyperliquid's isolated margin: a signed amount in millionths, nothing to pay (venues.md §0 decision 2). */
export const HYPERLIQUID_TRANSFERS: VenueTransfers = { minimum: money('0.000001'), fee: ZERO_MONEY, step: money('0.000001'), open: true };
