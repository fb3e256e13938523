import { bps, ratio, ZERO_NOTIONAL, ZERO_RATIO } from '@ballast/domain';
import type { GateCriteria, GuardLimits, LadderPolicy, Rung, SizingPolicy, StopLimits, TreasuryPolicy } from '../limits.js';
import type { PolicyProfile } from '../profile.js';
import { flag, list, maybe, named, num, oneOf, part, type Shape, text, version } from './reader.js';
import { amount, basisPoints, count, dollars, duration, leverage, moment, noneAs, percent, sharpe, times, UNBOUND } from './units.js';

const NO_COUNT = 1_000_000_000;
const NO_FACTOR = ratio('1000000000');

const STOPS: Shape<StopLimits> = {
  scope: oneOf('PORTFOLIO', 'BOT'),
  dailyLossRatio: maybe(num(percent)),
  dailyLossMax: maybe(num(dollars)),
  weeklyLossRatio: maybe(num(percent)),
  consecutiveLosses: maybe(num(count('losses'))),
  drawdownReduceRatio: maybe(num(percent)),
  drawdownHaltRatio: maybe(num(percent)),
};

const GUARDS: Shape<GuardLimits> = {
  underlyingShareMax: maybe(num(percent)),
  underlyingMarginMax: maybe(num(percent)),
  marginUtilisationMax: maybe(num(percent)),
  liquidationBufferMin: maybe(num(percent)),
  slippageWarnBps: maybe(num(basisPoints)),
  slippageBlockBps: maybe(num(basisPoints)),
  openOrdersMax: maybe(num(count('orders'))),
  ordersPerMinuteMax: maybe(num(count('orders/min'))),
  refusedPlansPerHourMax: maybe(num(count('plans/h'))),
  maintenanceLeadMs: maybe(num(duration)),
  clockSkewMaxMs: maybe(num(duration)),
  venueLeverageMax: maybe(named(num(leverage))),
  strategyLeverageMax: maybe(named(num(leverage))),
};

const SIZING: Shape<SizingPolicy> = {
  equity: maybe(part<NonNullable<SizingPolicy['equity']>>({
    baseRatio: num(percent), hotFactor: num(times), coldFactor: num(times), capRatio: num(percent), hotWins: num(count('wins')), coldLosses: num(count('losses')),
  })),
  kelly: maybe(part<NonNullable<SizingPolicy['kelly']>>({ fraction: num(percent), baseNotional: num(dollars), tradesMin: num(count('trades')) })),
  liquidity: maybe(part<NonNullable<SizingPolicy['liquidity']>>({ bandBps: num(basisPoints), multipleMin: num(times) })),
  confidence: maybe(part<NonNullable<SizingPolicy['confidence']>>({ min: num(times), max: num(times) })),
};

const GATE: Shape<GateCriteria> = {
  winRateMin: maybe(num(percent)),
  nonNegativeRateMin: maybe(num(percent)),
  sharpeMin: maybe(num(sharpe)),
  drawdownMax: maybe(num(percent)),
  slippageErrorMax: maybe(num(percent)),
  executionFailuresMax: maybe(num(count('failures'))),
  executionSuccessMin: maybe(num(percent)),
  riskViolationsMax: maybe(num(count('violations'))),
  unplannedInterventionsMax: maybe(num(count('interventions'))),
  fillRateMin: maybe(num(percent)),
  daysMin: maybe(num(count('days'))),
  tradesMin: maybe(num(count('trades'))),
  dailyVolumeMin: maybe(num(dollars)),
  dailyProfitMin: maybe(num(amount)),
};

const RUNG: Shape<Rung> = {
  name: text(/^[a-z0-9]+(?:[-/][a-z0-9]+)*$/, 'a name as "phase-1/weeks-1-2"'),
  capital: num(dollars),
  capitalMax: maybe(num(dollars)),
  leverageMax: num(leverage),
  positionMax: num(dollars),
  legNotionalMin: num(dollars),
  legNotionalMax: num(dollars),
  dailyVolumeMax: maybe(num(dollars)),
  dailyTradesMax: maybe(num(count('trades'))),
  growthMultiplierMax: maybe(num(times)),
  dailyLossMax: maybe(num(dollars)),
  slippageWarnBps: maybe(num(basisPoints)),
  slippageBlockBps: maybe(num(basisPoints)),
  roundResultBpsMax: maybe(num(basisPoints)),
  gate: part(GATE),
  watchMs: maybe(num(duration)),
};

const LADDER: Shape<LadderPolicy> = {
  kind: oneOf('PHASES', 'STAGES'),
  rungs: list(part(RUNG)),
  rollbackFillRate: num(percent),
  degradedFillRate: num(percent),
  demotionDrawdown: maybe(num(percent)),
  fourEyes: flag,
};

const TREASURY: Shape<TreasuryPolicy> = {
  reinvestRatio: num(percent),
  chestRatio: num(percent),
  operatingRatio: num(percent),
  withdrawalRatio: num(percent),
  hotChestExtra: num(percent),
  hotWins: num(count('wins')),
  reinvestAbove: num(amount),
  reinvestShare: num(percent),
  countsAbove: maybe(num(amount)),
};

/** Every field of a profile file, in the order in which a person reads them. What may say `none` binds no such limit. */
export const PROFILE: Shape<Omit<PolicyProfile, 'rung'>> = {
  name: text(/^[A-Za-z0-9._-]{1,32}$/, 'letters, digits, ".", "_" or "-", at most 32'),
  version,
  source: text(/^\S.{0,199}$/, 'where the numbers come from, in up to 200 characters'),
  leverageMax: num(leverage),
  safetyFactor: num(percent),
  positionMax: num(noneAs(dollars, UNBOUND)),
  legNotionalMin: num(noneAs(dollars, ZERO_NOTIONAL)),
  legNotionalMax: num(noneAs(dollars, UNBOUND)),
  dailyVolumeMax: num(noneAs(dollars, UNBOUND)),
  dailyTradesMax: num(noneAs(count('trades'), NO_COUNT)),
  slippageBpsMax: num(noneAs(basisPoints, bps('10000'))),
  deviationRatioMax: num(percent),
  imbalanceRatioMax: num(percent),
  waiver: maybe(part<NonNullable<PolicyProfile['waiver']>>({ imbalanceRatioMax: num(percent), expiresAt: num(moment) })),
  depthMultipleMin: num(noneAs(times, ZERO_RATIO)),
  sliceNotionalMax: num(noneAs(dollars, UNBOUND)),
  sliceDepthShareMax: num(percent),
  makerShareExpected: num(percent),
  growthMultiplierMax: num(noneAs(times, NO_FACTOR)),
  bookAgeMaxMs: num(duration),
  accountAgeMaxMs: num(duration),
  directional: maybe(flag),
  stops: maybe(part(STOPS)),
  guards: maybe(part(GUARDS)),
  sizing: maybe(part(SIZING)),
  ladder: maybe(part(LADDER)),
  treasury: maybe(part(TREASURY)),
};
