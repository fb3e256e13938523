import { money, quantity, ratio } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { deleteFault, protectionDecider } from './protection.decider.js';
import { Bot, check, configure, deposited, enabled, flat, FREE, NADO, T0, typesOf } from './protection.fixtures.js';
import type { TransferOutcome } from './protection.types.js';

const S = 1_000;
const intentOf = (bot: Bot) => bot.events.findLast((event) => event.type === 'ProtectionTransferIntended')!;

describe('what leads to a deposit', () => {
  it('nothing at the trigger, a transfer below it, with all that it was decided on (R68)', () => {
    const bot = enabled();
    expect(bot.tell(check(T0, '105'), T0)).toEqual([]);
    expect(bot.tell(check(T0, '104'), T0)).toMatchObject([{
      type: 'ProtectionTransferIntended', direction: 'DEPOSIT', reason: 'DANGER', at: T0, botId: 'bot', accountId: 'acct', portfolioId: 'main',
      saw: { instrument: 'SOL-PERP', side: 'LONG', priceTime: T0, stateTime: T0 },
    }]);
    const { saw, amount, fee, deposited: before } = intentOf(bot);
    // From a liquidation price of 100 to 104 / 1.07: 100 x 0.95 x 2.80373832.
    expect([saw!.distance, amount, saw!.distanceAfter!.toFixed(6), fee, before].map(String)).toEqual(['0.04', '266.355141', '0.070000', '0', '0']);
  });

  it('by increment the step, and by increment and smart alike a short as well as a long', () => {
    const amounts = (['increment', 'smart'] as const).map((mode) => {
      const bot = enabled({ mode });
      bot.tell(check(T0, '96', { position: { side: 'SHORT' } }), T0);
      return intentOf(bot).amount.toString();
    });
    // To 96 / 0.93: 100 x 1.05 x 3.22580645.
    expect(amounts).toEqual(['100', '338.709678']);
  });

  it('smart gives little just below the trigger and much near liquidation, and increment the same (R91, C-62)', () => {
    const amounts = (mode: 'increment' | 'smart') => ['104.99', '103', '101'].map((at) => {
      const bot = enabled({ mode });
      bot.tell(check(T0, at), T0);
      return intentOf(bot).amount.toFixed(0);
    });
    expect([amounts('increment'), amounts('smart')]).toEqual([['100', '100', '100'], ['178', '355', '533']]);
  });

  it('the trigger widens with volatility, by no more than allowed (R91)', () => {
    const at = (volatility: string | undefined, markPrice: string) => typesOf(enabled({ volatilityWidenMax: ratio('0.03') }).tell(check(T0, markPrice, volatility ? { volatility: ratio(volatility) } : {}), T0));
    expect([at(undefined, '106'), at('0.005', '106'), at('0.02', '106'), at('0.5', '107.9'), at('0.5', '108.1')]).toEqual([[], [], ['TransferIntended'], ['TransferIntended'], []]);
  });

  it('one transfer at a time, none before the account is seen with the last one in it, and none within the cooldown (R68)', () => {
    const bot = enabled();
    bot.tell(check(T0, '104'), T0);
    expect(bot.tell(check(T0 + S, '103'), T0 + S)).toEqual([]);
    bot.settle(T0 + 2 * S);
    expect(bot.tell(check(T0 + 61 * S, '103', { state: { time: T0 + 2 * S, refreshMs: 60_000 } }), T0 + 61 * S)).toEqual([]);
    expect(bot.tell(check(T0 + 59 * S, '103'), T0 + 59 * S)).toEqual([]);
    expect(typesOf(bot.tell(check(T0 + 61 * S, '103'), T0 + 61 * S))).toEqual(['TransferIntended']);
  });

  it('very near to liquidation the shorter cooldown holds', () => {
    const second = (markPrice: string) => typesOf(deposited({ urgent: { distance: ratio('0.02'), cooldownMs: 5 * S } }).tell(check(T0 + 6 * S, markPrice), T0 + 6 * S));
    expect([second('103'), second('101')]).toEqual([[], ['TransferIntended']]);
  });

  it('in danger nothing is refused for its fee: the step is raised to what the venue moves, and back (W-4)', () => {
    const bot = enabled({ mode: 'increment', increment: money('50') }, { terms: NADO });
    bot.tell(check(T0, '104.99', { venue: { ...NADO, minimum: money('80') } }), T0);
    expect([intentOf(bot).amount, intentOf(bot).fee].map(String)).toEqual(['81', '1']);
  });

  it('a position that is already breached is helped where that saves it, and nothing is spent where it does not (C-59)', () => {
    const of = (maxDeposit: string) => enabled({ maxDeposit: money(maxDeposit) }).tell(check(T0, '99'), T0);
    expect(typesOf(of('1000'))).toEqual(['TransferIntended']);
    expect(of('50')).toMatchObject([{ type: 'ProtectionExhausted', cause: 'BREACHED' }]);
  });
});

