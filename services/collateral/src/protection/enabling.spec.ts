import type { Market, Recorded } from '@ballast/bus';
import { bps, type Instrument, money, notional, price, quantity, ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { PROFILES } from '@ballast/policy';
import { defaultSettings, type Protection, protectionDecider } from '@ballast/protection';
import { describe, expect, it } from 'vitest';
import { BotsFold, type BotView } from './bots.projection.js';
import { fitOf, limitsOf } from './enabling.js';

const ETH: Instrument = {
  instrument: 'ETH-PERP', venue: 'nado', base: 'ETH', quote: 'USDT0', lotSize: quantity('0.001'), tickSize: price('0.1'), notionalMin: notional('100'), makerFeeBps: bps('1'), takerFeeBps: bps('5'), initialMarginRatio: ratio('0.05'), maintenanceMarginRatio: ratio('0.03'),
};
const market = { latest: (_kind: string, instrument: string) => (instrument === 'ETH-PERP' ? ETH : undefined) } as unknown as Market;
const terms = { minimum: money('5'), fee: money('0'), step: money('0.000001') };
const created = (botId: string, portfolioId = 'main') => ({ type: 'BotCreated', botId, portfolioId, accountId: `a-${botId}`, strategy: 'dn-pair', profiles: ['dn-pair-v4.1'], settings: { instrumentA: 'ETH-PERP' }, by: 'test' });
const entered = (rung: string, portfolioId = 'main') => ({ type: 'RungEntered', portfolioId, rung });
/** Protection that a bot of 5x can have. */
const enabled: Protection = { ...protectionDecider.initial, configured: { botId: 'b1', accountId: 'a-b1', portfolioId: 'main', revision: 1, settings: { ...defaultSettings(notional('10000')), enabled: true, safeDistance: ratio('0.12') } } };

function botAfter(botId: string, ...events: readonly object[]): BotView {
  const fold = new BotsFold();
  for (const event of events) fold.apply({ event: event as BallastEvent, decision: { occurredAt: 0 } } as Recorded);
  const bot = fold.state.bots.get(botId);
  if (!bot) throw new Error(`bot ${botId}: found none`);
  return bot;
}
const limits = (bot: BotView): readonly string[] => Object.values(limitsOf(bot, PROFILES) ?? {}).map(String);
const faults = (bot: BotView): readonly string[] => fitOf(bot, enabled, { market, profiles: PROFILES, terms })?.faults.map(({ field }) => field) ?? ['unknown'];

describe('what a fresh position of a bot is reckoned with (C-9, W-13)', () => {
  it.each([['phase-1/weeks-1-2', ['4', '10000']], ['phase-2/months-2-3', ['8', '25000']], ['phase-4/months-7-12', ['16', '400000']]] as const)('is the leverage and the position of the rung %s', (rung, expected) => {
    expect(limits(botAfter('b1', created('b1'), entered(rung)))).toEqual(expected);
  });

  it('is what its profiles say before any rung, and the rung of its own portfolio alone', () => {
    expect(limits(botAfter('b1', created('b1')))).toEqual(['4', '10000']);
    expect(limits(botAfter('b1', created('b1'), created('b2', 'other'), entered('phase-4/months-7-12', 'other')))).toEqual(['4', '10000']);
  });

  it('is the rung of its portfolio too where the bot came later, and the lower one once it has fallen', () => {
    expect(limits(botAfter('b2', created('b1'), entered('phase-4/months-7-12'), created('b2')))).toEqual(['16', '400000']);
    expect(limits(botAfter('b1', entered('phase-4/months-7-12'), created('b1')))).toEqual(['16', '400000']);
    expect(limits(botAfter('b1', created('b1'), entered('phase-4/months-7-12'), entered('phase-2/months-2-3')))).toEqual(['8', '25000']);
  });

  it('names the settings that would be in danger at entry once the portfolio has climbed', () => {
    expect(faults(botAfter('b1', created('b1'), entered('phase-1/weeks-1-2')))).toEqual([]);
    expect(faults(botAfter('b1', created('b1'), entered('phase-4/months-7-12')))).toEqual(['triggerDistance', 'safeDistance', 'triggerDistance', 'safeDistance']);
  });
});
