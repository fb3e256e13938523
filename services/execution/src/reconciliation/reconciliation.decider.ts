import type { Decider, Id } from '@ballast/domain';
import type { ReconciliationAgreed, ReconciliationDifferenceFound } from '@ballast/events';

export type Difference = Pick<ReconciliationDifferenceFound, 'what' | 'subject' | 'expected' | 'found'>;

/** Differences that stand, by what and subject. */
export interface ReconciliationState {
  readonly open: Readonly<Record<string, Difference>>;
}

/** Everything that differs between the venue and the log, seen at one moment. */
export interface Compare {
  readonly type: 'Compare';
  readonly accountId: Id;
  readonly portfolioId: Id;
  readonly differences: readonly Difference[];
}

export type ReconciliationEvent = ReconciliationDifferenceFound | ReconciliationAgreed;

const keyOf = ({ what, subject }: Pick<Difference, 'what' | 'subject'>): string => `${what} ${subject}`;

/** Findings only: risk decides what follows from a difference. The same difference is told once, until it changes or is gone. */
export const reconciliationDecider: Decider<ReconciliationState, Compare, ReconciliationEvent> = {
  kind: 'reconciliation',
  writer: 'execution',
  initial: { open: {} },

  decide({ open }, { accountId, portfolioId, differences }) {
    const standing = new Set(differences.map(keyOf));
    const found = differences
      .filter((difference) => open[keyOf(difference)]?.found !== difference.found || open[keyOf(difference)]?.expected !== difference.expected)
      .map((difference): ReconciliationEvent => ({ type: 'ReconciliationDifferenceFound', accountId, portfolioId, ...difference }));
    const gone = Object.values(open)
      .filter((difference) => !standing.has(keyOf(difference)))
      .map(({ what, subject }): ReconciliationEvent => ({ type: 'ReconciliationAgreed', accountId, portfolioId, what, subject }));
    return [...found, ...gone];
  },

  evolve({ open }, event) {
    switch (event.type) {
      case 'ReconciliationDifferenceFound': return { open: { ...open, [keyOf(event)]: { what: event.what, subject: event.subject, expected: event.expected, found: event.found } } };
      case 'ReconciliationAgreed': return { open: Object.fromEntries(Object.entries(open).filter(([key]) => key !== keyOf(event))) };
    }
  },
};
