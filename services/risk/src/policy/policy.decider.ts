import type { Decider, Id } from '@ballast/domain';
import type { BoundBot, BoundProfile, PolicyInForceChanged } from '@ballast/events';

/** What the log says is in force in one portfolio. */
export interface RecordedPolicy {
  /** 0: nothing recorded yet. */
  readonly revision: number;
  readonly bots: readonly BoundBot[];
  readonly rung?: string | undefined;
}

/** What is in force now, by the bots there are, the rung entered and the profiles that this process knows. */
export interface RecordPolicy {
  readonly type: 'RecordPolicy';
  readonly portfolioId: Id;
  readonly bots: readonly BoundBot[];
  readonly rung?: string | undefined;
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
    const { portfolioId, bots, rung } = command;
    const changed = differences(recorded, command);
    return changed.length === 0 ? [] : [{ type: 'PolicyInForceChanged', portfolioId, revision: recorded.revision + 1, bots, ...(rung === undefined ? {} : { rung }), reason: changed.join('; ').slice(0, REASON_MAX) }];
  },

  evolve: (_, { revision, bots, rung }) => ({ revision, bots, ...(rung === undefined ? {} : { rung }) }),
};
