import type { Summary } from '../summary/summary.types.js';
import { both, bps, counts, dollars, NOT_MEASURED, percent, table } from './markdown.js';

const METHOD = [
  'A **trade** is one round, entry and exit, of both legs. **Attempted**: opened by execution. **Success rate**: completed over all that are over; a trade still open is neither.',
  '**Fill rate** (C-14): of the notional that the trades that are over set out to trade, in and out, the part that was filled, as maker or by IOC. Maker only is the POST_ONLY fill rate.',
  '**Imbalance**: difference of the two leg notionals over the smaller one (C-33). *Planned* and *ordered* and *filled at reference*: quantities at the mid of the plan; *at fill*: at the average prices paid. *Ordered* is the most that an entry ever had filled and on order together. Only trades that stood balanced are in it; one that was unwound before is in the naked exposure.',
  '**Slippage**: average fill price against the mid of the plan (entry) or of the exit signal (exit), positive = worse, weighted by notional; *against the touch*: entry against the best opposing price that the plan saw, which is what the estimate is of.',
  '**Naked notional x seconds**: integral over market time of the notional that no other leg hedged.',
  '**Residual delta** (C-34): dollars of a balanced pair that are not hedged. Its 1-sigma result is that delta times the volatility of the marks observed times the root of the time held; it is not a loss.',
  '**Plan volume** (W-1): the larger leg, once per round. **Turnover**: all fills of both legs, in and out.',
  '**PnL**: realised of the books, less fees, plus funding; funding is given to the trades that held the instrument when it was settled. Nothing is left out or adjusted.',
] as const;

/** The report as Markdown: the figures of a summary, and what they mean. */
export const reportText = (summary: Summary): string => [head(summary), pnl(summary), hedging(summary), execution(summary), refusals(summary), books(summary), notes(summary)].join('\n\n') + '\n';

function head({ scope, marketTime, cycles, execution: { planVolume, turnover, fillRate, makerShare }, pnl: { net, shareNotNegative }, imbalance, targets, events }: Summary): string {
  const whose = scope.botId ? `bot ${scope.botId}` : scope.portfolioId ? `portfolio ${scope.portfolioId}` : 'all portfolios';
  return [
    `# Trading report: ${whose}`,
    `Market time ${marketTime.from ?? 'none'} to ${marketTime.to ?? 'none'}, from ${events} events of the log.`,
    table(['figure', 'value'], [
      ['cycles completed / attempted', `${cycles.completed} / ${cycles.attempted} (${percent(cycles.successRate)})`],
      ['unwound, unfilled, open', `${cycles.unwound}, ${cycles.unfilled}, ${cycles.open}`],
      ['fill rate; maker share', `${percent(fillRate)}; ${percent(makerShare)}`],
      ['worst imbalance filled at reference (BALANCED plans)', percent(imbalance.balancedPlans.worstFilledAtReference)],
      ['net PnL after fees and funding', dollars(net)],
      ['trades with PnL >= 0', percent(shareNotNegative)],
      ['plan volume; turnover', `${dollars(planVolume)}; ${dollars(turnover)}`],
    ]),
    '## Targets (R43)',
    table(['target', 'limit', 'found', 'met'], targets.map(({ name, target, found, met }) => [name, target, found ?? NOT_MEASURED, met === null ? NOT_MEASURED : met ? 'yes' : 'NO'])),
  ].join('\n\n');
}

function pnl({ pnl: { realised, fees, funding, net, closedTrades, perTrade, netBpsOfPlanVolume, outsideClosedTrades } }: Summary): string {
  return ['## PnL', table(['part', 'amount'], [
    ['realised before fees', dollars(realised)],
    ['fees paid', dollars(fees)],
    ['funding received', dollars(funding)],
    ['net', dollars(net)],
    ['trades with a result', closedTrades],
    ['net per trade: mean, worst, best', `${dollars(perTrade.mean)}, ${dollars(perTrade.worst)}, ${dollars(perTrade.best)}`],
    ['net of plan volume', bps(netBpsOfPlanVolume)],
    ['of net, outside closed trades', dollars(outsideClosedTrades)],
  ])].join('\n\n');
}

