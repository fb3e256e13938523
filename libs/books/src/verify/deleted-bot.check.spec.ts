import { describe, expect, it } from 'vitest';
import type { BallastEvent } from '@ballast/events';
import { recordsOf } from '../log.fixtures.js';
import { pairRound, type WrittenDecision } from '../pair-round.builders.js';
import { DeletedBotCheck } from './deleted-bot.check.js';

const IDS = { botId: 'pair1', accountId: 'acct1', portfolioId: 'main' } as const;
const of = (event: BallastEvent): WrittenDecision => ({ writer: 'operator', kind: 'bot', id: 'pair1', correlationId: 'pair1', at: Date.UTC(2026, 1, 1), events: [event] });
const DELETED = of({ type: 'BotDeleted', ...IDS, reason: 'replaced', by: 'cli' });
const created = (botId: string, accountId: string): WrittenDecision => of({ type: 'BotCreated', ...IDS, botId, accountId, strategy: 'dn-pair', profiles: ['demo'], settings: {}, by: 'cli' });
const released = (type: 'ProtectionTransferIntended' | 'ProtectionDeposited' | 'ProtectionReleased'): WrittenDecision => of({ type, ...IDS } as BallastEvent);
const ROUND = pairRound();
const holding = (type: BallastEvent['type']): WrittenDecision => {
  const [event, decision] = ROUND.flatMap((each) => each.events.filter((one) => one.type === type).map((one) => [one, each] as const))[0] ?? [];
  return decision && event ? { ...decision, events: [event] } : DELETED;
};
const until = (type: BallastEvent['type']): readonly WrittenDecision[] => ROUND.slice(0, ROUND.findIndex(({ events }) => events.some((event) => event.type === type)) + 1);

function faultsOf(decisions: readonly WrittenDecision[]): readonly string[] {
  const check = new DeletedBotCheck();
  return recordsOf(decisions).flatMap((decision) => decision.events.flatMap((event, index) => check.event({ event, index, decision }) ?? []));
}

describe('verify proves that a deleted bot is over (W-12)', () => {
  it('and finds nothing in one that was flat, nor in one whose protection has come back', () => {
    expect(faultsOf([...ROUND, DELETED])).toEqual([]);
    expect(faultsOf([...ROUND, released('ProtectionDeposited'), released('ProtectionReleased'), DELETED, created('pair2', 'acct2')])).toEqual([]);
  });

  it.each<[string, readonly WrittenDecision[], RegExp]>([
    ['an open trade', [...until('TradeOpened'), DELETED], /deleted while it has trade trade1$/],
    ['open positions', [...until('TradeBalanced'), DELETED], /deleted while it has trade trade1, position acct1\/ETH-PERP, position acct1\/SOL-PERP$/],
    ['protection that is not back', [...ROUND, released('ProtectionDeposited'), DELETED], /deleted while it has protection$/],
    ['a deletion of none', [DELETED], /was never created/],
    ['a second deletion', [...ROUND, DELETED, DELETED], /deleted twice/],
    ['a start afterwards', [...ROUND, DELETED, of({ type: 'BotStarted', botId: 'pair1', by: 'cli' })], /was deleted before this BotStarted/],
    ['a trade afterwards', [...ROUND, DELETED, ...until('TradeOpened').slice(-1)], /was deleted before this TradeOpened/],
    ['an order afterwards', [...ROUND, DELETED, holding('OrderSubmitted')], /was deleted before this OrderSubmitted/],
    ['a position afterwards', [...ROUND, DELETED, holding('PositionOpened')], /was deleted before this PositionOpened/],
    ['a transfer of protection afterwards', [...ROUND, DELETED, released('ProtectionTransferIntended')], /was deleted before this ProtectionTransferIntended/],
    ['protection deposited afterwards', [...ROUND, DELETED, released('ProtectionDeposited')], /was deleted before this ProtectionDeposited/],
    ['its id given again', [...ROUND, DELETED, created('pair1', 'acct2')], /pair1 is created, and was deleted before/],
    ['its account given again', [...ROUND, DELETED, created('pair2', 'acct1')], /created in account acct1 of a deleted bot/],
  ])('and finds %s', (_what, decisions, says) => {
    expect(faultsOf(decisions)).toEqual([expect.stringMatching(says)]);
  });
});
