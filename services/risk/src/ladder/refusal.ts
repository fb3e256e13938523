import { credentialOf, mayBeOnePerson } from '@ballast/domain';
import type { LadderEvidence } from '@ballast/events';
import { APPROVER } from '@ballast/ladder';
import type { BoundLadder, Rung } from '@ballast/policy';
import { profileRef } from '@ballast/policy';
import type { Ladder, LadderCommand, Standing } from './ladder.types.js';

/** Where a standing is in the ladder of the policy in force; -1 where the policy has no such rung any more. */
export const placeOf = ({ ladder }: BoundLadder, name: string): number => ladder.rungs.findIndex((rung) => rung.name === name);

/** Undefined below the first rung and above the last. */
export const rungAt = ({ ladder }: BoundLadder, place: number): Rung | undefined => ladder.rungs[place];

/** Evidence is of the rung as it was entered last: after a step it is gathered anew. */
export const isOf = (evidence: LadderEvidence | undefined, { rung, at }: Standing): evidence is LadderEvidence => evidence?.rung === rung && evidence.from === at;

const GATHERING = 'evidence: found none of this rung yet, allowed is a request once the rung has been traded on: ask again';
const timeText = (at: number): string => new Date(at).toISOString();

/** Why a command cannot be carried out as things stand, with what was found and what is allowed; undefined where it can, or was before. */
export function refusalOf(state: Ladder, command: LadderCommand): string | undefined {
  if (command.type === 'Bind' || command.type === 'Judge' || isRepeat(state, command)) return undefined;
  const { standing } = state;
  if (!standing) return 'portfolio: found no ladder, allowed is a portfolio with a bot whose profile has one';
  switch (command.type) {
    case 'Request':
      return requestRefusal(state, standing, command);
    case 'Approve':
      return approvalRefusal(state, standing, command);
    case 'Reject':
      return state.pending ? undefined : 'request: found none, allowed is a request that waits: `ballast ladder status`';
    case 'RollBack':
      return rollbackRefusal(standing, command);
  }
}

/** A command that was carried out already: it changes nothing and is no fault. */
export function isRepeat({ standing, pending, decided }: Ladder, command: LadderCommand): boolean {
  switch (command.type) {
    case 'Request':
      return pending?.requestId === command.requestId || decided?.requestId === command.requestId;
    case 'RollBack':
      return standing?.requestId === command.requestId;
    case 'Approve':
      return !pending && decided?.outcome === 'APPROVED' && decided.by === command.by && decided.requestId === standing?.requestId;
    case 'Reject':
      return !pending && decided?.outcome === 'REJECTED' && decided.by === command.by;
    case 'Bind':
    case 'Judge':
      return false;
  }
}

/** Size does not grow while a limit of losses is reached (R111): first the stop is looked at and resumed. */
const stoppedRefusal = (latched: readonly string[]): string | undefined => (latched.length === 0 ? undefined : `stops: found ${latched.join('; ')}, allowed is a promotion once every stop is resumed`);

const missingRung = (bound: BoundLadder, { rung }: Standing): string => `rung: found ${rung}, allowed are those of ${profileRef(bound.profile)}: ${bound.ladder.rungs.map(({ name }) => name).join(', ')}`;

function requestRefusal({ pending }: Ladder, standing: Standing, { bound, evidence, latched }: Extract<LadderCommand, { type: 'Request' }>): string | undefined {
  const place = placeOf(bound, standing.rung);
  if (place < 0) return missingRung(bound, standing);
  if (place === bound.ladder.rungs.length - 1) return `rung: found ${standing.rung}, the highest of ${profileRef(bound.profile)}, allowed is a request from a lower one`;
  if (pending) return `request: found one of ${pending.by} for ${pending.to} that waits, allowed is one at a time`;
  if (standing.watchUntil !== undefined) return `watch: found rung ${standing.rung} watched until ${timeText(standing.watchUntil)} or its first round after that, allowed is a request when its watch has passed`;
  return stoppedRefusal(latched) ?? (isOf(evidence, standing) ? undefined : GATHERING);
}

function approvalRefusal({ pending }: Ladder, standing: Standing, { bound, evidence, by, latched }: Extract<LadderCommand, { type: 'Approve' }>): string | undefined {
  if (credentialOf(by) !== APPROVER) return `by: found "${by}", allowed is the credential of ${APPROVER}`;
  if (!pending) return 'request: found none, allowed is a request that waits: `ballast ladder status`';
  if (bound.ladder.fourEyes && mayBeOnePerson(pending.by, by)) return `by: found "${by}", who asked for it, allowed is another person (four-eyes)`;
  if (placeOf(bound, standing.rung) < 0) return missingRung(bound, standing);
  return stoppedRefusal(latched) ?? (isOf(evidence, standing) ? undefined : GATHERING);
}

function rollbackRefusal(standing: Standing, { bound, to }: Extract<LadderCommand, { type: 'RollBack' }>): string | undefined {
  const place = placeOf(bound, standing.rung);
  if (place < 0) return missingRung(bound, standing);
  if (place === 0) return `rung: found ${standing.rung}, the lowest of ${profileRef(bound.profile)}; allowed is a rollback from a higher one, or \`ballast halt\``;
  const lower = bound.ladder.rungs.slice(0, place).map(({ name }) => name);
  return to === undefined || lower.includes(to) ? undefined : `to: found "${to}", allowed are the rungs below ${standing.rung}: ${lower.join(', ')}`;
}