function hedging({ imbalance, residualDelta, naked }: Summary): string {
  return ['## Hedging', `${imbalance.trades} trades stood balanced, ${imbalance.balancedPlans.trades} of them from a BALANCED plan.`, table(['imbalance', 'mean', 'worst', 'worst of BALANCED plans'], [
    [...both('planned', imbalance.planned, percent), percent(imbalance.balancedPlans.worstPlanned)],
    [...both('ordered', imbalance.ordered, percent), percent(imbalance.balancedPlans.worstOrdered)],
    [...both('filled, at reference prices', imbalance.filledAtReference, percent), percent(imbalance.balancedPlans.worstFilledAtReference)],
    [...both('filled, at fill prices', imbalance.filledAtFill, percent), percent(imbalance.balancedPlans.worstFilledAtFill)],
  ]), table(['exposure', 'mean', 'worst'], [
    both('residual delta', residualDelta.absolute, dollars),
    both('its 1-sigma result', residualDelta.oneSigmaPnl, dollars),
    both('naked notional x seconds', naked, dollars),
  ]), `Naked notional x seconds in total: ${dollars(naked.totalNotionalSeconds)} s.`].join('\n\n');
}

function execution({ execution: found, slippageBps }: Summary): string {
  return ['## Execution', table(['figure', 'value'], [
    ['orders; fills', `${found.orders}; ${found.fills}`],
    ['set out to trade; filled', `${dollars(found.orderedNotional)}; ${dollars(found.filledNotional)}`],
    ['fill rate; POST_ONLY fill rate', `${percent(found.fillRate)}; ${percent(found.postOnlyFillRate)}`],
    ['orders without an end', found.unresolvedOrders],
  ]), table(['slippage', 'mean', 'worst'], [
    both('realised', slippageBps.realised, bps),
    both('realised, entry', slippageBps.realisedEntry, bps),
    both('realised, exit', slippageBps.realisedExit, bps),
    both('entry against the touch', slippageBps.againstTouch, bps),
    both('entry as estimated', slippageBps.estimated, bps),
  ])].join('\n\n');
}

function refusals({ refusals: denied, orderRefusals, infeasible, liquidations, reconciliationDifferences }: Summary): string {
  return ['## Refusals and findings', counts('plans refused, by rule', denied), counts('infeasible plans, by reason', infeasible), counts('orders refused, by reason', orderRefusals), `Liquidations: ${liquidations}. Differences between the log and the venue: ${reconciliationDifferences}.`].join('\n\n');
}

function books({ residuals, positions, balances }: Summary): string {
  return ['## Books', table(['position', 'quantity', 'entry price', 'realised', 'fees', 'funding'], Object.entries(positions).map(([name, { quantity, entryPrice, realisedPnl, fees, funding }]) => [name, quantity, entryPrice, realisedPnl, fees, funding])),
    table(['account', 'transfers', 'realised', 'fees', 'funding', 'cash'], Object.entries(balances).map(([account, { transfers, realised, fees, funding, cash }]) => [account, transfers, realised, fees, funding, cash])),
    residuals.length === 0 ? 'No residuals: no leg stands alone.' : table(['residual of trade', 'leg', 'instrument', 'quantity', 'notional', 'taken over by'], residuals.map(({ tradeId, leg, instrument, quantity, notional, takenOverBy }) => [tradeId, leg, instrument, quantity, dollars(notional), takenOverBy ?? 'nobody yet']))].join('\n\n');
}

function notes({ provenance, stateHash, cut }: Summary): string {
  const sources = Object.entries(provenance).map(([subject, source]) => `- ${subject}: ${source}`);
  return ['## Where the data came from', sources.length === 0 ? 'Not stated by whoever started the run.' : sources.join('\n'), '## What the figures mean', METHOD.map((note) => `- ${note}`).join('\n'), `State hash \`${stateHash}\` at cut \`${Object.entries(cut).map(([partition, sequence]) => `${partition}:${sequence}`).join(',')}\`.`].join('\n\n');
}
