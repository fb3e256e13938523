import type { EventStore } from '@ballast/bus';
import { type ProtectionAsked, ProtectionFold, type Period, protectionReport, type Report, type Scope } from '@ballast/reports';
import { CliFailure } from '../io.js';
import { readLog } from '../read-log.js';

/** What protection was worth in a period, from the log alone (R90). @throws CliFailure for a bot or a portfolio that there is not */
export async function protectionWorth(store: EventStore, period: Period, scope: Scope, asked: ProtectionAsked): Promise<Report> {
  const fold = new ProtectionFold(asked.venue);
  const until = period.to === undefined ? undefined : { time: period.to - 1 };
  await readLog(store, until, (decision) => decision.events.forEach((event, index) => fold.apply({ event, index, decision })));
  const bots = [...fold.bots.values()];
  const known = { bot: bots.map(({ botId }) => botId).sort(), portfolio: [...new Set(bots.map(({ portfolioId }) => portfolioId))].sort() };
  for (const [what, named] of [['bot', scope.botId], ['portfolio', scope.portfolioId]] as const) {
    if (named !== undefined && !known[what].includes(named)) throw new CliFailure(`there is no ${what} ${named}`, known[what].length === 0 ? 'there is no bot yet' : `name one of those there are: ${known[what].join(', ')}`);
  }
  return protectionReport(fold, period, scope, asked);
}
