import { type Money, maxOf, minOf, money, type Ms, type Notional, type Ratio, ratio, ZERO_RATIO } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';

const HALF = ratio('0.5');

/** R63, W-13: 5 %, 15 %, half of the largest position, $5, 60 s, and off until somebody enables it. */
export const defaultSettings = (positionMax: Notional): ProtectionSettings => ({
  enabled: false, mode: 'increment', triggerDistance: ratio('0.05'), safeDistance: ratio('0.15'), hysteresis: ratio('0.01'), restoreMargin: ratio('0.02'),
  maxDeposit: positionMax.times(HALF) as Money & Notional, increment: money('5'), cooldownMs: 60_000, exhausted: 'hold',
});

/** Most that may be deposited at one time: the bot's own cap, or its share of a fund that several bots share where that is less. */
export const capOf = ({ maxDeposit, poolCap }: ProtectionSettings): Money => (poolCap ? minOf(maxDeposit, poolCap) : maxDeposit);

/** The trigger in force: it widens with what the price has lately moved, by at most what the settings allow (R91). */
export const triggerOf = ({ triggerDistance, volatilityWidenMax }: ProtectionSettings, volatility: Ratio | undefined): Ratio =>
  triggerDistance.plus(volatilityWidenMax && volatility ? minOf(maxOf(volatility, ZERO_RATIO), volatilityWidenMax) : ZERO_RATIO) as Ratio;

/** The widest that the trigger can be. */
export const widestTriggerOf = (settings: ProtectionSettings): Ratio => settings.triggerDistance.plus(settings.volatilityWidenMax ?? ZERO_RATIO) as Ratio;

/** What a withdrawal leaves at least (C-67). */
export const keptDistanceOf = ({ safeDistance, hysteresis }: ProtectionSettings): Ratio => safeDistance.plus(hysteresis) as Ratio;

const POLLING: readonly (readonly [above: Ratio, every: Ms])[] = [[ratio('0.2'), 300_000], [ratio('0.1'), 60_000], [ratio('0.05'), 30_000]];
/** Shortest interval of the polling table. */
export const DANGER_REFRESH_MS = 10_000;

/**
 * How often an account this far from liquidation is read (R84, W-22): > 20 % 5 min, > 10 % 60 s, > 5 % 30 s, else 10 s, and 10 s wherever its bot is
 * in danger, which is below its widest trigger (C-64). Undefined: no price liquidates it.
 */
export function refreshIntervalOf(distance: Ratio | undefined, settings: ProtectionSettings | undefined): Ms {
  if (distance && settings && distance.lt(widestTriggerOf(settings))) return DANGER_REFRESH_MS;
  return distance ? (POLLING.find(([above]) => distance.gt(above))?.[1] ?? DANGER_REFRESH_MS) : (POLLING[0]?.[1] ?? DANGER_REFRESH_MS);
}
