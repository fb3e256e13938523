import { Decimal, type Money, type Notional, type Ratio } from '@ballast/domain';
import type { Cap } from '@ballast/events';
import type { Limit, PolicyInForce, SizingInForce } from '@ballast/policy';
import type { ReadyLeg } from '../plan/legs.js';
import type { BotRecord, LadderSeen, Refusal } from '../plan/plan.types.js';
import { confidenceFactor } from './confidence.js';
import { type EquitySizing, equityMargins, equityShare, percent, temperOf } from './equity-percent.js';
import { kellyFound } from './kelly.js';
import { liquidityMax, unblockedMax } from './liquidity.js';
import { legLeverage, legMaxOfMargin, marginOfEquity } from './margin.js';
import { stageShare } from './stage-share.js';

/** What the policies size by; what a bound one lacks was refused before (`missingInput`). */
export interface PolicyInputs {
  readonly policy: PolicyInForce;
  /** Without protection and with unrealised results (C-10). */
  readonly tradingEquity?: Money | undefined;
  readonly record?: BotRecord | undefined;
  readonly ladder?: LadderSeen | undefined;
  readonly confidence?: Ratio | undefined;
}

export interface PolicyCaps {
  /** No leg is larger. */
  readonly hard: readonly Cap[];
  /** Why there is no size at all. */
  readonly refusal?: Refusal;
}

/** The values of a part in force, without their origins. */
export const valuesOf = <Part extends object>(part: { readonly [Key in keyof Part]: Limit<Part[Key]> }): Part =>
  Object.fromEntries(Object.entries<Limit<unknown>>(part).map(([key, { value }]) => [key, value])) as Part;

const streakText = ({ kind, length }: BotRecord['streak']): string => (kind === 'NONE' ? 'no streak' : `${length} ${kind.toLowerCase()} in a row`);

function equityCaps(equity: NonNullable<SizingInForce['equity']>, tradingEquity: Money, { streak }: BotRecord, leverages: readonly Ratio[]): readonly Cap[] {
  const sizing: EquitySizing = valuesOf(equity);
  const { byStreak, cap } = equityMargins(tradingEquity, streak, sizing);
  const at = leverages.map((leverage) => `${leverage.toDecimalPlaces(4).toString()}x`).join(' and ');
  return [
    { name: 'equity-percent', limit: legMaxOfMargin(byStreak, leverages), source: `R101, C-49: ${equity.baseRatio.profile}: margin ${byStreak.toString()} is ${percent(equityShare(streak, sizing))} of equity ${tradingEquity.toString()}, ${temperOf(streak, sizing)} after ${streakText(streak)}, at ${at}` },
    { name: 'margin-cap', limit: legMaxOfMargin(cap, leverages), source: `R101, C-40: ${equity.capRatio.profile}: margin ${cap.toString()} is ${percent(sizing.capRatio)} of equity ${tradingEquity.toString()}, at ${at}` },
  ];
}

function kellyCaps(kelly: NonNullable<SizingInForce['kelly']>, tradingEquity: Money, record: BotRecord, leverages: readonly Ratio[]): { readonly cap: Cap; readonly refusal?: Refusal } {
  const found = kellyFound(record.total, valuesOf(kelly));
  const source = `R94, W-3: ${kelly.fraction.profile}: ${found.told}`;
  if ('base' in found) return { cap: { name: 'kelly', limit: found.base.div(leverages.length).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional, source } };
  const limit = legMaxOfMargin(marginOfEquity(tradingEquity, found.share), leverages);
  return { cap: { name: 'kelly', limit, source }, ...(found.share.gt(0) ? {} : { refusal: { reason: 'KELLY', detail: `sized to zero by kelly (${kelly.fraction.profile}): ${found.told}` } }) };
}

function liquidityCaps({ sizing, guards }: PolicyInForce, legs: readonly ReadyLeg[]): readonly Cap[] {
  const { liquidity } = sizing ?? {};
  const block = guards?.slippageBlockBps;
  return [
    ...(liquidity ? [{ name: 'liquidity', limit: liquidityMax(legs, liquidity.bandBps.value, liquidity.multipleMin.value), source: `R52, R53, C-55: ${liquidity.bandBps.profile}: depth ${liquidity.multipleMin.value.toString()} times within ${liquidity.bandBps.value.toString()} bps on both legs` }] : []),
    ...(block ? [{ name: 'slippage-block', limit: unblockedMax(legs, block.value), source: `R51: ${block.profile}: below ${block.value.toString()} bps on both legs` }] : []),
  ];
}

