import { Decimal, type Notional, type Price, type Quantity } from '@ballast/domain';

/** Terms of the orders one leg is sent in. */
export interface SliceTerms {
  readonly lotSize: Quantity;
  readonly referencePrice: Price;
  /** No order is larger, unless a single lot or the minimum is. */
  readonly notionalMax: Notional;
  /** No order is smaller, at the reference price. */
  readonly notionalMin: Notional;
}

/**
 * The fewest orders below the maximum that are all at or above the minimum, as equal as whole lots allow (the later ones take
 * the odd lots); they add up to `quantity` exactly (R29, W-16).
 */
export function slicesOf(quantity: Quantity, terms: SliceTerms): readonly Quantity[] {
  const unit = terms.lotSize.times(terms.referencePrice);
  const lots = quantity.div(terms.lotSize);
  const most = Decimal.max(1, terms.notionalMax.div(unit).floor());
  const least = Decimal.max(1, terms.notionalMin.div(unit).ceil());
  const wanted = lots.div(most).ceil();
  const count = Decimal.max(1, Decimal.min(wanted, lots.div(least).floor()));
  const each = lots.div(count).floor();
  const odd = lots.minus(each.times(count));
  const slices: Quantity[] = [];
  for (let index = new Decimal(0); index.lt(count); index = index.plus(1)) {
    const extra = index.gte(count.minus(odd)) ? 1 : 0;
    slices.push(each.plus(extra).times(terms.lotSize) as Quantity);
  }
  return slices;
}
