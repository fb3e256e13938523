import 'reflect-metadata';
import { runService } from '@ballast/bus';
import { nadoAccount, NadoAdapter } from '@ballast/venues';
import { collateralModule } from './collateral.module.js';
import { configOf } from './config.js';

const { intervalMs, dayBoundaryMs, ...venue } = configOf(process.env);

await runService({
  name: 'collateral',
  build: process.env['BALLAST_BUILD'] ?? 'dev',
  module: ({ platform, metrics }) => collateralModule({ venue: new NadoAdapter({ ...venue, clock: platform.clock, prices: 'poll' }), accountOf: nadoAccount, intervalMs, dayBoundaryMs, metrics }),
});
