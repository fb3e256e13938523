import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Decimal } from '@ballast/domain';
import type { Proofs } from './proofs.js';

/** What the demonstration reads of reporting's summary; everything else of it stays as it is. */
export interface ReportedSummary {
  /** Last sequence that it knows of, by partition. */
  readonly cut: Readonly<Record<string, number>>;
  readonly marketTime: { readonly from: string | null; readonly to: string | null };
  readonly cycles: { readonly attempted: number; readonly completed: number; readonly unwound: number; readonly unfilled: number; readonly open: number; readonly successRate: string | null };
  readonly execution: { readonly orders: number; readonly fills: number; readonly fillRate: string | null; readonly makerShare: string | null; readonly planVolume: string; readonly turnover: string };
  readonly imbalance: { readonly filledAtReference: { readonly mean: string | null; readonly worst: string | null }; readonly balancedPlans: { readonly trades: number; readonly worstFilledAtReference: string | null } };
  readonly pnl: { readonly realised: string; readonly fees: string; readonly funding: string; readonly net: string };
  readonly naked: { readonly totalNotionalSeconds: string };
  readonly residuals: readonly unknown[];
  readonly refusals: Readonly<Record<string, number>>;
  readonly infeasible: Readonly<Record<string, number>>;
  readonly positions: Readonly<Record<string, { readonly quantity: string }>>;
}

export interface Outcome {
  readonly summary: ReportedSummary;
  readonly proofs: Proofs;
  /** Paths by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly speed: string;
  /** Wall time from the first process to the end of trading, s; over all parts of a run that was interrupted only the last. */
  readonly wallSeconds: number;
  /** False where the bot did not come to rest in time. */
  readonly isFlat: boolean;
  /** True where a run without one completed cycle is a fault and not a matter of the market. */
  readonly mustTrade?: boolean;
  /** Restarts of processes that died by themselves. */
  readonly restarts: Readonly<Record<string, number>>;
}

/** A rule that did not hold, and what to look at. */
export interface Failure {
  readonly what: string;
  readonly lookAt: string;
}

/** R33: the imbalance of a BALANCED plan, filled, at the plan's reference prices; 0.1 %. */
const IMBALANCE_MAX = new Decimal('0.001');

/** What a run is called in which not one cycle was completed. */
export const NOT_TRADED = 'not one cycle was completed';

/** What must hold after every run; empty = it does. */
export function failuresOf({ summary, proofs, isFlat, mustTrade = false, restarts }: Outcome): readonly Failure[] {
  const failures: Failure[] = [];
  const open = Object.entries(summary.positions).filter(([, { quantity }]) => !new Decimal(quantity).isZero());
  if (!isFlat || open.length > 0) failures.push({ what: `a leg was left open: ${open.map(([name, { quantity }]) => `${name} ${quantity}`).join(', ') || 'a trade has not ended'}`, lookAt: 'report.md, residuals; the log of execution' });
  if (!proofs.verify.ok) failures.push({ what: `verify found ${proofs.verify.breaches} breaches, first: ${proofs.verify.first ?? ''}`, lookAt: 'npx ballast verify' });
  if (!proofs.rebuild.equalsLive) failures.push({ what: `the rebuilt state is not what the services hold: ${proofs.rebuild.difference ?? ''}`, lookAt: 'npx ballast rebuild; the log of the service that is named' });
  const worst = summary.imbalance.balancedPlans.worstFilledAtReference;
  if (worst !== null && !new Decimal(worst).lt(IMBALANCE_MAX)) failures.push({ what: `a BALANCED plan was filled at an imbalance of ${worst}, allowed is less than ${IMBALANCE_MAX.toString()}`, lookAt: 'trades.csv, imbalance; npx ballast explain <trade>' });
  if (mustTrade && summary.cycles.completed === 0) failures.push({ what: NOT_TRADED, lookAt: 'the line refused; trades.csv; the logs of market-data and execution' });
  const died = Object.entries(restarts).filter(([, count]) => count > 0);
  if (died.length > 0) failures.push({ what: `processes died and were started again: ${died.map(([name, count]) => `${name} ${count} x`).join(', ')}`, lookAt: 'the logs of these processes' });
  return failures;
}

/** Adds the proofs and how the run went to the summary that reporting wrote. */
export function completeSummary({ files, proofs, speed, wallSeconds, isFlat, restarts }: Outcome, failures: readonly Failure[]): void {
  const file = files['summary.json'];
  if (file === undefined) throw new Error('reporting: found no summary.json among what it wrote');
  const summary = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const whole = { ...summary, ...proofs, run: { speed, wallSeconds, isFlat, restarts, failures } };
  writeFileSync(`${file}.new`, `${JSON.stringify(whole, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}
