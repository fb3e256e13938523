import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { notional, ratio } from '@ballast/domain';
import { compare, entriesBefore, HALF_OF_MARGIN, HALF_OF_NOTIONAL, HYPERLIQUID_TIERS, PATHS, POSITION_SIDES } from '@ballast/protection';
import { withExamples } from '../commands/options.js';
import { type CliIo, WrongUsage } from '../io.js';
import { type Coin, readCandles } from './candle-files.js';
import { rowOf, SIMULATION_HEAD } from './simulation-table.js';

const HOLD_MS = 48 * 3_600_000;
const CRASHES: readonly (readonly [day: string, about: string, files: Readonly<Partial<Record<Coin, string>>>])[] = [
  ['2025-10-10', '5-minute candles', { ETH: 'binance_usdm_ETHUSDT_5m_2025-07-04_2025-12-31.csv.gz', SOL: 'binance_usdm_SOLUSDT_5m_2025-07-04_2025-12-31.csv.gz' }],
  ['2025-02-03', '1-hour candles', { ETH: 'hyperliquid_perp_ETH_1h_2024-09-04_2025-03-13.csv.gz', SOL: 'hyperliquid_perp_SOL_1h_2024-09-04_2025-03-13.csv.gz' }],
];
const LEVERAGES = ['3', '5', '10'] as const;
const CAPS = [['half of the initial margin', HALF_OF_MARGIN], ['half of the notional', HALF_OF_NOTIONAL]] as const;
const WAYS = { seconds: '1 s steps', jump: 'one jump from corner to corner' } as const;
const [BEGIN, END] = ['<!-- simulated: begin -->', '<!-- simulated: end -->'];

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Every crash, coin, path and cap: a table each of both sides and all leverages. */
function tablesOf(folder: string): readonly string[] {
  return CRASHES.flatMap(([day, about, files]) => (Object.entries(files) as [Coin, string][]).flatMap(([coin, file]) => {
    const series = readCandles('--data', join(folder, file));
    const entries = entriesBefore(series, Date.parse(`${day}T00:00:00Z`), 1);
    return PATHS.flatMap((way) => CAPS.flatMap(([capText, cap]) => [
      `### ${coin} ${day}, ${WAYS[way]}, cap ${capText}`, '', `${about}; entered ${new Date(entries[0] ?? 0).toISOString()}.`, '', line(SIMULATION_HEAD), line(SIMULATION_HEAD.map(() => '---')),
      ...POSITION_SIDES.flatMap((side) => LEVERAGES.map((text) => {
        const leverage = ratio(text);
        return line(rowOf(side, leverage, compare({ ...cap, series, model: HYPERLIQUID_TIERS[coin], side, leverage, notional: notional('10000'), way, entries, holdMs: HOLD_MS })));
      })), '',
    ]));
  }));
}

interface TablesOptions {
  readonly data: string;
  readonly page: string;
}

/** `ballast protection tables`: writes what the recorded crashes made of every case into the page between its marks. */
export function addTables(protection: Command, io: CliIo): void {
  const command = protection.command('tables').description("write the simulations of the recorded crashes into the page's marked part")
    .option('--data <folder>', 'folder of the recorded candles', '../shared/data/candles')
    .option('--page <file>', 'page with the marks', 'docs/protection.md');
  withExamples(command, 'ballast protection tables').action(({ data, page }: TablesOptions) => {
    if (!existsSync(page)) throw new WrongUsage(`--page: found "${page}", which does not exist`);
    const text = readFileSync(page, 'utf8');
    const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
    if (begin < 0 || end < begin) throw new WrongUsage(`--page: found no ${BEGIN} … ${END} in "${page}"`);
    const tables = tablesOf(data);
    writeFileSync(page, `${text.slice(0, begin)}${BEGIN}\n\n${tables.join('\n')}\n${text.slice(end)}`);
    io.out(`wrote ${tables.filter((each) => each.startsWith('###')).length} tables into ${page}`);
  });
}