describe('what is exhausted', () => {
  const reduce = { exhausted: 'reduce', maxDeposit: money('267') } as const;

  it('the cap is never passed, also with the fee, and then said once (R75)', () => {
    const bot = enabled({ maxDeposit: money('200') }, { terms: NADO });
    bot.tell(check(T0, '101', { venue: NADO }), T0);
    expect(intentOf(bot).amount.toString()).toBe('199');
    bot.settle(T0 + S);
    expect(bot.tell(check(T0 + 60 * S, '101', { venue: NADO }), T0 + 60 * S)).toMatchObject([{ type: 'ProtectionExhausted', cause: 'CAP', policy: 'hold' }]);
    expect(bot.tell(check(T0 + 61 * S, '100.5', { venue: NADO }), T0 + 61 * S)).toEqual([]);
    expect(typesOf(bot.tell(check(T0 + 3_700 * S, '100.5', { venue: NADO }), T0 + 3_700 * S))).toEqual(['Exhausted']);
  });

  it('a share of a common fund is a cap as well', () => {
    const bot = enabled({ poolCap: money('150') });
    bot.tell(check(T0, '101'), T0);
    expect(intentOf(bot).amount.toString()).toBe('150');
  });

  it('an empty wallet stops deposits, and not the way back (C-66)', () => {
    const bot = deposited();
    const later = T0 + 120 * S;
    expect(bot.tell(check(later, '101', { freeFunds: money('0.5') }), later)).toMatchObject([{ type: 'ProtectionExhausted', cause: 'FUNDS' }]);
    expect(bot.tell(check(later, '125', { freeFunds: money('0') }), later)).toMatchObject([{ direction: 'WITHDRAWAL', reason: 'RECOVERED' }]);
  });

  it('a wallet that has less than wanted gives what it has', () => {
    const bot = enabled();
    bot.tell(check(T0, '101', { freeFunds: money('12.3456789') }), T0);
    expect(intentOf(bot).amount.toString()).toBe('12.345678');
  });

  it('reduces the position until it is restored, where that is the policy: once a cooldown, and not before the account is read again (R91)', () => {
    const bot = deposited(reduce);
    const later = T0 + 60 * S;
    const asked = bot.tell(check(later, '101'), later);
    expect(asked).toMatchObject([{ type: 'ProtectionExhausted', cause: 'CAP' }, { type: 'ProtectionReductionRequested', side: 'SELL', instrument: 'SOL-PERP', reason: 'EXHAUSTED' }]);
    const request = asked[1];
    // What stands behind it: 100 x (101 - 95) = 600; each SOL kept 7 % away needs 101 - 0.95 x 101 / 1.07 = 11.327...
    expect(request?.type === 'ProtectionReductionRequested' && request.quantity.toString()).toBe('47.03');
    expect(bot.tell(check(later + 30 * S, '100.5'), later + 30 * S)).toEqual([]);
    expect(bot.tell(check(later + 61 * S, '100.5', { state: { time: later, refreshMs: 60_000 } }), later + 60 * S)).toEqual([]);
    expect(typesOf(bot.tell(check(later + 61 * S, '100.5'), later + 61 * S))).toEqual(['ReductionRequested']);
  });

  it('a venue that takes no transfers is said, tried again later and later, and degrades to a reduction (C-63, C-70)', () => {
    const bot = enabled({ exhausted: 'reduce' });
    const frozen: TransferOutcome = { state: 'REFUSED', kind: 'frozen', reason: 'transfers are suspended', frozen: true };
    const tries: number[] = [];
    for (let at = T0; at < T0 + 40 * S; at += 500) {
      const decided = bot.tell(check(at, '104'), at);
      if (decided.some(({ type }) => type === 'ProtectionTransferIntended')) {
        tries.push((at - T0) / S);
        bot.settle(at, frozen);
      }
    }
    expect(tries).toEqual([0, 2, 6, 14, 30]);
    expect(typesOf(bot.events).filter((type) => !type.startsWith('Transfer'))).toEqual(['Configured', 'Exhausted', 'ReductionRequested']);
    expect(typesOf(bot.tell(check(T0 + 62 * S, '104'), T0 + 62 * S))).toEqual(['TransferIntended']);
    bot.settle(T0 + 63 * S);
    expect([bot.state.frozen, bot.state.refusals]).toEqual([false, 0]);
  });

  it('deposits that are refused three times in a row are said to be stopped, whatever the venue calls it', () => {
    const bot = enabled({ exhausted: 'reduce' });
    const refused: TransferOutcome = { state: 'REFUSED', kind: 'auth', reason: 'the key may not', frozen: false };
    const said: (readonly string[])[] = [];
    for (const after of [0, 2, 6, 7, 14]) {
      const at = T0 + after * S;
      said.push(typesOf(bot.tell(check(at, '104'), at)));
      bot.settle(at, refused);
    }
    expect(said).toEqual([['TransferIntended'], ['TransferIntended'], ['TransferIntended'], ['Exhausted', 'ReductionRequested'], ['TransferIntended']]);
  });

  it('a venue that says beforehand that it takes none is not even tried', () => {
    expect(enabled().tell(check(T0, '104', { venue: { ...FREE, open: false } }), T0)).toMatchObject([{ type: 'ProtectionExhausted', cause: 'FROZEN' }]);
  });
});

