import { type Ratio, ratio } from '@ballast/domain';
import { type Finding, findingText } from '../file/finding.js';
import type { PolicyProfile } from '../profile.js';
import { withRung } from '../rung.js';
import { ladderFindings } from './ladder.lint.js';
import { bufferFindings, guardFindings, sizingFindings, stopFindings, treasuryFindings } from './limits.lint.js';
import { neverFindings } from './never.lint.js';
import { above, dollarText, fault, timesText, warning } from './words.js';

/** The highest maintenance margin that C-8 reckons with. */
export const MAINTENANCE_MARGIN = ratio('0.05');

/** Contradictions within one profile, faults and warnings, each with its field, its numbers and its requirement. */
export function lintProfile(profile: PolicyProfile, maintenanceMargin: Ratio = MAINTENANCE_MARGIN): readonly Finding[] {
  const rungs = profile.ladder?.rungs ?? [];
  const leverageMax = rungs.reduce((most, rung) => (rung.leverageMax.gt(most) ? rung.leverageMax : most), profile.leverageMax);
  return [
    ...ownFindings(profile),
    ...bufferFindings('guards.liquidationBufferMin', profile, maintenanceMargin),
    ...rungs.flatMap((rung, index) => (rung.leverageMax.eq(profile.leverageMax) ? [] : bufferFindings(`ladder.rungs[${index}].leverageMax`, withRung(profile, rung), maintenanceMargin))),
    ...heldFindings(profile, leverageMax),
    ...heldOnRungs(profile, leverageMax),
    ...(profile.sizing ? sizingFindings(profile.sizing) : []),
    ...ladderFindings(profile),
    ...(profile.treasury ? treasuryFindings(profile.treasury) : []),
  ];
}

const heldFindings = (profile: PolicyProfile, leverageMax: Ratio): readonly Finding[] => [...neverFindings(profile), ...stopFindings(profile.stops), ...guardFindings(profile.guards, leverageMax)];

/** What a rung's own numbers make of the profile's stops and guards; what the profile has without it is told once. */
function heldOnRungs(profile: PolicyProfile, leverageMax: Ratio): readonly Finding[] {
  const own = new Set(heldFindings(profile, leverageMax).map(findingText));
  return (profile.ladder?.rungs ?? []).flatMap((rung, index) =>
    heldFindings(withRung(profile, rung), leverageMax)
      .filter((finding) => !own.has(findingText(finding)))
      .map((finding) => ({ ...finding, field: `ladder.rungs[${index}].${finding.field.replace(/^(?:stops|guards)\./, '')}` })));
}

function ownFindings({ legNotionalMin, legNotionalMax, positionMax, safetyFactor, waiver, imbalanceRatioMax }: PolicyProfile): readonly Finding[] {
  return [
    ...above(legNotionalMin, legNotionalMax, (least, largest) => fault('legNotionalMin', 'R14', `found ${dollarText(least)}, allowed is up to the largest leg of ${dollarText(largest)}`)),
    ...above(legNotionalMin, positionMax.times(safetyFactor).div(2), (least, half) => fault('legNotionalMin', 'R10', `found ${dollarText(least)}, allowed is up to half of the largest position with the safety factor, ${dollarText(half)}: no leg could be opened`)),
    ...(safetyFactor.isZero() ? [fault('safetyFactor', 'R11', `found ${timesText(safetyFactor)}, allowed is above 0 %`)] : []),
    ...above(waiver?.imbalanceRatioMax, ratio('0.005'), (found, most) => fault('waiver.imbalanceRatioMax', 'W-11', `found ${found.toString()}, allowed is up to ${most.toString()}`)),
    ...above(imbalanceRatioMax, waiver?.imbalanceRatioMax, (limit, waived) => warning('waiver.imbalanceRatioMax', 'W-11', `shadowed: ${waived.toString()} is accepted without it, up to ${limit.toString()}`)),
  ];
}
