import { addMoney, type Money, type Ms, subMoney, ZERO_MONEY } from '@ballast/domain';
import type { Outcome } from '@ballast/strategy';

const DAY_MS = 86_400_000;
const dayOf = (at: Ms): number => Math.floor(at / DAY_MS);

/** What a round that is over was counted as. */
interface Counted {
  readonly tradeId: string;
  readonly completed: number;
  readonly result: Money;
}

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
  /** The newest rounds: a late fill reopens one, and its second end tells the whole of it again. */
  readonly counted: readonly Counted[];
}

const COUNTED_MAX = 20;

export const NO_ROUNDS: Rounds = { completed: 0, refused: false, day: 0, dayResult: ZERO_MONEY, counted: [] };

export function afterOutcome(rounds: Rounds, { event, at, purpose, tradeId }: Outcome): Rounds {
  switch (event.type) {
    case 'TradeClosed': {
      const day = dayOf(at);
      const result = subMoney(event.realisedPnl, event.fees);
      const completed = event.outcome === 'COMPLETED' ? 1 : 0;
      const before = rounds.counted.find((round) => round.tradeId === tradeId);
      const others = rounds.counted.filter((round) => round !== before);
      return {
        completed: rounds.completed + completed - (before?.completed ?? 0),
        endedAt: at,
        refused: false,
        day,
        dayResult: addMoney(day === rounds.day ? rounds.dayResult : ZERO_MONEY, subMoney(result, before?.result ?? ZERO_MONEY)),
        counted: [...others, { tradeId, completed, result }].slice(-COUNTED_MAX),
      };
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

/** After a refusal, or after the wait for the books was given up, the next attempt waits at least this long, ms. */
const PAUSE_MS_MIN = 1_000;

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
  const pauseMs = rounds.refused ? Math.max(sleepMs, PAUSE_MS_MIN) : sleepMs;
  const wantedAt = Math.max(runningSince, rounds.endedAt === undefined ? 0 : rounds.endedAt + pauseMs);
  return now >= wantedAt && (now - wantedAt) % (booksReadyTimeoutMs + Math.max(pauseMs, PAUSE_MS_MIN)) < booksReadyTimeoutMs;
}