describe('what comes back', () => {
  it('nothing between trigger and safe, and above it what leaves safe + hysteresis (R69, C-67)', () => {
    const bot = deposited();
    const later = T0 + 120 * S;
    expect(bot.tell(check(later, '112'), later)).toEqual([]);
    expect(bot.tell(check(later, '112.5'), later)).toEqual([]);
    expect(bot.tell(check(later, '114'), later)).toEqual([]);
    bot.tell(check(later, '114.5'), later);
    // 0.13 away at 114.5: 100 x 0.95 x 1.327434; at 114 it would be less than an increment.
    expect([intentOf(bot).amount, intentOf(bot).saw!.distanceAfter!.toFixed(6)].map(String)).toEqual(['126.106194', '0.130000']);
    expect([typesOf(bot.settle(later + S)), bot.state.deposited.toString()]).toEqual([['Withdrawn'], '140.248947']);
  });

  it('a withdrawal that the venue refuses holds up no deposit of the next moment', () => {
    const bot = deposited();
    const later = T0 + 120 * S;
    expect(typesOf(bot.tell(check(later, '114.5'), later))).toEqual(['TransferIntended']);
    bot.settle(later + S, { state: 'REFUSED', kind: 'margin', reason: 'initial margin', frozen: false });
    expect(typesOf(bot.tell(check(later + S, '114.5'), later + S))).toEqual([]);
    expect(bot.tell(check(later + 2 * S - 1, '104'), later + 2 * S - 1)).toMatchObject([{ type: 'ProtectionTransferIntended', direction: 'DEPOSIT' }]);
  });

  it('by increment one step per cooldown, all of it where the rest could not come back alone, and its fee is the protection\'s own', () => {
    const bot = enabled({ mode: 'increment' }, { terms: NADO });
    bot.tell(check(T0, '104', { venue: NADO }), T0);
    bot.settle(T0 + S);
    bot.tell(check(T0 + 60 * S, '130', { venue: NADO }), T0 + 60 * S);
    expect([intentOf(bot).amount, intentOf(bot).fee].map(String)).toEqual(['99', '1']);
    bot.settle(T0 + 61 * S);
    expect([bot.state.deposited.toString(), bot.state.held]).toEqual(['0', true]);
    expect(typesOf(bot.tell(flat(T0 + 70 * S, '50', NADO), T0 + 70 * S))).toEqual(['Released']);
  });

  it('flat: all of it, at once, and released when it is back (R71)', () => {
    const bot = deposited();
    expect(bot.tell(flat(T0 + 2 * S, '5000'), T0 + 2 * S)).toMatchObject([{ direction: 'WITHDRAWAL', reason: 'FLAT', sawFlat: { stateTime: T0 + 2 * S } }]);
    expect(intentOf(bot).amount.toString()).toBe('266.355141');
    expect(typesOf(bot.settle(T0 + 3 * S))).toEqual(['Withdrawn', 'Released']);
    expect([bot.state.deposited.toString(), bot.state.held]).toEqual(['0', false]);
    expect(bot.tell(flat(T0 + 4 * S, '5000'), T0 + 4 * S)).toEqual([]);
  });

  it('what a liquidation took is not sent for: what is left comes back, the rest is written off', () => {
    const bot = deposited();
    bot.tell(flat(T0 + 2 * S, '100'), T0 + 2 * S);
    expect(intentOf(bot).amount.toString()).toBe('100');
    expect(typesOf(bot.settle(T0 + 3 * S))).toEqual(['Withdrawn']);
    expect(bot.tell(flat(T0 + 4 * S, '0'), T0 + 4 * S)).toMatchObject([{ type: 'ProtectionReleased', reason: 'FLAT' }]);
    const released = bot.events.at(-1);
    expect(released?.type === 'ProtectionReleased' && released.lost.toString()).toBe('166.355141');
  });

  it('a pause keeps the protection of an open position and says so; flat, it goes back (C-65)', () => {
    const bot = deposited();
    expect(bot.tell({ type: 'Pause', by: 'me', reason: 'holiday', positionOpen: true })).toMatchObject([{ type: 'ProtectionPaused', protectionKept: true }]);
    expect(bot.tell({ type: 'Pause', by: 'me', reason: 'holiday', positionOpen: true })).toEqual([]);
    expect(typesOf(bot.tell(check(T0 + 90 * S, '103'), T0 + 90 * S))).toEqual(['TransferIntended']);
    bot.settle(T0 + 91 * S);
    expect(typesOf(bot.tell(flat(T0 + 92 * S, '9999'), T0 + 92 * S))).toEqual(['TransferIntended']);
    expect(typesOf(bot.tell({ type: 'Unpause', by: 'me', reason: 'back' }))).toEqual(['Unpaused']);
    expect(bot.tell({ type: 'Unpause', by: 'me', reason: 'back' })).toEqual([]);
  });

  it('switched off with money deposited, nothing more goes in and what is safe comes back', () => {
    const bot = deposited();
    bot.tell(configure({ enabled: false }));
    expect(bot.tell(check(T0 + 90 * S, '101'), T0 + 90 * S)).toEqual([]);
    expect(bot.tell(check(T0 + 90 * S, '120'), T0 + 90 * S)).toMatchObject([{ direction: 'WITHDRAWAL' }]);
    bot.settle(T0 + 91 * S);
    bot.tell(flat(T0 + 92 * S, '0.5'), T0 + 92 * S);
    expect(bot.events.at(-1)).toMatchObject({ type: 'ProtectionReleased', reason: 'DISABLED' });
  });

  it('a bot is deleted once it is flat and everything is back (W-12)', () => {
    const bot = deposited();
    const faults = () => [true, false].map((positionOpen) => deleteFault(bot.state, { positionOpen }));
    expect(faults()).toEqual(['its position is open: close it first', '266.355141 of protection is still deposited: it goes back by itself, try again then']);
    expect(bot.tell({ type: 'Delete', positionOpen: false })).toEqual([]);
    bot.tell(flat(T0 + 2 * S, '9999'), T0 + 2 * S);
    expect(faults()[1]).toMatch(/^a transfer of its protection has no outcome yet/);
    bot.settle(T0 + 3 * S);
    expect(bot.tell({ type: 'Delete', positionOpen: false })).toMatchObject([{ type: 'ProtectionReleased', reason: 'DELETED' }]);
    expect([bot.tell(configure({ cooldownMs: 5_000 })), bot.tell(check(T0, '101')), protectionDecider.finished?.(bot.state)]).toEqual([[], [], true]);
  });
});

