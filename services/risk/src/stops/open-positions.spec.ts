import fc from 'fast-check';
import { money, notional, price, type Price, quantity, ratio, signedQuantity } from '@ballast/domain';
import type { BallastEvent, StopScope } from '@ballast/events';
import { type AccountBook, EquityCurveFold } from '@ballast/performance';
import { describe, expect, it } from 'vitest';
import { OpenPositions } from './open-positions.js';
import { MONDAY } from './stops.fixtures.js';

/** Three accounts of two portfolios, of which b1 and b2 share one. */
const OWNERS = { a1: { portfolioId: 'p1', botId: 'b1' }, a2: { portfolioId: 'p1', botId: 'b2' }, a3: { portfolioId: 'p2', botId: 'b3' } } as const;
const SCOPES: readonly (readonly [StopScope, string])[] = [['PORTFOLIO', 'p1'], ['PORTFOLIO', 'p2'], ['BOT', 'b1'], ['BOT', 'b2'], ['BOT', 'b3']];
const INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'] as const;
const NEWEST: Readonly<Record<string, Price>> = { 'SOL-PERP': price('101.25') };
const markOf = (instrument: string): Price | undefined => NEWEST[instrument];

const account = fc.constantFrom('a1' as const, 'a2' as const, 'a3' as const);
const told = fc.oneof(
  fc.record({ what: fc.constant('created' as const), account }),
  fc.record({ what: fc.constant('filled' as const), account, instrument: fc.constantFrom(...INSTRUMENTS), units: fc.integer({ min: -3, max: 3 }), cents: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ what: fc.constant('funded' as const), account, cents: fc.integer({ min: -900, max: 900 }) }),
  fc.record({ what: fc.constant('observed' as const), account, cents: fc.integer({ min: 1, max: 20_000 }) }),
);
type Told = typeof told extends fc.Arbitrary<infer T> ? T : never;

const dollars = (cents: number): string => (cents / 100).toFixed(2);
function eventOf(each: Told, index: number): BallastEvent & { readonly accountId: string } {
  const [accountId, venueTime] = [each.account, MONDAY + index];
  const { portfolioId, botId } = OWNERS[accountId];
  switch (each.what) {
    case 'created':
      return { type: 'BotCreated', botId, portfolioId, accountId, strategy: 's', profiles: [], settings: {}, by: 'test' };
    case 'filled': {
      const common = { accountId, instrument: each.instrument, fillId: `f${index}`, tradeId: 't1', side: 'BUY', quantity: quantity('1'), price: price(dollars(each.cents)), fee: money('0'), position: signedQuantity(String(each.units)), realisedPnl: money('0'), venueTime } as const;
      return each.units === 0 ? { type: 'PositionClosed', ...common } : { type: 'PositionIncreased', ...common, entryPrice: common.price };
    }
    case 'funded':
      return { type: 'AccountFunded', accountId, portfolioId, transferId: `t${index}`, amount: money(dollars(each.cents)), balance: money('1'), venueTime };
    case 'observed': {
      const [equity, mark] = [money('1000'), price(dollars(each.cents))];
      return { type: 'EquityObserved', accountId, portfolioId, botId, trigger: 'INTERVAL', collateral: equity, eligibleCollateral: equity, equity, initialMarginHealth: equity, maintenanceMarginHealth: equity, grossNotional: notional('0'), accountLeverage: ratio('0'), marks: [{ instrument: 'SOL-PERP', markPrice: mark, oraclePrice: mark }], positions: [], venueTime };
    }
  }
}

/** The same by a walk through every account that there is. */
function walked({ state: { owners, books } }: EquityCurveFold, scope: StopScope, scopeId: string): readonly unknown[] {
  const of = [...owners].flatMap(([accountId, owner]): readonly AccountBook[] => ((scope === 'PORTFOLIO' ? owner.portfolioId : owner.botId) === scopeId ? [books.get(accountId)].filter((book) => book !== undefined) : []));
  const drift = of.flatMap(({ holdings }) => [...holdings]).reduce((sum, [instrument, { quantity: held, mark }]) => sum.plus(held.times((markOf(instrument) ?? mark).minus(mark))), money('0').plus(0));
  const pending = of.flatMap((book) => book.pending).reduce((sum, { amount }) => sum.plus(amount), money('0').plus(0));
  return [drift.toString(), pending.toString(), [...new Set(of.flatMap(({ holdings }) => [...holdings.keys()]))].sort()];
}
const added = (open: OpenPositions, scope: StopScope, scopeId: string): readonly unknown[] => [open.driftIn(scope, scopeId, markOf).toString(), open.pendingIn(scope, scopeId).toString(), open.heldIn(scope, scopeId).toSorted()];

describe('what portfolios and bots hold, added up as it changes', () => {
  it('is to the digit what a walk through every account finds, whatever came in which order, and counted anew the same', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 40 }), (all) => {
        const [curves, open, anew] = [new EquityCurveFold(), new OpenPositions(), new OpenPositions()];
        all.map(eventOf).forEach((event, index) => {
          curves.apply({ event, decision: { occurredAt: MONDAY + index } });
          open.count(curves.state, event.accountId);
        });
        anew.countAnew(curves.state);
        for (const [scope, scopeId] of SCOPES) {
          expect(added(open, scope, scopeId)).toEqual(walked(curves, scope, scopeId));
          expect(added(anew, scope, scopeId)).toEqual(walked(curves, scope, scopeId));
        }
        for (const instrument of INSTRUMENTS) expect(open.holdersOf(instrument)).toEqual(['p1', 'p2'].filter((portfolioId) => open.holds('PORTFOLIO', portfolioId, instrument)));
      }),
    );
  });

  it('is held also where two accounts hold the opposite of each other', () => {
    const [curves, open] = [new EquityCurveFold(), new OpenPositions()];
    const all: readonly Told[] = [{ what: 'created', account: 'a1' }, { what: 'created', account: 'a2' }, { what: 'filled', account: 'a1', instrument: 'SOL-PERP', units: 2, cents: 10_000 }, { what: 'filled', account: 'a2', instrument: 'SOL-PERP', units: -2, cents: 10_100 }];
    all.map(eventOf).forEach((event) => {
      curves.apply({ event, decision: { occurredAt: MONDAY } });
      open.count(curves.state, event.accountId);
    });
    expect([added(open, 'PORTFOLIO', 'p1'), open.holdersOf('SOL-PERP')]).toEqual([['2', '0', ['SOL-PERP']], ['p1']]);
  });
});
