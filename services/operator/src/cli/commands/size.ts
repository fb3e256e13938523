import type { Command } from 'commander';
import { type BalanceInput, balancedQuantities, whyInfeasible } from '@ballast/balance';
import { DecimalError, notional, type Notional, price, type Price, quantity, type Quantity, ratio, type Ratio } from '@ballast/domain';
import { type CliIo, WrongUsage } from '../io.js';
import { linesOf, show, tableOf } from '../output.js';

interface SizeOptions {
  readonly target: string;
  readonly priceA: string;
  readonly lotA: string;
  readonly priceB: string;
  readonly lotB: string;
  readonly maxDeviation?: string;
  readonly maxNotional?: string;
  readonly minNotionalA?: string;
  readonly minNotionalB?: string;
  readonly json?: boolean;
}

const EXAMPLE = 'ballast size --target 100 --price-a 2756.9 --lot-a 0.001 --price-b 115.86 --lot-b 0.1';

/** `ballast size`: the sizing rule alone (R32–R34), without any service. */
export function addSize(program: Command, io: CliIo): void {
  program
    .command('size')
    .description('balanced quantities of two legs, by the sizing rule alone')
    .requiredOption('--target <notional>', 'wanted notional of each leg, quote currency')
    .requiredOption('--price-a <price>', 'price of leg A')
    .requiredOption('--lot-a <quantity>', 'lot size of leg A, base units')
    .requiredOption('--price-b <price>', 'price of leg B')
    .requiredOption('--lot-b <quantity>', 'lot size of leg B, base units')
    .option('--max-deviation <ratio>', 'how far a leg may be from the target, 0.2 = 20 % (default 0.2)')
    .option('--max-notional <notional>', 'largest notional of a leg')
    .option('--min-notional-a <notional>', "the venue's minimum order of leg A")
    .option('--min-notional-b <notional>', "the venue's minimum order of leg B")
    .option('--json', 'one JSON document; decimals are strings')
    .addHelpText('after', `\nExample:\n  $ ${EXAMPLE}\n`)
    .action((options: SizeOptions) => size(options, io));
}

function size(options: SizeOptions, io: CliIo): void {
  const input = inputOf(options);
  const result = judged(input);
  if (result.outcome === 'INFEASIBLE') {
    const reasons = whyInfeasible(input);
    return show(io, options.json, { ...result, reasons }, () => linesOf('INFEASIBLE: no pair of quantities fits', ...reasons));
  }
  show(io, options.json, result, () =>
    linesOf(
      tableOf(
        ['leg', 'quantity', 'notional'],
        [
          ['A', result.quantityA.toString(), result.notionalA.toString()],
          ['B', result.quantityB.toString(), result.notionalB.toString()],
        ],
        '',
      ),
      `${result.outcome}, imbalance ${result.imbalanceRatio.times(100).toDecimalPlaces(6).toString()} % of the smaller leg`,
    ),
  );
}

function judged(input: BalanceInput): ReturnType<typeof balancedQuantities> {
  try {
    return balancedQuantities(input);
  } catch (error) {
    if (error instanceof RangeError) throw new WrongUsage(error.message);
    throw error;
  }
}

function inputOf(options: SizeOptions): BalanceInput {
  const { maxDeviation, maxNotional, minNotionalA, minNotionalB } = options;
  return {
    target: read<Notional>('--target', options.target, notional),
    priceA: read<Price>('--price-a', options.priceA, price),
    lotA: read<Quantity>('--lot-a', options.lotA, quantity),
    priceB: read<Price>('--price-b', options.priceB, price),
    lotB: read<Quantity>('--lot-b', options.lotB, quantity),
    ...(maxDeviation === undefined ? {} : { maxDeviation: read<Ratio>('--max-deviation', maxDeviation, ratio) }),
    ...(maxNotional === undefined ? {} : { maxNotional: read<Notional>('--max-notional', maxNotional, notional) }),
    ...(minNotionalA === undefined ? {} : { minNotionalA: read<Notional>('--min-notional-a', minNotionalA, notional) }),
    ...(minNotionalB === undefined ? {} : { minNotionalB: read<Notional>('--min-notional-b', minNotionalB, notional) }),
  };
}

function read<Value>(option: string, text: string, of: (text: string) => Value): Value {
  try {
    return of(text);
  } catch (error) {
    if (error instanceof DecimalError) throw new WrongUsage(`${option}: ${error.message}`);
    throw error;
  }
}