describe('a transfer and its outcome', () => {
  it('has an id of its decision, gets its payload once, and is settled once', () => {
    const [bot, same] = [enabled(), enabled()];
    for (const each of [bot, same]) each.tell(check(T0, '104'), T0);
    const { transferId } = intentOf(bot);
    expect(intentOf(same).transferId).toBe(transferId);
    const prepare = { type: 'PrepareTransfer', transferId, payload: { nonce: 7, digest: '0xab', preparedAt: T0 } } as const;
    expect([bot.tell({ ...prepare, transferId: 'another' }), typesOf(bot.tell(prepare)), bot.tell(prepare)]).toEqual([[], ['TransferPrepared'], []]);
    expect(bot.state.transfer?.payload?.digest).toBe('0xab');
    const settle = { type: 'SettleTransfer', transferId, outcome: { state: 'DONE', amount: money('266.355141'), fee: money('0'), venueTransferId: '9', time: T0 + S } } as const;
    expect([typesOf(bot.tell(settle)), bot.tell(settle)]).toEqual([['Deposited'], []]);
    expect(bot.events.at(-1)).toMatchObject({ venueTransferId: '9', venueTime: T0 + S });
  });

  it('that can never arrive is as if it had not been decided: another one may go at once', () => {
    const bot = enabled();
    bot.tell(check(T0, '104'), T0);
    expect(bot.settle(T0 + S, { state: 'FINALLY_NOT', reason: 'its nonce was used' })).toMatchObject([{ type: 'ProtectionTransferRefused', kind: 'notFound', frozen: false }]);
    expect([bot.state.deposited.toString(), bot.state.actedAt]).toEqual(['0', undefined]);
    expect(typesOf(bot.tell(check(T0 + 2 * S, '104'), T0 + 2 * S))).toEqual(['TransferIntended']);
  });
});

