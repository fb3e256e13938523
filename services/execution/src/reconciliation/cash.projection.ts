import { Injectable } from '@nestjs/common';
import { addMoney, Decimal, type Id, type Money, type Price, type Quantity, type Side, signOf, type SignedQuantity, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { Projection, Recorded } from '@ballast/bus';
import { POSITION_CHANGES } from '@ballast/events';
import type { AccountState } from '@ballast/venues';
import type { Difference } from './reconciliation.decider.js';

/** The venue and the log differ by less than this through rounding of averages; quote currency. */
const DUST = new Decimal('0.000001');
/** A transfer reaches the log a minute after the venue, a payment some ms: what is unexplained in so many rounds in a row is a difference. */
const ROUNDS = 3;

interface Cash {
  /** Transfers in less transfers out; undefined before the opening balance, without which nothing can be compared. */
  readonly funded: Money | undefined;
  /** Realised results - fees + funding. */
  readonly results: Money;
  /** What the open quantity of each instrument was bought for; below 0 for a short. */
  readonly costs: ReadonlyMap<string, Money>;
}

interface Moved {
  readonly accountId: Id;
  readonly instrument: string;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly price: Price;
  readonly fee: Money;
  readonly position: SignedQuantity;
  readonly realisedPnl: Money;
}

const NOTHING: Cash = { funded: undefined, results: ZERO_MONEY, costs: new Map() };

/** What the log says that each account's money is. */
@Injectable()
export class CashBooks implements Projection<Map<Id, Cash>> {
  readonly name = 'execution-cash';
  readonly reads = ['AccountFunded', 'FundingSettled', 'DebtForgiven', ...POSITION_CHANGES];
  state = new Map<Id, Cash>();
  /** Rounds in a row that an account was found to differ in. */
  private readonly doubts = new Map<Id, number>();

  apply({ event }: Recorded): void {
    switch (event.type) {
      case 'AccountFunded':
        return this.change(event.accountId, (cash) => ({ ...cash, funded: addMoney(cash.funded ?? ZERO_MONEY, event.amount) }));
      case 'FundingSettled':
      case 'DebtForgiven':
        return this.change(event.accountId, (cash) => ({ ...cash, results: addMoney(cash.results, event.amount) }));
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated':
        return this.moved(event);
    }
  }

  /**
   * Balance less cost of what is open: the same number whether a venue settles results at once or keeps them with the position.
   * One look proves nothing; what stood already is told as it is now.
   */
  differences(state: AccountState, told: readonly Difference[]): readonly Difference[] {
    const { accountId } = state;
    const ours = this.state.get(accountId);
    const theirs = freeOf(state);
    if (ours?.funded === undefined || theirs === undefined) return [];
    const expected = [...ours.costs.values()].reduce(subMoney, addMoney(ours.funded, ours.results));
    if (theirs.minus(expected).abs().lte(DUST)) {
      this.doubts.delete(accountId);
      return [];
    }
    const rounds = (this.doubts.get(accountId) ?? 0) + 1;
    this.doubts.set(accountId, rounds);
    const standing = told.filter(({ what }) => what === 'BALANCE');
    if (rounds < ROUNDS && standing.length === 0) return [];
    return [{ what: 'BALANCE', subject: accountId, expected: expected.toString(), found: theirs.toString() }];
  }

  private moved({ accountId, instrument, side, quantity, price, fee, position, realisedPnl }: Moved): void {
    this.change(accountId, (cash) => {
      const costs = new Map(cash.costs);
      const cost = addMoney(addMoney(costs.get(instrument) ?? ZERO_MONEY, quantity.times(price).times(signOf(side)) as Money), realisedPnl);
      if (position.isZero()) costs.delete(instrument);
      else costs.set(instrument, cost);
      return { ...cash, costs, results: subMoney(addMoney(cash.results, realisedPnl), fee) };
    });
  }

  private change(accountId: Id, to: (cash: Cash) => Cash): void {
    this.state.set(accountId, to(this.state.get(accountId) ?? NOTHING));
  }
}

/** Undefined where the venue has no entry price for what is open. */
function freeOf({ collateral, positions }: AccountState): Money | undefined {
  return positions.reduce<Money | undefined>((free, { quantity, entryPrice }) => {
    if (free === undefined || quantity.isZero()) return free;
    return entryPrice && subMoney(free, quantity.times(entryPrice) as Decimal as Money);
  }, collateral);
}
