import { Decimal, type Notional, type Ratio, ZERO_RATIO } from '@ballast/domain';
import { kelly, payoffOf, type Tally, wilson } from '@ballast/performance';
import { percent } from './equity-percent.js';

/** `SizingPolicy.kelly`, as in force. */
export interface KellySizing {
  readonly fraction: Ratio;
  readonly baseNotional: Notional;
  readonly tradesMin: number;
}

/** A position of the base size, or a share of equity as margin; and how it was found, for explain. */
export type KellyFound = ({ readonly base: Notional } | { readonly share: Ratio }) & { readonly told: string };

const plain = (value: Decimal): string => value.toDecimalPlaces(4).toString();

/**
 * f* = W - (1 - W) / R (C-49), W the lower bound of the 95 % Wilson interval of the bot's win rate (C-38), R its mean win over
 * its mean loss; without a loss so far f* = W. Undefined without a win.
 */
export function provenKelly(total: Tally): Ratio | undefined {
  const low = wilson(total.wins, total.trades)?.low;
  if (low === undefined || total.wins === 0) return undefined;
  return total.losses === 0 ? low : kelly(low, payoffOf(total) ?? ZERO_RATIO);
}

/** What Kelly leaves of a size (R94, W-3): it only caps, at `fraction` x f* of equity, 0 where f* is not above 0; before `tradesMin` trades the base size stands. */
export function kellyFound(total: Tally, { fraction, baseNotional, tradesMin }: KellySizing): KellyFound {
  if (total.trades < tradesMin) return { base: baseNotional, told: `base size ${baseNotional.toString()} until ${tradesMin} trades are known, ${total.trades} are` };
  const full = provenKelly(total);
  const won = `${total.wins} of ${total.trades} won, the lower bound is ${percent(wilson(total.wins, total.trades)?.low ?? ZERO_RATIO)}`;
  const payoff = payoffOf(total);
  const paid = payoff ? `a win pays ${plain(payoff)} of a loss` : total.wins === 0 ? 'no win so far' : 'no loss so far';
  const share = (full?.gt(0) ? full.times(fraction) : ZERO_RATIO) as Ratio;
  return { share, told: `${plain(fraction)} of f* ${full ? plain(full) : 'none'} is ${percent(share)} of equity as margin: ${won}, ${paid}` };
}
