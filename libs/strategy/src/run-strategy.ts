import { runService } from '@ballast/bus';
import type { Strategy } from './strategy.js';
import { strategyModule } from './strategy.module.js';

/** The whole `main.ts` of a strategy: its service `strategy-<name>`, as a process of its own, configured by the environment. */
export const runStrategy = <Settings extends object, State>(strategy: Strategy<Settings, State>): Promise<void> =>
  runService({ name: `strategy-${strategy.name}`, build: process.env['BALLAST_BUILD'] ?? 'dev', module: () => strategyModule(strategy) });
