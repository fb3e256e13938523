import { type Bps, Decimal, type Price } from '@ballast/domain';
import type { MidSample } from '@ballast/strategy';

/** Logarithms are taken at 20 digits: exact enough for a hundredth of a bp, and the same on any machine. */
const Log = Decimal.clone({ precision: 20 });
type Log = InstanceType<typeof Log>;

interface Pair {
  readonly time: number;
  readonly a: MidSample;
  readonly b: MidSample;
}

const LOGS = new WeakMap<MidSample, { readonly b: MidSample; readonly log: Log }>();

const logRatio = (a: Price, b: Price): Log => new Log(a).div(b).ln();

function logOf({ a, b }: Pair): Log {
  const known = LOGS.get(a);
  if (known?.b === b) return known.log;
  const log = logRatio(a.mid, b.mid);
  LOGS.set(a, { b, log });
  return log;
}

/** Samples of both legs that stand for the same moment. */
export function pairsOf(samplesA: readonly MidSample[], samplesB: readonly MidSample[]): readonly Pair[] {
  const byTime = new Map(samplesB.map((sample) => [sample.time, sample]));
  return samplesA.flatMap((a) => {
    const b = byTime.get(a.time);
    return b && b.spanMs === a.spanMs ? [{ time: a.time, a, b }] : [];
  });
}

/**
 * Spread of a pair (W-17): how far ln(midA / midB) is from its mean over the window, bps; positive = A is dear against B.
 * Undefined while the samples stand for less than `warmUpMs`. The mean is weighted by the time that samples stand for.
 */
export function deviationBps(midA: Price, midB: Price, pairs: readonly Pair[], warmUpMs: number): Bps | undefined {
  const spanMs = pairs.reduce((total, { a }) => total + a.spanMs, 0);
  if (spanMs === 0 || spanMs < warmUpMs) return undefined;
  const mean = pairs.reduce<Log>((total, pair) => total.plus(logOf(pair).times(pair.a.spanMs)), new Log(0)).div(spanMs);
  return new Decimal(logRatio(midA, midB).minus(mean).times(10_000)).toDecimalPlaces(6) as Bps;
}
