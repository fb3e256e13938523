import fc from 'fast-check';
import { freeze, type Recorded, thaw } from '@ballast/bus';
import { Decimal, money, type Money, type Ms, notional, price, type Price, quantity, ratio, type SignedQuantity } from '@ballast/domain';
import type { BallastEvent } from '@ballast/events';
import { describe, expect, it } from 'vitest';
import { StopFacts } from './stop-facts.projection.js';
import { MONDAY } from './stops.fixtures.js';

const STEP_MS: Ms = 7_200_000;

/** One account with one position, as execution and the venue would tell of it, cent by cent. */
class Told {
  readonly facts = new StopFacts(0);
  private held = new Decimal(0);
  private mark = new Decimal(100);
  private entry = new Decimal(100);
  private cash = new Decimal(10_000);
  private now = MONDAY;
  private told = 0;

  constructor() {
    this.tell({ type: 'BotCreated', botId: 'b1', portfolioId: 'p1', accountId: 'a1', strategy: 's', profiles: [], settings: {}, by: 'test' });
    this.observe();
  }

  /** Buys (or sells: negative) so many units at the mark. */
  trade(units: number): void {
    const [before, at] = [this.held, this.mark];
    const after = before.plus(units);
    const closes = before.times(units).isNegative() ? Decimal.min(before.abs(), Math.abs(units)).times(before.isNegative() ? -1 : 1) : new Decimal(0);
    const realisedPnl = closes.times(at.minus(this.entry)) as Money;
    if (after.abs().gt(before.abs()) || after.times(before).isNegative()) this.entry = before.times(units).isNegative() ? at : before.times(this.entry).plus(at.times(units)).div(after);
    this.held = after;
    this.cash = this.cash.plus(realisedPnl).minus('0.05');
    const common = { accountId: 'a1', instrument: 'SOL-PERP', fillId: `f${this.told}`, tradeId: 't1', side: units > 0 ? 'BUY' : 'SELL', quantity: quantity(String(Math.abs(units))), price: price(at.toString()), fee: money('0.05'), position: after as SignedQuantity, realisedPnl, venueTime: this.now } as const;
    this.tell(after.isZero() ? { type: 'PositionClosed', ...common } : { type: 'PositionIncreased', ...common, entryPrice: this.entry as Price });
  }

  move(cents: number): void {
    this.mark = Decimal.max(1, this.mark.plus(new Decimal(cents).div(100)));
    this.now += STEP_MS;
    this.observe();
  }

  /** Money comes or goes at this very moment; the venue's record and its next word on the account are told in either order. */
  transfer(cents: number, recordFirst: boolean): void {
    const amount = Decimal.max(new Decimal(cents).div(100), this.equity().neg().plus(1)).toDecimalPlaces(2);
    this.cash = this.cash.plus(amount);
    this.now += 1;
    const record = (): void => this.tell({ type: 'AccountFunded', accountId: 'a1', portfolioId: 'p1', transferId: `t${this.told}`, amount: amount as Money, balance: this.cash as Money, venueTime: this.now });
    if (recordFirst) record();
    else this.observe();
    this.between?.();
    if (recordFirst) this.observe();
    else record();
  }

  /** What is looked at between the two. */
  between: (() => void) | undefined;

  losses(mark?: Decimal): readonly string[] {
    return (['PORTFOLIO', 'BOT'] as const).flatMap((scope) => {
      const figures = this.facts.figures(scope, scope === 'BOT' ? 'b1' : 'p1', this.now, () => mark as Price | undefined);
      return figures ? [figures.day.lossRatio, figures.day.loss, figures.week.lossRatio, figures.peak.drawdownRatio].map(String) : [];
    });
  }

  private equity(): Decimal {
    return this.cash.plus(this.held.times(this.mark.minus(this.entry)));
  }

  private observe(): void {
    const equity = this.equity() as Money;
    const marks = this.held.isZero() ? [] : [{ instrument: 'SOL-PERP', markPrice: this.mark as Price, oraclePrice: this.mark as Price }];
    this.tell({ type: 'EquityObserved', accountId: 'a1', portfolioId: 'p1', botId: 'b1', trigger: 'INTERVAL', collateral: equity, eligibleCollateral: equity, equity, initialMarginHealth: equity, maintenanceMarginHealth: equity, grossNotional: notional('0'), accountLeverage: ratio('0'), marks, positions: [], venueTime: this.now });
  }

  private tell(event: BallastEvent): void {
    this.told += 1;
    this.facts.apply({ event, index: 0, decision: { occurredAt: this.now } } as Recorded);
  }
}

const step = fc.oneof(
  fc.record({ what: fc.constant('trade' as const), units: fc.integer({ min: -20, max: 20 }).filter((units) => units !== 0) }),
  fc.record({ what: fc.constant('move' as const), cents: fc.integer({ min: -400, max: 400 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
const take = (told: Told, { ...each }: Step): void => (each.what === 'trade' ? told.trade(each.units) : told.move(each.cents));

describe('a transfer of any size, at any moment', () => {
  it('changes drawdown, daily loss and weekly loss by exactly 0, whichever of its record and its observation comes first (C-10, C-11)', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 25 }), fc.integer({ min: -2_000_000, max: 100_000_000 }), fc.boolean(), (steps, cents, recordFirst) => {
      const told = new Told();
      for (const each of steps) take(told, each);
      const before = told.losses();
      told.between = () => expect(told.losses()).toEqual(before);
      told.transfer(cents, recordFirst);
      expect(told.losses()).toEqual(before);
    }));
  });

  it('changes them by exactly 0 also while prices have moved that no observation shows yet', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 15 }), fc.integer({ min: -2_000_000, max: 100_000_000 }), fc.integer({ min: 50, max: 150 }), (steps, cents, mark) => {
      const told = new Told();
      for (const each of steps) take(told, each);
      const before = told.losses(new Decimal(mark));
      told.between = () => expect(told.losses(new Decimal(mark))).toEqual(before);
      told.transfer(cents, true);
    }));
  });

  it('hides no later loss: it is measured against the money that is there', () => {
    const told = new Told();
    told.trade(10);
    told.transfer(-900_000, true);
    told.move(-1_500);
    const [share, amount] = told.losses();
    // 5 cents of $10,000, then $150 of the $999.95 that were left.
    expect([share, amount]).toEqual([new Decimal(1).minus(new Decimal('0.999995').times(new Decimal(1).minus(new Decimal(150).div('999.95')))).toDecimalPlaces(12).toString(), '150.05']);
  });
});

describe('facts of hard stops', () => {
  it('are plain data that a snapshot can hold', () => {
    const told = new Told();
    told.trade(5);
    told.move(-200);
    const copy = new StopFacts(0);
    copy.state = thaw(freeze(told.facts.state)) as StopFacts['state'];
    expect(copy.figures('PORTFOLIO', 'p1', MONDAY + STEP_MS)).toEqual(told.facts.figures('PORTFOLIO', 'p1', MONDAY + STEP_MS));
  });
});
