import type { Command } from 'commander';
import { notional, ratio } from '@ballast/domain';
import { LANGUAGES, leverageGuide, residualDeltaOf } from '@ballast/planning';
import { withExamples } from '../commands/options.js';
import { type CliIo, WrongUsage } from '../io.js';
import { calculated, choiceOption, decimalOption, durationOption, listOption } from '../option-values.js';
import { linesOf, show, tableOf } from '../output.js';
import { documentOf, dollars, percent } from './figures.js';

interface LiquidationOptions {
  readonly leverage: string;
  readonly maintenanceMargin: string;
  readonly lang: string;
  readonly json?: boolean;
}

const HEADS = {
  en: { head: ['leverage', '1 / leverage', 'to liquidation', ''], none: 'none', note: 'to liquidation = 1 / leverage - maintenance margin; a pair is liquidated as a whole account: each leg holds half of the gross leverage, so its legs must part by twice as much' },
  ko: { head: ['레버리지', '1 / 레버리지', '청산까지의 거리', ''], none: '없음', note: '청산까지의 거리 = 1 / 레버리지 - 유지증거금률. 페어는 계좌 단위로 청산됩니다. 두 종목이 총 레버리지를 절반씩 나누어 가지므로 두 가격이 이 거리의 두 배만큼 벌어져야 청산됩니다' },
} as const;

/** `ballast plan liquidation` (R30, C-8, C-26). */
export function addLiquidation(plan: Command, io: CliIo): void {
  const command = plan.command('liquidation').description('how far liquidation is at each leverage, in English or Korean')
    .option('--leverage <ratio,…>', 'which', '5,10,15,20,50')
    .option('--maintenance-margin <ratio>', "the venue's", '0.02')
    .option('--lang <language>', LANGUAGES.join(' or '), 'en')
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast plan liquidation', 'ballast plan liquidation --lang ko').action((options: LiquidationOptions) => liquidation(options, io));
}

function liquidation(options: LiquidationOptions, io: CliIo): void {
  const language = choiceOption('--lang', options.lang, LANGUAGES);
  const guide = calculated(() => leverageGuide(listOption('--leverage', options.leverage, ratio), decimalOption('--maintenance-margin', options.maintenanceMargin, ratio), language));
  const { head, none, note } = HEADS[language];
  show(io, options.json, { language, leverages: documentOf(guide) }, () =>
    linesOf(tableOf(head, guide.map(({ leverage, margin, distanceToLiquidation, text }) => [`${leverage.toString()}x`, percent(margin), distanceToLiquidation ? percent(distanceToLiquidation) : none, text]), ''), note),
  );
}

interface ResidualOptions {
  readonly notionalA: string;
  readonly notionalB: string;
  readonly volatility: string;
  readonly hold: string;
  readonly json?: boolean;
}

/** `ballast plan residual` (C-34). */
export function addResidual(plan: Command, io: CliIo): void {
  const command = plan.command('residual').description('what an imbalance of two legs is in dollars, and what the market makes of it')
    .requiredOption('--notional-a <notional>', 'of leg A')
    .requiredOption('--notional-b <notional>', 'of leg B')
    .option('--volatility <ratio>', "standard deviation of the larger leg's returns in a day", '0.04')
    .option('--hold <time>', 'how long it stands, as 45s or 8h', '1h')
    .option('--json', 'one JSON document; decimals are strings');
  withExamples(command, 'ballast plan residual --notional-a 99.25 --notional-b 104.27').action((options: ResidualOptions) => residual(options, io));
}

function residual(options: ResidualOptions, io: CliIo): void {
  const [a, b] = [decimalOption('--notional-a', options.notionalA, notional), decimalOption('--notional-b', options.notionalB, notional)];
  if (a.isZero() || b.isZero()) throw new WrongUsage('--notional-a, --notional-b: found 0, allowed is more than 0: a leg without notional is no pair');
  const volatility = decimalOption('--volatility', options.volatility, ratio);
  const found = residualDeltaOf(a, b, volatility, durationOption('--hold', options.hold));
  show(io, options.json, documentOf(found) as object, () =>
    linesOf(
      `imbalance  ${percent(found.imbalance, 4)} of the smaller leg`,
      `delta      ${dollars(found.delta)} is not hedged: exposure, not a loss`,
      `1 sigma    ${dollars(found.oneSigmaPnl, 6)} in ${options.hold}, either way, at ${percent(volatility)} a day`,
    ),
  );
}
