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
    const ledgers = new Map([...this.movements].map(([accountId, movements]) => [accountId, new Ledger(movements)]));
    return this.observations.flatMap(({ observed, transfers, decision }) => {
      const candidates = (ledgers.get(observed.accountId) ?? NO_MOVEMENTS).sumsAt(observed.venueTime).map((sum) => transfers.plus(sum));
      if (candidates.some((cash) => cash.minus(observed.collateral).abs().lt(SMALLEST_UNIT))) return [];
      return [{ decision, detail: `account ${observed.accountId}: the venue's balance was ${observed.collateral}, the log's is ${candidates.at(-1)?.toString() ?? ''}` }];
    });
  }

  private move(accountId: Id, time: Ms, amount: Decimal): void {
    const movements = this.movements.get(accountId) ?? [];
    movements.push({ time, amount });
    this.movements.set(accountId, movements);
  }
}

/** Movements of one account by time, with their running sum: asked as often as the account was observed. */
class Ledger {
  private readonly times: readonly Ms[];
  /** `sums[n]` is the sum of the first n. */
  private readonly sums: readonly Decimal[];

  constructor(movements: readonly Movement[]) {
    const ordered = [...movements].sort((a, b) => a.time - b.time);
    const sums = [new Decimal(0)];
    for (const { amount } of ordered) sums.push((sums.at(-1) ?? new Decimal(0)).plus(amount));
    this.times = ordered.map(({ time }) => time);
    this.sums = sums;
  }

  /** Every sum that the account may have had at `time`: without, with some of, and with all of that millisecond's movements. */
  sumsAt(time: Ms): readonly Decimal[] {
    return this.sums.slice(this.before(time), this.before(time + 1) + 1);
  }

  /** How many movements are earlier. */
  private before(time: Ms): number {
    let low = 0;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const NO_MOVEMENTS = new Ledger([]);
