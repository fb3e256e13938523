import { describe, expect, it } from 'vitest';
import { money, ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { recordsOf } from '../log.fixtures.js';
import type { WrittenDecision } from '../pair-round.builders.js';
import { ProtectionCheck } from './protection.check.js';

const AT = Date.UTC(2026, 0, 31, 12);
const IDS = { botId: 'bot1', accountId: 'acct1', portfolioId: 'main' } as const;
const settings = { enabled: true, mode: 'smart', triggerDistance: ratio('0.05'), safeDistance: ratio('0.12'), hysteresis: ratio('0.01'), restoreMargin: ratio('0.02'), maxDeposit: money('100'), increment: money('5'), cooldownMs: 60_000, exhausted: 'hold' } as const;
const seenAt = (venueTime: number): BallastEvent => ({ type: 'EquityObserved', ...IDS, trigger: 'INTERVAL', collateral: money('1'), eligibleCollateral: money('1'), equity: money('1'), initialMarginHealth: money('1'), maintenanceMarginHealth: money('1'), grossNotional: money('0') as never, accountLeverage: ratio('0'), marks: [], positions: [], venueTime });

/** $60 come, and go back less the fee of $1. */
const ROUND = [
  { type: 'ProtectionConfigured', ...IDS, revision: 1, settings, by: 'cli' },
  { type: 'ProtectionTransferIntended', ...IDS, transferId: 't1', direction: 'DEPOSIT', amount: money('60'), fee: money('1'), reason: 'DANGER', at: AT, deposited: money('0') },
  { type: 'ProtectionTransferPrepared', botId: 'bot1', transferId: 't1', payload: { nonce: 1, digest: 'd1', preparedAt: AT } },
  { type: 'ProtectionDeposited', ...IDS, transferId: 't1', amount: money('60'), fee: money('1'), venueTime: AT, deposited: money('60') },
  { type: 'AccountFunded', accountId: 'acct1', portfolioId: 'main', transferId: 'v1', amount: money('60'), balance: money('160'), venueTime: AT, digest: 'd1', fee: money('0') },
  { type: 'ProtectionTransferIntended', ...IDS, transferId: 't2', direction: 'WITHDRAWAL', amount: money('59'), fee: money('1'), reason: 'FLAT', at: AT, deposited: money('60') },
  { type: 'ProtectionTransferPrepared', botId: 'bot1', transferId: 't2', payload: { nonce: 2, digest: 'd2', preparedAt: AT } },
  { type: 'ProtectionWithdrawn', ...IDS, transferId: 't2', amount: money('59'), fee: money('1'), venueTime: AT, deposited: money('0') },
  { type: 'ProtectionReleased', ...IDS, reason: 'FLAT', lost: money('0'), at: AT },
  { type: 'AccountFunded', accountId: 'acct1', portfolioId: 'main', transferId: 'v2', amount: money('-60'), balance: money('100'), venueTime: AT, digest: 'd2', fee: money('1') },
  seenAt(AT + 600_000),
] as const satisfies readonly BallastEvent[];

function faultsOf(events: readonly BallastEvent[]): readonly string[] {
  const check = new ProtectionCheck();
  const written = events.map((event): WrittenDecision => ({ writer: 'collateral', kind: 'protection', id: 'bot1', at: AT, correlationId: 'bot1', events: [event] }));
  const found = recordsOf(written).flatMap((decision) => decision.events.flatMap((event, index) => check.event({ event, index, decision }) ?? []));
  return [...found, ...check.end().map(({ detail }) => detail)];
}
const changed = (place: number, change: object): readonly BallastEvent[] => ROUND.map((event, index) => (index === place ? { ...event, ...change } : event) as BallastEvent);
const dropped = (place: number): readonly BallastEvent[] => ROUND.filter((_, index) => index !== place);

describe('verify proves a bot\'s protection', () => {
  it('and finds nothing in a round that adds up, nor in one whose last transfer has no outcome yet', () => {
    expect(faultsOf(ROUND)).toEqual([]);
    expect(faultsOf(ROUND.slice(0, 3))).toEqual([]);
  });

  it('nor where a transfer that was given up in doubt arrives all the same, or its nonce is used, but knows no second outcome', () => {
    const givenUp: BallastEvent = { type: 'ProtectionTransferRefused', botId: 'bot1', transferId: 't1', kind: 'givenUp', reason: '', frozen: false, at: AT };
    const late = [...ROUND.slice(0, 3), givenUp, ...ROUND.slice(3)];
    expect(faultsOf(late)).toEqual([]);
    const never: readonly BallastEvent[] = [...ROUND.slice(0, 3), givenUp, { ...givenUp, kind: 'notFound' }];
    expect(faultsOf(never)).toEqual([]);
    expect(faultsOf([...never, ROUND[3]]).join('\n')).toMatch(/t1 is told as done, and was not the one/);
  });

  it('and names what passed its cap, or took money that the bot trades with, when it arrived after another was decided', () => {
    const [configured, intended, prepared, deposited, , withdrawal, signed, withdrawn] = ROUND;
    const givenUp = (transferId: string): BallastEvent => ({ type: 'ProtectionTransferRefused', botId: 'bot1', transferId, kind: 'givenUp', reason: '', frozen: false, at: AT });
    const second = { ...intended, transferId: 't3' };
    const over = [configured, intended, prepared, givenUp('t1'), second, deposited, { ...prepared, transferId: 't3', payload: { ...prepared.payload, digest: 'd3' } }, { ...deposited, transferId: 't3', deposited: money('120') }];
    expect(faultsOf(over)).toEqual(['bot bot1: 60 more than the 60 deposited has gone beyond its cap of 100']);
    const back = { ...withdrawal, transferId: 't4' };
    const twice = [...ROUND.slice(0, 5), withdrawal, signed, givenUp('t2'), back, withdrawn, { ...signed, transferId: 't4', payload: { ...signed.payload, digest: 'd4' } }, { ...withdrawn, transferId: 't4' }];
    expect(faultsOf(twice)).toEqual(['bot bot1: 60 went back, 0 were deposited: the rest was money that it trades with']);
  });

  it.each<[string, readonly BallastEvent[], RegExp]>([
    ['a deposit beyond the cap', changed(1, { amount: money('101') }), /101 more than the 0 deposited is beyond its cap of 100/],
    ['a second transfer before the first has an outcome', dropped(3), /t2 is intended while t1 has no outcome/],
    ['a transfer without its payload', dropped(2), /t1 is told as done, and was not the one intended and prepared/],
    ['another amount than intended', changed(3, { amount: money('61') }), /t1 moved 61, intended were 60/],
    ['a sum that is not that of its transfers', changed(3, { deposited: money('70') }), /70 told as deposited, its transfers add up to 60/],
    ['a fee that nobody paid', changed(7, { deposited: money('1') }), /1 told as deposited, its transfers add up to 0/],
    ['a refusal of nothing', changed(8, { type: 'ProtectionTransferRefused', transferId: 't9', kind: 'frozen', reason: '', frozen: true }), /t9 is refused, and was not open/],
    ['a release of what is still there', changed(8, { lost: money('3') }), /released with 3 lost, 0 were deposited/],
    ['a transfer that the venue has no record of', dropped(4), /moved by 60, and the venue has no record of it/],
    ['a record of another amount', changed(9, { amount: money('-59') }), /moved by -60, the venue's record says -59/],
    ['a payload that moved money twice', [...ROUND, { ...ROUND[4], transferId: 'v3' }], /moved the payload d1 twice/],
  ])('and names %s', (_what, events, fault) => expect(faultsOf(events).join('\n')).toMatch(fault));
});
