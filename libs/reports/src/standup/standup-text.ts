import { counts, paragraphs, percent, plain, signedDollars, dollars, table, tableOr } from '../export/markdown.js';
import { type Period, periodText } from '../report/period.js';
import type { PortfolioDay } from './portfolio-day.js';
import type { Standup } from './standup.types.js';

const HAPPENINGS_SHOWN = 40;
const LOSING_SHOWN = 20;

export function standupText({ portfolios, attention, happenings }: Standup, period: Period): string {
  return paragraphs(
    '# Daily stand-up',
    `Market time ${periodText(period)}.`,
    '## What needs a person',
    attention.length === 0 ? (portfolios.length === 0 ? 'Nothing: there is no bot yet.' : 'Nothing.') : attention.map((line) => `- ${line}`).join('\n'),
    ...portfolios.map(portfolioText),
    '## What happened',
    tableOr('Nothing but trading.', ['at', 'by', 'what'], happenings.slice(-HAPPENINGS_SHOWN).map(({ at, writer, title }) => [new Date(at).toISOString(), writer, title])),
    happenings.length > HAPPENINGS_SHOWN ? `The last ${HAPPENINGS_SHOWN} of ${happenings.length}; all are in the JSON.` : '',
  );
}

function portfolioText(day: PortfolioDay): string {
  const { rounds, results, lastTen, bots, positions } = day;
  return [
    `## Portfolio ${day.portfolioId}: ${day.tradingState}`,
    table(['figure', 'value'], [
      ['equity at start, at end', `${dollars(day.equityAtStart)}, ${dollars(day.equityAtEnd)}`],
      ['result, realised and unrealised', signedDollars(day.result)],
      ['transfers, which are no result', signedDollars(day.transfers)],
      ['return of the day', percent(day.dayReturn)],
      ['below the peak; worst', `${percent(day.drawdown)}; ${percent(day.drawdownMax)}`],
      ['rounds begun, opened', `${rounds.begun}, ${rounds.opened}`],
      ['completed, unwound, unfilled; open now', `${rounds.completed}, ${rounds.unwound}, ${rounds.unfilled}; ${rounds.openNow}`],
      ['trades closed', results.trades === 0 ? 'none: nothing is measured' : `${results.trades}: ${results.wins}W / ${results.losses}L, net ${signedDollars(results.net)} after ${dollars(results.fees)} fees, funding ${signedDollars(results.funding)}`],
      ['did not lose', percent(results.nonNegativeRate, 2)],
      ['win rate of the last ten', lastTen.trades === 0 ? 'not measured' : `${percent(lastTen.winRate, 1)} (${lastTen.wins} of ${lastTen.trades}${lastTen.winRateInterval ? `, 95 % interval ${percent(lastTen.winRateInterval.low, 1)} to ${percent(lastTen.winRateInterval.high, 1)}` : ''})`],
      ['plan volume; turnover', `${dollars(results.planVolume)}; ${dollars(results.turnover)}`],
      ['net of plan volume, bps', plain(results.netBpsOfPlanVolume, 3)],
      ...(day.rung === null ? [] : [['rung of the ladder', day.rung]]),
      ...(day.funds === null ? [] : [['funds: trading, war chest, operating, withdrawal', [day.funds.trading, day.funds.chest, day.funds.operating, day.funds.withdrawal].map(dollars).join(', ')]]),
      ['live orders; residuals alone', `${day.liveOrders}; ${day.residualsAlone}`],
    ]),
    tableOr('No bots.', ['bot', 'status', 'won', 'lost', 'net', 'plan volume'], bots.map((bot) => [bot.botId, bot.status, bot.wins, bot.losses, signedDollars(bot.net), dollars(bot.planVolume)])),
    tableOr('No open positions.', ['open position', 'quantity', 'entry price'], positions.map(({ position, quantity, entryPrice }) => [position, quantity, entryPrice])),
    counts('plans refused, by rule', day.refusals),
    counts('infeasible plans, by reason', day.infeasible),
    tableOr('No trade lost.', ['losing trade', 'bot', 'net', 'why'], day.losing.slice(-LOSING_SHOWN).map(({ tradeId, botId, net, why }) => [tradeId, botId, signedDollars(net), why])),
    ...(day.losing.length > LOSING_SHOWN ? [`The last ${LOSING_SHOWN} of ${day.losing.length}; all are in the JSON.`] : []),
  ].join('\n\n');
}
