import type { LadderPolicy, Rung } from './limits.js';
import type { PolicyProfile } from './profile.js';

/** Undefined where the ladder has no rung of this name. */
export const rungNamed = (ladder: LadderPolicy, name: string): Rung | undefined => ladder.rungs.find((rung) => rung.name === name);

/**
 * The profile while this rung of its ladder holds. What a rung names stands in place of the profile's own number (which
 * is what holds before any rung: otherwise nobody could climb), what it does not name stays; limits of other bound
 * profiles go on binding beside it (C-1).
 */
export function withRung(profile: PolicyProfile, rung: Rung): PolicyProfile {
  const { leverageMax, positionMax, legNotionalMin, legNotionalMax } = rung;
  return {
    ...profile,
    ...{ rung: rung.name, leverageMax, positionMax, legNotionalMin, legNotionalMax },
    dailyVolumeMax: rung.dailyVolumeMax ?? profile.dailyVolumeMax,
    dailyTradesMax: rung.dailyTradesMax ?? profile.dailyTradesMax,
    growthMultiplierMax: rung.growthMultiplierMax ?? profile.growthMultiplierMax,
    ...(rung.dailyLossMax ? { stops: { scope: 'PORTFOLIO', ...profile.stops, dailyLossMax: rung.dailyLossMax } } : {}),
    ...(rung.slippageWarnBps || rung.slippageBlockBps ? { guards: guardsOn(profile, rung) } : {}),
  };
}

const guardsOn = ({ guards }: PolicyProfile, { slippageWarnBps, slippageBlockBps }: Rung): NonNullable<PolicyProfile['guards']> => ({
  ...guards,
  ...(slippageWarnBps ? { slippageWarnBps } : {}),
  ...(slippageBlockBps ? { slippageBlockBps } : {}),
});
