import { notional, type Side, signedQuantity } from '@ballast/domain';
import type { PlannedLeg } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { NO_APPROVALS, withApproval } from './approvals.js';
import { factsOf, legOf } from './exposure.builders.js';
import { exposureDecider } from './exposure.decider.js';
import { addedByInstrument, grossBefore, notionalByInstrument, ordersOf, planVolumeOf } from './gross.js';

const texts = (sums: Readonly<Record<string, { toString(): string }>>): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(sums).map(([name, value]) => [name, value.toString()]));
const leg = (instrument: string, size: string, price: string, side: Side = 'BUY', takesOver?: string): PlannedLeg => ({ ...legOf(0, instrument, size, price), side, ...(takesOver === undefined ? {} : { residualAbsorbed: signedQuantity(takesOver) }) });

describe('the notional of legs', () => {
  const legs = [leg('ETH-PERP', '2', '500'), leg('SOL-PERP', '7', '100', 'SELL'), leg('ETH-PERP', '1', '500')];

  it('is quantity times reference price, added up by instrument', () => {
    expect(texts(notionalByInstrument(legs))).toEqual({ 'ETH-PERP': '1500', 'SOL-PERP': '700' });
    expect([planVolumeOf(legs).toString(), planVolumeOf([]).toString(), ordersOf(legs), ordersOf([])]).toEqual(['1000', '0', 3, 0]);
  });

  it.each<[Side, string, string, string]>([['BUY', '5', '-2', '500'], ['SELL', '5', '2', '500'], ['BUY', '3', '2', '1500'], ['SELL', '3', '-2', '1500']])('of a %s of %s that takes over %s adds %s to what is held', (side, size, takesOver, added) => {
    expect(texts(addedByInstrument([leg('ETH-PERP', size, '500', side, takesOver), leg('SOL-PERP', '1', '1')]))).toEqual({ 'ETH-PERP': added, 'SOL-PERP': '1' });
  });
});

describe('what an account holds before a plan (C-23)', () => {
  const approval = (tradeId: string, accountId: string, byInstrument: Readonly<Record<string, string>>) => ({ planId: tradeId, tradeId, accountId, byInstrument: Object.fromEntries(Object.entries(byInstrument).map(([name, value]) => [name, notional(value)])), planVolume: notional('0'), validUntil: 0, opened: false, orders: 2 });
  const approvals = [approval('t1', 'a1', { 'ETH-PERP': '100', 'SOL-PERP': '20' }), approval('t2', 'a1', { 'ETH-PERP': '3' }), approval('t3', 'a2', { 'ETH-PERP': '9999' })].reduce(withApproval, NO_APPROVALS);
  const facts = factsOf({ 'ETH-PERP': { open: notional('1000'), pending: notional('200') }, 'BTC-PERP': { open: notional('40'), pending: notional('5') } }, 't2');

  it('is open, pending and what is approved and not shown yet, of its own trades alone', () => {
    const { byInstrument, ...sums } = grossBefore({ ...exposureDecider.initial, approvals }, 'a1', facts);
    expect(texts(sums)).toEqual({ open: '1040', pending: '205', approved: '120', total: '1365' });
    expect(texts(byInstrument)).toEqual({ 'ETH-PERP': '1300', 'BTC-PERP': '45', 'SOL-PERP': '20' });
  });
});
