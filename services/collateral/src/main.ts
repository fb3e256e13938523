import 'reflect-metadata';
import { runService } from '@ballast/bus';
import { budgetedVenue, nadoAccount, NadoAdapter } from '@ballast/venues';
import { collateralModule } from './collateral.module.js';
import { configOf } from './config.js';
import { walletOf } from './wallets.js';

const { intervalMs, dayBoundaryMs, wallets, budget: settings, ...nado } = configOf(process.env);

await runService({
  name: 'collateral',
  build: process.env['BALLAST_BUILD'] ?? 'dev',
  module: ({ platform: { clock }, metrics, log }) => {
    const { venue, watch, refresh } = budgetedVenue(new NadoAdapter({ ...nado, clock, prices: 'poll' }), { caller: 'collateral', settings, clock, wall: () => performance.now(), metrics, warn: (line) => log.warn(line) });
    return collateralModule({ venue, accountOf: nadoAccount, walletOf: walletOf(wallets, nadoAccount), intervalMs, dayBoundaryMs, budget: { watch, refresh }, metrics, say: (line) => log.info(line) });
  },
});
