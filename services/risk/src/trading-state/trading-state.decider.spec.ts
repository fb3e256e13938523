import fc from 'fast-check';
import { strictest, TRADING_STATES, type TradingState } from '@ballast/domain';
import type { HoldCause, TradingStateChanged } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { BY_HARD_STOP, BY_RECONCILIATION, hasState, holdsOf, stateFor, stateOf, type TradingStateCommand, tradingStateDecider, type TradingStates } from './trading-state.decider.js';

const context = { decisionId: 'd', at: 1 };
const command = (overrides: Partial<TradingStateCommand> = {}): TradingStateCommand => ({ type: 'Tighten', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', state: 'HALTED', reason: 'asked', by: 'user:ops', ...overrides });
const run = (...commands: readonly TradingStateCommand[]): TradingStates =>
  commands.reduce((states, next) => tradingStateDecider.decide(states, next, context).reduce(tradingStateDecider.evolve, states), tradingStateDecider.initial);

describe('the trading state of a portfolio', () => {
  it('records who changed it, and nothing when repeated', () => {
    expect(tradingStateDecider.decide(tradingStateDecider.initial, command(), context)).toEqual([{ type: 'TradingStateChanged', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', state: 'HALTED', reason: 'asked', by: 'user:ops', hold: { causes: ['PERSON'], state: 'HALTED' } }]);
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

  it('is not changed by what asks for nothing: no risk to refuse, or nothing to resume', () => {
    expect(tradingStateDecider.decide(tradingStateDecider.initial, command({ state: 'ACTIVE' }), context)).toEqual([]);
    expect(tradingStateDecider.decide(run(command({ state: 'REDUCING' })), command({ state: 'ACTIVE', by: BY_HARD_STOP }), context)).toEqual([]);
    expect(tradingStateDecider.decide(tradingStateDecider.initial, command({ type: 'Resume' }), context)).toEqual([]);
    expect(tradingStateDecider.decide(run(command()), command({ type: 'Resume', by: BY_HARD_STOP }), context)).toEqual([]);
  });

  it('is resumed scope by scope: the others stay as they are, and the one resumed keeps who did it and why', () => {
    const states = run(command(), command({ scope: 'BOT', scopeId: 'b1', state: 'REDUCING' }), command({ type: 'Resume', scope: 'BOT', scopeId: 'b1', reason: 'looked at', by: 'user:desk' }));
    expect(states.scopes).toEqual({
      'PORTFOLIO:p1': { state: 'HALTED', reason: 'asked', by: 'user:ops', holds: { PERSON: { state: 'HALTED', reason: 'asked', by: 'user:ops' } } },
      'BOT:b1': { state: 'ACTIVE', reason: 'looked at', by: 'user:desk' },
    });
    expect([hasState(states, 'BOT', 'b1'), hasState(states, 'BOT', 'b2'), holdsOf(states, 'BOT', 'b1')]).toEqual([true, false, {}]);
  });
});

describe('holds of a scope', () => {
  const stop = (overrides: Partial<TradingStateCommand> = {}): TradingStateCommand => command({ by: BY_HARD_STOP, reason: 'lost', ...overrides });
  const difference = command({ by: BY_RECONCILIATION, state: 'REDUCING', reason: 'differs' });
  const of = (states: TradingStates): readonly [TradingState, readonly string[]] => [stateOf(states, 'PORTFOLIO', 'p1'), Object.keys(holdsOf(states, 'PORTFOLIO', 'p1')).sort()];
  const resumed = (...causes: readonly HoldCause[]): TradingStateCommand => command({ type: 'Resume', by: 'approver', causes });

  it('outlive the resume of a hard stop: a person and a reconciliation asked for no new risk as well', () => {
    const held = run(stop(), command({ reason: 'lunch' }), difference);
    expect(of(held)).toEqual(['HALTED', ['HARD_STOP', 'PERSON', 'RECONCILIATION']]);
    const lifted = tradingStateDecider.decide(held, resumed('HARD_STOP'), context);
    expect(lifted).toEqual([{ type: 'TradingStateChanged', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', state: 'HALTED', reason: 'asked', by: 'approver', hold: { causes: ['HARD_STOP'], state: 'ACTIVE' } }]);
    expect(lifted.reduce(tradingStateDecider.evolve, held).scopes['PORTFOLIO:p1']).toMatchObject({ state: 'HALTED', reason: 'lunch', by: 'user:ops' });
    expect(of(run(stop(), difference, resumed('HARD_STOP')))).toEqual(['REDUCING', ['RECONCILIATION']]);
    expect(tradingStateDecider.decide(run(stop(), difference), resumed('PERSON', 'RECONCILIATION'), context)).toMatchObject([{ state: 'HALTED', hold: { causes: ['RECONCILIATION'], state: 'ACTIVE' } }]);
    expect(of(run(stop(), command(), difference, resumed('PERSON', 'RECONCILIATION')))).toEqual(['HALTED', ['HARD_STOP']]);
    expect(of(run(stop(), command(), difference, resumed('HARD_STOP'), resumed('PERSON', 'RECONCILIATION')))).toEqual(['ACTIVE', []]);
  });

  it('of logs that do not name them are of whoever had set the scope, and end with the first that was ACTIVE', () => {
    const told = (state: TradingState, by: string): TradingStateChanged => ({ type: 'TradingStateChanged', portfolioId: 'p1', scope: 'PORTFOLIO', scopeId: 'p1', state, reason: 'old', by });
    const folded = (...events: readonly TradingStateChanged[]): TradingStates => events.reduce(tradingStateDecider.evolve, tradingStateDecider.initial);
    expect(of(folded(told('REDUCING', BY_RECONCILIATION), told('HALTED', BY_HARD_STOP)))).toEqual(['HALTED', ['HARD_STOP', 'RECONCILIATION']]);
    expect(of(folded(told('REDUCING', BY_RECONCILIATION), told('HALTED', BY_HARD_STOP), told('ACTIVE', 'approver')))).toEqual(['ACTIVE', []]);
    const kept: TradingStates = { scopes: { 'PORTFOLIO:p1': { state: 'HALTED', reason: 'old', by: 'user:ops' } } };
    expect(of([stop(), resumed('HARD_STOP')].reduce((states, next) => tradingStateDecider.decide(states, next, context).reduce(tradingStateDecider.evolve, states), kept))).toEqual(['HALTED', ['PERSON']]);
  });

  it('are each lifted by their own resume alone, and the scope is as strict as the strictest: any order, and as who folds only the states sees it', () => {
    const cause = fc.constantFrom<HoldCause>('HARD_STOP', 'RECONCILIATION', 'PERSON');
    const step = fc.oneof(fc.record({ cause, state: fc.constantFrom(...TRADING_STATES) }), fc.record({ lifts: fc.uniqueArray(cause, { minLength: 1 }) }));
    fc.assert(fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const model = new Map<HoldCause, TradingState>();
      let states = tradingStateDecider.initial;
      let lastTold: TradingState = 'ACTIVE';
      for (const each of steps) {
        if ('lifts' in each) each.lifts.forEach((lifted) => model.delete(lifted));
        else model.set(each.cause, strictest(model.get(each.cause) ?? 'ACTIVE', each.state));
        const next = 'lifts' in each ? resumed(...each.lifts) : command({ causes: [each.cause], state: each.state });
        for (const event of tradingStateDecider.decide(states, next, context)) {
          states = tradingStateDecider.evolve(states, event);
          lastTold = event.state;
        }
        const expected = [...model.values()].reduce<TradingState>(strictest, 'ACTIVE');
        expect([stateOf(states, 'PORTFOLIO', 'p1'), lastTold]).toEqual([expected, expected]);
      }
    }));
  });
});
