import { describe, expect, it } from 'vitest';
import { type Difference, reconciliationDecider, type ReconciliationState } from './reconciliation.decider.js';

const difference: Difference = { what: 'POSITION', subject: 'ETH-PERP', expected: '0.42', found: '0.4' };
const compare = (state: ReconciliationState, ...differences: Difference[]) => reconciliationDecider.decide(state, { type: 'Compare', accountId: 'a', portfolioId: 'p', differences }, { decisionId: 'd', at: 1 });

describe('Reconciliation', () => {
  it('tells a difference once, again when it changes, and that it is gone', () => {
    const [found] = compare(reconciliationDecider.initial, difference);
    expect(found).toMatchObject({ type: 'ReconciliationDifferenceFound', expected: '0.42', found: '0.4' });
    const state = reconciliationDecider.evolve(reconciliationDecider.initial, found!);
    expect(compare(state, difference)).toEqual([]);
    expect(compare(state, { ...difference, found: '0.3' })).toMatchObject([{ type: 'ReconciliationDifferenceFound', found: '0.3' }]);
    const [agreed] = compare(state);
    expect(agreed).toMatchObject({ type: 'ReconciliationAgreed', subject: 'ETH-PERP' });
    expect(reconciliationDecider.evolve(state, agreed!)).toEqual(reconciliationDecider.initial);
  });
});
