import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import type { Id, Ms } from '@ballast/domain';
import { readTrusted, type EventStore } from '@ballast/bus';
import { dayStartOf } from '@ballast/performance';
import { filesOf, PROTECTION_DEFAULTS, type Period, type Report, ReportFold, type Scope, slippageReport, snapshotReport, standupReport, trackerReport, WeeklyFold, weeklyReport, writeReportFiles } from '@ballast/reports';
import { type LinkOptions, withBus } from '../connection.js';
import { type Until, untilOf } from '../cut.js';
import { type CliBus, CliFailure, type CliIo, WrongUsage } from '../io.js';
import { choiceOption, durationOption } from '../option-values.js';
import { linesOf, show } from '../output.js';
import { protectionWorth } from '../protection/worth.js';
import { ALL_PARTITIONS, readLog } from '../read-log.js';
import { onBus } from './options.js';

/** What a report is asked of; times and durations as typed. */
export interface ReportChoice {
  readonly from?: string;
  readonly to?: string;
  readonly portfolio?: string;
  readonly bot?: string;
  readonly dayStart?: string;
  readonly all?: boolean;
}

interface ReportOptions extends LinkOptions, ReportChoice {
  readonly out?: string;
}

/** What is asked, read from the options. */
interface Asked {
  readonly period: Period;
  readonly scope: Scope;
  readonly boundaryMs: Ms;
  /** Every week, not only the last that is over. */
  readonly all: boolean;
}

type Kind = (store: EventStore, asked: Asked) => Promise<Report>;

const folded = (makerOf: (fold: ReportFold, scope: Scope) => Report): Kind => async (store, { period, scope, boundaryMs }) => {
  const fold = await foldOf(store, period, boundaryMs);
  demandKnown(fold, scope);
  return makerOf(fold, scope);
};

const MAKERS: Readonly<Record<string, Kind>> = {
  standup: async (store, asked) => folded(standupReport)(store, { ...asked, period: await dayMeant(store, asked) }),
  snapshot: folded(snapshotReport),
  tracker: folded(trackerReport),
  slippage: folded(slippageReport),
  weekly,
  protection: (store, { period, scope }) => protectionWorth(store, period, scope, PROTECTION_DEFAULTS),
};
export const REPORT_KINDS: readonly string[] = Object.keys(MAKERS);

/** Makes one report from the log. @throws WrongUsage, CliFailure */
export const makeReport = async (store: EventStore, name: string, choice: ReportChoice): Promise<Report> => (MAKERS[choiceOption('kind', name, REPORT_KINDS)] as Kind)(store, askedOf(choice));

/** Of each portfolio the last week that is over (else the running one), every week, or one report of the period that is named. */
async function weekly(store: EventStore, { period, scope: { portfolioId, botId }, boundaryMs, all }: Asked): Promise<Report> {
  if (botId !== undefined) throw new WrongUsage('--bot: found it with weekly, allowed is --portfolio: a ladder is a portfolio\'s');
  const named = period.from !== undefined || period.to !== undefined;
  const fold = new WeeklyFold({ boundaryMs, ...(named ? { period } : {}) });
  // Read to its end: only what comes after the period says that it is over.
  await readLog(store, undefined, (decision) => decision.events.forEach((event, index) => fold.apply({ event, index, decision })));
  const reports = named || all ? fold.all() : fold.latest();
  const portfolios = reports.map((each) => each.portfolioId);
  if (portfolioId !== undefined && !portfolios.includes(portfolioId)) throw new CliFailure(`there is no week of a portfolio ${portfolioId}`, portfolios.length === 0 ? 'there is no bot yet' : `name one of those there are: ${[...new Set(portfolios)].join(', ')}`);
  return weeklyReport(reports.filter((each) => portfolioId === undefined || each.portfolioId === portfolioId));
}

