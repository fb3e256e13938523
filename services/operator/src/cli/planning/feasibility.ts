import type { Command } from 'commander';
import { notional, type Notional, ratio } from '@ballast/domain';
import { type Feasibility, type FeasibilityInput, feasibilityOf } from '@ballast/planning';
import { withExamples } from '../commands/options.js';
import type { CliIo } from '../io.js';
import { calculated, countOption, decimalOption, durationOption } from '../option-values.js';
import { linesOf, show } from '../output.js';
import { count, documentOf, dollars, percent, plain, times } from './figures.js';

interface Options {
  readonly capital: string;
  readonly dailyVolume: string;
  readonly trades?: string;
  readonly legs: string;
  readonly hold?: string;
  readonly leverage: string;
  readonly safety: string;
  readonly messages: string;
  readonly json?: boolean;
}

/** Of a trade, where nobody says how many trades a day there are (R3 to R6 average about this). */
const TRADE_NOTIONAL = notional('1000');

/** `ballast plan feasibility` (R2, C-17, C-18). */
export function addFeasibility(plan: Command, io: CliIo): void {
  const command = plan.command('feasibility').description('what a daily volume asks of a capital: turnover and peak exposure apart, and what is feasible')
    .requiredOption('--capital <notional>', 'what there is to trade with, quote currency')
    .requiredOption('--daily-volume <notional>', 'plan volume wanted of a day: the larger leg, once per round')
    .option('--trades <count>', 'rounds a day (default: as many as $1,000 each make)')
    .option('--legs <count>', 'legs that a round holds at once', '2')
    .option('--hold <time>', 'how long a round stands, as 45s or 10m (default: one stands at a time)')
    .option('--leverage <ratio>', 'leverage limit', '20')
    .option('--safety <ratio>', 'safety factor on it', '0.8')
    .option('--messages <count>', 'requests to the venue that a round needs', '8')
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast plan feasibility --capital 2000 --daily-volume 1000000', 'ballast plan feasibility --capital 2000 --daily-volume 1000000 --trades 1000 --hold 45s').action((options: Options) => feasibility(options, io));
}

function feasibility(options: Options, io: CliIo): void {
  const input = inputOf(options);
  const found = calculated(() => feasibilityOf(input));
  show(io, options.json, { capital: input.capital.toString(), dailyVolume: input.dailyVolume.toString(), tradesPerDay: input.tradesPerDay, ...(documentOf(found) as object) }, () => textOf(input, found));
}

function inputOf(options: Options): FeasibilityInput {
  const dailyVolume = decimalOption<Notional>('--daily-volume', options.dailyVolume, notional);
  return {
    capital: decimalOption<Notional>('--capital', options.capital, notional),
    dailyVolume,
    tradesPerDay: options.trades === undefined ? Math.max(1, parseInt(dailyVolume.div(TRADE_NOTIONAL).ceil().toFixed(0), 10)) : countOption('--trades', options.trades),
    legs: countOption('--legs', options.legs),
    holdMs: options.hold === undefined ? undefined : durationOption('--hold', options.hold),
    leverageMax: decimalOption('--leverage', options.leverage, ratio),
    safetyFactor: decimalOption('--safety', options.safety, ratio),
    messagesPerTrade: countOption('--messages', options.messages),
  };
}

function textOf(input: FeasibilityInput, found: Feasibility): string {
  const { capital, dailyVolume, tradesPerDay, legs, leverageMax, safetyFactor } = input;
  const { rates, options } = found;
  const stand = `${count(tradesPerDay)} rounds of ${dollars(found.tradeNotional)}, ${found.openAtOnce} at once, ${legs} leg${legs === 1 ? '' : 's'} each`;
  return linesOf(
    `turnover       ${times(found.turnoverRatio)} a day: ${dollars(dailyVolume)} of plan volume over ${dollars(capital)}; capital is used again and again, which takes no leverage`,
    `peak exposure  ${times(found.peakLeverage)}: ${stand} = ${dollars(found.peakGross)} open; ${dollars(found.grossMax)} may be (${dollars(capital)} x ${leverageMax.toString()} x ${safetyFactor.toString()})`,
    found.exposureFeasible
      ? 'FEASIBLE by exposure: what stands open at once stays within the limit'
      : `NOT FEASIBLE by exposure: ${dollars(found.peakGross.minus(found.grossMax))} more would stand open than may; fewer at once, smaller rounds or more capital`,
    ...(found.heldAtOnceFeasible
      ? [`also feasible held all at once: ${times(found.turnoverRatio)} is within ${times(leverageMax)}`]
      : [`NOT FEASIBLE held all at once: that would be ${times(found.turnoverRatio)} leverage, the limit is ${times(leverageMax)} (the plan's own reading, R2; it is advice, not the gate)`]),
    `rate           ${dollars(rates.dollarsPerSecond)} a second is money, not requests: ${plain(rates.tradesPerSecond, 3)} rounds a second, one every ${plain(rates.secondsPerTrade, 1)} s, ${plain(rates.messagesPerMinute, 2)} requests a minute on average (C-18)`,
    ...(options ? optionLines(input, options) : []),
  );
}

const optionLines = ({ leverageMax, capital }: FeasibilityInput, { capital: needed, slowerVolume, growthPerMonth }: NonNullable<Feasibility['options']>): readonly string[] => [
  `option A       ${dollars(needed)} of capital holds the whole volume at once at ${times(leverageMax)}`,
  `option B       ${dollars(slowerVolume.overMonth, 0)} to ${dollars(slowerVolume.overTenDays, 0)} a day with ${dollars(capital)}: the same volume over 30 or over 10 days (${times(slowerVolume.overMonth.div(capital), 1)} to ${times(slowerVolume.overTenDays.div(capital), 1)} turnover)`,
  `option C       grow into it: ${growthPerMonth.map(({ months, rate }) => `${percent(rate, 1)} a month for ${months} months`).join(', or ')} lead to option A`,
];
