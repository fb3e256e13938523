import type { DecisionRecord } from '@ballast/bus';
import { type Decimal, Decimal as Value, type Id, maxOf, type Ms, type Notional, type Ratio, ratio, ZERO_NOTIONAL } from '@ballast/domain';
import type { BallastEvent, RungEntered, TradeOpened } from '@ballast/events';
import type { RungRecord, RungRecordFold } from '@ballast/ladder';
import { WEEK_MS, weekStartOf } from '@ballast/performance';
import type { Period } from '../report/period.js';
import type { WeekEvent } from './weekly.types.js';

/** Leverage that no portfolio may pass, where no rung says less (R8). */
const LEVERAGE_MAX = ratio('20');
const NO_HASH = 'none';

/** Depth that the entries of a week met. */
export interface DepthSeen {
  readonly legs: number;
  readonly entry: Decimal;
  readonly exitLegs: number;
  readonly exit: Decimal;
  readonly entries: number;
  readonly sufficient: number;
}

/** What a week adds to the record of the ladder's fold. */
export interface WeekWindow {
  readonly from: Ms;
  readonly to: Ms;
  /** The rung in force, with the event that entered it. */
  rung: RungEntered | undefined;
  depth: DepthSeen;
  largestPosition: Notional;
  /** Rungs that were lost, and stops. */
  falls: readonly string[];
  events: readonly WeekEvent[];
}

const ZERO = new Value(0);
const NO_DEPTH: DepthSeen = { legs: 0, entry: ZERO, exitLegs: 0, exit: ZERO, entries: 0, sufficient: 0 };

export const newWindow = (from: Ms, to: Ms, rung: RungEntered | undefined): WeekWindow => ({ from, to, rung, depth: NO_DEPTH, largestPosition: ZERO_NOTIONAL, falls: [], events: [] });

/** End of the window that begins at or holds `at`: of the asked period, else of its week. */
export const endAfter = (at: Ms, { from, to }: Period, boundaryMs: Ms): Ms => {
  if (from !== undefined && at < from) return from;
  return from !== undefined || to !== undefined ? to ?? Infinity : weekStartOf(at, boundaryMs) + WEEK_MS;
};

/**
 * Lets the ladder's fold begin a record for a week, as it does for a rung: figures of a week and of a rung are then of one definition.
 * What was under way stays under way: a round counts in the week in which it closes.
 */
export function beginWeek(fold: RungRecordFold, portfolioId: Id, { from, rung }: WeekWindow, boundaryMs: Ms, decision: DecisionRecord): void {
  const before = fold.of(portfolioId);
  const leverageMax: Ratio = rung?.leverageMax ?? LEVERAGE_MAX;
  const begun: RungEntered = {
    type: 'RungEntered', portfolioId, profile: NO_HASH, profileHash: NO_HASH, ladder: 'PHASES', rung: 'week', cause: 'BOUND', reason: 'a week begins', by: 'report', at: from, dayBoundaryMs: boundaryMs,
    capital: ZERO_NOTIONAL, leverageMax, positionMax: ZERO_NOTIONAL,
  };
  fold.apply({ event: begun, index: 0, decision });
  const now = fold.of(portfolioId);
  if (before && now) carry(before, now);
}

function carry(before: RungRecord, now: RungRecord): void {
  for (const [tradeId, round] of before.open) now.open.set(tradeId, round);
  for (const [orderId, order] of before.live) now.live.set(orderId, order);
  now.over = before.over;
  now.results = { ...now.results, accounts: before.results.accounts };
}

/** Takes note of what the ladder's fold has no figure for. */
export function noted(window: WeekWindow, event: BallastEvent, at: Ms, multipleMin: Ratio): void {
  const note = (what: string): void => { window.events = [...window.events, { at: new Date(at).toISOString(), what }]; };
  switch (event.type) {
    case 'TradeOpened':
      window.depth = withDepth(window.depth, event, multipleMin);
      return;
    case 'EquityObserved':
      window.largestPosition = maxOf(window.largestPosition, event.grossNotional);
      return;
    case 'RungEntered':
      window.rung = event;
      note(`${event.rung} entered${event.from === undefined ? '' : ` from ${event.from}`} (${event.cause}): ${event.reason}`);
      if (event.cause !== 'BOUND' && event.cause !== 'PROMOTION') window.falls = [...window.falls, `${event.from ?? 'a rung'} was lost (${event.cause})`];
      return;
    case 'PromotionRequested':
      note(`promotion to ${event.to} requested by ${event.by}`);
      return;
    case 'PromotionDenied':
      note(`promotion to ${event.to} denied: ${event.reason}`);
      return;
    case 'PromotionRejected':
      note(`promotion to ${event.to} rejected by ${event.by}: ${event.reason}`);
      return;
    case 'HardStopTripped':
      note(`hard stop ${event.stop} tripped at ${event.value}, limit ${event.limit}: ${event.state}`);
      window.falls = [...window.falls, `hard stop ${event.stop} tripped`];
      return;
  }
}

function withDepth(seen: DepthSeen, { legs }: TradeOpened, multipleMin: Ratio): DepthSeen {
  const opposite = legs.flatMap(({ oppositeDepthNotional }) => (oppositeDepthNotional ? [oppositeDepthNotional] : []));
  return {
    legs: seen.legs + legs.length,
    entry: legs.reduce((sum, { depthNotional }) => sum.plus(depthNotional), seen.entry),
    exitLegs: seen.exitLegs + opposite.length,
    exit: opposite.reduce((sum, depth) => sum.plus(depth), seen.exit),
    entries: seen.entries + 1,
    sufficient: seen.sufficient + (legs.every(({ depthNotional, notional }) => depthNotional.gte(notional.times(multipleMin))) ? 1 : 0),
  };
}