/** `ballast report`: what a period was, from the log alone, as Markdown, JSON and CSV (R58, R93, R106 to R108). */
export function addReport(program: Command, io: CliIo): void {
  const command = program.command('report')
    .addArgument(new Argument('<kind>').argParser((text) => choiceOption('kind', text, REPORT_KINDS)))
    .description(`a report from the log alone: ${REPORT_KINDS.join(', ')}`)
    .option('--from <time>', 'from this market time on, as 2026-01-31 or 2026-01-31T12:00:00Z (default: the first event; of standup: the day of the end)')
    .option('--to <time>', 'before this market time (default: the end of the log)')
    .option('--portfolio <id>', 'of this portfolio only')
    .option('--bot <id>', 'of this bot only')
    .option('--all', 'weekly: every week, not only the last that is over')
    .option('--out <folder>', 'writes the report as .md, .json and .csv into this folder')
    .option('--day-start <time>', 'days begin so long after 00:00 UTC, as 8h (default: 0)');
  onBus(command, 'ballast report standup', 'ballast report snapshot --json', 'ballast report tracker --from 2026-01-31 --out out/tracker').action((kind: string, options: ReportOptions) => report(kind, options, io));
}

async function report(name: string, options: ReportOptions, io: CliIo): Promise<void> {
  askedOf(options);
  const made = await withBus(io, options, ({ store }: CliBus) => makeReport(store, name, options));
  if (options.out === undefined) return show(io, options.json, made.document, () => made.markdown.trimEnd());
  const files = await writeReportFiles(resolve(io.cwd, options.out), filesOf(made));
  show(io, options.json, { files }, () => linesOf(...Object.values(files)));
}

/** Before anything is asked of the bus, too. @throws WrongUsage */
export function askedOf({ from, to, portfolio, bot, dayStart, all }: ReportChoice): Asked {
  const period = { from: timeOf('--from', from), to: timeOf('--to', to) };
  if (period.from !== undefined && period.to !== undefined && period.from >= period.to) throw new WrongUsage(`--from: found ${from ?? ''}, allowed is a time before --to (${to ?? ''})`);
  return { period, scope: { ...(portfolio === undefined ? {} : { portfolioId: portfolio }), ...(bot === undefined ? {} : { botId: bot }) }, boundaryMs: dayStart === undefined ? 0 : durationOption('--day-start', dayStart), all: all === true };
}

function timeOf(option: string, text: string | undefined): Ms | undefined {
  const until = untilOf(option, text);
  if (until !== undefined && !('time' in until)) throw new WrongUsage(`${option}: found "${text ?? ''}", allowed is a time: a period is of market time, not of a cut`);
  return until?.time;
}

/** The end of a period is not part of it. */
const untilEnd = ({ to }: Period): Until => (to === undefined ? undefined : { time: to - 1 });

async function foldOf(store: EventStore, period: Period, boundaryMs: Ms): Promise<ReportFold> {
  const fold = new ReportFold(period, boundaryMs);
  await readLog(store, untilEnd(period), (decision) => decision.events.forEach((event, index) => fold.apply({ event, index, decision })));
  return fold;
}

/** @throws CliFailure where there is no such bot or portfolio. */
function demandKnown(fold: ReportFold, { portfolioId, botId }: Scope): void {
  const bots = fold.models.books.state.bots;
  const portfolios = [...new Set([...bots.values()].map((bot) => bot.portfolioId))].sort();
  const missing = (what: string, named: Id | undefined, known: readonly Id[]): void => {
    if (named !== undefined && !known.includes(named)) throw new CliFailure(`there is no ${what} ${named}`, known.length === 0 ? 'there is no bot yet' : `name one of those there are: ${known.join(', ')}`);
  };
  missing('portfolio', portfolioId, portfolios);
  missing('bot', botId, [...bots.keys()].sort());
}

/** A stand-up is of one day, unless somebody says from when. */
async function dayMeant(store: EventStore, { period: { from, to }, boundaryMs }: Asked): Promise<Period> {
  const last = to === undefined ? await lastTime(store) : to - 1;
  return { from: from ?? (last === undefined ? undefined : dayStartOf(last, boundaryMs)), to };
}

/** Market time of the newest decision; undefined of an empty log. */
async function lastTime(store: EventStore): Promise<Ms | undefined> {
  const times: Ms[] = [];
  for (const partition of ALL_PARTITIONS) {
    const last = await store.lastSequence(partition);
    if (last > 0) await store.read(partition, { filters: [], from: last, to: last }, (message) => times.push(readTrusted(message).occurredAt));
  }
  return times.length === 0 ? undefined : Math.max(...times);
}
