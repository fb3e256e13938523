import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { freeze, thaw } from '@ballast/bus';
import { ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import type { NoticeKind } from './notice.js';
import { KEPT_MAX, NoticeQueues } from './notice-queues.projection.js';
import { approved, AT, deposited, difference, exhausted, intended, PARTITION, recorded, refused, requested, stale, tripped, withdrawn } from './notices.fixtures.js';
import { type Language, messageText } from './texts.js';

function foldOf(...events: readonly BallastEvent[]): NoticeQueues {
  const queues = new NoticeQueues();
  events.forEach((event, place) => queues.apply(recorded(event, place + 1)));
  return queues;
}

/** What is told of the newest of a kind. */
function said(kind: NoticeKind, language: Language, ...events: readonly BallastEvent[]): string {
  const queues = foldOf(...events);
  const last = queues.total(PARTITION, kind);
  return messageText(queues.message(PARTITION, kind, last, last), language, AT);
}

describe('what people are told', () => {
  it('is word for word what operators know: deposit, withdrawal, exhausted (R89, W-19)', () => {
    expect(said('PROTECTION_DEPOSIT', 'en', intended('t1', 'DEPOSIT', '0.0438'), deposited('t1'))).toBe('⚠️ swing-1: Price approaching liquidation (4.38%). Deposited $250.00 for protection.');
    expect(said('PROTECTION_WITHDRAWAL', 'en', intended('t1', 'WITHDRAWAL', '0.121'), withdrawn('t1'))).toBe('✅ swing-1: Price recovered to safety (12.1%). Withdrew $249.50 protection deposit.');
    expect(said('PROTECTION_EXHAUSTED', 'en', exhausted()).split('\n')[0]).toBe('🚨 swing-1: Max protection reached ($500.00). Consider manual intervention.');
  });

  it('is told in Korean to those who want it so (W-19)', () => {
    expect(said('PROTECTION_DEPOSIT', 'ko', intended('t1', 'DEPOSIT', '0.0438'), deposited('t1'))).toBe('⚠️ swing-1: 가격이 청산가에 가까워지고 있습니다 (4.38%). 보호를 위해 $250.00를 입금했습니다.');
    expect(said('PROTECTION_WITHDRAWAL', 'ko', intended('t1', 'WITHDRAWAL', '0.121'), withdrawn('t1'))).toBe('✅ swing-1: 가격이 안전 구간으로 회복되었습니다 (12.1%). 보호 입금 $249.50를 회수했습니다.');
    expect(said('PROTECTION_EXHAUSTED', 'ko', exhausted()).split('\n')[0]).toBe('🚨 swing-1: 최대 보호 한도에 도달했습니다 ($500.00). 직접 조치를 고려하세요.');
  });

  it('says why protection is exhausted and what follows (R91, C-66)', () => {
    expect(said('PROTECTION_EXHAUSTED', 'en', exhausted('FUNDS')).split('\n')[1]).toBe('2.13% from liquidation; the wallet is empty; the position is reduced.');
  });

  it('does not call it a recovery when the position is closed', () => {
    expect(said('PROTECTION_WITHDRAWAL', 'en', intended('t1', 'WITHDRAWAL'), withdrawn('t1'))).toBe('✅ swing-1: Position closed. Withdrew $249.50 protection deposit.');
  });

  it('covers stale data in danger, hard stops, differences and promotions', () => {
    expect(said('PROTECTION_STALE', 'en', stale())).toContain('In danger when last seen (4% from liquidation), and the price is stale: 2 refreshes missed');
    expect(said('HARD_STOP', 'en', tripped())).toBe('🛑 main/swing-1: Hard stop DAILY_LOSS tripped at 3.12% (limit 3%). Trading state: HALTED.');
    expect(said('RECONCILIATION_DIFFERENCE', 'en', difference())).toBe('❗ account-1: The venue and the log disagree on POSITION ETH-PERP: expected 1, found 0.');
    expect(said('PROMOTION_REQUESTED', 'en', requested())).toBe('📈 main: Promotion phase-1 → phase-2 requested by operator/alice: a calm fortnight');
    expect(said('PROMOTION_APPROVED', 'en', requested(), approved())).toBe('📈 main: Promotion phase-1 → phase-2 approved by approver/bob: looked at it');
  });

  it('says when it was where it is told late', () => {
    const queues = foldOf(tripped());
    expect(messageText(queues.message(PARTITION, 'HARD_STOP', 1, 1), 'en', AT + 3_600_000)).toContain('(2025-10-10T21:17:00.000Z)');
  });

  it('names a frozen venue once, and again after it has taken a transfer', () => {
    const frozen = (...ids: readonly string[]): readonly BallastEvent[] => ids.flatMap((id) => [intended(id, 'DEPOSIT', '0.04'), refused(id, true)]);
    expect(foldOf(...frozen('t1', 't2', 't3')).total(PARTITION, 'VENUE_FROZEN')).toBe(1);
    expect(foldOf(...frozen('t1'), intended('t2', 'DEPOSIT', '0.04'), deposited('t2'), ...frozen('t3')).total(PARTITION, 'VENUE_FROZEN')).toBe(2);
    expect(foldOf(intended('t1', 'DEPOSIT', '0.04'), refused('t1', false)).total(PARTITION, 'VENUE_FROZEN')).toBe(0);
  });

  it('counts every notice of a burst in one message that Telegram takes', () => {
    const long = 'x'.repeat(2_000);
    const burst = { ...difference(long), expected: long, found: long } as BallastEvent;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.constantFrom<Language>('en', 'ko'), (count, language) => {
        const message = foldOf(...Array.from({ length: count }, () => burst)).message(PARTITION, 'RECONCILIATION_DIFFERENCE', 1, count);
        const text = messageText(message, language, AT + 3_600_000);
        expect(text.length).toBeLessThan(4_096);
        expect(message.notices.length).toBe(Math.min(count, KEPT_MAX));
        if (count > 1) expect(text).toContain(`${count} × `);
        if (count > 5) expect(text).toContain(String(count - 5));
      }),
    );
  });

  it('keeps no more than it must, and survives a snapshot', () => {
    const queues = foldOf(...Array.from({ length: 250 }, (_, n) => [intended(`t${n}`, 'DEPOSIT', '0.04'), deposited(`t${n}`)]).flat());
    const kept = new NoticeQueues();
    kept.state = thaw(JSON.parse(JSON.stringify(freeze(queues.state)))) as NoticeQueues['state'];
    expect(kept.state.decidedAt.size).toBe(0);
    expect(kept.message(PARTITION, 'PROTECTION_DEPOSIT', 1, 250)).toEqual(queues.message(PARTITION, 'PROTECTION_DEPOSIT', 1, 250));
    expect(kept.message(PARTITION, 'PROTECTION_DEPOSIT', 1, 250).notices.map(({ number }) => number)).toEqual(Array.from({ length: KEPT_MAX }, (_, n) => 151 + n));
  });

  it('still says what it was about when a message has been under way for so long that its notice is no longer kept', () => {
    const queues = foldOf(...Array.from({ length: KEPT_MAX + 1 }, () => tripped()));
    expect(messageText(queues.message(PARTITION, 'HARD_STOP', 1, 1), 'en', AT)).toBe('🛑 1 × hard stop tripped');
  });

  it.each(['\ud83d', 'a'.repeat(499) + '\ud83d', '😀'.repeat(250), `a${'😀'.repeat(249)}`])('says what a person wrote in whole characters, however it is cut (%#)', (reason) => {
    const text = said('PROMOTION_REQUESTED', 'en', { ...requested(), portfolioId: 'p'.repeat(60), from: 'f'.repeat(60), reason } as BallastEvent);
    expect([Buffer.from(text, 'utf8').toString('utf8'), text.length <= 600]).toEqual([text, true]);
  });

  it('rounds a distance as people read it', () => {
    expect(said('PROTECTION_STALE', 'en', { ...stale(), distance: ratio('0.041239') } as BallastEvent)).toContain('(4.12% from liquidation)');
  });
});
