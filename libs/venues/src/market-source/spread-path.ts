import type { Ms } from '@ballast/domain';
import type { EngineInstrument, MarketInput } from '../engine/engine.api.js';
import { x18 } from '../engine/fixed.js';
import { MarketDataError, type Provenance } from './market-source.js';
import type { PricePath } from './modelled-market.js';

/** One push of a pair off its mean: up within `riseMs`, held for `holdMs`, back within `fallMs`. */
export interface SpreadPush {
  readonly at: Ms;
  /** Basis points of the price ratio of the first coin to the second; negative = the first one is cheap. */
  readonly bps: number;
  readonly riseMs: Ms;
  readonly holdMs: Ms;
  readonly fallMs: Ms;
}

export interface SpreadPathOptions {
  readonly startTime: Ms;
  readonly endTime: Ms;
  /** The pair, and what each costs when nothing pushes it. */
  readonly pair: readonly [{ readonly coin: string; readonly price: number }, { readonly coin: string; readonly price: number }];
  /** In time order, none before the one before it is over. */
  readonly pushes: readonly SpreadPush[];
}

const BPS = 10_000;
const FUNDING_HOURLY = x18('0.0000125');

/** A scripted pair: two prices that stand still but for the pushes written down. For tests of what follows from results, never evidence of a strategy. */
export class SpreadPath implements PricePath {
  readonly coins: readonly string[];
  readonly startTime: Ms;
  readonly endTime: Ms;
  readonly provenance: Provenance;
  #push = 0;

  /** @throws MarketDataError where pushes overlap */
  constructor(private readonly options: SpreadPathOptions) {
    const { pair, pushes, startTime, endTime } = options;
    pushes.forEach((push, index) => {
      const next = pushes[index + 1];
      if (next && next.at < endOf(push)) throw new MarketDataError(`pushes: found one at ${next.at} before the end of the one at ${push.at}, allowed is one at a time, in time order`);
    });
    this.coins = pair.map(({ coin }) => coin);
    this.startTime = startTime;
    this.endTime = endTime;
    this.provenance = { kind: 'generated', files: [], statements: [`Scripted spread path of ${this.coins.join(' and ')} from ${new Date(startTime).toISOString()} to ${new Date(endTime).toISOString()}: ${pushes.length} pushes written down, not recorded data.`] };
  }

  midAt(coin: string, time: Ms): number {
    const index = this.coins.indexOf(coin);
    const base = this.options.pair[index];
    if (!base) throw new MarketDataError(`coins: found ${coin}, allowed are ${this.coins.join(', ')}`);
    return base.price * (1 + ((index === 0 ? 0.5 : -0.5) * this.#deviationAt(time)) / BPS);
  }

  funding({ productId }: EngineInstrument): readonly MarketInput[] {
    return [{ type: 'fundingRate', time: this.startTime, productId, rateHourly: FUNDING_HOURLY }];
  }

  #deviationAt(time: Ms): number {
    const { pushes } = this.options;
    const before = pushes[this.#push - 1];
    if (before && time < endOf(before)) this.#push = 0;
    for (let push = pushes[this.#push]; push !== undefined && time >= endOf(push); push = pushes[this.#push]) this.#push += 1;
    const push = pushes[this.#push];
    if (!push || time < push.at) return 0;
    const since = time - push.at;
    if (since < push.riseMs) return (push.bps * since) / push.riseMs;
    const falling = since - push.riseMs - push.holdMs;
    return falling <= 0 ? push.bps : push.bps * (1 - falling / push.fallMs);
  }
}

const endOf = ({ at, riseMs, holdMs, fallMs }: SpreadPush): Ms => at + riseMs + holdMs + fallMs;