function stageCaps({ ladder }: PolicyInputs, policy: PolicyInForce): readonly Cap[] {
  const share = ladder?.capital && stageShare(ladder.ladder, ladder.rung, ladder.capital);
  if (!share) return [];
  const limit = share.position.times(policy.safetyFactor.value).div(2).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional;
  const [name, ids, stage] = share.first ? ['stage-0', 'C-5, R47', 'the first stage'] : ['stage-share', 'R47', share.stage];
  return [{ name, limit, source: `${ids}: ${ladder.profile}: capital ${ladder.capital.toString()} is below ${stage}'s, position ${share.position.toString()} in proportion` }];
}

/** Every ceiling of the policies that a bound profile has (W-18), but for confidence; none of them can raise what another leaves. */
export function policyCaps(inputs: PolicyInputs, legs: readonly ReadyLeg[]): PolicyCaps {
  const { policy, tradingEquity, record } = inputs;
  const { equity, kelly } = policy.sizing ?? {};
  const leverages = legs.map(({ terms }) => legLeverage(terms, policy));
  const byKelly = kelly && tradingEquity && record ? kellyCaps(kelly, tradingEquity, record, leverages) : undefined;
  return {
    hard: [
      ...(equity && tradingEquity && record ? equityCaps(equity, tradingEquity, record, leverages) : []),
      ...(byKelly ? [byKelly.cap] : []),
      ...liquidityCaps(policy, legs),
      ...stageCaps(inputs, policy),
    ],
    ...(byKelly?.refusal ? { refusal: byKelly.refusal } : {}),
  };
}

/**
 * The multiplier on the size (C-52): factor x the smallest of all other limits, and no leg is larger. At a factor of 1 it takes nothing from the smallest
 * ceiling, and an aim stays an aim. None where no bound profile has it.
 *
 * @param ceiling smallest limit that no leg may exceed
 * @param smallest that, or the aim of growth where it is smaller
 */
export function confidenceCaps({ policy, confidence }: PolicyInputs, { ceiling, smallest }: { readonly ceiling: Cap; readonly smallest: Cap }): readonly Cap[] {
  const bounds = policy.sizing?.confidence;
  if (!bounds) return [];
  const factor = confidenceFactor(confidence, valuesOf(bounds));
  const base = factor.lt(1) ? smallest : ceiling;
  const limit = base.limit.times(factor).toDecimalPlaces(6, Decimal.ROUND_DOWN) as Notional;
  return [{ name: 'confidence', limit, source: `C-52: ${bounds.min.profile}: ${factor.toString()} x ${base.name} for ${confidence ? `a confidence of ${confidence.toString()}` : 'no confidence named'}` }];
}

/** What a bound policy needs and nobody has seen: it plans nothing then (fail closed). */
export function missingInput({ policy, tradingEquity, record, ladder }: PolicyInputs, about: { readonly botId: string; readonly accountId: string }): Refusal | undefined {
  const { equity, kelly } = policy.sizing ?? {};
  const by = (equity?.baseRatio ?? kelly?.fraction)?.profile;
  if (by !== undefined && tradingEquity === undefined) return { reason: 'NO_ACCOUNT_STATE', detail: `${by} sizes by equity: that of account ${about.accountId} has not been observed` };
  if (by !== undefined && tradingEquity?.lte(0)) return { reason: 'NO_ACCOUNT_STATE', detail: `${by} sizes by equity: found ${tradingEquity.toString()}, allowed is above 0` };
  if (by !== undefined && record === undefined) return { reason: 'NO_RECORD', detail: `${by} sizes by results: the record of bot ${about.botId} is not known` };
  if (ladder?.ladder.kind === 'STAGES' && ladder.capital === undefined) return { reason: 'NO_ACCOUNT_STATE', detail: `${ladder.profile} sizes by the portfolio's capital: none of its accounts has been observed` };
  return undefined;
}
