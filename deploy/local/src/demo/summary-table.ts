import { isAbsolute, relative } from 'node:path';
import { Decimal } from '@ballast/domain';
import { type Failure, NOT_TRADED, type Outcome } from './outcome.js';

const PERCENT_PLACES = 3;
const MONEY_PLACES = 2;

const percent = (share: string | null): string => (share === null ? '-' : `${new Decimal(share).times(100).toFixed(PERCENT_PLACES)} %`);
const amount = (text: string): string => new Decimal(text).toFixed(MONEY_PLACES);
const countsOf = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', ') || 'none';
/** As a person types it: from the folder they are in, where the file is below it. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** The last thing a person sees: figures, proofs, files. */
export function summaryTable({ summary, proofs, files, wallSeconds, speed, mustTrade }: Outcome, failures: readonly Failure[]): string {
  const { cycles, execution, imbalance, pnl } = summary;
  const rows: readonly (readonly [string, string])[] = [
    ['market time', `${summary.marketTime.from ?? '-'} to ${summary.marketTime.to ?? '-'}, at ${speed} x, ${wallSeconds} s`],
    ['cycles', `${cycles.completed} completed of ${cycles.attempted} (${cycles.unwound} unwound, ${cycles.unfilled} unfilled, ${cycles.open} open)`],
    ['fills', `${execution.fills} in ${execution.orders} orders, maker share ${percent(execution.makerShare)}`],
    ['volume', `${amount(execution.planVolume)} planned, ${amount(execution.turnover)} turned over`],
    ['imbalance', `mean ${percent(imbalance.filledAtReference.mean)}, worst ${percent(imbalance.filledAtReference.worst)}; of BALANCED plans ${percent(imbalance.balancedPlans.worstFilledAtReference)}`],
    ['PnL', `${amount(pnl.net)} = realised ${amount(pnl.realised)} - fees ${amount(pnl.fees)} + funding ${amount(pnl.funding)}`],
    ['naked', `${amount(summary.naked.totalNotionalSeconds)} notional x s; residuals ${summary.residuals.length}`],
    ['refused', `${countsOf(summary.refusals)}; not feasible: ${countsOf(summary.infeasible)}`],
    ['verify', proofs.verify.ok ? `${proofs.verify.decisions} decisions, everything holds` : `${proofs.verify.breaches} BREACHES`],
    ['rebuild', `${proofs.rebuild.equalsLive ? 'equals live' : 'DIFFERS from live'}, ${proofs.rebuild.events} events, ${proofs.rebuild.eventsPerSecond} a second`],
    ['state', `sha-256 ${proofs.rebuild.hash}`],
    ['files', Object.values(files).map(shownPath).join('\n')],
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, text]) => `${name.padEnd(width)}${text.replaceAll('\n', `\n${' '.repeat(width)}`)}`);
  const notice = cycles.completed === 0 && mustTrade !== true ? [`NOTICE: ${NOT_TRADED}: see the lines refused and cycles for why`] : [];
  return [...lines, ...notice, ...failures.map(({ what, lookAt }) => `FAILED: ${what}\n  look at: ${lookAt}`)].join('\n');
}
