import { Decimal, type Id, type Ms } from '@ballast/domain';
import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { AccountFunded, DebtForgiven, EquityObserved } from '@ballast/events';
import type { Check } from './breach.js';

/** The smallest unit of the quote currency that a difference may hide in: USDT0 has six decimals. */
const SMALLEST_UNIT = new Decimal('0.000001');

interface Movement {
  readonly time: Ms;
  readonly amount: Decimal;
  readonly decision: DecisionRecord;
}

interface Account {
  readonly movements: Movement[];
  readonly observations: { readonly observed: EquityObserved; readonly decision: DecisionRecord }[];
  readonly transferIds: Set<Id>;
}

/**
 * balance = transfers + realised results - fees +- funding + forgiven debts: compared with what the venue said at every observation, by the
 * venue's own times. A movement of the very same millisecond may be on either side of it. An account whose money moves is
 * observed, and after its opening balance only the venue's own records are transfers.
 */
export class CashCheck implements Check {
  readonly rule = 'cash';
  private readonly accounts = new Map<Id, Account>();

  event({ event, decision }: Recorded): string | undefined {
    switch (event.type) {
      case 'AccountFunded':
        return this.transfer(event, decision);
      case 'DebtForgiven':
        return this.forgiven(event, decision);
      case 'FundingSettled':
        return this.move(event.accountId, event.venueTime, event.amount, decision);
      case 'PositionOpened':
      case 'PositionIncreased':
      case 'PositionReduced':
      case 'PositionClosed':
      case 'PositionFlipped':
      case 'PositionLiquidated':
        return this.move(event.accountId, event.venueTime, event.realisedPnl.minus(event.fee), decision);
      case 'EquityObserved':
        this.account(event.accountId).observations.push({ observed: event, decision });
        return undefined;
    }
    return undefined;
  }

  end(): readonly { readonly decision: DecisionRecord; readonly detail: string }[] {
    return [...this.accounts].flatMap(([accountId, { movements, observations }]) => {
      const [first] = movements;
      if (first && observations.length === 0) return [{ decision: first.decision, detail: `account ${accountId}: its money moved, and the venue's balance was never observed` }];
      const ledger = new Ledger(movements);
      return observations.flatMap(({ observed, decision }) => {
        const candidates = ledger.sumsAt(observed.venueTime);
        if (candidates.some((cash) => cash.minus(observed.collateral).abs().lt(SMALLEST_UNIT))) return [];
        return [{ decision, detail: `account ${accountId}: the venue's balance was ${observed.collateral}, the log's is ${candidates.at(-1)?.toString() ?? ''}` }];
      });
    });
  }

  private transfer({ accountId, transferId, amount, venueTime }: AccountFunded, decision: DecisionRecord): string | undefined {
    const { transferIds, observations } = this.account(accountId);
    const isFirst = transferIds.size === 0;
    if (transferIds.has(transferId)) return `transfer ${transferId} of account ${accountId} is in the log twice`;
    transferIds.add(transferId);
    // An opening balance without a time of its own was concluded from the observation before it.
    this.move(accountId, venueTime ?? observations.at(-1)?.observed.venueTime ?? decision.occurredAt, amount, decision);
    return isFirst || venueTime !== undefined ? undefined : `transfer ${transferId} of ${amount} of account ${accountId} is no record of the venue's`;
  }

  private forgiven({ accountId, forgivenId, amount, venueTime }: DebtForgiven, decision: DecisionRecord): string | undefined {
    const { transferIds } = this.account(accountId);
    const isTwice = transferIds.has(forgivenId);
    transferIds.add(forgivenId);
    this.move(accountId, venueTime, amount, decision);
    if (isTwice) return `debt ${forgivenId} of account ${accountId} is forgiven in the log twice`;
    return amount.gt(0) ? undefined : `debt ${forgivenId} of account ${accountId} is ${amount}, allowed is more than 0`;
  }

  private move(accountId: Id, time: Ms, amount: Decimal, decision: DecisionRecord): undefined {
    this.account(accountId).movements.push({ time, amount, decision });
  }

  private account(accountId: Id): Account {
    const known = this.accounts.get(accountId);
    if (known) return known;
    const account: Account = { movements: [], observations: [], transferIds: new Set() };
    this.accounts.set(accountId, account);
    return account;
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
