import { type Bps, type Decimal, type Id, minOf, type Ms, type Notional, type Ratio } from '@ballast/domain';
import { type GuardsInForce, guardsInForce, type Limit, type SizingInForce, sizingInForce, type StopsInForce, stopsInForce, treasuryInForce } from './in-force-parts.js';
import type { TreasuryPolicy } from './limits.js';
import { type ImbalanceWaiver, type PolicyProfile, profileHash, profileRef } from './profile.js';
import { rungNamed, withRung } from './rung.js';

/** The tightest of every bound profile, limit by limit (C-1). */
export interface PolicyInForce {
  /** Each bound profile with its content hash. */
  readonly profiles: readonly { readonly ref: string; readonly hash: Id }[];
  readonly leverageMax: Limit<Ratio>;
  readonly safetyFactor: Limit<Ratio>;
  readonly positionMax: Limit<Notional>;
  readonly legNotionalMin: Limit<Notional>;
  readonly legNotionalMax: Limit<Notional>;
  readonly dailyVolumeMax: Limit<Notional>;
  readonly dailyTradesMax: Limit<number>;
  readonly slippageBpsMax: Limit<Bps>;
  readonly deviationRatioMax: Limit<Ratio>;
  readonly imbalanceRatioMax: Limit<Ratio>;
  /** Only where every bound profile waives: the smallest maximum until the earliest expiry. */
  readonly waiver?: Limit<ImbalanceWaiver>;
  readonly depthMultipleMin: Limit<Ratio>;
  readonly sliceNotionalMax: Limit<Notional>;
  readonly sliceDepthShareMax: Limit<Ratio>;
  readonly makerShareExpected: Limit<Ratio>;
  readonly growthMultiplierMax: Limit<Ratio>;
  readonly bookAgeMaxMs: Limit<Ms>;
  readonly accountAgeMaxMs: Limit<Ms>;
  /** One leg may be held by itself: only where every bound profile says so. */
  readonly directional?: Limit<true>;
  /** Absent where no bound profile binds a stop (W-18). */
  readonly stops?: StopsInForce;
  readonly guards?: GuardsInForce;
  readonly sizing?: SizingInForce;
  /** The whole of one profile's: shares of one split are not mixed with another's. */
  readonly treasury?: Limit<TreasuryPolicy>;
}

type Profiles = readonly [PolicyProfile, ...PolicyProfile[]];

function tightest<Value>(profiles: Profiles, read: (profile: PolicyProfile) => Value, tighter: (a: Value, b: Value) => boolean): Limit<Value> {
  const [first, ...rest] = profiles;
  const winner = rest.reduce((best, profile) => (tighter(read(profile), read(best)) ? profile : best), first);
  return { value: read(winner), profile: profileRef(winner) };
}

const smaller = (a: Decimal, b: Decimal): boolean => a.lt(b);
const larger = (a: Decimal, b: Decimal): boolean => a.gt(b);
const less = (a: number, b: number): boolean => a < b;

function waiverOf(profiles: Profiles): Limit<ImbalanceWaiver> | undefined {
  const waivers = profiles.flatMap((profile) => (profile.waiver ? [{ waiver: profile.waiver, profile }] : []));
  const [first, ...rest] = waivers;
  if (!first || waivers.length < profiles.length) return undefined;
  const winner = rest.reduce((best, next) => (next.waiver.imbalanceRatioMax.lt(best.waiver.imbalanceRatioMax) ? next : best), first);
  return {
    value: {
      imbalanceRatioMax: minOf(first.waiver.imbalanceRatioMax, ...rest.map((next) => next.waiver.imbalanceRatioMax)),
      expiresAt: Math.min(...waivers.map((next) => next.waiver.expiresAt)),
    },
    profile: profileRef(winner.profile),
  };
}

