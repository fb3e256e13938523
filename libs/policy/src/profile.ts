import { type Bps, contentId, type Id, type Ms, type Notional, type Ratio } from '@ballast/domain';
import type { GuardLimits, LadderPolicy, SizingPolicy, StopLimits, TreasuryPolicy } from './limits.js';

/** What a profile accepts above the balance limit, and until when: its version is the waiver (W-11). */
export interface ImbalanceWaiver {
  /** Accepted maximum, at most 0.005 (C-31). */
  readonly imbalanceRatioMax: Ratio;
  /** Market time after which nothing above the balance limit is accepted, ms. */
  readonly expiresAt: Ms;
}

/** A named set of limits that a bot binds at creation. Limits of several bound profiles: the tightest is in force. */
export interface PolicyProfile {
  readonly name: string;
  /** Rises with every change of a number; recorded with every evaluation. */
  readonly version: number;
  /** Where its numbers come from. */
  readonly source: string;
  /** Gross notional over eligible collateral, before the safety factor (R8, R12). */
  readonly leverageMax: Ratio;
  /** Share of the leverage that may be used (R11): 0.8 conservative, 0.6 very conservative. */
  readonly safetyFactor: Ratio;
  /** The table's ceiling on an account's gross notional, before the safety factor (C-19). */
  readonly positionMax: Notional;
  /** No leg of a plan is larger. */
  readonly legNotionalMax: Notional;
  /** No leg of a plan ends smaller (R14: the first sub-phase starts at it). */
  readonly legNotionalMin: Notional;
  /** Planned volume, the larger leg once per round (W-1), after which a day takes no new risk (R23). */
  readonly dailyVolumeMax: Notional;
  /** Rounds after which a day takes no new risk (R23). */
  readonly dailyTradesMax: number;
  readonly slippageBpsMax: Bps;
  /** How far a leg may be from its target notional (R34). */
  readonly deviationRatioMax: Ratio;
  /** A plan at or above it is not balanced (R33). */
  readonly imbalanceRatioMax: Ratio;
  /** Absent: a best effort is refused. */
  readonly waiver?: ImbalanceWaiver;
  /** Depth within the slippage band over the size of a leg, at least (R52). */
  readonly depthMultipleMin: Ratio;
  /** Larger legs are sent in several orders (R29). */
  readonly sliceNotionalMax: Notional;
  /** A single order takes no more than this share of the depth within the band. */
  readonly sliceDepthShareMax: Ratio;
  /** Share of fills expected as maker, for the expected cost (R20). */
  readonly makerShareExpected: Ratio;
  /** Growth allowed over the bot's target as collateral grows (R22). */
  readonly growthMultiplierMax: Ratio;
  /** Older books decide nothing, ms. */
  readonly bookAgeMaxMs: Ms;
  /** Older account states decide nothing, ms. */
  readonly accountAgeMaxMs: Ms;
  /** Bots may hold one leg by itself: a trade that nothing hedges. Absent: a plan of one leg is refused. */
  readonly directional?: boolean;
  /** The rung whose limits these are; set by `withRung` alone. */
  readonly rung?: string;
  /** The parts below bind only where they are there (W-18). */
  readonly stops?: StopLimits;
  readonly guards?: GuardLimits;
  readonly sizing?: SizingPolicy;
  /** A portfolio binds one ladder at most (C-6). Before a rung is entered the limits above are in force. */
  readonly ladder?: LadderPolicy;
  readonly treasury?: TreasuryPolicy;
}

/** `name@version`, with `/rung` where one is in force, as recorded with every rule: `dn-pair-v4.1@3/phase-1/weeks-1-2`. */
export const profileRef = ({ name, version, rung }: PolicyProfile): string => `${name}@${version}${rung === undefined ? '' : `/${rung}`}`;

/** Canonical JSON of every field, by name: what `profileHash` is of and `profileOf` reads. */
export const profileText = (profile: PolicyProfile): string => JSON.stringify(Object.entries(profile).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Hash of every number of the profile, so that a changed number under an unchanged version shows. */
export const profileHash = (profile: PolicyProfile): Id => profileTextHash(profileText(profile));

export const profileTextHash = (text: string): Id => contentId('profile', text);
