import { Decimal, imbalanceOf, type Money, type Ms, type Notional, type Ratio } from '@ballast/domain';

const MS_PER_SECOND = 1_000;
const SECONDS_PER_DAY = 86_400;

/** 1-sigma result of holding `delta` dollars for so long, at a standard deviation of returns over one second (C-34). */
export const oneSigmaPnl = (delta: Decimal, perSecond: Decimal, heldMs: Ms): Decimal => delta.abs().times(perSecond).times(new Decimal(heldMs).div(MS_PER_SECOND).sqrt());

export interface ResidualDelta {
  /** Over the smaller leg (C-33). */
  readonly imbalance: Ratio;
  /** Dollars that are not hedged: exposure, not a loss. */
  readonly delta: Money;
  /** What one standard deviation of the market makes of it in the time held, either way. */
  readonly oneSigmaPnl: Money;
}

/** What an imbalance of two legs is in dollars, and in result (C-34): $99.25 against $104.27 is $5.02 of exposure. `volatilityDaily`: standard deviation of a day's returns. */
export function residualDeltaOf(notionalA: Notional, notionalB: Notional, volatilityDaily: Ratio, heldMs: Ms): ResidualDelta {
  const delta = notionalA.minus(notionalB).abs() as Money;
  const perSecond = volatilityDaily.div(new Decimal(SECONDS_PER_DAY).sqrt());
  return { imbalance: imbalanceOf(notionalA, notionalB), delta, oneSigmaPnl: oneSigmaPnl(delta, perSecond, heldMs) as Money };
}
