import { type Money, type Ms, type Notional, type Ratio, ratio } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';
import type { PositionSide } from '../liquidation/distance.js';
import type { LiquidationModel } from '../liquidation/model.js';
import { initialDistanceOf } from '../settings/initial-distance.js';
import { defaultSettings } from '../settings/settings.js';
import { offeredFor, settingsFaults } from '../settings/settings-faults.js';
import type { CandleWay } from './candle-path.js';
import { type CandleSeries, lowestOf } from './candles.js';
import type { SimulatedCosts } from './costs.js';
import type { SimulationResult } from './held.js';
import { HYPERLIQUID_TRANSFERS, simulate } from './simulate.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** From a decision to margin that counts: one step of the path. */
const SETTLES_MS = 1_000;
/** Below this share of the trigger deposits come in shorter steps. */
const URGENT_SHARE = ratio('0.4');
const URGENT_MS = 5_000;

/** The cap as a share of what. */
export const CAPS_OF = ['margin', 'notional'] as const;
export type CapOf = (typeof CAPS_OF)[number];

export interface Comparison {
  readonly series: CandleSeries;
  readonly model: LiquidationModel;
  readonly side: PositionSide;
  readonly leverage: Ratio;
  readonly notional: Notional;
  readonly capOf: CapOf;
  readonly capShare: Ratio;
  readonly way: CandleWay;
  /** When the positions are entered, ms. */
  readonly entries: readonly Ms[];
  readonly holdMs: Ms;
  readonly costs: SimulatedCosts;
  /** In place of the defaults. */
  readonly changes?: Partial<ProtectionSettings>;
}

/** What came of the same entries without protection and with each mode. */
export interface Compared {
  /** Why the settings are refused at enabling (C-9): then those offered in their place were simulated. */
  readonly refused: readonly string[];
  readonly settings: ProtectionSettings;
  readonly initialDistance: Ratio | undefined;
  readonly without: readonly SimulationResult[];
  readonly increment: readonly SimulationResult[];
  readonly smart: readonly SimulationResult[];
  /** `smart` with deposits 5 s apart within 0.4 of the trigger. */
  readonly urgent: readonly SimulationResult[];
  /** The same with the policy `reduce`: what deposits can't save any more is sold in part. */
  readonly reduce: readonly SimulationResult[];
}

function settingsFor({ notional, leverage, capOf, capShare, changes }: Comparison): ProtectionSettings {
  const base = capOf === 'margin' ? notional.div(leverage) : notional;
  return { ...defaultSettings(notional), enabled: true, maxDeposit: base.times(capShare).toDecimalPlaces(6) as Money, ...changes };
}

/** The same entries without protection and with each way of it: on the settings as they are, or on those offered where validation refuses them. */
export function compare(comparison: Comparison): Compared {
  const { model, side, leverage, notional, entries, holdMs, series, way, costs } = comparison;
  const initialDistance = initialDistanceOf(model, side, leverage, notional);
  const asked = settingsFor(comparison);
  const facts = { initialDistances: initialDistance ? { [side === 'LONG' ? 'long' : 'short']: initialDistance } : {}, terms: HYPERLIQUID_TRANSFERS };
  const refused = settingsFaults(asked, facts).map(({ field, text }) => `${field}: ${text}`);
  const settings = refused.length > 0 && initialDistance ? { ...asked, ...offeredFor(initialDistance) } : asked;
  const run = (used: ProtectionSettings | undefined): readonly SimulationResult[] => entries.map((entryAt) => simulate({
    series, entryAt, until: entryAt + holdMs, side, notional, leverage, model, way, ...(used ? { settings: used } : {}), venue: HYPERLIQUID_TRANSFERS, wallet: notional.times(10) as Money & Notional, settlesInMs: SETTLES_MS, costs,
  }));
  const urgent = { distance: settings.triggerDistance.times(URGENT_SHARE).toDecimalPlaces(4) as Ratio, cooldownMs: URGENT_MS };
  return {
    refused, settings, initialDistance, without: run(undefined), increment: run({ ...settings, mode: 'increment' }), smart: run({ ...settings, mode: 'smart' }),
    urgent: run({ ...settings, mode: 'smart', urgent }), reduce: run({ ...settings, mode: 'smart', urgent, exhausted: 'reduce' }),
  };
}

/** Entries an hour apart, the first 24 h before the lowest price of the day that begins here. @throws RangeError without a candle */
export function entriesBefore(series: CandleSeries, day: Ms, count: number): readonly Ms[] {
  const lowest = lowestOf(series.candles.filter(({ time }) => time >= day && time < day + DAY_MS));
  if (!lowest) throw new RangeError(`found no candle on ${new Date(day).toISOString().slice(0, 10)}`);
  return Array.from({ length: count }, (_, index) => lowest.time - DAY_MS + index * HOUR_MS);
}

export const HALF_OF_MARGIN = { capOf: 'margin', capShare: ratio('0.5') } as const;
export const HALF_OF_NOTIONAL = { capOf: 'notional', capShare: ratio('0.5') } as const;
