import type { Ms } from '@ballast/domain';

/** What venues have taken of one service or of several, by call and priority: `accountState 2`. */
export type CallWeights = ReadonlyMap<string, number>;

/** The calls of one process at a moment of market time. */
export interface WeightSample {
  readonly at: Ms;
  readonly weights: CallWeights;
}

const LINE = /^ballast_venue_call_weight_total\{(?<labels>[^}]*)\} (?<weight>\d+)$/;
const labelIn = (labels: string, name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';

/** What the pages of metrics of some processes say that venues took of this bucket, together. */
export function weightsIn(pages: readonly string[], bucket: 'ip' | 'wallet'): CallWeights {
  const weights = new Map<string, number>();
  for (const line of pages.flatMap((page) => page.split('\n'))) {
    const { labels = '', weight = '0' } = LINE.exec(line)?.groups ?? {};
    if (labelIn(labels, 'bucket') !== bucket) continue;
    const key = `${labelIn(labels, 'call')} ${labelIn(labels, 'priority')}`;
    weights.set(key, (weights.get(key) ?? 0) + parseInt(weight, 10));
  }
  return weights;
}

/** A call in the venue's own record: when it came, its weight, and whether the venue took it. */
export interface TakenCall {
  readonly at: Ms;
  readonly weight: number;
  readonly taken: boolean;
}

/**
 * What came between two moments. Of what was counted between the samples around `from`, no call is told to have more than what the venue's
 * own record says it took of everything from `from` on: nothing that came after is left out.
 */
export function weightsBetween(samples: readonly WeightSample[], calls: readonly TakenCall[], from: Ms, until: Ms): CallWeights {
  const [before, next, last] = [samples.findLast(({ at }) => at <= from) ?? samples[0], samples.find(({ at }) => at > from), samples.findLast(({ at }) => at <= until)];
  if (!before || !next || !last || last.at < next.at) return new Map();
  const taken = calls.filter(({ at, taken: was }) => was && at >= from && at <= next.at).reduce((total, { weight }) => total + weight, 0);
  const weightOf = (sample: WeightSample, key: string): number => sample.weights.get(key) ?? 0;
  const cameOf = (key: string): number => Math.min(taken, weightOf(next, key) - weightOf(before, key)) + weightOf(last, key) - weightOf(next, key);
  return new Map([...last.weights.keys()].map((key) => [key, cameOf(key)] as const).filter(([, weight]) => weight > 0));
}

/** The part of the weight that went at these priorities; 0 where there was none. */
export function partOf(weights: CallWeights, priorities: readonly number[]): number {
  const all = [...weights];
  const sum = (some: typeof all): number => some.reduce((total, [, weight]) => total + weight, 0);
  const total = sum(all);
  return total === 0 ? 0 : sum(all.filter(([key]) => priorities.includes(Number(key.split(' ')[1])))) / total;
}
