import type { Tellers } from './chapter.js';

/** Under which limits decisions are made. */
export const policyTellers: Tellers<'PolicyInForceChanged'> = {
  PolicyInForceChanged: ({ portfolioId, revision, bots, rung, reason }) => ({
    title: `policy ${revision} of portfolio ${portfolioId} is in force${rung === undefined ? '' : ` on rung ${rung}`}: ${reason}`,
    facts: bots.map(({ botId, profiles }) => `bot ${botId} is bound by ${profiles.map(({ name, ref, hash }) => (ref === undefined ? `${name}, which is not known: nothing is approved` : `${ref}, hash ${hash ?? 'none'}`)).join(' and ')}`),
  }),
};
