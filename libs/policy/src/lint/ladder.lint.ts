import { Decimal } from '@ballast/domain';
import type { Finding } from '../file/finding.js';
import type { LadderPolicy, Rung } from '../limits.js';
import type { PolicyProfile } from '../profile.js';
import { rungFindings } from './rung.lint.js';
import { above, below, dollarText, fault, percentText, timesText, warning } from './words.js';

/** A ladder climbs, each rung holds together, and nothing is allowed before its first rung that the first does not. */
export function ladderFindings({ ladder, leverageMax, positionMax, safetyFactor, stops }: PolicyProfile): readonly Finding[] {
  if (!ladder) return [];
  const [first] = ladder.rungs;
  return [
    ...ladder.rungs.flatMap((rung, index) => rungFindings(`ladder.rungs[${index}]`, rung, safetyFactor, index === ladder.rungs.length - 1)),
    ...ladder.rungs.flatMap((rung, index) => stepFindings(`ladder.rungs[${index}]`, ladder.rungs[index - 1], rung)),
    ...nameFindings(ladder),
    ...above(leverageMax, first?.leverageMax, (own, rung) => fault('leverageMax', 'R25', `found ${timesText(own)} before any rung, allowed is up to the ${timesText(rung)} of the first`)),
    ...above(positionMax, first?.positionMax, (own, rung) => fault('positionMax', 'R25', `found ${dollarText(own)} before any rung, allowed is up to the ${dollarText(rung)} of the first`)),
    ...above(ladder.rollbackFillRate, ladder.degradedFillRate, (rollback, degraded) => fault('ladder.rollbackFillRate', 'C-35', `found ${percentText(rollback)}, allowed is up to the ${percentText(degraded)} below which nothing is promoted`)),
    ...(ladder.demotionDrawdown?.isZero() === true ? [fault('ladder.demotionDrawdown', 'W-5', 'found 0 %, allowed is above it: every rung would be lost at once')] : []),
    ...above(ladder.demotionDrawdown, stops?.drawdownHaltRatio, (demotion, halt) => warning('ladder.demotionDrawdown', 'W-5', `shadowed: ${percentText(demotion)} is never reached before the halt at ${percentText(halt)}`)),
    ...ladder.rungs.flatMap((rung, index) => above(rung.gate.drawdownMax, ladder.demotionDrawdown, (gate, demotion) => warning(`ladder.rungs[${index}].gate.drawdownMax`, 'W-5', `shadowed: ${percentText(gate)} is never reached before the demotion at ${percentText(demotion)}`))),
  ];
}

const GROWING = ['capital', 'leverageMax', 'positionMax', 'legNotionalMin', 'legNotionalMax', 'dailyVolumeMax', 'dailyTradesMax', 'growthMultiplierMax', 'dailyLossMax', 'slippageWarnBps', 'slippageBlockBps'] as const satisfies readonly (keyof Rung)[];
const decimalOf = (value: Decimal | number | undefined): Decimal | undefined => (value === undefined ? undefined : new Decimal(value));

/** A rung that allows less than the one before it is no promotion (R25). */
const stepFindings = (field: string, before: Rung | undefined, rung: Rung): readonly Finding[] =>
  GROWING.flatMap((key) => below(decimalOf(rung[key]), decimalOf(before?.[key]), (here, less) => fault(`${field}.${key}`, 'R25', `found ${here.toString()}, allowed is ${less.toString()} or more, as on ${before?.name}: a ladder does not shrink`)));

const nameFindings = ({ rungs }: LadderPolicy): readonly Finding[] =>
  rungs.flatMap(({ name }, index) => (rungs.findIndex((other) => other.name === name) < index ? [fault(`ladder.rungs[${index}].name`, 'C-6', `found "${name}" again, allowed is a name of its own`)] : []));
