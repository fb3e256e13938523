import type { Market } from '@ballast/bus';
import { canonicalRatio, type Instrument, type Notional, type Ratio } from '@ballast/domain';
import type { InitialDistances, ProtectionSettings } from '@ballast/events';
import { inForceByName, type PolicyProfile } from '@ballast/policy';
import { defaultSettings, initialDistancesOf } from '@ballast/protection';
import type { BotView } from './bots.projection.js';
import type { ConfigureProtection } from './protection.requests.js';
import { modelOf } from './venue-rules.js';

/** What is asked for, over what is set already or, where nothing is, over R63's defaults. */
export function settingsAsked({ botId: _, ...asked }: ConfigureProtection, current: ProtectionSettings | undefined, positionMax: Notional): ProtectionSettings {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  return { ...(current ?? defaultSettings(positionMax)), ...given };
}

/** Largest leverage x safety factor (W-13), and largest position, that the bot's profiles leave it; undefined where they are not known. */
export function limitsOf(bot: BotView, profiles: ReadonlyMap<string, PolicyProfile>): { readonly leverage: Ratio; readonly positionMax: Notional } | undefined {
  const policy = inForceByName(bot.profiles, profiles);
  return policy && { leverage: policy.leverageMax.value.times(policy.safetyFactor.value) as Ratio, positionMax: policy.positionMax.value };
}

/** The instruments that the bot's settings name. */
export function instrumentsOf({ settings, open }: BotView, market: Market): readonly Instrument[] {
  const named = new Set([...open, ...Object.values(settings).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value])).filter((value) => typeof value === 'string')]);
  return [...named].flatMap((name) => market.latest('instrument', name) ?? []);
}

/** How far a fresh position is from liquidation, by side, in the instrument that is nearest. */
export function nearestDistances(instruments: readonly Instrument[], leverage: Ratio): InitialDistances {
  const all = instruments.map((instrument) => initialDistancesOf(modelOf(instrument), leverage));
  const least = (side: 'long' | 'short'): InitialDistances => {
    const [first] = all.flatMap((distances) => distances[side] ?? []).sort((a, b) => a.comparedTo(b));
    return first ? { [side]: canonicalRatio(first) } : {};
  };
  return { ...least('long'), ...least('short') };
}
