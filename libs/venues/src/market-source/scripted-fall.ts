import type { Ms } from '@ballast/domain';
import type { MarketInput } from '../engine/engine.api.js';
import { MarketDataError, type Provenance } from './market-source.js';
import type { PricePath } from './modelled-market.js';

const MINUTE_MS: Ms = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Where the fall begins; the 4 h candle before it ends three quarters of an hour earlier. */
const BEGIN = Date.UTC(2026, 0, 5, 20, 45);
const BEFORE = BEGIN - 45 * MINUTE_MS;
const LENGTH_MS = 95 * MINUTE_MS;

/** Prices at which the fall begins, quote currency. */
const BEGIN_PRICES: Readonly<Record<string, number>> = { BTC: 100_000, ETH: 4_000, SOL: 200 };

/** Corners of the path: when, and at which part of the price of the beginning. */
const CORNERS: readonly (readonly [time: Ms, part: number])[] = [
  [BEFORE - 40 * DAY_MS, 0.9], [BEFORE - DAY_MS, 1.03], [BEFORE - 4 * HOUR_MS, 1.02], [BEFORE - HOUR_MS, 0.975], [BEFORE, 0.998],
  ...([[0, 1], [5, 0.999], [10, 0.985], [15, 0.976], [25, 0.981], [30, 0.955], [34, 0.86], [37, 0.845], [40, 0.91], [50, 0.95], [60, 0.968], [96, 0.962]] as const).map(([minutes, part]) => [BEGIN + minutes * MINUTE_MS, part] as const),
];

/** Until the dip the price also swings, so that candles have a range: part of the price, and how long a swing takes. */
const SWING = 0.009;
const SWING_MS = 6 * HOUR_MS;
const swingAt = (time: Ms): number => (time < BEFORE - 4 * HOUR_MS ? SWING * Math.sin((2 * Math.PI * time) / SWING_MS) : 0);

/**
 * A made-up fall in the shape of a fast crash, for where no candles are recorded: forty days that rise, a dip back to their average, then
 * 15 % down within 37 minutes, most of it in four, and most of that back in the half hour after.
 */
export class ScriptedFall implements PricePath {
  readonly startTime: Ms;
  readonly endTime: Ms;
  readonly knownFrom: Ms = BEFORE - 40 * DAY_MS;
  readonly provenance: Provenance;

  constructor(readonly coins: readonly string[], from: Ms = BEGIN, to: Ms = BEGIN + LENGTH_MS) {
    const unknown = coins.filter((coin) => BEGIN_PRICES[coin] === undefined);
    if (unknown.length > 0) throw new MarketDataError(`coins: found ${unknown.join(', ')}, allowed are ${Object.keys(BEGIN_PRICES).join(', ')}`);
    this.startTime = Math.max(from, BEGIN);
    this.endTime = Math.min(to, BEGIN + LENGTH_MS) - 1;
    this.provenance = { kind: 'generated', files: [], statements: [`Scripted fall of ${coins.join(', ')}: a made-up path in the shape of a fast crash; nothing of it was recorded.`] };
  }

  midAt(coin: string, time: Ms): number {
    const after = CORNERS.findIndex(([corner]) => corner > time);
    const [from, to] = [CORNERS[after - 1], CORNERS[after]];
    const begin = BEGIN_PRICES[coin];
    if (!from || !to || begin === undefined) throw new MarketDataError(`${coin}: found no scripted price at ${new Date(time).toISOString()}`);
    return begin * (from[1] + ((to[1] - from[1]) * (time - from[0])) / (to[0] - from[0]) + swingAt(time));
  }

  funding(): readonly MarketInput[] {
    return [];
  }
}
