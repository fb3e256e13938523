import type { Command } from 'commander';
import { Decimal, type Id, type Ms, partitionOf } from '@ballast/domain';
import { query } from '../ask.js';
import { type LinkOptions, withBus } from '../connection.js';
import type { CliIo } from '../io.js';
import { linesOf, show, tableOf, timeText } from '../output.js';
import { portfolioMeant } from '../portfolios.js';
import { onBus } from './options.js';

interface RulesOptions extends LinkOptions {
  readonly portfolio?: string;
}

interface Row {
  readonly rule: string;
  readonly standing: 'RUNS' | 'STALE' | 'NOT_IN_FORCE';
  readonly profiles: readonly string[];
  readonly lastRanAt?: Ms;
  readonly results?: Readonly<Record<'PASS' | 'WARN' | 'REFUSE' | 'MISSING_INPUT', number>>;
  readonly nearest?: { readonly value: string; readonly limit: string; readonly unit: string; readonly ratio: string };
  readonly bound?: number;
  readonly lastBound?: { readonly at: Ms; readonly profile: string; readonly result: string };
}
interface Reply {
  readonly portfolioId: Id;
  readonly periodMs: Ms;
  readonly rules: readonly Row[];
}

const HOUR_MS = 3_600_000;
const MOMENT = /^\d{13}$/;

/** `ballast rules`: of every risk rule when it last ran, how near a plan came to its limit, and whether it ever bound. */
export function addRules(program: Command, io: CliIo): void {
  onBus(program.command('rules'), 'ballast rules', 'ballast rules --json')
    .description('when each risk rule last ran, how near plans came to its limit, whether it ever bound; STALE where it stopped running')
    .option('--portfolio <id>', 'the portfolio (default: the only one there is)')
    .action((options: RulesOptions) => rules(options, io));
}

async function rules(options: RulesOptions, io: CliIo): Promise<void> {
  const reply = await withBus(io, options, async (bus) => {
    const portfolioId = await portfolioMeant(bus, options.portfolio);
    return (await query(bus, 'risk', partitionOf(portfolioId), 'rules', { portfolioId })) as Reply;
  });
  show(io, options.json, reply, () => textOf(reply));
}

function textOf({ portfolioId, periodMs, rules: rows }: Reply): string {
  const stale = rows.filter(({ standing }) => standing === 'STALE');
  const period = `${periodMs / HOUR_MS} h`;
  return linesOf(
    tableOf(
      ['rule', 'in force by', 'state', 'last ran', 'evaluated', 'nearest to its limit', 'bound'],
      rows.map((row) => [row.rule, row.profiles.join('\n') || '-', stateText(row), row.lastRanAt === undefined ? 'never' : timeText(row.lastRanAt), countsText(row), nearestText(row), boundText(row)]),
      `no bot of portfolio ${portfolioId} meets a rule yet`,
    ),
    stale.length === 0 ? `every rule in force has run within ${period} of market time, or has not been in force for so long` : `STALE, in force and not run for ${period}: ${stale.map(({ rule }) => rule).join(', ')}: is the bot stopped, or does sizing plan nothing? see \`ballast status\``,
  );
}

function stateText({ standing, lastRanAt }: Row): string {
  if (standing === 'NOT_IN_FORCE') return 'not in force';
  return standing === 'RUNS' && lastRanAt === undefined ? 'waits for a plan' : standing;
}

function countsText({ results }: Row): string {
  if (!results) return '';
  const named = Object.entries({ passed: results.PASS, warned: results.WARN, refused: results.REFUSE, 'without input': results.MISSING_INPUT });
  return named.flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : [])).join('\n');
}

function nearestText({ nearest }: Row): string {
  if (!nearest) return '';
  if (MOMENT.test(nearest.limit)) return `${timeText(Number.parseInt(nearest.value, 10))} of ${timeText(Number.parseInt(nearest.limit, 10))}`;
  return `${nearest.value} of ${nearest.limit} ${nearest.unit}\n${new Decimal(nearest.ratio).times(100).toDecimalPlaces(2).toString()} % from it`;
}

const boundText = ({ bound, lastBound }: Row): string => (bound === undefined || bound === 0 || !lastBound ? 'never' : `${bound} times, last ${timeText(lastBound.at)}\nby ${lastBound.profile}: ${lastBound.result}`);
