import { Decimal, type Id } from '@ballast/domain';
import type { HardStop, StopScope } from '@ballast/events';
import { type Limit, type PolicyProfile, rungNamed, type StopLimits, stopsInForce, withRung } from '@ballast/policy';
import type { StopLimit } from './stops.types.js';

/** A bot of a portfolio and what it binds. */
export interface BoundBot {
  readonly botId: Id;
  readonly profiles: readonly string[];
}

const STOPS: Readonly<Record<Exclude<keyof StopLimits, 'scope'>, HardStop>> = {
  dailyLossRatio: 'DAILY_LOSS',
  dailyLossMax: 'DAILY_LOSS_AMOUNT',
  weeklyLossRatio: 'WEEKLY_LOSS',
  consecutiveLosses: 'CONSECUTIVE_LOSSES',
  drawdownReduceRatio: 'DRAWDOWN_REDUCE',
  drawdownHaltRatio: 'DRAWDOWN_HALT',
};
/** Every limit of a profile with the stop that it is of. */
export const STOPS_BY_LIMIT = Object.entries(STOPS) as readonly (readonly [keyof typeof STOPS, HardStop])[];

function limitsIn(scope: StopScope, scopeId: Id, profiles: readonly PolicyProfile[]): readonly StopLimit[] {
  const bound = stopsInForce(profiles.filter(({ stops }) => stops?.scope === scope));
  if (!bound) return [];
  return STOPS_BY_LIMIT.flatMap(([key, stop]) => {
    const found: Limit<Decimal | number> | undefined = bound[key];
    return found ? [{ stop, scope, scopeId, limit: new Decimal(found.value), profile: found.profile }] : [];
  });
}

/**
 * Every hard stop in force in a portfolio, each the tightest of the profiles that bind it, with its origin (C-1, C-3): of the portfolio
 * where a profile stops all of it, of a bot alone where it says so (W-17). None where no profile binds one (W-18).
 */
export function stopLimitsOf(portfolioId: Id, bots: readonly BoundBot[], known: ReadonlyMap<string, PolicyProfile>, rungName?: string): readonly StopLimit[] {
  const onRung = (profile: PolicyProfile): PolicyProfile => {
    const rung = rungName === undefined || !profile.ladder ? undefined : rungNamed(profile.ladder, rungName);
    return rung ? withRung(profile, rung) : profile;
  };
  const profilesOf = ({ profiles }: BoundBot): readonly PolicyProfile[] => profiles.map((name) => known.get(name)).filter((profile) => profile !== undefined).map(onRung);
  const all = new Map(bots.flatMap(profilesOf).map((profile) => [profile.name, profile]));
  return [...limitsIn('PORTFOLIO', portfolioId, [...all.values()]), ...bots.flatMap((bot) => limitsIn('BOT', bot.botId, profilesOf(bot)))];
}
