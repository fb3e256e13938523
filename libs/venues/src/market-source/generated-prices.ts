import type { RandomGenerator } from 'pure-rand';
import type { Ms } from '@ballast/domain';
import { generatorOf, normal, uniform } from '../engine/chance.js';
import { exactExp } from '../engine/fixed.js';

/** One coin of the generated market: where it starts and how it moves with the others. */
export interface CoinModel {
  readonly coin: string;
  readonly startPrice: number;
  /** Sensitivity to the common factor, and own noise per root minute, bps. */
  readonly beta: number;
  readonly ownBps: number;
  /** Share of the ETH/SOL deviation that shows in this coin's price: +1/2, -1/2 or 0. */
  readonly deviationShare: number;
}

export const COIN_MODELS: readonly CoinModel[] = [
  { coin: 'BTC', startPrice: 110_000, beta: 1, ownBps: 2, deviationShare: 0 },
  { coin: 'ETH', startPrice: 4300, beta: 1.1, ownBps: 2.5, deviationShare: 0.5 },
  { coin: 'SOL', startPrice: 203, beta: 1.3, ownBps: 3, deviationShare: -0.5 },
];

const MINUTE_MS: Ms = 60_000;
const FACTOR_BPS = 15;
const VOLATILITY_MINUTES = 15;
const VOLATILITY_SPREAD = 0.3;
const JUMP_EVERY_MINUTES = 40;
const JUMP_BPS: readonly [number, number] = [15, 50];
const SHOCK_EVERY_MINUTES = 4.5;
const SHOCK_BPS: readonly [number, number] = [28, 55];
const SHOCK_RISE_MINUTES = 0.25;
const SHOCK_FALL_MINUTES = 1.5;
const BPS = 10_000;

const between = ([low, high]: readonly [number, number], generator: RandomGenerator): number => low + (high - low) * uniform(generator);
const either = (generator: RandomGenerator): 1 | -1 => (uniform(generator) < 0.5 ? -1 : 1);

/**
 * Mid prices of all coins: one common factor with stochastic volatility and rare jumps, own noise, and an ETH/SOL deviation
 * that is pushed away by shocks and comes back to its mean. Built from additions, multiplications, square roots and
 * `exactExp` only, so the same seed gives the same bits on every machine.
 */
export class PriceProcess {
  readonly #factor: RandomGenerator;
  readonly #shocks: RandomGenerator;
  readonly #own: readonly RandomGenerator[];
  readonly #ownLog: number[];
  #factorLog = 0;
  #volatilityLog = 0;
  #target = 0;
  #deviation = 0;

  constructor(
    seed: number,
    private readonly models: readonly CoinModel[],
  ) {
    this.#factor = generatorOf('factor', seed);
    this.#shocks = generatorOf('shocks', seed);
    this.#own = models.map(({ coin }) => generatorOf('coin', seed, coin));
    this.#ownLog = models.map(() => 0);
  }

  /** Moves all coins by `step` ms. */
  advance(step: Ms): void {
    const minutes = step / MINUTE_MS;
    const root = Math.sqrt(minutes);
    this.#volatilityLog += -this.#volatilityLog * (minutes / VOLATILITY_MINUTES) + VOLATILITY_SPREAD * Math.sqrt(2 / VOLATILITY_MINUTES) * root * normal(this.#factor);
    this.#factorLog += (FACTOR_BPS / BPS) * exactExp(this.#volatilityLog) * root * normal(this.#factor);
    if (uniform(this.#factor) < minutes / JUMP_EVERY_MINUTES) this.#factorLog += (either(this.#factor) * between(JUMP_BPS, this.#factor)) / BPS;
    if (uniform(this.#shocks) < minutes / SHOCK_EVERY_MINUTES) this.#target = (either(this.#shocks) * between(SHOCK_BPS, this.#shocks)) / BPS;
    this.#deviation += (this.#target - this.#deviation) * (minutes / SHOCK_RISE_MINUTES);
    this.#target -= this.#target * (minutes / SHOCK_FALL_MINUTES);
    this.models.forEach(({ ownBps }, index) => {
      const own = this.#own[index];
      if (own) this.#ownLog[index] = (this.#ownLog[index] ?? 0) * (1 - minutes / MINUTE_MS) + (ownBps / BPS) * root * normal(own);
    });
  }

  /** Mid of each coin, in the order of the models. */
  mids(): number[] {
    return this.models.map(({ startPrice, beta, deviationShare }, index) => startPrice * exactExp(beta * this.#factorLog + (this.#ownLog[index] ?? 0) + deviationShare * this.#deviation));
  }
}
