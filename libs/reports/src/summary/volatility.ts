import { Decimal, type Ms, type Price } from '@ballast/domain';

const MS_PER_SECOND = 1_000;
/** Marks come once a minute from each account: those of several accounts tell nothing more of an instrument. */
const MARKS_APART_MS: Ms = 30_000;

/** What the marks of one instrument add up to so far: it does not grow with them. */
export interface Returns {
  readonly from: Ms;
  readonly to: Ms;
  readonly last: Price;
  /** Sum of squared log returns. */
  readonly squares: Decimal;
}

/** With one more mark; one that is less than 30 s after the last is left out. */
export function withMark(returns: Returns | undefined, at: Ms, mark: Price): Returns {
  if (!returns) return { from: at, to: at, last: mark, squares: new Decimal(0) };
  if (at - returns.to < MARKS_APART_MS) return returns;
  return { from: returns.from, to: at, last: mark, squares: returns.squares.plus(mark.div(returns.last).ln().pow(2)) };
}

/**
 * Standard deviation of returns over one second, from marks observed at uneven times, without drift:
 * sqrt(sum of squared log returns / seconds observed). Undefined below two marks.
 */
export const volatilityPerSecond = (returns: Returns | undefined): Decimal | undefined =>
  returns === undefined || returns.to === returns.from ? undefined : returns.squares.div(new Decimal(returns.to - returns.from).div(MS_PER_SECOND)).sqrt();
