import { ceilTo, type Decimal, Decimal as D, floorTo, maxOf, type Money, money, ratio, type Ratio, ZERO_MONEY, ZERO_RATIO } from '@ballast/domain';
import type { InitialDistances, ProtectionSettings } from '@ballast/events';
import { capOf, keptDistanceOf, widestTriggerOf } from './settings.js';

/** What a venue asks of a transfer. */
export interface TransferTerms {
  /** Smallest amount of one transfer, > 0. */
  readonly minimum: Money;
  /** What the sender pays beside the amount, >= 0. */
  readonly fee: Money;
  /** Amounts are whole numbers of it. */
  readonly step: Money;
}

/** What settings are judged against when protection is enabled. */
export interface EnablingFacts {
  readonly initialDistances: InitialDistances;
  readonly terms: TransferTerms;
}

/** One setting at fault: what was found, what is allowed, with the numbers. */
export interface SettingsFault {
  readonly field: string;
  readonly text: string;
}

/** The trigger is below this share of the distance of a fresh position (C-9, W-13). */
const TRIGGER_SHARE = ratio('0.8');
/** A step that costs more than this share of itself is uneconomic (W-4). */
const FEE_SHARE_MAX = ratio('0.02');
const COOLDOWN_MAX_MS = 86_400_000;
const CENT = money('0.01');
const ONE = ratio('1');

const percent = (value: Decimal): string => `${value.times(100).toDecimalPlaces(2, D.ROUND_DOWN).toString()} %`;

/** Smallest deposit that can also come back: the way back costs the fee as well. */
export const smallestDeposit = ({ minimum, fee, step }: TransferTerms): Money => ceilTo(minimum.plus(fee) as Money, step);

/** Smallest step whose fee is at most 2 % of it, in whole cents (W-4). */
export const economicIncrement = (terms: TransferTerms): Money => ceilTo(maxOf(smallestDeposit(terms), terms.fee.div(FEE_SHARE_MAX) as Money), maxOf(CENT, terms.step));

function boundFaults(settings: ProtectionSettings): readonly (SettingsFault | undefined)[] {
  const share = (field: 'triggerDistance' | 'safeDistance', above: Ratio): SettingsFault | undefined =>
    settings[field].gt(above) && settings[field].lt(ONE) ? undefined : { field, text: `found ${settings[field].toString()}, allowed is more than ${above.toString()} and less than 1 (0.05 = 5 %)` };
  const small = (field: 'hysteresis' | 'restoreMargin' | 'volatilityWidenMax'): SettingsFault | undefined => {
    const value = settings[field];
    const [from, word] = field === 'restoreMargin' ? [value?.gt(0), 'more than 0'] : [value?.gte(0), '0 or more'];
    return !value || (from === true && value.lt(ONE)) ? undefined : { field, text: `found ${value.toString()}, allowed is ${word} and less than 1` };
  };
  const { urgent, triggerDistance, cooldownMs } = settings;
  return [
    share('triggerDistance', ZERO_RATIO), share('safeDistance', ZERO_RATIO), small('hysteresis'), small('restoreMargin'), small('volatilityWidenMax'),
    cooldownMs >= 1_000 && cooldownMs <= COOLDOWN_MAX_MS ? undefined : { field: 'cooldownMs', text: `found ${cooldownMs}, allowed is 1000 to ${COOLDOWN_MAX_MS} (1 s to 1 day)` },
    !urgent || (urgent.distance.gt(0) && urgent.distance.lt(triggerDistance)) ? undefined : { field: 'urgent.distance', text: `found ${urgent.distance.toString()}, allowed is more than 0 and less than triggerDistance (${triggerDistance.toString()})` },
    !urgent || (urgent.cooldownMs >= 1_000 && urgent.cooldownMs <= cooldownMs) ? undefined : { field: 'urgent.cooldownMs', text: `found ${urgent.cooldownMs}, allowed is 1000 to cooldownMs (${cooldownMs})` },
  ];
}

