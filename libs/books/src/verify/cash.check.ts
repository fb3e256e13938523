import { Decimal, type Id, type Ms } from '@ballast/domain';
import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { EquityObserved } from '@ballast/events';
import type { Check } from './breach.js';

/** The smallest unit of the quote currency that a difference may hide in: USDT0 has six decimals. */
const SMALLEST_UNIT = new Decimal('0.000001');

interface Movement {
  readonly time: Ms;
  readonly amount: Decimal;
}

/**
 * balance = transfers + realised results - fees +- funding: compared with what the venue said at every observation, by the
 * venue's own times. A movement of the very same millisecond may be on either side of it.
 */
export class CashCheck implements Check {
  readonly rule = 'cash';
  private readonly transfers = new Map<Id, Decimal>();
  private readonly movements = new Map<Id, Movement[]>();
  private readonly observations: { readonly observed: EquityObserved; readonly transfers: Decimal; readonly decision: DecisionRecord }[] = [];

  event({ event, decision }: Recorded): undefined {
    switch (event.type) {
      case 'AccountFunded':
        this.transfers.set(event.accountId, (this.transfers.get(event.accountId) ?? new Decimal(0)).plus(event.amount));
        return;
      case 'FundingSettled':
        this.move(event.accountId, event.venueTime, event.amount);
        return;
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated':
        this.move(event.accountId, event.venueTime, event.realisedPnl.minus(event.fee));
        return;
      case 'EquityObserved': {
        const transfers = this.transfers.get(event.accountId);
        if (transfers) this.observations.push({ observed: event, transfers, decision });
        return;
      }
    }
  }

  end(): readonly { readonly decision: DecisionRecord; readonly detail: string }[] {
    return this.observations.flatMap(({ observed, transfers, decision }) => {
      const all = this.movements.get(observed.accountId) ?? [];
      const candidates = [all.filter(({ time }) => time <= observed.venueTime), all.filter(({ time }) => time < observed.venueTime)].map((some) => some.reduce((sum, { amount }) => sum.plus(amount), transfers));
      if (candidates.some((cash) => cash.minus(observed.collateral).abs().lt(SMALLEST_UNIT))) return [];
      return [{ decision, detail: `account ${observed.accountId}: the venue's balance was ${observed.collateral}, the log's is ${candidates[0]?.toString() ?? ''}` }];
    });
  }

  private move(accountId: Id, time: Ms, amount: Decimal): void {
    const movements = this.movements.get(accountId) ?? [];
    movements.push({ time, amount });
    this.movements.set(accountId, movements);
  }
}
