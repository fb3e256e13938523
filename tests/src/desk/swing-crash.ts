import { existsSync } from 'node:fs';
import { money, type Ms, partitionOf } from '@ballast/domain';
import { type DeskOptions, MemoryDesk, strategyFolder } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { ModelledMarket, pricePathOf, type PricePathName } from '@ballast/venues';

export const DATA = process.env['BALLAST_DATA'] ?? '../shared/data';
export const HAS_CANDLES = existsSync(`${DATA}/candles`);
const HOUR_MS: Ms = 3_600_000;
/** A book each four seconds: hours of them, none too old to trade by. */
export const SPARSE = { stepMs: 4_000, activeMs: 1, everyMs: 1, restMs: 4_000 };
const WALLET = 'wallet-main';
/** Long-term trend, bought where a 4 h candle comes back to its average of a month; a stop that is beyond what the account can lose. */
export const BTC = 'BTC-PERP';
export const SETTINGS = { instrument: BTC, targetNotional: '4000', costBudgetBps: '30', intervalMs: 4 * HOUR_MS, entry: 'pullback', direction: 'LONG', averagePeriods: 160, slopePeriods: 20, atrPeriods: 14, stopAtr: '12', targetAtr: '6' };
export const PROTECTION = { enabled: true, mode: 'smart', triggerDistance: '0.025', safeDistance: '0.04', hysteresis: '0.005', restoreMargin: '0.01', maxDeposit: '1000', cooldownMs: 60_000, urgent: { distance: '0.02', cooldownMs: 2_000 }, exhausted: 'hold' };

export interface SwingRun {
  readonly name: PricePathName;
  readonly from: Ms;
  readonly to: Ms;
  readonly bot?: Partial<DeskOptions['bots'][number]>;
  readonly schedule?: ConstructorParameters<typeof ModelledMarket>[0]['schedule'];
}

/** The swing bot on a whole desk in memory, on books modelled around a recorded path. */
export async function swingDesk({ name, from, to, bot, schedule }: SwingRun): Promise<MemoryDesk> {
  const coin = String(bot?.settings?.['instrument'] ?? BTC).replace('-PERP', '');
  const path = pricePathOf({ name, path: DATA, coins: [coin], from, to });
  const strategy = await strategyFolder('swing').load();
  return MemoryDesk.start({
    source: new ModelledMarket({ path, seed: 7, ...(schedule ? { schedule } : {}) }), instruments: [`${coin}-PERP`], strategies: { swing: () => strategyModule(strategy) },
    wallets: [{ portfolioId: 'main', accountId: WALLET, deposit: money('1500') }], past: { name, path: DATA },
    bots: [{ botId: 'swing-1', portfolioId: 'main', accountId: 'swing-1', strategy: 'swing', profiles: ['swing-demo'], deposit: money('500'), settings: SETTINGS, ...bot }],
  });
}

export const protect = (desk: MemoryDesk, settings: object = PROTECTION): Promise<unknown> =>
  desk.system.command({ user: 'cli', service: 'collateral', partition: partitionOf('main') }, 'configure-protection', { botId: 'swing-1', ...settings }, 'protect');
