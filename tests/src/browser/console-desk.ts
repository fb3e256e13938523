import { money, partitionOf } from '@ballast/domain';
import { MemoryDesk, strategyFolder } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { ACCOUNT, LEG_A, LEG_B } from '../desk/pair-desk.js';
import { PartedMarket } from '../desk/parted-market.js';
import { easyLadder, LADDER, run, ServedDesk } from './served-desk.js';
import { ToldMarket } from './told-market.js';

const SETTINGS = { mode: 'cycle', direction: 'LONG_A', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '290', costBudgetBps: '25', dailyCostBudget: '500', holdMs: 60_000, sleepMs: 5_000 };
const MARKET_MS = 6 * 3_600_000;
const EQUITY_MS = 15_000;

export interface ConsoleDesk {
  readonly served: ServedDesk;
  /** What a test moves. */
  readonly market: PartedMarket;
}

/** A served desk with one pair bot after a round that gained, with the next position open. */
export async function openConsoleDesk(): Promise<ConsoleDesk> {
  const strategy = await strategyFolder('dn-pair').load();
  const market = new PartedMarket(MARKET_MS);
  const desk = await MemoryDesk.start({
    source: new ToldMarket(market), instruments: [LEG_A, LEG_B], risk: { profiles: easyLadder(LADDER, 1) }, collateral: { intervalMs: EQUITY_MS }, wallets: [{ portfolioId: 'main', accountId: 'wallet-main', deposit: money('500') }], strategies: { 'dn-pair': () => strategyModule(strategy) },
    bots: [{ botId: 'pair-1', portfolioId: 'main', accountId: ACCOUNT, strategy: 'dn-pair', profiles: [LADDER], deposit: money('2000'), settings: SETTINGS }],
  });
  await run(desk, 60_000);
  market.move(LEG_A, 102n);
  await run(desk, 90_000);
  await desk.system.command({ user: 'cli', service: 'operator', partition: partitionOf('main') }, 'configure-bot', { botId: 'pair-1', settings: { ...SETTINGS, holdMs: MARKET_MS } }, 'hold');
  await run(desk, 180_000);
  return { served: await ServedDesk.open(desk), market };
}
