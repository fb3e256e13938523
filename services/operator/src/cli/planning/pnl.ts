import type { Command } from 'commander';
import { bps, notional, ratio } from '@ballast/domain';
import { DAYS_PER_MONTH, PHASE_TARGETS, type PnlAssumptions, type PnlProjection, projectPnl } from '@ballast/planning';
import { withExamples } from '../commands/options.js';
import { type CliIo, WrongUsage } from '../io.js';
import { countOption, decimalOption } from '../option-values.js';
import { linesOf, show, tableOf } from '../output.js';
import { count, documentOf, dollars, plain } from './figures.js';

interface Options {
  readonly trades?: string;
  readonly notional?: string;
  readonly spread?: string;
  readonly makerShare?: string;
  readonly makerFees: string;
  readonly takerFees: string;
  readonly days?: string;
  readonly json?: boolean;
}

interface Scenario {
  readonly name: string;
  readonly assumptions: PnlAssumptions;
  readonly projection: PnlProjection;
}

/** `ballast plan pnl` (R19, W-15, C-27): one scenario, or the plan's four where none is named. */
export function addPnl(plan: Command, io: CliIo): void {
  const command = plan.command('pnl').description('what a day and a month would bring if every round went as assumed; the plan\'s four scenarios where nothing is named')
    .option('--trades <count>', 'rounds a day')
    .option('--notional <notional>', 'plan volume of a round: the larger leg')
    .option('--spread <bps>', 'gross result of a round, of one leg\'s notional')
    .option('--maker-share <ratio>', 'share of rounds made POST_ONLY, 0 to 1')
    .option('--maker-fees <bps>', 'fees of a whole POST_ONLY round, of one leg\'s notional', '4')
    .option('--taker-fees <bps>', 'fees of a whole round that takes', '20')
    .option('--days <count>', 'days of a month beside 20 and 30')
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast plan pnl --trades 20 --notional 1000 --spread 20 --maker-share 0.7', 'ballast plan pnl').action((options: Options) => pnl(options, io));
}

function pnl(options: Options, io: CliIo): void {
  const days = [...DAYS_PER_MONTH, ...(options.days === undefined ? [] : [countOption('--days', options.days)])];
  const found = scenariosOf(options, days);
  show(io, options.json, { scenarios: found.map(({ name, assumptions, projection }) => ({ name, ...(documentOf(assumptions) as object), ...(documentOf(projection) as object) })) }, () => textOf(found, options));
}

function scenariosOf(options: Options, days: readonly number[]): readonly Scenario[] {
  const fees = { makerRoundBps: decimalOption('--maker-fees', options.makerFees, bps), takerRoundBps: decimalOption('--taker-fees', options.takerFees, bps) };
  const named = { '--trades': options.trades, '--notional': options.notional, '--spread': options.spread, '--maker-share': options.makerShare };
  const missing = Object.entries(named).filter(([, text]) => text === undefined).map(([option]) => option);
  if (missing.length === 4) return PHASE_TARGETS.map(({ name, scenario }) => ({ name, assumptions: { ...scenario, ...fees }, projection: projectPnl({ ...scenario, ...fees }, days) }));
  if (missing.length > 0) throw new WrongUsage(`${missing.join(', ')}: found nothing, allowed are all four of ${Object.keys(named).join(', ')}, or none of them for the plan's own scenarios`);
  const assumptions = {
    tradesPerDay: countOption('--trades', options.trades ?? ''), notional: decimalOption('--notional', options.notional ?? '', notional),
    spreadBps: decimalOption('--spread', options.spread ?? '', bps), makerShare: shareOf(options.makerShare ?? ''), ...fees,
  };
  return [{ name: 'as named', assumptions, projection: projectPnl(assumptions, days) }];
}

function shareOf(text: string): PnlAssumptions['makerShare'] {
  const share = decimalOption('--maker-share', text, ratio);
  if (share.isNegative() || share.gt(1)) throw new WrongUsage(`--maker-share: found "${text}", allowed is from 0 to 1`);
  return share;
}

const textOf = (scenarios: readonly Scenario[], { makerFees, takerFees }: Options): string =>
  linesOf(
    tableOf(
      ['scenario', 'rounds\na day', 'notional', 'spread\nbps', 'maker\nshare', 'net bps\nmaker', 'net bps\ntaker', 'net bps', 'a day', ...Object.keys(scenarios[0]?.projection.perMonth ?? {}).map((days) => `${days} days`)],
      scenarios.map(({ name, assumptions: each, projection }) => [name, count(each.tradesPerDay), dollars(each.notional), plain(each.spreadBps), plain(each.makerShare), plain(projection.makerNetBps), plain(projection.takerNetBps), plain(projection.netBps), dollars(projection.perDay), ...Object.values(projection.perMonth).map((amount) => dollars(amount))]),
      '',
    ),
    `fees of a round: ${makerFees} bps made POST_ONLY, ${takerFees} bps taken, of one leg's notional; an assumption's arithmetic, not a forecast`,
    '20 days are the plans\' month; the market has 30 (C-27)',
  );
