import type { Recorded } from '@ballast/bus';
import { partitionOf } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { beforeEach, describe, expect, it } from 'vitest';
import { type KnownOrder, Ledger } from './ledger.projection.js';

/** More than are kept of trades that are over. */
const MANY = 50_001;

const partition = partitionOf('portfolio1');
let ledger: Ledger;
const says = (event: object): void => ledger.apply({ event: event as BallastEvent, index: 0, decision: { partition, occurredAt: 1 } as Recorded['decision'] });
const order = (clientOrderId: string, tradeId: string): KnownOrder => ({ clientOrderId, tradeId, accountId: 'account1', partition });
const sendsMany = (tradeId: string): void => {
  for (let nth = 0; nth < MANY; nth += 1) ledger.identified(`${tradeId}-venue-${nth}`, order(`${tradeId}-${nth}`, tradeId));
};

describe('What is known of an order', () => {
  beforeEach(() => {
    ledger = new Ledger();
    says({ type: 'TradeOpened', tradeId: 'swing', accountId: 'account1', legs: [] });
    ledger.identified('venue-target', order('target', 'swing'));
    sendsMany('pair');
  });

  it('stays known while its trade is open, however many others were sent since: a target rests for days', () => {
    expect([ledger.orderOf('venue-target')?.tradeId, ledger.orderOf('pair-venue-0')]).toEqual(['swing', undefined]);
  });

  it('goes with the oldest once its trade is over, and stays again where that is reopened', () => {
    says({ type: 'TradeClosed', tradeId: 'swing' });
    says({ type: 'UnwindStarted', tradeId: 'swing' });
    sendsMany('other');
    expect(ledger.orderOf('venue-target')?.tradeId).toBe('swing');
    says({ type: 'TradeClosed', tradeId: 'swing' });
    sendsMany('more');
    expect(ledger.orderOf('venue-target')).toBeUndefined();
  });
});
