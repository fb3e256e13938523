import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { addCapital, addRequiredBps } from '../planning/capital.js';
import { addFeasibility } from '../planning/feasibility.js';
import { addCompounding, addMilestones } from '../planning/growth.js';
import { addLiquidation, addResidual } from '../planning/leverage.js';
import { addPnl } from '../planning/pnl.js';
import { withExamples } from './options.js';

/** `ballast plan …`: the plans' own arithmetic, computed and never copied; no service is asked. */
export function addPlan(program: Command, io: CliIo): void {
  const plan = withExamples(program.command('plan'), 'ballast plan feasibility --capital 2000 --daily-volume 1000000').description('calculators: feasibility, PnL, capital, milestones, compounding, liquidation distance, residual delta');
  for (const add of [addFeasibility, addPnl, addCapital, addRequiredBps, addMilestones, addCompounding, addLiquidation, addResidual]) add(plan, io);
}
