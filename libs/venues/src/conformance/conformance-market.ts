import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ms } from '@ballast/domain';

/** 2025-09-04T19:55:00Z: five minutes before a funding hour. */
export const CONFORMANCE_START: Ms = 1_757_015_700_000;
const SECONDS = 3_600;
/** The touch is one lot wider every other second, so that what was taken of it comes back. */
const WIDER: Readonly<Record<string, string>> = { '5': '5.001', '10': '10.001' };
const PRINT_EVERY_S = 30;
const LEVELS = [['3999.9', '5', '4000.1', '5'], ['3999.8', '10', '4000.2', '10'], ['3999', '100', '4001', '100']];

/** Writes the conformance suite's market as recorded files (the layout that RecordedMarket reads) into a folder of its own; returns the folder. */
export function writeConformanceMarket(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ballast-conformance-'));
  mkdirSync(folder, { recursive: true });
  const columns = LEVELS.flatMap((_, level) => [`bid_price_${level}`, `bid_size_${level}`, `ask_price_${level}`, `ask_size_${level}`]);
  const times = Array.from({ length: SECONDS }, (_, second) => CONFORMANCE_START + second * 1000);
  const books = times.map((time, second) => [String(time / 1000), String(time), String(time), ...LEVELS.flat().map((field) => (second % 2 === 0 ? field : (WIDER[field] ?? field)))].join(','));
  const prints = times.filter((_, second) => second % PRINT_EVERY_S === PRINT_EVERY_S - 1).map((time) => [String(time / 1000), '3990', '1', 'sell', `print-${time}`, String(time + 500)].join(','));
  const rates = [-1, 0, 1, 2].map((hour) => [String(CONFORMANCE_START - (CONFORMANCE_START % 3_600_000) + hour * 3_600_000), '0.0001'].join(','));
  const write = (name: string, lines: readonly string[]): void => writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('sim_ETH_2025_book20.csv', [['timestamp', 'sequence', 'exchange_timestamp', ...columns].join(','), ...books]);
  write('sim_ETH_2025_trades.csv', ['timestamp,price,size,side,trade_id,exchange_timestamp', ...prints]);
  write('sim_ETH_funding_1h_2025.csv', ['date,open', ...rates]);
  return folder;
}
