import { describe, expect, it } from 'vitest';
import { money, price } from '@ballast/domain';
import { check, enabled, flat, T0, typesOf } from './protection.fixtures.js';
import { deleteFault, protectionDecider } from './protection.decider.js';

const payload = (nonce: number) => ({ nonce, digest: `d${nonce}`, preparedAt: T0 });
const GIVEN_UP = { state: 'GIVEN_UP', reason: 'in doubt for too long', frozen: false } as const;

/** A bot whose deposit was prepared, may have left, and was given up. */
function inDoubt(changes: Parameters<typeof enabled>[0] = {}) {
  const bot = enabled(changes);
  bot.tell(check(T0, '104'), T0);
  const transferId = bot.state.transfer?.transferId ?? '';
  bot.tell({ type: 'PrepareTransfer', transferId, payload: payload(7) }, T0);
  bot.settle(T0 + 61_000, GIVEN_UP);
  return { bot, transferId };
}
const arrives = (transferId: string, at: number) => ({ type: 'SettleTransfer', transferId, outcome: { state: 'DONE', amount: money('200'), fee: money('0'), time: at } }) as const;

describe('a transfer that was given up in doubt', () => {
  it('holds up no other, and is booked where it arrives all the same', () => {
    const { bot, transferId } = inDoubt();
    expect(bot.state.transfer).toBeUndefined();
    expect(typesOf(bot.tell(check(T0 + 70_000, '104'), T0 + 70_000))).toEqual(['TransferIntended']);
    const second = bot.state.transfer?.transferId;
    expect(typesOf(bot.tell(arrives(transferId, T0 + 65_000), T0 + 71_000))).toEqual(['Deposited']);
    expect([bot.state.deposited.toString(), bot.state.doubtful, bot.state.transfer?.transferId, bot.state.transfer?.overtaken]).toEqual(['200', undefined, second, true]);
  });

  it('leaves the pause after another, and a venue that is frozen, as they are where its nonce went to that one', () => {
    const { bot, transferId } = inDoubt({ mode: 'increment' });
    const at = T0 + 70_000;
    bot.tell(check(at, '104'), at);
    bot.settle(at + 500);
    bot.tell({ type: 'SettleTransfer', transferId, outcome: { state: 'FINALLY_NOT', reason: 'used' } }, at + 2_000);
    expect(bot.state.actedAt).toBe(at);
    expect(bot.tell(check(at + 2_500, '104'), at + 2_500)).toEqual([]);
    const other = inDoubt();
    other.bot.tell(check(at, '104'), at);
    other.bot.settle(at + 500, { state: 'REFUSED', kind: 'frozen', reason: 'nothing moves', frozen: true });
    other.bot.tell({ type: 'SettleTransfer', transferId: other.transferId, outcome: { state: 'FINALLY_NOT', reason: 'used' } }, at + 2_000);
    expect(other.bot.state.frozen).toBe(true);
  });

  it('is done with where its nonce went to another', () => {
    const { bot, transferId } = inDoubt();
    bot.tell(check(T0 + 70_000, '104'), T0 + 70_000);
    const before = bot.state;
    expect(bot.tell({ type: 'SettleTransfer', transferId, outcome: { state: 'FINALLY_NOT', reason: 'used' } }, T0 + 71_000)).toMatchObject([{ type: 'ProtectionTransferRefused', kind: 'notFound', transferId }]);
    const { doubtful: _, ...rest } = before;
    expect(bot.state).toEqual(rest);
    expect(bot.tell(arrives(transferId, T0 + 72_000), T0 + 72_000)).toEqual([]);
  });

  it('gives its payload to the next transfer where that is the same to the last digit: one payload is booked once', () => {
    const { bot, transferId } = inDoubt();
    bot.tell(check(T0 + 70_000, '104'), T0 + 70_000);
    const next = bot.state.transfer?.transferId ?? '';
    expect(bot.tell({ type: 'PrepareTransfer', transferId: next, payload: payload(7) }, T0 + 70_000)).toMatchObject([{ type: 'ProtectionTransferRefused', kind: 'notFound', transferId }, { type: 'ProtectionTransferPrepared', transferId: next }]);
    expect([bot.state.doubtful, bot.state.transfer?.payload?.digest]).toEqual([undefined, 'd7']);
    expect(bot.tell(arrives(transferId, T0 + 71_000), T0 + 71_000)).toEqual([]);
  });

  it('keeps its bot from being deleted, and what it may have brought from being written off', () => {
    const { bot } = inDoubt();
    expect(deleteFault(bot.state, { positionOpen: false })).toContain('no outcome yet');
    const lent = { ...bot.state, held: true, deposited: money('200') };
    expect(protectionDecider.decide(lent, flat(T0 + 70_000, '0.5'), { decisionId: 'x', at: T0 + 70_000 })).toEqual([]);
    const { doubtful: _, ...sure } = lent;
    expect(typesOf(protectionDecider.decide(sure, flat(T0 + 70_000, '0.5'), { decisionId: 'x', at: T0 + 70_000 }))).toEqual(['Released']);
  });

  it('is only one that has its payload: where nothing can have left, nothing is in doubt', () => {
    const bot = enabled();
    bot.tell(check(T0, '104'), T0);
    expect(bot.settle(T0 + 1_000, GIVEN_UP)).toEqual([]);
    expect(bot.state.transfer).toBeDefined();
  });
});

describe('a transfer without an outcome while the position is in danger', () => {
  it('is said after 20 s, once, with the reduction that the policy asks for', () => {
    const bot = enabled({ exhausted: 'reduce' });
    bot.tell(check(T0, '104'), T0);
    expect(bot.tell(check(T0 + 20_000, '103'), T0 + 20_000)).toEqual([]);
    expect(bot.tell(check(T0 + 20_001, '103'), T0 + 20_001)).toMatchObject([{ type: 'ProtectionExhausted', cause: 'FROZEN' }, { type: 'ProtectionReductionRequested' }]);
    expect(bot.tell(check(T0 + 25_000, '103'), T0 + 25_000)).toEqual([]);
    bot.settle(T0 + 26_000);
    expect(bot.state.exhausted).toBeUndefined();
  });

  it('is not said where the position is out of danger, or protection is off', () => {
    const bot = enabled();
    bot.tell(check(T0, '104'), T0);
    expect(bot.tell(check(T0 + 30_000, '110'), T0 + 30_000)).toEqual([]);
    expect(bot.tell(check(T0 + 30_000, '103', { position: { liquidationPrice: price('90') } }), T0 + 30_000)).toEqual([]);
  });
});
