import type { Decimal, Ratio } from '@ballast/domain';
import type { GuardLimits, SizingPolicy, StopLimits, TreasuryPolicy } from './limits.js';
import { type PolicyProfile, profileRef } from './profile.js';

/** One limit and the bound profile it comes from, `name@version` or `name@version/rung`. */
export interface Limit<Value> {
  readonly value: Value;
  readonly profile: string;
}

/** Every limit of a part that a bound profile binds, each the tightest, with its origin. */
export type PartInForce<Part> = { readonly [Key in keyof Part]: Limit<NonNullable<Part[Key]>> };

type LeverageByName = Readonly<Record<string, Limit<Ratio>>>;
type PlainGuards = Omit<GuardLimits, 'venueLeverageMax' | 'strategyLeverageMax'>;

/** PORTFOLIO where any bound profile stops the whole portfolio (W-17). */
export type StopsInForce = PartInForce<StopLimits>;
export interface GuardsInForce extends PartInForce<PlainGuards> {
  readonly venueLeverageMax?: LeverageByName;
  readonly strategyLeverageMax?: LeverageByName;
}
export interface SizingInForce {
  readonly equity?: PartInForce<NonNullable<SizingPolicy['equity']>>;
  readonly kelly?: PartInForce<NonNullable<SizingPolicy['kelly']>>;
  readonly liquidity?: PartInForce<NonNullable<SizingPolicy['liquidity']>>;
  readonly confidence?: PartInForce<NonNullable<SizingPolicy['confidence']>>;
}

type Tighter<Value> = (a: Value, b: Value) => boolean;
type Tightness<Part> = { readonly [Key in keyof Part]-?: Tighter<NonNullable<Part[Key]>> };
interface Bound<Part> {
  readonly part: Part;
  readonly profile: string;
}

const smaller = (a: Decimal, b: Decimal): boolean => a.lt(b);
const larger = (a: Decimal, b: Decimal): boolean => a.gt(b);
const less = (a: number, b: number): boolean => a < b;
const more = (a: number, b: number): boolean => a > b;
const wholePortfolio = (a: StopLimits['scope'], b: StopLimits['scope']): boolean => a === 'PORTFOLIO' && b === 'BOT';

const STOPS: Tightness<StopLimits> = {
  scope: wholePortfolio, dailyLossRatio: smaller, dailyLossMax: smaller, weeklyLossRatio: smaller, consecutiveLosses: less, drawdownReduceRatio: smaller, drawdownHaltRatio: smaller,
};
const GUARDS: Tightness<PlainGuards> = {
  underlyingShareMax: smaller, underlyingMarginMax: smaller, marginUtilisationMax: smaller, liquidationBufferMin: larger, slippageWarnBps: smaller, slippageBlockBps: smaller,
  openOrdersMax: less, ordersPerMinuteMax: less, refusedPlansPerHourMax: less, maintenanceLeadMs: more, clockSkewMaxMs: less,
};
const EQUITY: Tightness<NonNullable<SizingPolicy['equity']>> = { baseRatio: smaller, hotFactor: smaller, coldFactor: smaller, capRatio: smaller, hotWins: more, coldLosses: less };
const KELLY: Tightness<NonNullable<SizingPolicy['kelly']>> = { fraction: smaller, baseNotional: smaller, tradesMin: more };
const LIQUIDITY: Tightness<NonNullable<SizingPolicy['liquidity']>> = { bandBps: smaller, multipleMin: larger };
const CONFIDENCE: Tightness<NonNullable<SizingPolicy['confidence']>> = { min: smaller, max: smaller };

function tightest<Value>(limits: readonly Limit<Value>[], tighter: Tighter<Value>): Limit<Value> | undefined {
  const [first, ...rest] = limits;
  return first && rest.reduce((best, next) => (tighter(next.value, best.value) ? next : best), first);
}

/** Limit by limit over the profiles that bind it; undefined where none binds the part. */
function merged<Part extends object>(bound: readonly Bound<Part>[], tightness: Tightness<Part>): PartInForce<Part> | undefined {
  if (bound.length === 0) return undefined;
  const keys = Object.keys(tightness) as (keyof Part)[];
  const limits = keys.flatMap((key) => {
    const binding = bound.flatMap(({ part, profile }) => (part[key] === undefined ? [] : [{ value: part[key] as NonNullable<Part[keyof Part]>, profile }]));
    const limit = tightest(binding, tightness[key]);
    return limit ? [[key, limit]] : [];
  });
  return Object.fromEntries(limits) as PartInForce<Part>;
}

const boundBy = <Part>(profiles: readonly PolicyProfile[], read: (profile: PolicyProfile) => Part | undefined): readonly Bound<Part>[] =>
  profiles.flatMap((profile) => {
    const part = read(profile);
    return part === undefined ? [] : [{ part, profile: profileRef(profile) }];
  });

function byName(profiles: readonly PolicyProfile[], read: (guards: GuardLimits) => GuardLimits['venueLeverageMax']): LeverageByName | undefined {
  const bound = boundBy(profiles, ({ guards }) => guards && read(guards));
  const names = [...new Set(bound.flatMap(({ part }) => Object.keys(part)))].sort();
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.flatMap((name) => {
    const limit = tightest(bound.flatMap(({ part, profile }) => (part[name] ? [{ value: part[name], profile }] : [])), smaller);
    return limit ? [[name, limit]] : [];
  }));
}

export const stopsInForce = (profiles: readonly PolicyProfile[]): StopsInForce | undefined => merged(boundBy(profiles, ({ stops }) => stops), STOPS);

export function guardsInForce(profiles: readonly PolicyProfile[]): GuardsInForce | undefined {
  const guards = merged<PlainGuards>(boundBy(profiles, (profile) => profile.guards), GUARDS);
  const venueLeverageMax = byName(profiles, (each) => each.venueLeverageMax);
  const strategyLeverageMax = byName(profiles, (each) => each.strategyLeverageMax);
  return guards && { ...guards, ...(venueLeverageMax ? { venueLeverageMax } : {}), ...(strategyLeverageMax ? { strategyLeverageMax } : {}) };
}

export function sizingInForce(profiles: readonly PolicyProfile[]): SizingInForce | undefined {
  if (profiles.every((profile) => profile.sizing === undefined)) return undefined;
  const equity = merged(boundBy(profiles, ({ sizing }) => sizing?.equity), EQUITY);
  const kelly = merged(boundBy(profiles, ({ sizing }) => sizing?.kelly), KELLY);
  const liquidity = merged(boundBy(profiles, ({ sizing }) => sizing?.liquidity), LIQUIDITY);
  const confidence = merged(boundBy(profiles, ({ sizing }) => sizing?.confidence), CONFIDENCE);
  return { ...(equity ? { equity } : {}), ...(kelly ? { kelly } : {}), ...(liquidity ? { liquidity } : {}), ...(confidence ? { confidence } : {}) };
}

/** The one that reinvests least; a portfolio binds no more than one (`bindingFault`). */
export const treasuryInForce = (profiles: readonly PolicyProfile[]): Limit<TreasuryPolicy> | undefined =>
  tightest(boundBy(profiles, ({ treasury }) => treasury).map(({ part, profile }) => ({ value: part, profile })), (a, b) => a.reinvestRatio.lt(b.reinvestRatio));
