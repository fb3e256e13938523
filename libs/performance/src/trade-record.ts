import { canonicalRatio, type Id, type Money, type Ms, type Notional, type Ratio, ZERO_MONEY, ZERO_NOTIONAL } from '@ballast/domain';
import { dayNameOf, DAYS_KEPT, dayStartOf } from './periods.js';
import { rateOf } from './statistics.js';

/** What one round brought: realised less fees, with its funding. */
export interface TradeResult {
  readonly tradeId: Id;
  /** Market time at which it was closed, ms. */
  readonly closedAt: Ms;
  readonly net: Money;
  /** The larger leg, once per round (W-1). */
  readonly planVolume: Notional;
  readonly turnover: Notional;
}

export interface Tally {
  readonly trades: number;
  /** Net > 0 (C-13). */
  readonly wins: number;
  /** Net < 0; what is neither brought exactly 0. */
  readonly losses: number;
  readonly net: Money;
  /** Sum of the nets of the wins, and of the losses as a positive amount. */
  readonly won: Money;
  readonly lost: Money;
  readonly planVolume: Notional;
  readonly turnover: Notional;
}

export interface DayTally extends Tally {
  /** UTC date that the day begins on, `2025-09-04`. */
  readonly day: string;
}

/** Trades in a row that won or lost; one of exactly 0 ends either. */
export interface Streak {
  readonly kind: 'WINS' | 'LOSSES' | 'NONE';
  readonly length: number;
}

/** Results of one bot or portfolio. Grows with days (the last 400), never with trades. */
export interface TradeRecord {
  readonly total: Tally;
  readonly streak: Streak;
  readonly days: readonly DayTally[];
  /** The last 64, oldest first: a trade that is reopened, or whose funding comes late, is counted anew. */
  readonly recent: readonly TradeResult[];
  /** The streak before the oldest of `recent`. */
  readonly before: Streak;
}

const RECENT_MAX = 64;
export const NO_STREAK: Streak = { kind: 'NONE', length: 0 };
export const EMPTY_TALLY: Tally = { trades: 0, wins: 0, losses: 0, net: ZERO_MONEY, won: ZERO_MONEY, lost: ZERO_MONEY, planVolume: ZERO_NOTIONAL, turnover: ZERO_NOTIONAL };
export const EMPTY_RECORD: TradeRecord = { total: EMPTY_TALLY, streak: NO_STREAK, days: [], recent: [], before: NO_STREAK };

/** A tally with one more result, or with one less where `sign` is -1. */
function counted(tally: Tally, { net, planVolume, turnover }: TradeResult, sign: 1 | -1): Tally {
  const won = net.gt(0);
  const lost = net.lt(0);
  return {
    trades: tally.trades + sign,
    wins: tally.wins + (won ? sign : 0),
    losses: tally.losses + (lost ? sign : 0),
    net: tally.net.plus(net.times(sign)) as Money,
    won: (won ? tally.won.plus(net.times(sign)) : tally.won) as Money,
    lost: (lost ? tally.lost.minus(net.times(sign)) : tally.lost) as Money,
    planVolume: tally.planVolume.plus(planVolume.times(sign)) as Notional,
    turnover: tally.turnover.plus(turnover.times(sign)) as Notional,
  };
}

function countedOn(days: readonly DayTally[], day: string, result: TradeResult, sign: 1 | -1): readonly DayTally[] {
  const last = days.at(-1);
  if (last?.day === day) return [...days.slice(0, -1), { ...counted(last, result, sign), day }];
  const at = days.findIndex((other) => other.day >= day);
  const found = days[at];
  if (found?.day === day) return days.with(at, { ...counted(found, result, sign), day });
  if (sign < 0) return days;
  const fresh = { ...counted(EMPTY_TALLY, result, sign), day };
  return (at === -1 ? [...days, fresh] : [...days.slice(0, at), fresh, ...days.slice(at)]).slice(-DAYS_KEPT);
}

function onward({ kind, length }: Streak, { net }: TradeResult): Streak {
  if (net.isZero()) return NO_STREAK;
  const next = net.gt(0) ? 'WINS' : 'LOSSES';
  return { kind: next, length: next === kind ? length + 1 : 1 };
}

/** The record with this result; one of a trade that is among the recent ones takes that one's place (it was reopened). */
export function withResult(record: TradeRecord, result: TradeResult, boundaryMs: Ms = 0): TradeRecord {
  const known = record.recent.findIndex(({ tradeId }) => tradeId === result.tradeId);
  return known === -1 ? added(record, result, boundaryMs) : replaced(record, known, result, boundaryMs);
}

/** The same for a result that was counted before: without a place among the recent ones it is known no more, and nothing changes. */
export function withCorrected(record: TradeRecord, result: TradeResult, boundaryMs: Ms = 0): TradeRecord {
  const known = record.recent.findIndex(({ tradeId }) => tradeId === result.tradeId);
  return known === -1 ? record : replaced(record, known, result, boundaryMs);
}

const dayOf = ({ closedAt }: TradeResult, boundaryMs: Ms): string => dayNameOf(dayStartOf(closedAt, boundaryMs), boundaryMs);

function added({ total, streak, days, recent, before }: TradeRecord, result: TradeResult, boundaryMs: Ms): TradeRecord {
  const [oldest] = recent;
  const full = oldest !== undefined && recent.length >= RECENT_MAX;
  return {
    total: counted(total, result, 1),
    streak: onward(streak, result),
    days: countedOn(days, dayOf(result, boundaryMs), result, 1),
    recent: [...(full ? recent.slice(1) : recent), result],
    before: full ? onward(before, oldest) : before,
  };
}

function replaced({ total, days, recent, before }: TradeRecord, index: number, result: TradeResult, boundaryMs: Ms): TradeRecord {
  const old = recent[index] as TradeResult;
  const changed = recent.with(index, result);
  return {
    total: counted(counted(total, old, -1), result, 1),
    streak: changed.reduce(onward, before),
    days: countedOn(countedOn(days, dayOf(old, boundaryMs), old, -1), dayOf(result, boundaryMs), result, 1),
    recent: changed,
    before,
  };
}

/** What was counted since `earlier`, a tally of the same record. */
export const since = (now: Tally, earlier: Tally): Tally => ({
  trades: now.trades - earlier.trades,
  wins: now.wins - earlier.wins,
  losses: now.losses - earlier.losses,
  net: now.net.minus(earlier.net) as Money,
  won: now.won.minus(earlier.won) as Money,
  lost: now.lost.minus(earlier.lost) as Money,
  planVolume: now.planVolume.minus(earlier.planVolume) as Notional,
  turnover: now.turnover.minus(earlier.turnover) as Notional,
});

/** Several tallies as one: rates of it are pooled (C-37). */
export const pooled = (tallies: readonly Tally[]): Tally => tallies.reduce((sum, tally) => since(sum, since(EMPTY_TALLY, tally)), EMPTY_TALLY);

/** Wins over trades (C-13); undefined without trades. */
export const winRateOf = ({ wins, trades }: Tally): Ratio | undefined => rateOf(wins, trades);
/** Trades that lost nothing over trades (C-13); undefined without trades. */
export const nonNegativeRateOf = ({ losses, trades }: Tally): Ratio | undefined => rateOf(trades - losses, trades);

/** Mean win over mean loss, the R of Kelly (C-49), 12 digits; undefined before both a win and a loss. */
export function payoffOf({ wins, losses, won, lost }: Tally): Ratio | undefined {
  return wins > 0 && losses > 0 ? (canonicalRatio(won.div(wins).div(lost.div(losses))) as Ratio) : undefined;
}
