import type { Decider, Id } from '@ballast/domain';
import type { BoundBot, BoundProfile, PolicyInForceChanged, ProfileContent } from '@ballast/events';

/** What the log says is in force in one portfolio. */
export interface RecordedPolicy {
  /** 0: nothing recorded yet. */
  readonly revision: number;
  readonly bots: readonly BoundBot[];
  readonly rung?: string | undefined;
  /** Hashes of the profiles whose content is recorded; absent: none. */
  readonly contents?: readonly Id[] | undefined;
}

/** What is in force now, by the bots there are, the rung entered and the profiles that this process knows. */
export interface RecordPolicy {
  readonly type: 'RecordPolicy';
  readonly portfolioId: Id;
  readonly bots: readonly BoundBot[];
  readonly rung?: string | undefined;
  /** Every bound profile with a ladder. */
  readonly contents?: readonly ProfileContent[] | undefined;
}

const REASON_MAX = 2_000;
const refText = ({ name, ref, hash }: BoundProfile): string => (ref === undefined ? `${name}, which is not known` : `${ref} (${hash ?? 'no hash'})`);
const sameProfile = (a: BoundProfile, b: BoundProfile | undefined): boolean => a.name === b?.name && a.ref === b.ref && a.hash === b.hash;

/** Why what is bound differs from what is recorded, in words; empty where it does not. */
function differences(recorded: RecordedPolicy, { bots, rung }: RecordPolicy): readonly string[] {
  const before = new Map(recorded.bots.map(({ botId, profiles }) => [botId, profiles]));
  const entered = rung === recorded.rung ? [] : [rung === undefined ? 'no rung is in force' : `rung ${rung} is in force`];
  return [...entered, ...bots.flatMap(({ botId, profiles }) => {
    const known = before.get(botId);
    if (!known) return [`bot ${botId} binds ${profiles.map(refText).join(', ')}`];
    const changed = profiles.filter((profile, index) => !sameProfile(profile, known[index]));
    return changed.map((profile) => `bot ${botId} is bound by ${refText(profile)} now`);
  })];
}

/** Which profiles, versions and hashes bind the bots of one portfolio, on which rung; one stream per portfolio. The same again decides nothing. */
export const policyDecider: Decider<RecordedPolicy, RecordPolicy, PolicyInForceChanged> = {
  kind: 'policy',
  writer: 'risk',
  initial: { revision: 0, bots: [] },

  decide(recorded, command) {
    const { portfolioId, bots, rung, contents = [] } = command;
    const fresh = contents.filter(({ hash }) => recorded.contents?.includes(hash) !== true);
    const changed = differences(recorded, command);
    if (changed.length === 0 && fresh.length === 0) return [];
    const reason = changed.length === 0 ? `${fresh.map(({ ref }) => ref).join(', ')}: recorded whole` : changed.join('; ');
    return [{ type: 'PolicyInForceChanged', portfolioId, revision: recorded.revision + 1, bots, ...(rung === undefined ? {} : { rung }), ...(fresh.length === 0 ? {} : { contents: fresh }), reason: reason.slice(0, REASON_MAX) }];
  },

  evolve(recorded, { revision, bots, rung, contents = [] }) {
    const known = [...(recorded.contents ?? []), ...contents.map(({ hash }) => hash)];
    return { revision, bots, ...(rung === undefined ? {} : { rung }), ...(known.length === 0 ? {} : { contents: known }) };
  },
};
