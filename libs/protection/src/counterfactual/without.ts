import { Decimal, type Money, type Ms, type Price, type Quantity, type Ratio, type SignedQuantity, ZERO_MONEY } from '@ballast/domain';
import { directionOf, distanceOf, type PositionSide, positionSideOf } from '../liquidation/distance.js';
import { forcedSaleOf, type SaleTerms } from '../liquidation/forced-sale.js';
import { equityFor, liquidationPriceOf, type ModelledPosition, withCollateral } from '../liquidation/liquidation.js';
import type { LiquidationModel } from '../liquidation/model.js';
import { depositedAt, type PositionFact, type PositionMove, type ProtectionMove, type Sight } from './facts.js';

/** The venue takes something of the position that had no deposits. */
export interface Taken {
  readonly time: Ms;
  /** The venue's price where it was liquidated. */
  readonly price: Price;
  readonly quantity: Quantity;
  /** Of what was taken, from its entry, with the fee; negative = a loss. */
  readonly result: Money;
}

export interface WithoutParts {
  readonly model: LiquidationModel;
  readonly terms: SaleTerms;
  /** Every transfer of the protection, oldest first. */
  readonly moves: readonly ProtectionMove[];
}

const ZERO = new Decimal(0);

/** What the venue would have taken, for what in all, and what of the difference to reality is settled. */
interface Gone {
  readonly quantity: Decimal;
  readonly cost: Decimal;
  /** By how much reality is worth more already. */
  readonly banked: Decimal;
}
const NOTHING_GONE: Gone = { quantity: ZERO, cost: ZERO, banked: ZERO };
const together = (a: Gone, b: Gone): Gone => ({ quantity: a.quantity.plus(b.quantity), cost: a.cost.plus(b.cost), banked: a.banked.plus(b.banked) });

/**
 * One position along the path that it really went, without protection's deposits: liquidated by the venue's model where it would have been (R90). What
 * the venue would have taken is compared with what really became of the same quantity. Between two readings of the account only prices, fills and
 * funding move it. Price goes from point to point without a gap: crossing the liquidation price it is liquidated at it, the mildest that it could be.
 */
export class Without {
  readonly taken: Taken[] = [];
  /** Nearest that the price came to liquidation since somebody last forgot it, signed. */
  nearest: Ratio | undefined;
  private position: { readonly side: PositionSide; readonly quantity: Quantity } | undefined;
  private entryPrice: Price | undefined;
  /** Liquidation price with no deposit, and with nothing taken. */
  private whole: Price | undefined;
  /** Gone before this episode, and in it. */
  private before: Gone = NOTHING_GONE;
  private gone: Gone = NOTHING_GONE;
  private last: Price | undefined;

  constructor(private readonly parts: WithoutParts, start: { readonly position: SignedQuantity; readonly entryPrice?: Price }) {
    this.hold(start.position, start.entryPrice);
  }

  /** From now on another episode: what is gone by now is no matter of it. */
  begin(): void {
    this.before = together(this.before, this.gone);
    this.gone = NOTHING_GONE;
    this.nearest = this.distance;
  }

  /** What of the position is left; 0 where it is flat or gone. */
  get kept(): Quantity {
    return (this.position ? this.position.quantity.minus(this.lost.quantity) : ZERO) as Quantity;
  }

  /** Signed distance to liquidation at the last price; undefined where no price liquidates what is left. */
  get distance(): Ratio | undefined {
    const bound = this.last && this.boundAt(this.last);
    return this.position && this.last && bound ? distanceOf(this.position.side, this.last, bound) : undefined;
  }

  /** By how much what would have been taken in this episode is worth more in reality, at the last price; negative where less. */
  get ahead(): Money {
    return this.aheadOf(this.gone, this.last ?? this.entryPrice) as Money;
  }

  /** Facts must come in the order of their times. */
  see(fact: PositionFact): void {
    switch (fact.type) {
      case 'sight': return this.sight(fact);
      case 'price': return this.meet(fact.price, fact.time);
      case 'move': return this.move(fact);
      case 'funding': return this.funding(fact.amount);
    }
  }

  private hold(position: SignedQuantity, entryPrice: Price | undefined): void {
    const side = positionSideOf(position);
    this.position = side ? { side, quantity: position.abs() as Quantity } : undefined;
    this.entryPrice = side ? (entryPrice ?? this.entryPrice) : undefined;
  }

  private sight(sight: Sight): void {
    const { price, time, position, stateTime, liquidationPrice } = sight;
    const own = this.position;
    if (!own) return;
    // A reading from before the last fill says nothing of what is held now.
    if (own.quantity.eq(position.abs()) && positionSideOf(position) === own.side) {
      const deposited = depositedAt(this.parts.moves, stateTime);
      const standing = { ...this.modelled(own.quantity), price, liquidationPrice };
      this.whole = deposited && !deposited.isZero() ? withCollateral(standing, deposited.neg() as Money).liquidationPrice : liquidationPrice;
    }
    this.meet(price, time);
  }