describe('settings', () => {
  it('are recorded with a revision, not twice the same, and not where they are refused', () => {
    const bot = enabled();
    expect(bot.events).toMatchObject([{ type: 'ProtectionConfigured', revision: 1, by: 'someone' }]);
    expect(bot.tell(configure({ triggerDistance: ratio('0.050') }))).toEqual([]);
    expect(bot.tell(configure({ triggerDistance: ratio('0.06') }))).toMatchObject([{ revision: 2 }]);
    expect(bot.tell(configure({ maxDeposit: money('0') }))).toEqual([]);
  });

  it('that nobody made protect nothing', () => {
    const bot = new Bot();
    expect([bot.tell(check(T0, '101')), bot.tell(flat(T0, '1')), bot.tell({ type: 'Pause', by: 'me', reason: 'x', positionOpen: false }), bot.tell({ type: 'Delete', positionOpen: false })]).toEqual([[], [], [], []]);
    bot.tell(configure({ enabled: false }));
    expect(bot.tell(check(T0, '101'))).toEqual([]);
  });

  it('a position that no price liquidates is in no danger, and what it does not need comes back', () => {
    const bot = deposited();
    const later = T0 + 90 * S;
    expect(bot.tell({ ...check(later, '300'), state: { time: later, position: { instrument: 'SOL-PERP', side: 'LONG', quantity: quantity('100') } } }, later)).toMatchObject([{ direction: 'WITHDRAWAL', saw: { side: 'LONG' } }]);
  });
});
