import { contentId, type Decimal, type Id, type Ms, type Ratio } from '@ballast/domain';
import type { DecisionRecord } from '@ballast/bus';
import type { RungEntered } from '@ballast/events';
import { beginCurve, EquityCurveFold, type EquityCurves, TradeRecordFold, type TradeRecords } from '@ballast/performance';
import { NO_ROUND, type OpenRound, type RoundDone } from './round.js';

/** How many rounds and orders, counted back from now, a rollback looks at (R44). */
export const RECENT = 20;

/** An order whose end the log does not know yet. */
export interface LiveOrder {
  readonly remaining: Decimal;
  /** The venue has not answered: a failure until it is known what became of it (C-14). */
  readonly unknown: boolean;
}

export interface OrderCounts {
  /** Filled, cancelled or rejected. */
  readonly ended: number;
  /** Neither filled, cancelled nor rejected by rule (C-14). */
  readonly failed: number;
  /** The last ones, oldest first: did it fail? */
  readonly recent: readonly boolean[];
}

/** What happened on a rung since it was entered, folded from the log alone. */
export interface RungRecord {
  readonly portfolioId: Id;
  readonly rung: string;
  /** Name of the profile that the rung is of; undefined where it is of none, as a week's is. */
  readonly profile: string | undefined;
  readonly leverageMax: Ratio;
  readonly dayBoundaryMs: Ms;
  readonly from: Ms;
  to: Ms;
  readonly firstSequence: number;
  lastSequence: number;
  /** Chained over the hashes of every decision taken in. */
  hash: Id;
  results: TradeRecords;
  curves: EquityCurves;
  /** Rounds opened on the rung that are over, as one; how many; and the last of them. */
  rounds: RoundDone;
  roundsOver: number;
  recent: readonly RoundDone[];
  readonly open: Map<Id, OpenRound>;
  /** The last rounds that are over: one that is opened again closes again. */
  over: readonly Id[];
  readonly live: Map<Id, LiveOrder>;
  orders: OrderCounts;
  /** Time from opening to balance, summed over so many rounds. */
  balanced: { readonly ms: Ms; readonly rounds: number };
  violations: number;
  interventions: number;
  approvals: number;
  /** Accounts above the rung's leverage at their last observation. */
  readonly beyond: Set<Id>;
}

/** `name` of `name@version`. */
const profileName = (ref: string): string | undefined => (ref.includes('@') ? ref.slice(0, ref.lastIndexOf('@')) : undefined);

/** What a rung begins with: the capital is where the last one left it, its results are not. */
export function beginRecord(event: RungEntered, decision: DecisionRecord, before: RungRecord | undefined): RungRecord {
  const { portfolioId, rung, leverageMax, dayBoundaryMs, at } = event;
  return {
    portfolioId, rung, profile: profileName(event.profile), leverageMax, dayBoundaryMs,
    from: at, to: at, firstSequence: decision.sequence, lastSequence: decision.sequence,
    hash: contentId('ladder-evidence', decision.hash),
    results: new TradeRecordFold(dayBoundaryMs).state,
    curves: curvesFrom(before, portfolioId, at, dayBoundaryMs),
    rounds: NO_ROUND, roundsOver: 0, recent: [], open: new Map(), over: [], live: new Map(),
    orders: { ended: 0, failed: 0, recent: [] },
    balanced: { ms: 0, rounds: 0 },
    violations: 0, interventions: 0, approvals: 0, beyond: new Set(before?.beyond ?? []),
  };
}

function curvesFrom(before: RungRecord | undefined, portfolioId: Id, at: Ms, dayBoundaryMs: Ms): EquityCurves {
  if (!before) return new EquityCurveFold(dayBoundaryMs).state;
  const curve = before.curves.portfolios.get(portfolioId);
  return { ...before.curves, portfolios: new Map(curve ? [[portfolioId, beginCurve(at, curve.capital, dayBoundaryMs)]] : []) };
}

/** Says that something of this decision was taken in. */
export function takeIn(record: RungRecord, { sequence, hash, occurredAt }: DecisionRecord): void {
  if (sequence <= record.lastSequence) return;
  record.lastSequence = sequence;
  record.hash = contentId('ladder-evidence', record.hash, hash);
  if (occurredAt > record.to) record.to = occurredAt;
}

export const lastOf = <Item>(items: readonly Item[], next: Item): readonly Item[] => [...items, next].slice(-RECENT);
