import { Decimal, type MarginCommitted, minOf, type Money, type Notional, type Ratio, ZERO_MONEY } from '@ballast/domain';
import type { PolicyInForce } from '@ballast/policy';

/** What decides how much margin a leg of this instrument binds. */
export interface LegMargin {
  readonly venue: string;
  /** The venue's own share of notional to open: 0.05 = 20x, 1 = 1x. */
  readonly initialMarginRatio: Ratio;
}

/** Leverage at which the leg commits margin: the smallest of the account's, the venue's in the profile and the venue's own (C-40). */
export function legLeverage({ venue, initialMarginRatio }: LegMargin, { leverageMax, guards }: PolicyInForce): Ratio {
  const own = new Decimal(1).div(initialMarginRatio) as Ratio;
  const named = guards?.venueLeverageMax?.[venue]?.value;
  return named ? minOf(leverageMax.value, own, named) : minOf(leverageMax.value, own);
}

/** `equity` x `share` as margin; 0 where there is no equity to commit. */
export const marginOfEquity = (equity: Money, share: Ratio): MarginCommitted => (equity.gt(0) && share.gt(0) ? equity.times(share) : ZERO_MONEY) as Decimal as MarginCommitted;

/** Largest notional of each leg, all equal, so that together they commit no more than `margin`; exact but for the last digit, rounded down. */
export function legMaxOfMargin(margin: MarginCommitted, leverages: readonly Ratio[]): Notional {
  const rates = leverages.reduce<{ readonly over: Decimal; readonly under: Decimal }>(({ over, under }, leverage) => ({ over: over.times(leverage).plus(under), under: under.times(leverage) }), { over: new Decimal(0), under: new Decimal(1) });
  return margin.times(rates.under).div(rates.over).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional;
}
