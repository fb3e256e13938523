import type { Ms } from '@ballast/domain';
import type { RunningTotals } from './running-totals.js';

const CLEAR_LINE = '\r\u001b[2K';
const PERCENT_PLACES = 3;
const MONEY_PLACES = 2;
const ISO_SECONDS = 19;

export const timeText = (time: Ms): string => new Date(time).toISOString().slice(0, ISO_SECONDS).replace('T', ' ');

/** What goes on, in one line: market time and how far it is, cycles, fills, imbalance, PnL. */
export function progressText(totals: RunningTotals, time: { readonly now: Ms; readonly start: Ms; readonly end: Ms }): string {
  const share = Math.max(0, Math.min(100, Math.floor((100 * (time.now - time.start)) / Math.max(1, time.end - time.start))));
  const imbalance = totals.lastImbalance === undefined ? '-' : `${totals.lastImbalance.times(100).toFixed(PERCENT_PLACES)} %`;
  return `${timeText(time.now)} UTC  ${String(share).padStart(3)} %  cycles ${totals.cycles}  fills ${totals.fills}  imbalance ${imbalance}  PnL ${totals.pnl.toFixed(MONEY_PLACES)}${totals.open > 0 ? '  in a trade' : ''}`;
}

/** Progress on a terminal is one line that changes, cut to its width where it tells one; in a file, a line each time. */
export class ProgressLine {
  private isShown = false;

  constructor(private readonly out: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown }) {}

  show(text: string): void {
    this.out.write(this.out.isTTY ? `${CLEAR_LINE}${this.out.columns > 0 ? text.slice(0, this.out.columns - 1) : text}` : `${text}\n`);
    this.isShown = this.out.isTTY;
  }

  /** A line that stays. */
  say(text: string): void {
    this.out.write(`${this.isShown ? CLEAR_LINE : ''}${text}\n`);
    this.isShown = false;
  }
}
