import { notional } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { allApprovals, type Approval, approvalOf, type Approvals, approvalsOf, inFlightOf, NO_APPROVALS, withApproval, withoutApproval } from './approvals.js';

const of = (id: string, change: Partial<Approval> = {}): Approval => ({ planId: `plan-${id}`, tradeId: id, accountId: 'a1', byInstrument: { 'ETH-PERP': notional('1000') }, planVolume: notional('1000'), validUntil: 10, opened: false, orders: 2, ...change });
const shown = (approvals: Approvals, accountId = 'a1') => ({
  all: allApprovals(approvals).map(({ tradeId }) => tradeId).sort(), account: approvalsOf(approvals, accountId), inFlight: inFlightOf(approvals).map(({ tradeId }) => tradeId), volume: approvals.volume.toString(), count: approvals.count,
});

describe('approvals that have not ended', () => {
  const [first, second, other] = [of('t1'), of('t2', { planVolume: notional('300') }), of('t3', { accountId: 'a2', planVolume: notional('70') })];
  const three = [first, second, other].reduce(withApproval, NO_APPROVALS);

  it('are told by trade, by account and in total', () => {
    expect(shown(NO_APPROVALS)).toEqual({ all: [], account: [], inFlight: [], volume: '0', count: 0 });
    expect(shown(three)).toEqual({ all: ['t1', 't2', 't3'], account: [first, second], inFlight: ['t1', 't2', 't3'], volume: '1370', count: 3 });
    expect([approvalsOf(three, 'a2'), approvalsOf(three, 'a3'), approvalOf(three, 't2'), approvalOf(three, 't4')]).toEqual([[other], [], second, undefined]);
  });

  it('are no more in flight once opened, and count as before', () => {
    const opened = withApproval(three, { ...first, opened: true });
    expect(shown(opened)).toEqual({ all: ['t1', 't2', 't3'], account: [second, { ...first, opened: true }], inFlight: ['t2', 't3'], volume: '1370', count: 3 });
  });

  it('take the place of the one of the same trade, also in another account', () => {
    const moved = withApproval(three, { ...first, accountId: 'a2', planVolume: notional('5') });
    expect(shown(moved)).toEqual({ all: ['t1', 't2', 't3'], account: [second], inFlight: ['t2', 't3', 't1'], volume: '375', count: 3 });
    expect(approvalsOf(moved, 'a2').map(({ tradeId }) => tradeId)).toEqual(['t3', 't1']);
  });

  it('leave nothing behind when they end, and nothing ends twice', () => {
    expect(shown(withoutApproval(three, 't1'))).toEqual({ all: ['t2', 't3'], account: [second], inFlight: ['t2', 't3'], volume: '370', count: 2 });
    expect(withoutApproval(three, 't4')).toBe(three);
    expect(['t1', 't3', 't2', 't1'].reduce(withoutApproval, three)).toEqual(NO_APPROVALS);
  });
});
