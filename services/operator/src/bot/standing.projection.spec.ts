import { describe, expect, it } from 'vitest';
import { pairRound, type WrittenDecision } from '@ballast/books';
import type { Recorded } from '@ballast/bus';
import { money } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { StandingFold } from './standing.projection.js';

const ROUND = pairRound();

/** The fold of some decisions; the version of a stream is the number of its decisions. */
function standing(decisions: readonly Pick<WrittenDecision, 'kind' | 'events'>[]): StandingFold {
  const fold = new StandingFold();
  let version = 0;
  for (const { kind, events } of decisions) {
    if (kind === 'bot') version += 1;
    events.forEach((event, index) => fold.reads.includes(event.type) && fold.apply({ event, index, decision: { version } } as Recorded));
  }
  return fold;
}
const until = (type: BallastEvent['type'], nth = 0): readonly WrittenDecision[] => {
  const places = ROUND.flatMap(({ events }, place) => (events.some((event) => event.type === type) ? [place] : []));
  return ROUND.slice(0, (places[nth] ?? 0) + 1);
};
const protects = (event: object): Pick<WrittenDecision, 'kind' | 'events'> => ({ kind: 'protection', events: [{ botId: 'pair1', accountId: 'acct1', portfolioId: 'main', ...event } as BallastEvent] });
const INTENDED = protects({ type: 'ProtectionTransferIntended', transferId: 't1', direction: 'DEPOSIT', amount: money('60'), fee: money('1'), reason: 'DANGER', at: 1, deposited: money('0') });
const DEPOSITED = protects({ type: 'ProtectionDeposited', transferId: 't1', amount: money('60'), fee: money('1'), venueTime: 1, deposited: money('60') });
const RELEASED = protects({ type: 'ProtectionReleased', reason: 'FLAT', lost: money('0'), at: 2 });

describe('what of a bot is not over (W-12)', () => {
  it.each<[string, readonly Pick<WrittenDecision, 'kind' | 'events'>[], readonly (string | RegExp)[]]>([
    ['nothing, of a bot without a trade', ROUND.slice(0, 6), []],
    ['an approval that execution has not answered', until('TradeApproved'), ['trade trade1 is approved and not yet opened']],
    ['a trade without orders', until('TradeOpened'), ['trade trade1 is open']],
    ['orders that may still fill', until('OrderSubmitted'), ['trade trade1 is open', 'order order-entry-0 may still fill', 'order order-entry-1 may still fill']],
    ['an order that is filled, until its position is told', until('OrderFilled'), ['trade trade1 is open', 'order order-entry-1 may still fill']],
    ['positions, which one trade holds', until('TradeBalanced'), ['position 0.042 ETH-PERP in account acct1', 'position -1 SOL-PERP in account acct1', 'trade trade1 is open']],
    ['nothing, after the round', ROUND, []],
    ['a transfer without an outcome', [...ROUND, INTENDED], [/^protection: a transfer .*no outcome yet \(t1\)/]],
    ['protection that is deposited', [...ROUND, INTENDED, DEPOSITED], [/^protection: 60 of protection is still deposited/]],
    ['nothing, when protection is back', [...ROUND, INTENDED, DEPOSITED, RELEASED], []],
  ])('is, as the log has it: %s', (_what, decisions, open) => {
    expect(standing(decisions).openOf('pair1')).toEqual(open.map((text) => (typeof text === 'string' ? text : (expect.stringMatching(text) as string))));
  });

  it('is no approval that has run out or was refused, and no order that was cancelled or rejected', () => {
    const about = { planId: 'plan1', tradeId: 'trade1' };
    const told = (kind: string, event: object) => ({ kind, events: [event as BallastEvent] });
    expect(standing([...until('TradeApproved'), told('exposure', { type: 'ApprovalReleased', ...about, reason: 'EXPIRED' })]).openOf('pair1')).toEqual([]);
    expect(standing([...until('TradeApproved'), told('trade', { type: 'TradeRefused', ...about, botId: 'pair1' })]).openOf('pair1')).toEqual([]);
    expect(standing([...until('OrderSubmitted'), told('trade', { type: 'OrderCancelled', clientOrderId: 'order-entry-0', tradeId: 'trade1' }), told('trade', { type: 'OrderRejected', clientOrderId: 'order-entry-1', tradeId: 'trade1' })]).openOf('pair1')).toEqual(['trade trade1 is open']);
  });

  it('is judged once the log is read as far as the last change of the bot', async () => {
    const fold = standing(ROUND.slice(0, 1));
    await fold.reached('pair1', 1);
    const seen: string[] = [];
    const later = fold.reached('pair1', 2).then(() => seen.push('reached'));
    await Promise.resolve();
    expect(seen).toEqual([]);
    fold.apply({ event: { type: 'BotStopped', botId: 'pair1', reason: 'x', by: 'y' }, index: 0, decision: { version: 2 } } as Recorded);
    await later;
    expect(seen).toEqual(['reached']);
    expect(fold.openOf('nosuch')).toEqual([]);
  });
});
