import { Decimal, type Ms } from '@ballast/domain';

const MS_PER_SECOND = 1_000;

/**
 * Standard deviation of returns over one second, from marks observed at uneven times, without drift:
 * sqrt(sum of squared log returns / seconds observed). Undefined below two marks.
 */
export function volatilityPerSecond(marks: readonly { readonly at: Ms; readonly price: string }[]): Decimal | undefined {
  const [first] = marks;
  const last = marks.at(-1);
  if (!first || !last || last.at <= first.at) return undefined;
  let squares = new Decimal(0);
  for (const [index, mark] of marks.entries()) {
    const before = marks[index - 1];
    if (before) squares = squares.plus(new Decimal(mark.price).div(before.price).ln().pow(2));
  }
  return squares.div(new Decimal(last.at - first.at).div(MS_PER_SECOND)).sqrt();
}

/** 1-sigma result of holding `delta` dollars for so long (C-34). */
export const oneSigmaPnl = (delta: Decimal, perSecond: Decimal, heldMs: Ms): Decimal => delta.abs().times(perSecond).times(new Decimal(heldMs).div(MS_PER_SECOND).sqrt());
