import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { notional, ratio } from '@ballast/domain';
import { compare, entriesBefore, HALF_OF_MARGIN, HALF_OF_NOTIONAL, HYPERLIQUID_COSTS, HYPERLIQUID_TIERS, PATHS, POSITION_SIDES } from '@ballast/protection';
import { withExamples } from '../commands/options.js';
import { type CliIo, WrongUsage } from '../io.js';
import { type Coin, readCandles, readFunding } from './candle-files.js';
import { rowOf, SIMULATION_HEAD } from './simulation-table.js';

const HOLD_MS = 48 * 3_600_000;
interface Recorded {
  readonly coin: Coin;
  readonly candles: string;
  readonly funding: string;
}
const CRASHES: readonly (readonly [day: string, about: string, recorded: readonly Recorded[]])[] = [
  ['2025-10-10', '5-minute candles, 8-hourly funding', (['ETH', 'SOL'] as const).map((coin) => ({ coin, candles: `binance_usdm_${coin}USDT_5m_2025-07-04_2025-12-31.csv.gz`, funding: `binance_usdm_${coin}USDT_funding_8h_2025-07-04_2025-12-31.csv.gz` }))],
  ['2025-02-03', '1-hour candles, hourly funding', (['ETH', 'SOL'] as const).map((coin) => ({ coin, candles: `hyperliquid_perp_${coin}_1h_2024-09-04_2025-03-13.csv.gz`, funding: `hyperliquid_perp_${coin}_funding_1h_2023-09-01_2025-03-13.csv.gz` }))],
];
const LEVERAGES = ['3', '5', '10'] as const;
const CAPS = [['half of the initial margin', HALF_OF_MARGIN], ['half of the notional', HALF_OF_NOTIONAL]] as const;
const WAYS = { seconds: '1 s steps', jump: 'one jump from corner to corner' } as const;
const [BEGIN, END] = ['<!-- simulated: begin -->', '<!-- simulated: end -->'];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** One of a crash's tables: a coin, a way inside a candle, and a cap. */
interface Table {
  readonly title: string;
  /** Its lines, made when asked: each is a simulation of six positions in five ways. */
  readonly lines: () => readonly string[];
}

/** Every crash, coin, path and cap: a table each of both sides and all leverages. @throws WrongUsage where a file is missing */
export function tablesOf({ data, funding }: Pick<TablesOptions, 'data' | 'funding'>): readonly Table[] {
  return CRASHES.flatMap(([day, about, recorded]) => recorded.flatMap(({ coin, candles, funding: rates }) => {
    const series = readCandles('--data', join(data, candles));
    const costs = { ...HYPERLIQUID_COSTS, funding: readFunding('--funding', join(funding, rates)) };
    const entries = entriesBefore(series, Date.parse(`${day}T00:00:00Z`), 1);
    return PATHS.flatMap((way) => CAPS.map(([capText, cap]): Table => {
      const title = `### ${coin} ${day}, ${WAYS[way]}, cap ${capText}`;
      const rows = (): readonly string[] => POSITION_SIDES.flatMap((side) => LEVERAGES.map((text) => {
        const leverage = ratio(text);
        return line(rowOf(side, leverage, compare({ ...cap, series, model: HYPERLIQUID_TIERS[coin], side, leverage, notional: notional('10000'), way, entries, holdMs: HOLD_MS, costs })));
      }));
      return { title, lines: () => [title, '', `${about}; entered ${new Date(entries[0] ?? 0).toISOString()}.`, '', line(SIMULATION_HEAD), line(SIMULATION_HEAD.map(() => '---')), ...rows(), ''] };
    }));
  }));
}

interface TablesOptions {
  readonly data: string;
  readonly funding: string;
  readonly page: string;
}

/** `ballast protection tables`: writes what the recorded crashes made of every case into the page between its marks. */
export function addTables(protection: Command, io: CliIo): void {
  const command = protection.command('tables').description("write the simulations of the recorded crashes into the page's marked part")
    .option('--data <folder>', 'folder of the recorded candles', '../shared/data/candles')
    .option('--funding <folder>', 'folder of the recorded funding rates', '../shared/data/funding')
    .option('--page <file>', 'page with the marks', 'docs/protection.md');
  withExamples(command, 'ballast protection tables').action(({ data, funding, page }: TablesOptions) => {
    if (!existsSync(page)) throw new WrongUsage(`--page: found "${page}", which does not exist`);
    const text = readFileSync(page, 'utf8');
    const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
    if (begin < 0 || end < begin) throw new WrongUsage(`--page: found no ${BEGIN} … ${END} in "${page}"`);
    const began = performance.now();
    const tables = tablesOf({ data, funding }).map(({ lines }) => lines());
    writeFileSync(page, `${text.slice(0, begin)}${BEGIN}\n\n${tables.flat().join('\n')}\n${text.slice(end)}`);
    io.out(`wrote ${tables.length} tables into ${page} in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  });
}
