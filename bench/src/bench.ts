import type { ContestResult, Progress } from './pairs.js';
import type { Interval } from './statistics.js';

/** One line of the table. */
export interface BenchRow {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  /** How ours compares; absent where there is nothing to compare with. */
  readonly ratio?: Interval;
  readonly bound?: { readonly atLeast: number } | { readonly atMost: number };
  readonly note?: string;
}

export interface BenchContext {
  /** Fewer and shorter rounds: for a look, not for the table. */
  readonly quick: boolean;
  readonly progress: Progress;
}

/** One benchmark: sets up what it needs, measures, takes it down again. */
export interface Bench {
  readonly name: string;
  /** What is compared with what, for the reader of the table. */
  readonly about: string;
  run(context: BenchContext): Promise<readonly BenchRow[]>;
}

const perSecond = (count: number, ms: number): string => `${Math.round((count * 1_000) / ms).toLocaleString('en-US')} /s`;

/** A row where both sides did `count` pieces of work and measured milliseconds: the ratio is one of speeds. */
export const speedRow = (what: string, count: number, result: ContestResult, rest: Pick<BenchRow, 'bound' | 'note'> = {}): BenchRow => ({
  what,
  ours: perSecond(count, result.medianOurs),
  peer: perSecond(count, result.medianPeer),
  ratio: result.peerOverOurs,
  ...rest,
});

/** True, false, or undefined where there is no bound. */
export function holds({ ratio, bound }: BenchRow): boolean | undefined {
  if (!ratio || !bound) return undefined;
  return 'atLeast' in bound ? ratio.median >= bound.atLeast : ratio.median <= bound.atMost;
}

/** The rows whose bound does not hold: one is enough to make the run fail. */
export const broken = (rows: readonly BenchRow[]): readonly BenchRow[] => rows.filter((row) => holds(row) === false);
