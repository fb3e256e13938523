import { Decimal, maxOf, type Money, type Ms, type Ratio, type SignedQuantity, type Price, ZERO_MONEY } from '@ballast/domain';
import type { PositionFact, ProtectionMove } from './facts.js';
import { type Taken, Without, type WithoutParts } from './without.js';

/** How an episode ended: everything back while the position was open, position closed, position liquidated, or not yet. */
export const EPISODE_ENDS = ['BACK', 'CLOSED', 'LIQUIDATED', 'OPEN'] as const;
export type EpisodeEnd = (typeof EPISODE_ENDS)[number];

/**
 * PREVENTED: without deposits the venue would have taken it, and it did not. NOT_PREVENTED: liquidated all the same. NOT_NEEDED: not even
 * without deposits. ALREADY_GONE: without deposits an earlier episode of the same position would have ended it.
 */
export const VERDICTS = ['PREVENTED', 'NOT_PREVENTED', 'NOT_NEEDED', 'ALREADY_GONE'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** From the first deposit on until all is back. */
export interface EpisodeWindow {
  readonly from: Ms;
  /** Last moment; of an open episode, the last of the log. */
  readonly until: Ms;
  readonly end: EpisodeEnd;
  /** Fees of its transfers. */
  readonly fees: Money;
}

/** What came of an episode, and what would have come of it without deposits. */
export interface EpisodeResult extends EpisodeWindow {
  readonly verdict: Verdict;
  /** What the venue would have taken, in order. */
  readonly taken: readonly Taken[];
  /** Nearest to liquidation without deposits; absent where no price liquidated it. */
  readonly nearest?: Ratio;
  /** Worth of reality more than that without deposits, at the end of the episode; fees of transfers aside. */
  readonly lossAvoided: Money;
  /** Most that was deposited at one time. */
  readonly depositedMax: Money;
  /** Deposited money x days. */
  readonly moneyDays: Money;
}

const DAY_MS = 86_400_000;

/** What was deposited over a stretch of time: the most at one time, and money x days. */
function boundIn(moves: readonly ProtectionMove[], { from, until }: EpisodeWindow): Pick<EpisodeResult, 'depositedMax' | 'moneyDays'> {
  let deposited = ZERO_MONEY;
  let depositedMax = ZERO_MONEY;
  let total = new Decimal(0);
  let since = from;
  for (const { time, change } of moves.filter((move) => move.time <= until)) {
    if (time > since) total = total.plus(deposited.times(time - since));
    since = Math.max(since, time);
    deposited = deposited.plus(change) as Money;
    if (time >= from) depositedMax = maxOf(depositedMax, deposited);
  }
  return { depositedMax, moneyDays: total.plus(deposited.times(until - since)).div(DAY_MS) as Money };
}

function verdictOf(end: EpisodeEnd, hadSomething: boolean, taken: readonly Taken[]): Verdict {
  if (end === 'LIQUIDATED') return 'NOT_PREVENTED';
  if (!hadSomething) return 'ALREADY_GONE';
  return taken.length > 0 ? 'PREVENTED' : 'NOT_NEEDED';
}

/**
 * The episodes of one position, oldest first, along one replay without deposits (R90): what an earlier episode would have lost is not there in a
 * later one. `facts` in the order of time, from the reading that the first deposit was decided on.
 */
export function episodesOf(parts: WithoutParts, start: { readonly position: SignedQuantity; readonly entryPrice?: Price }, facts: readonly PositionFact[], windows: readonly EpisodeWindow[]): readonly EpisodeResult[] {
  const without = new Without(parts, start);
  const rest = [...facts];
  const seeUntil = (time: Ms, inclusive: boolean): void => {
    for (let [next] = rest; next && (inclusive ? next.time <= time : next.time < time); [next] = rest) {
      without.see(next);
      rest.shift();
    }
  };
  return windows.map((window) => {
    seeUntil(window.from, false);
    const before = { taken: without.taken.length, kept: without.kept };
    without.begin();
    seeUntil(window.until, true);
    const taken = without.taken.slice(before.taken);
    const { nearest } = without;
    return {
      ...window, ...boundIn(parts.moves, window), taken, verdict: verdictOf(window.end, before.kept.gt(0), taken), ...(nearest ? { nearest } : {}),
      lossAvoided: without.ahead,
    };
  });
}

/** What an episode cost and brought; money bound costs `yearlyRate` of itself a year. */
export interface Worth {
  readonly cost: Money;
  readonly net: Money;
  /** Net over the most that was deposited. */
  readonly roi?: Ratio;
}

/** R90: loss avoided, less fees of transfers and what the money could have earned elsewhere; the return is on the most that was deposited at one time. */
export function worthOf({ lossAvoided, fees, moneyDays, depositedMax }: Pick<EpisodeResult, 'lossAvoided' | 'fees' | 'moneyDays' | 'depositedMax'>, yearlyRate: Ratio): Worth {
  const cost = fees.plus(moneyDays.times(yearlyRate).div(365)) as Money;
  const net = lossAvoided.minus(cost) as Money;
  return { cost, net, ...(depositedMax.gt(0) ? { roi: net.div(depositedMax) as Ratio } : {}) };
}
