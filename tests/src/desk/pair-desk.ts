import { money } from '@ballast/domain';
import { type DeskOptions, MemoryDesk, strategyFolder } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';

export const LEG_A = 'ETH-PERP';
export const LEG_B = 'SOL-PERP';
export const ACCOUNT = 'pair-1';

/** One pair bot of $1,000 a leg with every service around it, in one process and virtual time. */
export async function pairDesk(options: Pick<DeskOptions, 'source'> & Partial<DeskOptions>, settings: Readonly<Record<string, unknown>> = {}): Promise<MemoryDesk> {
  const strategy = await strategyFolder('dn-pair').load();
  return MemoryDesk.start({
    instruments: [LEG_A, LEG_B],
    strategies: { 'dn-pair': () => strategyModule(strategy) },
    bots: [{ botId: 'pair-1', portfolioId: 'main', accountId: ACCOUNT, strategy: 'dn-pair', profiles: ['demo'], deposit: money('2000'), settings: { mode: 'cycle', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '1000', costBudgetBps: '25', dailyCostBudget: '500', holdMs: 20_000, sleepMs: 10_000, ...settings } }],
    ...options,
  });
}
