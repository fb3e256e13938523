import { Decimal } from '@ballast/domain';
import { percent, signedDollars } from '../export/markdown.js';
import type { PortfolioDay } from './portfolio-day.js';

/** Trades that may not lose, at least (R26). */
const NON_NEGATIVE_MIN = new Decimal('0.95');
/** Half of the tightest drawdown limit there is (C-2). */
const DRAWDOWN_TOLD = new Decimal('0.05');

/** What a person should look at first, most urgent first; empty where all is as it should be. */
export function attentionOf({ portfolioId, notActive, unexplained, results, rounds, residualsAlone, drawdown }: PortfolioDay, found: { readonly liquidations: number; readonly differences: number }): readonly string[] {
  const lost = results.nonNegativeRate !== null && new Decimal(results.nonNegativeRate).lt(NON_NEGATIVE_MIN);
  return [
    ...notActive.map((scope) => `${portfolioId}: ${scope}; \`ballast status\` says since when and why`),
    ...(found.liquidations > 0 ? [`${portfolioId}: the venue liquidated ${found.liquidations} position(s)`] : []),
    ...(found.differences > 0 ? [`${portfolioId}: ${found.differences} difference(s) between the log and the venue`] : []),
    ...(unexplained !== null && !new Decimal(unexplained).isZero() ? [`${portfolioId}: ${signedDollars(unexplained)} of equity that neither results nor transfers explain`] : []),
    ...(lost ? [`${portfolioId}: ${percent(results.nonNegativeRate, 1)} of trades did not lose, 95 % are asked for (R26, C-21)`] : []),
    ...(rounds.unwound > 0 ? [`${portfolioId}: ${rounds.unwound} round(s) unwound`] : []),
    ...(residualsAlone > 0 ? [`${portfolioId}: ${residualsAlone} residual(s) stand alone`] : []),
    ...(drawdown !== null && new Decimal(drawdown).gte(DRAWDOWN_TOLD) ? [`${portfolioId}: ${percent(drawdown, 2)} below the peak`] : []),
  ];
}
