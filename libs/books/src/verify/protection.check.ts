import { Decimal, type Id, minOf, type Ms } from '@ballast/domain';
import type { DecisionRecord, Recorded } from '@ballast/bus';
import type { AccountFunded, ProtectionConfigured, ProtectionDeposited, ProtectionReleased, ProtectionTransferIntended, ProtectionTransferPrepared, ProtectionTransferRefused, ProtectionWithdrawn } from '@ballast/events';
import type { Check } from './breach.js';

const ZERO = new Decimal(0);
/** The venue's record of a transfer is in the log this long after it. */
const RECORDED_MS: Ms = 180_000;

interface Open extends Pick<ProtectionTransferIntended, 'transferId' | 'direction' | 'amount'> {
  /** In force when it was intended. */
  readonly cap: Decimal;
  readonly digest?: string;
}
interface Kept {
  cap: Decimal;
  deposited: Decimal;
  open: Open | undefined;
  /** Given up in doubt: each may still be told as done, or as finally not. */
  doubtful: readonly Open[];
}
interface Done {
  readonly accountId: Id;
  readonly digest: string;
  /** What the account's balance changed by. */
  readonly change: Decimal;
  readonly venueTime: Ms;
  readonly decision: DecisionRecord;
}

/**
 * Protection of every bot: one transfer at a time, each intended one settled or open, no deposit beyond the cap, the sum as the transfers add
 * up, and for each that was done exactly one record of the venue's, of that amount (architecture.md, what must always hold: 6).
 */
export class ProtectionCheck implements Check {
  readonly rule = 'protection';
  private readonly bots = new Map<Id, Kept>();
  private readonly done: Done[] = [];
  /** The venue's records of transfers between subaccounts, by account and payload. */
  private readonly records = new Map<string, Decimal>();
  private readonly observedAt = new Map<Id, Ms>();

  event({ event, decision }: Recorded): string | undefined {
    switch (event.type) {
      case 'ProtectionConfigured': return this.configured(event);
      case 'ProtectionTransferIntended': return this.intended(event);
      case 'ProtectionTransferPrepared': return this.prepared(event);
      case 'ProtectionDeposited': return this.moved(event, 'DEPOSIT', event.amount, decision);
      case 'ProtectionWithdrawn': return this.moved(event, 'WITHDRAWAL', event.amount.plus(event.fee).neg(), decision);
      case 'ProtectionTransferRefused': return this.refused(event);
      case 'ProtectionReleased': return this.released(event);
      case 'AccountFunded': return this.recorded(event);
      case 'EquityObserved':
        this.observedAt.set(event.accountId, event.venueTime);
        return undefined;
    }
    return undefined;
  }

  end(): readonly { readonly decision: DecisionRecord; readonly detail: string }[] {
    return this.done.flatMap(({ accountId, digest, change, venueTime, decision }) => {
      const record = this.records.get(keyOf(accountId, digest));
      if (record?.eq(change)) return [];
      if (record) return [{ decision, detail: `account ${accountId}: its protection moved by ${change}, the venue's record says ${record}` }];
      const isDue = (this.observedAt.get(accountId) ?? 0) > venueTime + RECORDED_MS;
      return isDue ? [{ decision, detail: `account ${accountId}: its protection moved by ${change}, and the venue has no record of it` }] : [];
    });
  }

  private configured({ botId, settings: { maxDeposit, poolCap } }: ProtectionConfigured): undefined {
    this.bot(botId).cap = poolCap ? minOf<Decimal>(maxDeposit, poolCap) : maxDeposit;
  }

  private intended({ botId, transferId, direction, amount, deposited }: ProtectionTransferIntended): string | undefined {
    const bot = this.bot(botId);
    const before = bot.open;
    bot.open = { transferId, direction, amount, cap: bot.cap };
    if (before) return `bot ${botId}: transfer ${transferId} is intended while ${before.transferId} has no outcome`;
    if (!bot.deposited.eq(deposited)) return `bot ${botId}: ${deposited} told as deposited, its transfers add up to ${bot.deposited}`;
    if (direction === 'DEPOSIT' && deposited.plus(amount).gt(bot.cap)) return `bot ${botId}: ${amount} more than the ${deposited} deposited is beyond its cap of ${bot.cap}`;
    return undefined;
  }

  private prepared({ botId, transferId, payload: { digest } }: ProtectionTransferPrepared): string | undefined {
    const bot = this.bot(botId);
    if (bot.open?.transferId !== transferId || bot.open.digest !== undefined) return `bot ${botId}: transfer ${transferId} gets a payload and is not the one that was intended, or has one`;
    bot.open = { ...bot.open, digest };
    return undefined;
  }

  private moved({ botId, accountId, transferId, amount, deposited, venueTime }: ProtectionDeposited | ProtectionWithdrawn, direction: Open['direction'], change: Decimal, decision: DecisionRecord): string | undefined {
    const bot = this.bot(botId);
    const open = this.close(bot, transferId);
    const before = bot.deposited;
    const sum = before.plus(change);
    const expected = Decimal.max(ZERO, sum);
    bot.deposited = deposited;
    if (open?.direction !== direction || open.digest === undefined) return `bot ${botId}: transfer ${transferId} is told as done, and was not the one intended and prepared`;
    this.done.push({ accountId, digest: open.digest, change, venueTime, decision });
    if (!open.amount.eq(amount)) return `bot ${botId}: transfer ${transferId} moved ${amount}, intended were ${open.amount}`;
    if (direction === 'DEPOSIT' && sum.gt(open.cap)) return `bot ${botId}: ${amount} more than the ${before} deposited has gone beyond its cap of ${open.cap}`;
    if (sum.lt(ZERO)) return `bot ${botId}: ${change.neg()} went back, ${before} were deposited: the rest was money that it trades with`;
    return expected.eq(deposited) ? undefined : `bot ${botId}: ${deposited} told as deposited, its transfers add up to ${expected}`;
  }

  private refused({ botId, transferId, kind }: ProtectionTransferRefused): string | undefined {
    const bot = this.bot(botId);
    const open = this.close(bot, transferId);
    if (open && kind === 'givenUp') bot.doubtful = [...bot.doubtful, open];
    return open ? undefined : `bot ${botId}: transfer ${transferId} is refused, and was not open`;
  }

  private close(bot: Kept, transferId: Id): Open | undefined {
    const found = [bot.open, ...bot.doubtful].find((open) => open?.transferId === transferId);
    if (found === bot.open) bot.open = undefined;
    else bot.doubtful = bot.doubtful.filter((open) => open !== found);
    return found;
  }

  private released({ botId, lost }: ProtectionReleased): string | undefined {
    const bot = this.bot(botId);
    const { deposited } = bot;
    bot.deposited = ZERO;
    return deposited.eq(lost) ? undefined : `bot ${botId}: released with ${lost} lost, ${deposited} were deposited`;
  }

  private recorded({ accountId, amount, digest }: AccountFunded): string | undefined {
    if (digest === undefined) return undefined;
    const key = keyOf(accountId, digest);
    const known = this.records.has(key);
    this.records.set(key, amount);
    return known ? `account ${accountId}: the venue moved the payload ${digest} twice` : undefined;
  }

  private bot(botId: Id): Kept {
    const known = this.bots.get(botId) ?? { cap: ZERO, deposited: ZERO, open: undefined, doubtful: [] };
    this.bots.set(botId, known);
    return known;
  }
}

const keyOf = (accountId: Id, digest: string): string => `${accountId} ${digest}`;
