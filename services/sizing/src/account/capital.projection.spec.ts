import type { Recorded } from '@ballast/bus';
import { type Money, money, price, signedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { beforeEach, describe, expect, it } from 'vitest';
import { equityOf } from '../sizing-desk.fixtures.js';
import { AT } from '../plan/plan.builders.js';
import { CapitalFold } from './capital.projection.js';
import { SizingFacts } from './sizing-facts.projection.js';

const recorded = (event: object): Recorded => ({ event: event as BallastEvent, decision: { occurredAt: AT } }) as Recorded;
const observed = (worth: string, change: object = {}): Recorded => recorded({ ...equityOf(worth), ...change });
const text = (value: Money | undefined): string => value?.toString() ?? 'unknown';

describe('what an account has at work', () => {
  let fold: CapitalFold;
  beforeEach(() => {
    fold = new CapitalFold();
  });

  it('is not known before the first observation', () => {
    expect(text(fold.of('a1'))).toBe('unknown');
    fold.apply(observed('2000'));
    expect([text(fold.of('a1')), text(fold.of('a2'))]).toEqual(['2000', 'unknown']);
  });

  it('counts unrealised results and leaves out protection and other reserves (C-10)', () => {
    fold.apply(observed('2000', { collateral: money('2100'), eligibleCollateral: money('2000'), equity: money('2040') }));
    expect(text(fold.of('a1'))).toBe('1940');
  });

  it('falls with a loss that no observation has shown yet', () => {
    fold.apply(observed('2000'));
    fold.apply(recorded({ type: 'PositionClosed', accountId: 'a1', instrument: 'ETH-PERP', position: signedQuantity('0'), price: price('1'), realisedPnl: money('-30'), fee: money('2'), venueTime: AT + 1 }));
    expect(text(fold.of('a1'))).toBe('1968');
  });
});

describe('what a portfolio is worth', () => {
  it('is its observed accounts together, each as last observed (C-5)', () => {
    const facts = new SizingFacts();
    expect(text(facts.capitalOf('p1'))).toBe('unknown');
    for (const [accountId, worth] of [['a1', '2000'], ['a2', '500'], ['a1', '1900']] as const) facts.apply(observed(worth, { accountId }));
    facts.apply(observed('70', { accountId: 'a3', portfolioId: 'p2' }));
    expect([text(facts.capitalOf('p1')), text(facts.capitalOf('p2'))]).toEqual(['2400', '70']);
  });
});
