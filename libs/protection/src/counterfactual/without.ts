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
  private lost: Decimal = ZERO;
  private lostCost: Decimal = ZERO;
  /** What reality came to more than this, and is settled. */
  private banked: Decimal = ZERO;
  private last: Price | undefined;

  constructor(private readonly parts: WithoutParts, start: { readonly position: SignedQuantity; readonly entryPrice?: Price }) {
    this.hold(start.position, start.entryPrice);
  }

  /** What of the position is left; 0 where it is flat or gone. */
  get kept(): Quantity {
    return (this.position ? this.position.quantity.minus(this.lost) : ZERO) as Quantity;
  }

  /** Signed distance to liquidation at the last price; undefined where no price liquidates what is left. */
  get distance(): Ratio | undefined {
    const bound = this.last && this.boundAt(this.last);
    return this.position && this.last && bound ? distanceOf(this.position.side, this.last, bound) : undefined;
  }

  /** By how much reality is worth more than this, at the last price; negative where it is worth less. */
  get ahead(): Money {
    return this.aheadAt(this.last ?? this.entryPrice) as Money;
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
    this.lost = this.lost.plus(sale.quantity);
    this.lostCost = this.lostCost.plus(sale.quantity.times(sale.price));
    this.banked = this.banked.plus(sale.fee);
    const left = this.equityAt(at);
    // Nothing behind an isolated account can go below 0: the venue's insurance pays.
    const gone = this.kept.isZero() && (sale.forfeits || left.lt(0)) ? left : ZERO;
    this.banked = this.banked.plus(gone);
    const entry = this.entryPrice ?? at;
    this.taken.push({ time, price: at, quantity: sale.quantity, result: sale.price.minus(entry).times(sale.quantity).times(direction).minus(sale.fee).minus(gone) as Money });
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

  /** More or less of the same side: what was taken shares in it as it would have. */
  private changed(own: NonNullable<Without['position']>, price: Price, fee: Money, after: Decimal): void {
    const direction = directionOf(own.side);
    const change = after.minus(own.quantity);
    const share = this.lost.div(own.quantity);
    this.banked = this.banked.minus(fee.times(share));
    if (this.whole) {
      const equity = equityFor(this.modelled(own.quantity), price, this.whole).minus(fee) as Money;
      this.whole = after.isZero() ? undefined : liquidationPriceOf(this.modelled(after as Quantity), price, equity);
    }
    if (change.gt(0)) {
      this.lost = this.lost.plus(change.times(share));
      this.lostCost = this.lostCost.plus(change.times(share).times(price));
      return;
    }
    const part = change.abs().div(own.quantity);
    const [quantity, cost] = [this.lost.times(part), this.lostCost.times(part)];
    this.banked = this.banked.plus(quantity.times(price).minus(cost).times(direction));
    this.lost = after.isZero() ? ZERO : this.lost.minus(quantity);
    this.lostCost = after.isZero() ? ZERO : this.lostCost.minus(cost);
  }

  private funding(amount: Money): void {
    const own = this.position;
    if (!own) return;
    this.banked = this.banked.plus(amount.times(this.lost.div(own.quantity)));
    if (this.whole && this.last) this.whole = withCollateral({ ...this.modelled(own.quantity), price: this.last, liquidationPrice: this.whole }, amount).liquidationPrice;
  }

  private modelled(quantity: Quantity): ModelledPosition {
    return { model: this.parts.model, side: this.position?.side ?? 'LONG', quantity };
  }

  private aheadAt(price: Price | undefined): Decimal {
    if (!this.position || !price) return this.banked;
    return this.banked.plus(this.lost.times(price).minus(this.lostCost).times(directionOf(this.position.side)));
  }

  /** What stands behind what is left. */
  private equityAt(price: Price): Money {
    const own = this.position;
    return (own && this.whole ? equityFor(this.modelled(own.quantity), price, this.whole).minus(this.aheadAt(price)) : ZERO_MONEY) as Money;
  }

  /** Where what is left is liquidated. */
  private boundAt(price: Price): Price | undefined {
    if (!this.position || !this.whole || this.kept.lte(0)) return undefined;
    return this.lost.isZero() ? this.whole : liquidationPriceOf(this.modelled(this.kept), price, this.equityAt(price));
  }
}
