import { describe, expect, it } from 'vitest';
import { ratio } from '@ballast/domain';
import { check, deposited, enabled, T0, typesOf } from './protection.fixtures.js';

const S = 1_000;

describe('what is stale (C-70)', () => {
  const old = (markPrice: string, age: number, changes: Parameters<typeof check>[2] = {}) => check(T0, markPrice, { ...changes, state: { time: T0 - age, ...changes.state } });

  it('is not acted on, and said once in danger after two missed intervals', () => {
    const bot = enabled();
    expect(typesOf(bot.tell(old('104', 19 * S), T0))).toEqual(['TransferIntended']);
    const other = enabled({ exhausted: 'hold' });
    expect(other.tell(old('104', 20 * S), T0)).toMatchObject([{ type: 'ProtectionStale', what: 'STATE', missedIntervals: 2, lastStateTime: T0 - 20 * S }]);
    expect(other.tell(old('104', 20 * S), T0)).toEqual([]);
    expect(typesOf(other.tell(check(T0 + S, '104'), T0 + S))).toEqual(['Fresh', 'TransferIntended']);
  });

  it('a state is as young as the interval it was read under allows, up to a minute', () => {
    const types = (age: number, refreshMs: number) => typesOf(enabled().tell(old('104', age, { state: { refreshMs } }), T0));
    expect([types(60 * S, 60_000), types(61 * S, 60_000), types(61 * S, 300_000)]).toEqual([['TransferIntended'], ['Stale'], ['Stale']]);
  });

  it('danger is below the bot\'s own trigger, however wide: two intervals of danger are missed there as well', () => {
    const types = (age: number) => typesOf(enabled({ triggerDistance: ratio('0.15'), safeDistance: ratio('0.18') }, { initialDistances: { long: ratio('0.5') } }).tell(old('112', age), T0));
    expect([types(19 * S), types(20 * S)]).toEqual([['TransferIntended'], ['Stale']]);
  });

  it('out of danger nothing is said and nothing withdrawn', () => {
    const bot = deposited();
    expect(bot.tell(check(T0 + 900 * S, '140', { state: { time: T0 + 2 * S } }), T0 + 900 * S)).toEqual([]);
  });

  it('an old price stops everything, an old account allows the reduction that the policy asks for', () => {
    const of = (command: ReturnType<typeof check>) => typesOf(enabled({ exhausted: 'reduce' }).tell(command, T0));
    expect(of({ ...check(T0, '104'), priceTime: T0 - 10 * S })).toEqual(['Stale']);
    expect(of(old('104', 30 * S))).toEqual(['Stale', 'ReductionRequested']);
  });

  it('an account that stays away when the prices have come back allows that reduction as well', () => {
    const bot = enabled({ exhausted: 'reduce' });
    expect(typesOf(bot.tell({ ...check(T0, '104'), priceTime: T0 - 10 * S }, T0))).toEqual(['Stale']);
    expect(typesOf(bot.tell(old('104', 30 * S), T0))).toEqual(['ReductionRequested']);
  });

  it('is said while a transfer has no outcome as well', () => {
    const bot = enabled();
    expect(typesOf(bot.tell(check(T0 - 25 * S, '104'), T0 - 25 * S))).toEqual(['TransferIntended']);
    expect(typesOf(bot.tell(old('104', 25 * S), T0))).toEqual(['Stale']);
  });
});
