import type { Command } from 'commander';
import { bps, money, type Money, ratio } from '@ballast/domain';
import { capitalPath, compound, type Milestone, milestoneSteps, PHASE_TARGETS, PLAN_MILESTONES, projectPnl, returnsOf } from '@ballast/planning';
import { withExamples } from '../commands/options.js';
import { type CliIo, WrongUsage } from '../io.js';
import { calculated, countOption, decimalOption, listOption } from '../option-values.js';
import { linesOf, show, tableOf } from '../output.js';
import { documentOf, dollars, percent } from './figures.js';

interface CompoundingOptions {
  readonly start: string;
  readonly monthly: string;
  readonly months: string;
  readonly reinvest: string;
  readonly path: string;
  readonly json?: boolean;
}

/** `ballast plan compounding` (R100, R102, R110, C-36, C-48). */
export function addCompounding(plan: Command, io: CliIo): void {
  const command = plan.command('compounding').description('what becomes of a balance that grows every month, whole and with a part reinvested')
    .option('--start <amount>', 'balance at the start, quote currency', '200')
    .option('--monthly <ratio>', 'earned a month, 0.5 = 50 %', '0.5')
    .option('--months <count>', 'how many', '12')
    .option('--reinvest <ratio>', 'share of what is earned that stays', '0.6')
    .option('--path <amount,…>', 'balances to tell the returns of', '200,225,260,300')
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast plan compounding', 'ballast plan compounding --start 1000 --monthly 0.05 --months 24 --reinvest 0.6').action((options: CompoundingOptions) => compounding(options, io));
}

function compounding(options: CompoundingOptions, io: CliIo): void {
  const start = decimalOption('--start', options.start, money);
  const rate = decimalOption('--monthly', options.monthly, ratio);
  const reinvest = decimalOption('--reinvest', options.reinvest, ratio);
  const months = countOption('--months', options.months);
  const path = listOption('--path', options.path, money);
  const [whole, part, returns] = calculated(() => [compound(start, rate, months, ratio('1')), compound(start, rate, months, reinvest), returnsOf(path)] as const);
  const document = { start: start.toString(), monthly: rate.toString(), reinvest: reinvest.toString(), all: documentOf(whole), part: documentOf(part), path: { balances: path.map(String), returns: documentOf(returns) } };
  show(io, options.json, document, () =>
    linesOf(
      tableOf(
        ['month', 'all reinvested', 'growth', `${percent(reinvest)} reinvested`, 'growth', 'taken out'],
        whole.map((row, index) => [row.period, dollars(row.balance), percent(row.growth, 0), dollars(part[index]?.balance ?? start), percent(part[index]?.growth ?? rate, 0), dollars(part[index]?.takenOut ?? start)]),
        '',
      ),
      `path ${path.map((balance) => dollars(balance)).join(' -> ')}: ${returns.map((each) => percent(each, 1)).join(', ')} a step`,
      "an assumption's arithmetic, not a forecast",
    ),
  );
}

interface MilestoneOptions {
  readonly milestone?: readonly string[];
  readonly days: string;
  readonly makerFees: string;
  readonly takerFees: string;
  readonly json?: boolean;
}

/** `ballast plan milestones` (R24, C-28): inputs for a what-if, never checks. */
export function addMilestones(plan: Command, io: CliIo): void {
  const command = plan.command('milestones').description("what one milestone of capital asks for on the way to the next (default: the plan's own), and where the projected profits would lead")
    .option('--milestone <milestone...>', 'two or more as month:capital or month:capital:daily-profit, months rising')
    .option('--days <count>', 'days of a month', '20')
    .option('--maker-fees <bps>', 'fees of a whole POST_ONLY round', '4')
    .option('--taker-fees <bps>', 'fees of a whole round that takes', '20')
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast plan milestones', 'ballast plan milestones --milestone 0:2000:20 3:4000:100 12:20000').action((options: MilestoneOptions) => milestones(options, io));
}

function milestones(options: MilestoneOptions, io: CliIo): void {
  const days = countOption('--days', options.days);
  const wanted = options.milestone?.map(milestoneOf) ?? PLAN_MILESTONES;
  const steps = calculated(() => milestoneSteps(wanted, days));
  const start = wanted[0]?.capital;
  if (start === undefined || steps.length === 0) throw new WrongUsage('--milestone: found fewer than two, allowed are two or more as 0:2000:20 3:4000:100');
  const fees = { makerRoundBps: decimalOption('--maker-fees', options.makerFees, bps), takerRoundBps: decimalOption('--taker-fees', options.takerFees, bps) };
  const stretches = PHASE_TARGETS.map(({ months, scenario }) => ({ months, profitPerMonth: projectPnl({ ...scenario, ...fees }, [days]).perMonth[days] as Money }));
  const path = capitalPath(start, stretches);
  show(io, options.json, { daysPerMonth: days, steps: documentOf(steps), projected: stretches.map((stretch, index) => ({ ...(documentOf(stretch) as object), capital: path[index]?.toString() })) }, () =>
    linesOf(
      tableOf(
        ['from', 'to', 'growth\na month', 'profit a day\nthat it needs', 'at the profit named,\nit would be'],
        steps.map(({ from, to, monthlyRate, dailyProfitNeeded, atItsProfit }) => [`month ${from.month}: ${dollars(from.capital)}`, `month ${to.month}: ${dollars(to.capital)}`, percent(monthlyRate, 1), dollars(dailyProfitNeeded), atItsProfit ? dollars(atItsProfit.capital) : 'no profit named']),
        '',
      ),
      `the projected profits, every cent reinvested, would lead from ${dollars(start)} to ${path.map((capital) => dollars(capital)).join(', ')} by the end of each phase${options.milestone === undefined ? ": the plan's milestones and its projection contradict each other (C-28)" : ''}`,
      `months of ${days} days; milestones are inputs for a what-if, nothing is checked against them`,
    ),
  );
}

function milestoneOf(text: string): Milestone {
  const [month, capital, profit, ...more] = text.split(':');
  if (month === undefined || capital === undefined || more.length > 0) throw new WrongUsage(`--milestone: found "${text}", allowed is month:capital or month:capital:daily-profit`);
  return { month: countOption('--milestone', month, 0), capital: decimalOption('--milestone', capital, money), ...(profit === undefined ? {} : { dailyProfit: decimalOption('--milestone', profit, money) }) };
}