  /** The price goes to here, and what is liquidated on the way is. */
  private meet(price: Price, time: Ms): void {
    const own = this.position;
    const from = this.last ?? price;
    this.last = price;
    if (!own) return;
    const long = own.side === 'LONG';
    for (let bound = this.boundAt(price); bound && this.kept.gt(0); bound = this.boundAt(price)) {
      const distance = distanceOf(own.side, price, bound);
      if (!this.nearest || distance.lt(this.nearest)) this.nearest = distance;
      if (distance.gt(0)) return;
      const passed = long ? from.gt(bound) : from.lt(bound);
      this.take(passed ? bound : price, time);
    }
  }

  private take(at: Price, time: Ms): void {
    const own = this.position;
    if (!own) return;
    const kept = this.kept;
    const direction = directionOf(own.side);
    const sale = forcedSaleOf(this.modelled(kept), at, this.equityAt(at), this.parts.terms);
    this.gone = together(this.gone, { quantity: sale.quantity, cost: sale.quantity.times(sale.price), banked: sale.fee });
    const left = this.equityAt(at);
    // Nothing behind an account of its own can go below 0: the venue's insurance pays.
    const forfeited = this.kept.isZero() && (sale.forfeits || left.lt(0)) ? left : ZERO;
    this.gone = { ...this.gone, banked: this.gone.banked.plus(forfeited) };
    const entry = this.entryPrice ?? at;
    this.taken.push({ time, price: at, quantity: sale.quantity, result: sale.price.minus(entry).times(sale.quantity).times(direction).minus(sale.fee).minus(forfeited) as Money });
  }

  private move({ price, fee, position, entryPrice }: PositionMove): void {
    const own = this.position;
    const side = positionSideOf(position);
    if (own && side !== undefined && side !== own.side) this.changed(own, price, fee, ZERO);
    else if (own) this.changed(own, price, fee, position.abs());
    this.last = price;
    this.hold(position, entryPrice);
    if (!this.position || this.position.side !== own?.side) this.whole = undefined;
  }

  /** More or less of the same side, and what it did to where the whole is liquidated. */
  private changed(own: NonNullable<Without['position']>, price: Price, fee: Money, after: Decimal): void {
    if (this.whole) {
      const equity = equityFor(this.modelled(own.quantity), price, this.whole).minus(fee) as Money;
      this.whole = after.isZero() ? undefined : liquidationPriceOf(this.modelled(after as Quantity), price, equity);
    }
    this.before = this.shareIn(this.before, own, { price, fee, after });
    this.gone = this.shareIn(this.gone, own, { price, fee, after });
  }

  /** What was taken shares in a fill as it would have. */
  private shareIn({ quantity, cost, banked }: Gone, own: NonNullable<Without['position']>, { price, fee, after }: { readonly price: Price; readonly fee: Money; readonly after: Decimal }): Gone {
    const share = quantity.div(own.quantity);
    const change = after.minus(own.quantity);
    const paid = banked.minus(fee.times(share));
    if (change.gt(0)) return { quantity: quantity.plus(change.times(share)), cost: cost.plus(change.times(share).times(price)), banked: paid };
    const part = change.abs().div(own.quantity);
    const settled = paid.plus(quantity.times(part).times(price).minus(cost.times(part)).times(directionOf(own.side)));
    return after.isZero() ? { ...NOTHING_GONE, banked: settled } : { quantity: quantity.minus(quantity.times(part)), cost: cost.minus(cost.times(part)), banked: settled };
  }

  private funding(amount: Money): void {
    const own = this.position;
    if (!own) return;
    const shared = (gone: Gone): Gone => ({ ...gone, banked: gone.banked.plus(amount.times(gone.quantity.div(own.quantity))) });
    [this.before, this.gone] = [shared(this.before), shared(this.gone)];
    if (this.whole && this.last) this.whole = withCollateral({ ...this.modelled(own.quantity), price: this.last, liquidationPrice: this.whole }, amount).liquidationPrice;
  }

  private get lost(): Gone {
    return together(this.before, this.gone);
  }

  private modelled(quantity: Quantity): ModelledPosition {
    return { model: this.parts.model, side: this.position?.side ?? 'LONG', quantity };
  }

  private aheadOf({ quantity, cost, banked }: Gone, price: Price | undefined): Decimal {
    if (!this.position || !price) return banked;
    return banked.plus(quantity.times(price).minus(cost).times(directionOf(this.position.side)));
  }

  /** What stands behind what is left. */
  private equityAt(price: Price): Money {
    const own = this.position;
    return (own && this.whole ? equityFor(this.modelled(own.quantity), price, this.whole).minus(this.aheadOf(this.lost, price)) : ZERO_MONEY) as Money;
  }

  /** Where what is left is liquidated. */
  private boundAt(price: Price): Price | undefined {
    if (!this.position || !this.whole || this.kept.lte(0)) return undefined;
    return this.lost.quantity.isZero() ? this.whole : liquidationPriceOf(this.modelled(this.kept), price, this.equityAt(price));
  }
}
