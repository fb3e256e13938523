import { describe, expect, it } from 'vitest';
import type { Identify, IsTaken } from './trade.commands.js';
import { approvalOf, limits, plannedLeg, sight, START, TradeStream } from './trade.fixtures.js';

/** As at the venue where none of an order's own bits tell it from its twin: what it is, and until when it may be received. */
const identify: Identify = ({ instrument, side, quantity, limitPrice, receiveBy }) => `${instrument} ${side} ${quantity.toString()} ${limitPrice.toString()} ${receiveBy}`;
const approval = approvalOf([plannedLeg(0, 'BUY', ['0.21', '0.21']), plannedLeg(1, 'SELL', ['5', '5'])]);

function identities(isTaken: IsTaken): readonly (readonly [string | undefined, number])[] {
  const trade = new TradeStream();
  trade.run({ type: 'OpenTrade', approval, limits, tradingState: 'ACTIVE', sight, identify, isTaken }, START);
  return trade.of('OrderSubmitted').map(({ venueOrderId, receiveBy }) => [venueOrderId, receiveBy - START]);
}

describe('The identity of an order at the venue', () => {
  it('tells equal slices of one decision apart', () => {
    const found = identities(() => false);
    expect([found.length, new Set(found.map(([venueOrderId]) => venueOrderId)).size]).toEqual([4, 4]);
  });

  it('is never one that another order has', () => {
    const taken = identities(() => false)[0]?.[0];
    const found = identities((venueOrderId) => venueOrderId === taken);
    expect(found.map(([, receiveIn]) => receiveIn)).toEqual([7_000, 6_001, 6_000, 6_001]);
    expect(found.map(([venueOrderId]) => venueOrderId)).not.toContain(taken);
  });
});
