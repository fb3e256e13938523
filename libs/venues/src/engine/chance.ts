import { createHash } from 'node:crypto';
import { unsafeUniformIntDistribution, xoroshiro128plus, type RandomGenerator } from 'pure-rand';
import type { Ms } from '@ballast/domain';
import type { LatencyModel } from './engine.api.js';
import { exactExp } from './fixed.js';

const RESOLUTION = 2 ** 30;

/** Uniform in [0, 1), the same on every machine. Advances `generator`. */
export const uniform = (generator: RandomGenerator): number => unsafeUniformIntDistribution(0, RESOLUTION - 1, generator) / RESOLUTION;

/** Nearly standard normal (sum of twelve uniforms, so within ±6), out of additions only. Advances `generator`. */
export function normal(generator: RandomGenerator): number {
  let sum = -6;
  for (let n = 0; n < 12; n += 1) sum += uniform(generator);
  return sum;
}

/** A generator that depends on nothing but these texts. */
export function generatorOf(...parts: readonly (string | number)[]): RandomGenerator {
  return xoroshiro128plus(createHash('sha256').update(JSON.stringify(parts)).digest().readInt32LE(0));
}

/** Extra delay of one request, lognormal, whole ms >= 0: from the seed and the digest, so that arrival order does not matter. */
export function jitterOf(latency: LatencyModel, seed: number, digest: string): Ms {
  if (latency.jitterMedianMs <= 0) return 0;
  const z = normal(generatorOf('latency', seed, digest));
  return Math.round(latency.jitterMedianMs * exactExp(latency.jitterSigma * z));
}