/** Merges bound profiles: for every limit the tightest, with its origin; on a tie the first bound (C-1). */
export function inForce(profiles: Profiles): PolicyInForce {
  const waiver = waiverOf(profiles);
  const directional = profiles.every((profile) => profile.directional === true);
  const [stops, guards, sizing, treasury] = [stopsInForce(profiles), guardsInForce(profiles), sizingInForce(profiles), treasuryInForce(profiles)];
  return {
    profiles: profiles.map((profile) => ({ ref: profileRef(profile), hash: profileHash(profile) })),
    leverageMax: tightest(profiles, (p) => p.leverageMax, smaller),
    safetyFactor: tightest(profiles, (p) => p.safetyFactor, smaller),
    positionMax: tightest(profiles, (p) => p.positionMax, smaller),
    legNotionalMin: tightest(profiles, (p) => p.legNotionalMin, larger),
    legNotionalMax: tightest(profiles, (p) => p.legNotionalMax, smaller),
    dailyVolumeMax: tightest(profiles, (p) => p.dailyVolumeMax, smaller),
    dailyTradesMax: tightest(profiles, (p) => p.dailyTradesMax, less),
    slippageBpsMax: tightest(profiles, (p) => p.slippageBpsMax, smaller),
    deviationRatioMax: tightest(profiles, (p) => p.deviationRatioMax, smaller),
    imbalanceRatioMax: tightest(profiles, (p) => p.imbalanceRatioMax, smaller),
    ...(waiver ? { waiver } : {}),
    depthMultipleMin: tightest(profiles, (p) => p.depthMultipleMin, larger),
    sliceNotionalMax: tightest(profiles, (p) => p.sliceNotionalMax, smaller),
    sliceDepthShareMax: tightest(profiles, (p) => p.sliceDepthShareMax, smaller),
    makerShareExpected: tightest(profiles, (p) => p.makerShareExpected, smaller),
    growthMultiplierMax: tightest(profiles, (p) => p.growthMultiplierMax, smaller),
    bookAgeMaxMs: tightest(profiles, (p) => p.bookAgeMaxMs, less),
    accountAgeMaxMs: tightest(profiles, (p) => p.accountAgeMaxMs, less),
    ...(directional ? { directional: { value: true as const, profile: profileRef(profiles[0]) } } : {}),
    ...(stops ? { stops } : {}),
    ...(guards ? { guards } : {}),
    ...(sizing ? { sizing } : {}),
    ...(treasury ? { treasury } : {}),
  };
}

/** By known profiles, then bound names and rung: neither changes while a process runs, and every plan asks. */
const RESOLVED = new WeakMap<ReadonlyMap<string, PolicyProfile>, Map<string, PolicyInForce | undefined>>();

/**
 * What is in force for the bound names while the portfolio is on `rungName`; a bound profile without a ladder takes no
 * notice of it (W-18). Undefined where none is bound, one is unknown, or the bound ladder has no such rung: a rule
 * without its limit refuses. `known` is not changed once it is asked by.
 */
export function inForceByName(names: readonly string[], known: ReadonlyMap<string, PolicyProfile>, rungName?: string): PolicyInForce | undefined {
  const resolved = RESOLVED.get(known) ?? new Map<string, PolicyInForce | undefined>();
  RESOLVED.set(known, resolved);
  const key = JSON.stringify([rungName ?? null, ...names]);
  if (!resolved.has(key)) resolved.set(key, resolve(names, known, rungName));
  return resolved.get(key);
}

function resolve(names: readonly string[], known: ReadonlyMap<string, PolicyProfile>, rungName: string | undefined): PolicyInForce | undefined {
  const bound = names.flatMap((name) => known.get(name) ?? []);
  if (bound.length !== names.length) return undefined;
  const onRung = rungName === undefined ? bound : bound.flatMap((profile) => onRungOf(profile, rungName));
  const [first, ...rest] = onRung;
  return first && onRung.length === bound.length ? inForce([first, ...rest]) : undefined;
}

function onRungOf(profile: PolicyProfile, rungName: string): PolicyProfile | readonly [] {
  if (!profile.ladder) return profile;
  const rung = rungNamed(profile.ladder, rungName);
  return rung ? withRung(profile, rung) : [];
}