function moneyFaults(settings: ProtectionSettings, { terms }: EnablingFacts): readonly (SettingsFault | undefined)[] {
  const { maxDeposit, poolCap, increment, mode } = settings;
  const least = smallestDeposit(terms);
  const economic = economicIncrement(terms);
  const needed = least.plus(terms.fee);
  const cap = (field: 'maxDeposit' | 'poolCap', value: Money | undefined): SettingsFault | undefined => {
    if (!value || value.gte(needed)) return undefined;
    return { field, text: value.lte(ZERO_MONEY) ? `found ${value.toString()}: not configured, allowed is more than 0 (C-60); this venue needs at least ${needed.toString()}` : `found ${value.toString()}, allowed is at least ${needed.toString()}: this venue's smallest deposit that can come back, with its fee` };
  };
  const step = (text: string): SettingsFault => ({ field: 'increment', text: `found ${increment.toString()}, ${text}` });
  return [
    cap('maxDeposit', maxDeposit), cap('poolCap', poolCap),
    mode === 'smart' ? undefined
      : increment.lt(economic) ? step(`allowed is at least ${economic.toString()}: a transfer is at least ${terms.minimum.toString()} here and costs ${terms.fee.toString()}; use ${economic.toString()} (W-4)`)
        : increment.gt(capOf(settings)) ? step(`allowed is at most the cap of ${capOf(settings).toString()}`) : undefined,
  ];
}

function sideFaults(settings: ProtectionSettings, side: 'long' | 'short', initial: Ratio | undefined): readonly (SettingsFault | undefined)[] {
  if (!initial) return [];
  const [widest, kept] = [widestTriggerOf(settings), keptDistanceOf(settings)];
  const offered = offeredFor(initial);
  const offer = `a fresh ${side} is ${percent(initial)} from liquidation; offered: triggerDistance ${offered.triggerDistance.toString()}, safeDistance ${offered.safeDistance.toString()}`;
  return [
    widest.lt(initial.times(TRIGGER_SHARE)) ? undefined : { field: 'triggerDistance', text: `found ${percent(widest)}${settings.volatilityWidenMax ? ' at its widest' : ''}, allowed for a ${side} is less than ${percent(initial.times(TRIGGER_SHARE))}, 0.8 of its first distance (C-9): ${offer}` },
    kept.lte(initial) ? undefined : { field: 'safeDistance', text: `found ${percent(settings.safeDistance)} with a hysteresis of ${percent(settings.hysteresis)}, reachable for a ${side} is ${percent(maxOf(initial.minus(settings.hysteresis) as Ratio, ZERO_RATIO))} (W-13): ${offer}` },
  ];
}

/** Distances that this first distance can carry: a trigger of 0.35 of it, safe at 0.8. */
export const offeredFor = (initial: Ratio): { readonly triggerDistance: Ratio; readonly safeDistance: Ratio } => ({
  triggerDistance: floorTo(initial.times('0.35') as Ratio, ratio('0.0001')), safeDistance: floorTo(initial.times('0.8') as Ratio, ratio('0.0001')),
});

/**
 * Every setting at fault when protection is enabled, by side against the first distance of a position (C-9, C-60, W-4, W-13); none: it may be
 * enabled. Settings that are off are not judged.
 */
export function settingsFaults(settings: ProtectionSettings, facts: EnablingFacts): readonly SettingsFault[] {
  if (!settings.enabled) return [];
  const { triggerDistance, safeDistance, restoreMargin } = settings;
  const restored = widestTriggerOf(settings).plus(restoreMargin);
  const order: readonly (SettingsFault | undefined)[] = [
    triggerDistance.lt(safeDistance) ? undefined : { field: 'triggerDistance', text: `found ${percent(triggerDistance)}, allowed is less than safeDistance (${percent(safeDistance)})` },
    restored.lte(safeDistance) ? undefined : { field: 'restoreMargin', text: `found ${percent(restored)} restored (trigger${settings.volatilityWidenMax ? ' at its widest' : ''} + restoreMargin), allowed is at most safeDistance (${percent(safeDistance)}): what is deposited would be withdrawn again` },
  ];
  const sides = (['long', 'short'] as const).flatMap((side) => sideFaults(settings, side, facts.initialDistances[side]));
  return [...boundFaults(settings), ...order, ...moneyFaults(settings, facts), ...sides].filter((fault) => fault !== undefined);
}
