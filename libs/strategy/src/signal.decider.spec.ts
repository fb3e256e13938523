import { bps, notional, price, ratio } from '@ballast/domain';
import { decodeAs, SignalRaised } from '@ballast/events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RaiseSignal, signalDecider, type SignalEvent, signalIdOf, tradeIdOf } from './signal.decider.js';

const decider = signalDecider('test');
const context = { decisionId: 'd', at: 1_000 };
const raise = (over: Partial<RaiseSignal> = {}): RaiseSignal => ({
  type: 'RaiseSignal', number: 1, botId: 'bot-1', accountId: 'account-1', portfolioId: 'portfolio-1', purpose: 'ENTER', legs: [{ instrument: 'ETH-PERP', side: 'BUY' }], targetNotional: notional('100'),
  slippageBpsMax: bps('10'), reason: 'test', seen: [{ instrument: 'ETH-PERP', bestBid: price('1'), bestAsk: price('2'), exchangeTime: 1, bookSequence: 1 }], validUntil: 5_000, ...over,
});
const fold = (events: readonly SignalEvent[]) => events.reduce((state, event) => decider.evolve(state, event), decider.initial);

describe('one bot\'s signals', () => {
  it('names signal and trade by the bot and a count, so the same tick after a restart decides the same', () => {
    const [first] = decider.decide(decider.initial, raise(), context);
    const [again] = decider.decide(decider.initial, raise(), { decisionId: 'other', at: 1_001 });
    expect(first).toEqual(again);
    expect(first).toMatchObject({ type: 'SignalRaised', signalId: signalIdOf('bot-1', 1), tradeId: tradeIdOf('bot-1', 1), botId: 'bot-1' });
  });

  it('decides nothing for a repeated command', () => {
    const state = fold(decider.decide(decider.initial, raise(), context));
    expect(decider.decide(state, raise(), context)).toEqual([]);
  });

  it('decides nothing after validUntil', () => {
    expect(decider.decide(decider.initial, raise(), { decisionId: 'd', at: 5_001 })).toEqual([]);
    expect(decider.decide(decider.initial, raise(), { decisionId: 'd', at: 5_000 })).toHaveLength(1);
  });

  it('gives an exit a signal of its own for the trade that it leaves', () => {
    const state = fold(decider.decide(decider.initial, raise(), context));
    const [exit] = decider.decide(state, raise({ number: 2, purpose: 'EXIT', tradeId: tradeIdOf('bot-1', 1), legs: [] }), context);
    expect(exit).toMatchObject({ purpose: 'EXIT', tradeId: tradeIdOf('bot-1', 1), signalId: signalIdOf('bot-1', 2), legs: [] });
  });

  it('records how sure the strategy is, where it says so, and nothing where it does not (C-52)', () => {
    const wire = (over: Partial<RaiseSignal>): unknown => JSON.parse(JSON.stringify(decider.decide(decider.initial, raise(over), context)[0]));
    expect(decodeAs(SignalRaised, wire({ confidence: ratio('0.7') })).confidence?.toString()).toBe('0.7');
    expect(wire({})).not.toHaveProperty('confidence');
  });

  it('withdraws an entry once', () => {
    const state = fold(decider.decide(decider.initial, raise(), context));
    const withdrawn = decider.decide(state, { type: 'WithdrawSignal', tradeId: tradeIdOf('bot-1', 1), reason: 'test' }, context);
    expect(withdrawn).toMatchObject([{ type: 'SignalWithdrawn', signalId: signalIdOf('bot-1', 1), reason: 'test' }]);
    expect(decider.decide(withdrawn.reduce((folded, event) => decider.evolve(folded, event), state), { type: 'WithdrawSignal', tradeId: tradeIdOf('bot-1', 1), reason: 'test' }, context)).toEqual([]);
  });

  it('never uses an id twice, whatever is asked in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 }), (numbers) => {
        const events: SignalEvent[] = [];
        for (const number of numbers) events.push(...decider.decide(fold(events), raise({ number }), context));
        const ids = events.map(({ signalId }) => signalId);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toEqual(ids.map((_, index) => signalIdOf('bot-1', index + 1)));
      }),
    );
  });
});
