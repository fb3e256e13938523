import { addMoney, type Money, type Ms, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { Outcome } from '@ballast/strategy';

const DAY_MS = 86_400_000;
const dayOf = (at: Ms): number => Math.floor(at / DAY_MS);

/** What a pair bot remembers: a fold of its outcomes and nothing else. */
export interface Rounds {
  /** Rounds that ended with both legs entered and left as planned. */
  readonly completed: number;
  /** End of the last round or attempt, ms. */
  readonly endedAt?: Ms;
  /** Whether that end was a refusal: no order had left. */
  readonly refused: boolean;
  /** UTC day of `dayResult`, days since 1970. */
  readonly day: number;
  /** Results less fees of the rounds that ended on that day. */
  readonly dayResult: Money;
}

export const NO_ROUNDS: Rounds = { completed: 0, refused: false, day: 0, dayResult: ZERO_MONEY };

export function afterOutcome(rounds: Rounds, { event, at, purpose }: Outcome): Rounds {
  switch (event.type) {
    case 'TradeClosed': {
      const day = dayOf(at);
      const result = subMoney(event.realisedPnl, event.fees);
      const dayResult = day === rounds.day ? addMoney(rounds.dayResult, result) : result;
      return { completed: rounds.completed + (event.outcome === 'COMPLETED' ? 1 : 0), endedAt: at, refused: false, day, dayResult };
    }
    case 'TradePlanInfeasible':
    case 'TradeDenied':
    case 'TradeRefused':
      return purpose === 'ENTER' ? { ...rounds, endedAt: at, refused: true } : rounds;
    case 'SignalWithdrawn':
      return { ...rounds, endedAt: at, refused: true };
    case 'SignalRaised':
    case 'TradeOpened':
    case 'TradeBalanced':
    case 'ExitStarted':
    case 'UnwindStarted':
      return rounds;
  }
}

/** What the rounds of the UTC day of `now` have cost so far; >= 0. */
export function costOfDay(rounds: Rounds, now: Ms): Money {
  return rounds.day === dayOf(now) && rounds.dayResult.lt(0) ? (rounds.dayResult.neg() as Money) : ZERO_MONEY;
}

/** After a refusal the next attempt waits at least this long, ms. */
const REFUSED_PAUSE_MS = 1_000;

export interface EntryTiming {
  /** Since when the bot may enter at all, ms. */
  readonly runningSince: Ms;
  readonly sleepMs: Ms;
  readonly booksReadyTimeoutMs: Ms;
}

/**
 * Whether an entry may be tried now. It is wanted after the pause, waits `booksReadyTimeoutMs` for both books, is given
 * up, and is wanted again after another pause (R39): a function of the log and the clock, so a restart changes nothing.
 */
export function mayTryEntry(rounds: Rounds, { runningSince, sleepMs, booksReadyTimeoutMs }: EntryTiming, now: Ms): boolean {
  const pauseMs = rounds.refused ? Math.max(sleepMs, REFUSED_PAUSE_MS) : sleepMs;
  const wantedAt = Math.max(runningSince, rounds.endedAt === undefined ? 0 : rounds.endedAt + pauseMs);
  return now >= wantedAt && (now - wantedAt) % (booksReadyTimeoutMs + pauseMs) < booksReadyTimeoutMs;
}
