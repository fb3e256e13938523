import { Decimal, type Ratio } from '@ballast/domain';
import type { Finding } from '../file/finding.js';
import type { GuardLimits, SizingPolicy, StopLimits, TreasuryPolicy } from '../limits.js';
import type { PolicyProfile } from '../profile.js';
import { above, below, fault, percentText, reaching, timesText, warning } from './words.js';

const ONE = new Decimal(1);
const ZERO = new Decimal(0);

/** A buffer that the leverage leaves no room for: at entry the liquidation is 1/L - maintenance margin away (C-8). */
export function bufferFindings(field: string, { leverageMax, guards }: PolicyProfile, maintenanceMargin: Ratio): readonly Finding[] {
  const room = ONE.div(leverageMax).minus(maintenanceMargin);
  return reaching(guards?.liquidationBufferMin, room, (buffer) =>
    fault(field, 'C-8', `found a liquidation buffer of ${percentText(buffer)} at ${timesText(leverageMax)}, allowed is below 1/${leverageMax.toString()} - ${percentText(maintenanceMargin)} maintenance margin = ${percentText(room)}: no position could be opened`));
}

const shadowedBy = (field: string, id: string, by: string) => (found: Decimal, limit: Decimal): Finding => warning(field, id, `shadowed: ${percentText(found)} is never reached before ${by} ${percentText(limit)}`);

/** Stops that a tighter one always forestalls (C-43), and such as could never let anything trade. */
export function stopFindings(stops: StopLimits | undefined): readonly Finding[] {
  if (!stops) return [];
  const { dailyLossRatio, weeklyLossRatio, drawdownReduceRatio, drawdownHaltRatio, consecutiveLosses, dailyLossMax } = stops;
  const never = (name: string): Finding => fault(`stops.${name}`, 'R111', 'found 0, allowed is above 0: it would hold from the start and never trade');
  return [
    ...reaching(weeklyLossRatio, drawdownHaltRatio, shadowedBy('stops.weeklyLossRatio', 'C-43', 'the fall from the peak of')),
    ...reaching(dailyLossRatio, drawdownHaltRatio, shadowedBy('stops.dailyLossRatio', 'C-43', 'the fall from the peak of')),
    ...reaching(drawdownReduceRatio, drawdownHaltRatio, shadowedBy('stops.drawdownReduceRatio', 'W-5', 'the halt at a fall of')),
    ...Object.entries({ dailyLossRatio, weeklyLossRatio, drawdownReduceRatio, drawdownHaltRatio, dailyLossMax }).flatMap(([name, value]) => (value?.isZero() === true ? [never(name)] : [])),
    ...(consecutiveLosses === 0 ? [never('consecutiveLosses')] : []),
  ];
}

/** Warnings that never come before their refusal, and ceilings that another makes idle. */
export function guardFindings(guards: GuardLimits | undefined, leverageMax: Ratio): readonly Finding[] {
  if (!guards) return [];
  const byName = (part: 'venueLeverageMax' | 'strategyLeverageMax'): readonly Finding[] =>
    Object.entries(guards[part] ?? {}).flatMap(([name, value]) => above(value, leverageMax, () => warning(`guards.${part}.${name}`, 'C-1', `shadowed: ${timesText(value)} is never reached before the profile's leverage of ${timesText(leverageMax)}`)));
  return [
    ...slippageFindings('guards', guards),
    ...above(guards.underlyingMarginMax, guards.marginUtilisationMax, shadowedBy('guards.underlyingMarginMax', 'W-10', 'the margin utilisation of')),
    ...byName('venueLeverageMax'),
    ...byName('strategyLeverageMax'),
  ];
}

/** A warning that comes with its refusal or after it (R51). */
export const slippageFindings = (field: string, { slippageWarnBps, slippageBlockBps }: Pick<GuardLimits, 'slippageWarnBps' | 'slippageBlockBps'>): readonly Finding[] =>
  reaching(slippageWarnBps, slippageBlockBps, (warn, block) => fault(`${field}.slippageWarnBps`, 'R51', `found ${warn.toString()} bps, allowed is below the ${block.toString()} bps that refuse`));

/** A streak that the cap cuts off, factors and bounds that are the wrong way round. */
export function sizingFindings({ equity, kelly, confidence }: SizingPolicy): readonly Finding[] {
  return [
    ...above(equity?.baseRatio, equity?.capRatio, (base, cap) => fault('sizing.equity.baseRatio', 'R101', `found ${percentText(base)}, allowed is up to the cap of ${percentText(cap)}`)),
    ...(equity ? above(equity.baseRatio.times(equity.hotFactor), equity.capRatio, (hot, cap) => warning('sizing.equity.hotFactor', 'C-40', `shadowed: ${percentText(equity.baseRatio)} x ${equity.hotFactor.toString()} = ${percentText(hot)} is above the cap of ${percentText(cap)}`)) : []),
    ...below(equity?.hotFactor, ONE, (hot) => fault('sizing.equity.hotFactor', 'R101', `found ${timesText(hot)}, allowed is 1x or more`)),
    ...above(equity?.coldFactor, ONE, (cold) => fault('sizing.equity.coldFactor', 'R101', `found ${timesText(cold)}, allowed is up to 1x`)),
    ...reaching(ZERO, kelly?.fraction, () => fault('sizing.kelly.fraction', 'R94', 'found 0 %, allowed is above 0 %')),
    ...above(confidence?.min, confidence?.max, (min, max) => fault('sizing.confidence', 'C-52', `found ${timesText(min)} to ${timesText(max)}, allowed is from small to large`)),
  ];
}

/** Shares that are not the whole (R102), and a hot streak that takes more than there is (C-41). */
export function treasuryFindings({ reinvestRatio, chestRatio, operatingRatio, withdrawalRatio, hotChestExtra }: TreasuryPolicy): readonly Finding[] {
  const shares = [reinvestRatio, chestRatio, operatingRatio, withdrawalRatio];
  const sum = shares.reduce<Decimal>((all, share) => all.plus(share), ZERO);
  return [
    ...(sum.eq(ONE) ? [] : [fault('treasury', 'R102', `found a split of ${shares.map(percentText).join(' + ')} = ${percentText(sum)}, allowed is 100 %`)]),
    ...above(hotChestExtra, reinvestRatio, (extra, reinvest) => fault('treasury.hotChestExtra', 'C-41', `found ${percentText(extra)}, allowed is up to what is reinvested, ${percentText(reinvest)}: it is taken from there`)),
  ];
}
