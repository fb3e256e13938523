import type { Recorded } from '@ballast/bus';
import { money, quantity, ratio } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { AT } from '../exposure/exposure.builders.js';
import { AccountsFold } from './accounts.projection.js';
import { OrderTrafficFold } from './order-traffic.projection.js';
import { RefusalsFold } from './refusals.projection.js';

const recorded = (event: object, occurredAt = AT): Recorded => ({ event: event as BallastEvent, index: 0, decision: { occurredAt } as Recorded['decision'] });

describe('the orders of a portfolio', () => {
  const submitted = (clientOrderId: string, portfolioId = 'p1') => ({ type: 'OrderSubmitted', clientOrderId, portfolioId, quantity: quantity('2') });

  it('are open until they are filled, cancelled or rejected, reduce-only ones too', () => {
    const fold = new OrderTrafficFold();
    const open = (): number => fold.of('p1', AT).open;
    for (const id of ['o1', 'o2', 'o3', 'o3']) fold.apply(recorded(submitted(id)));
    fold.apply(recorded(submitted('o4', 'p2')));
    expect([open(), fold.of('p2', AT).open, fold.of('p3', AT).open]).toEqual([3, 1, 0]);
    fold.apply(recorded({ type: 'OrderFilled', clientOrderId: 'o1', quantity: quantity('1') }));
    expect(open()).toBe(3);
    fold.apply(recorded({ type: 'OrderFilled', clientOrderId: 'o1', quantity: quantity('1') }));
    expect(open()).toBe(2);
    fold.apply(recorded({ type: 'OrderFilled', clientOrderId: 'o1', quantity: quantity('1') }));
    fold.apply(recorded({ type: 'OrderCancelled', clientOrderId: 'o2' }));
    fold.apply(recorded({ type: 'OrderRejected', clientOrderId: 'o3' }));
    fold.apply(recorded({ type: 'OrderRejected', clientOrderId: 'o3' }));
    expect(open()).toBe(0);
  });

  it('are counted as sent for the sixty seconds that end now', () => {
    const fold = new OrderTrafficFold();
    fold.apply(recorded(submitted('o1'), AT));
    fold.apply(recorded(submitted('o2'), AT + 999));
    fold.apply(recorded(submitted('o3'), AT + 59_000));
    expect([AT + 59_999, AT + 60_000, AT + 118_999, AT + 119_000].map((at) => fold.of('p1', at).sentInMinute)).toEqual([3, 1, 1, 0]);
    fold.apply(recorded(submitted('o4'), AT + 200_000));
    expect([...fold.state.sent.values()].map((seconds) => Object.keys(seconds).length)).toEqual([1]);
  });
});

describe('the refusals of a bot', () => {
  const denied = (rules: readonly (readonly [string, string])[]) => ({ type: 'TradeDenied', botId: 'b1', rules: rules.map(([rule, result]) => ({ rule, result })) });

  it('are counted for an hour, but not those for too many refusals alone', () => {
    const fold = new RefusalsFold();
    fold.apply(recorded(denied([['slippage-warn', 'WARN'], ['depth', 'REFUSE']])));
    fold.apply(recorded(denied([['depth', 'MISSING_INPUT'], ['refused-plans', 'REFUSE']])));
    fold.apply(recorded(denied([['depth', 'PASS'], ['slippage-warn', 'WARN'], ['refused-plans', 'REFUSE']])));
    fold.apply(recorded({ type: 'TradeApproved', botId: 'b1', rules: [] }));
    expect([fold.inHour('b1', AT), fold.inHour('b1', AT + 3_599_999), fold.inHour('b1', AT + 3_600_000), fold.inHour('b2', AT)]).toEqual([2, 2, 0, 0]);
  });
});

describe('an account as observed', () => {
  const equity = (change: object) => ({ type: 'EquityObserved', accountId: 'a1', collateral: money('150'), eligibleCollateral: money('100'), equity: money('160'), positions: [], venueTime: AT - 40, ...change });

  it('is known without its protection, with the venue\'s clock and nearest liquidation (C-10)', () => {
    const fold = new AccountsFold();
    fold.apply(recorded(equity({ positions: [{ distanceToLiquidation: ratio('0.4') }, { distanceToLiquidation: ratio('0.3') }, {}] })));
    expect(fold.account('a1')).toEqual({ eligibleCollateral: money('100'), equity: money('160'), eligibleEquity: money('110'), observedAt: AT - 40, clockSkewMs: 40, nearestLiquidation: ratio('0.3') });
    fold.apply(recorded(equity({ venueTime: AT + 40 })));
    expect(fold.account('a1')).toEqual({ eligibleCollateral: money('100'), equity: money('160'), eligibleEquity: money('110'), observedAt: AT, clockSkewMs: -40 });
    expect(fold.account('a2')).toBeUndefined();
  });

  it('belongs to the bots of its portfolio', () => {
    const fold = new AccountsFold();
    const created = (botId: string, portfolioId: string) => ({ type: 'BotCreated', botId, portfolioId, accountId: `a-${botId}`, profiles: ['demo'], strategy: 'dn-pair' });
    fold.apply(recorded(created('b1', 'p1')));
    fold.apply(recorded(created('b2', 'p2')));
    expect(fold.bot('b1')).toEqual({ botId: 'b1', accountId: 'a-b1', portfolioId: 'p1', profiles: ['demo'], strategy: 'dn-pair', createdAt: AT });
    expect([fold.botsOf('p1').length, fold.botsOf('p3'), [...fold.portfolios]]).toEqual([1, [], ['p1', 'p2']]);
  });
});
