import type { Market } from '@ballast/bus';
import { canonicalRatio, type Instrument, type Notional, type Ratio } from '@ballast/domain';
import { ContractError, type InitialDistances, type ProtectionSettings } from '@ballast/events';
import { inForceByName, type PolicyProfile } from '@ballast/policy';
import { defaultSettings, type EnablingFacts, initialDistancesOf, type Protection, type SettingsFault, settingsFaults, type TransferTerms } from '@ballast/protection';
import type { BotView } from './bots.projection.js';
import type { ConfigureProtection } from './protection.requests.js';
import { modelOf } from './venue-rules.js';

/**
 * What is asked for, over what is set already or, where nothing is, over R63's defaults, without what is taken away.
 * @throws ContractError where a setting is both given and taken away
 */
export function settingsAsked({ botId: _, unset = [], ...asked }: ConfigureProtection, current: ProtectionSettings | undefined, positionMax: Notional): ProtectionSettings {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const both = unset.filter((name) => name in given);
  if (both.length > 0) throw new ContractError('liquidation protection', Object.fromEntries(both.map((name) => [name, 'found a value, and that it is to be taken away; allowed is one of them'])));
  const { volatilityWidenMax, poolCap, urgent, ...kept } = current ?? defaultSettings(positionMax);
  const optional = Object.entries({ volatilityWidenMax, poolCap, urgent }).filter(([name, value]) => value !== undefined && !unset.some((each) => each === name));
  return { ...kept, ...Object.fromEntries(optional), ...given };
}

/** Largest leverage x safety factor (W-13), and largest position, that the bot's profiles leave it on its rung; undefined where they are not known. */
export function limitsOf(bot: BotView, profiles: ReadonlyMap<string, PolicyProfile>): { readonly leverage: Ratio; readonly positionMax: Notional } | undefined {
  const policy = inForceByName(bot.profiles, profiles, bot.rung);
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

/** What of a protection that is on does not fit what its bot trades now. */
export interface Fit {
  readonly initialDistances: EnablingFacts['initialDistances'];
  readonly faults: readonly SettingsFault[];
}

/**
 * Settings are judged when they are set (C-9), and the bot's own may name other instruments afterwards: how far a fresh position is by those that
 * it names now, and what would be refused today. Undefined where nobody can tell, or where there is no protection.
 */
export function fitOf(bot: BotView, { configured }: Protection, { market, profiles, terms }: { readonly market: Market; readonly profiles: ReadonlyMap<string, PolicyProfile>; readonly terms: TransferTerms }): Fit | undefined {
  const [limits, instruments] = [limitsOf(bot, profiles), instrumentsOf(bot, market)];
  if (!configured || !limits || instruments.length === 0) return undefined;
  const initialDistances = nearestDistances(instruments, limits.leverage);
  return { initialDistances, faults: settingsFaults(configured.settings, { initialDistances, terms }) };
}
