import { maxOf, minOf, type Ratio, ratio } from '@ballast/domain';

const ONE = ratio('1');

/** Multiplier on the size that an input of confidence gives: within the bounds, never above 1 (C-52: 0.5 to 1); a signal without one has 1. */
export const confidenceFactor = (found: Ratio | undefined, { min, max }: { readonly min: Ratio; readonly max: Ratio }): Ratio => minOf(ONE, max, maxOf(min, found ?? ONE));
