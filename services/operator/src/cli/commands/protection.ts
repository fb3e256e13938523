import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addLive } from '../protection/live.js';
import { addWorth } from '../protection/report.js';
import { addSimulate } from '../protection/simulate.js';
import { addTables } from '../protection/tables.js';
import { withExamples } from './options.js';

/** `ballast protection …`: what elastic collateral does, or would have done. */
export function addProtection(program: Command, io: CliIo): void {
  const protection = withExamples(program.command('protection'), 'ballast protection status --bot swing-1', 'ballast protection simulate --candles ETH_5m.csv.gz --day 2025-10-10').description('positions kept from liquidation: of a bot, live; what it was worth; and simulations over recorded candles');
  for (const add of [addLive, addWorth, addSimulate, addTables]) add(protection, io);
}
