import fc from 'fast-check';
import { TRADING_STATES } from '@ballast/domain';
import { describe, expect, it } from 'vitest';
import { setBy, stateFor, type TradingStateCommand, tradingStateDecider, type TradingStates } from './trading-state.decider.js';

const context = { decisionId: 'd', at: 1 };
const command = (overrides: Partial<TradingStateCommand> = {}): TradingStateCommand => ({ type: 'Tighten', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', state: 'HALTED', reason: 'asked', by: 'user:ops', ...overrides });
const run = (...commands: readonly TradingStateCommand[]): TradingStates =>
  commands.reduce((states, next) => tradingStateDecider.decide(states, next, context).reduce(tradingStateDecider.evolve, states), tradingStateDecider.initial);

describe('the trading state of a portfolio', () => {
  it('records who changed it, and nothing when repeated', () => {
    expect(tradingStateDecider.decide(tradingStateDecider.initial, command(), context)).toEqual([{ type: 'TradingStateChanged', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', state: 'HALTED', reason: 'asked', by: 'user:ops' }]);
    expect(tradingStateDecider.decide(run(command()), command({ by: 'user:other' }), context)).toEqual([]);
  });

  it('is the strictest of portfolio, bot and instrument', () => {
    const states = run(command({ scope: 'INSTRUMENT', scopeId: 'SOL-PERP' }), command({ scope: 'BOT', scopeId: 'b1', state: 'REDUCING' }));
    expect(stateFor(states, 'p1', 'b2', ['ETH-PERP'])).toBe('ACTIVE');
    expect(stateFor(states, 'p1', 'b1', ['ETH-PERP'])).toBe('REDUCING');
    expect(stateFor(states, 'p1', 'b1', ['ETH-PERP', 'SOL-PERP'])).toBe('HALTED');
  });

  it('is latched: only a resume of the same scope loosens it', () => {
    const any = fc.record({ scope: fc.constantFrom('PORTFOLIO' as const, 'BOT' as const), state: fc.constantFrom(...TRADING_STATES) });
    fc.assert(fc.property(fc.array(any), (changes) => {
      const halted = run(command(), ...changes.map((change) => command({ ...change, scopeId: change.scope === 'BOT' ? 'b1' : 'p1' })));
      expect(stateFor(halted, 'p1', 'b1', [])).toBe('HALTED');
    }));
    expect(stateFor(run(command(), command({ type: 'Resume' })), 'p1', 'b1', [])).toBe('ACTIVE');
  });

  it('says who set a scope last, and nobody where nobody ever did', () => {
    const states = run(command(), command({ type: 'Resume', by: 'approver' }));
    expect([setBy(states, 'PORTFOLIO', 'p1'), setBy(states, 'BOT', 'p1'), setBy(states, 'PORTFOLIO', 'p2')]).toEqual(['approver', undefined, undefined]);
  });
});
