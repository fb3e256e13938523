import type { Recorded } from '@ballast/bus';
import { contentId, money, type Partition, partitionOf, price, quantity, ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';

export const AT = Date.UTC(2025, 9, 10, 21, 17);
export const OWNER = { botId: 'swing-1', accountId: 'account-1', portfolioId: 'main' } as const;
export const PARTITION: Partition = partitionOf(OWNER.portfolioId);

/** One event as it comes from the log, in a decision of its own. */
export const recorded = (event: BallastEvent, place: number, partition = PARTITION): Recorded => ({
  event, index: 0,
  decision: {
    format: 1, decisionId: contentId('spec', partition, place), stream: 'collateral.protection.swing-1', version: place, occurredAt: AT, writer: 'collateral', build: 'test', correlationId: 'swing-1', causationId: 'cause', lane: 'account-1', contract: 1,
    previousHash: '', events: [event], partition, subject: '', sequence: place, hash: '',
  },
});

const saw = { instrument: 'ETH-PERP', side: 'LONG', quantity: quantity('1'), price: price('3600'), priceTime: AT, liquidationPrice: price('3449'), stateTime: AT, trigger: ratio('0.05'), freeFunds: money('900') } as const;

export const intended = (transferId: string, direction: 'DEPOSIT' | 'WITHDRAWAL', distance?: string): BallastEvent => ({
  type: 'ProtectionTransferIntended', ...OWNER, transferId, direction, amount: money('250'), fee: money('1'), reason: direction === 'DEPOSIT' ? 'DANGER' : 'RECOVERED', at: AT, deposited: money('0'),
  ...(distance === undefined ? { sawFlat: { stateTime: AT, withdrawable: money('900') } } : { saw: { ...saw, distance: ratio(distance) } }),
});
export const deposited = (transferId: string, amount = '250'): BallastEvent => ({ type: 'ProtectionDeposited', ...OWNER, transferId, amount: money(amount), fee: money('1'), venueTime: AT, deposited: money(amount) });
export const withdrawn = (transferId: string, amount = '249.5'): BallastEvent => ({ type: 'ProtectionWithdrawn', ...OWNER, transferId, amount: money(amount), fee: money('1'), venueTime: AT, deposited: money('0') });
export const refused = (transferId: string, frozen: boolean): BallastEvent => ({ type: 'ProtectionTransferRefused', botId: OWNER.botId, transferId, kind: 'frozen', reason: 'transfers are paused', frozen, at: AT });
export const exhausted = (cause: 'CAP' | 'FUNDS' = 'CAP'): BallastEvent => ({ type: 'ProtectionExhausted', botId: OWNER.botId, cause, deposited: money('500'), cap: money('500'), freeFunds: money('0'), distance: ratio('0.0213'), policy: 'reduce', at: AT });
export const stale = (): BallastEvent => ({ type: 'ProtectionStale', botId: OWNER.botId, what: 'PRICE', missedIntervals: 2, lastStateTime: AT, lastPriceTime: AT, distance: ratio('0.04'), at: AT });
export const difference = (subject = 'ETH-PERP'): BallastEvent => ({ type: 'ReconciliationDifferenceFound', accountId: OWNER.accountId, portfolioId: OWNER.portfolioId, what: 'POSITION', subject, expected: '1', found: '0' });
export const tripped = (): BallastEvent => ({
  type: 'HardStopTripped', portfolioId: OWNER.portfolioId, scope: 'BOT', scopeId: OWNER.botId, stop: 'DAILY_LOSS', profile: 'legion@1', unit: 'RATIO', value: '0.0312', limit: '0.03', baseline: money('1000'), equity: money('968.8'), state: 'HALTED', marks: [],
});
const evidence = {} as Extract<BallastEvent, { type: 'PromotionApproved' }>['evidence'];
export const requested = (): BallastEvent => ({ type: 'PromotionRequested', portfolioId: OWNER.portfolioId, requestId: 'r1', profile: 'dn-pair-v4.1', from: 'phase-1', to: 'phase-2', by: 'operator/alice', reason: 'a calm fortnight', evidence, criteria: [], checklist: [] });
export const approved = (): BallastEvent => ({ type: 'PromotionApproved', portfolioId: OWNER.portfolioId, requestId: 'r1', profile: 'dn-pair-v4.1', from: 'phase-1', to: 'phase-2', requestedBy: 'operator/alice', by: 'approver/bob', reason: 'looked at it', evidence, criteria: [], checklist: [] });
