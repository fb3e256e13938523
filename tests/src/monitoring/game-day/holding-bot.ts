import { money, partitionOf } from '@ballast/domain';
import { BOT, INSTRUMENTS, type WatchedDesk } from '../watched-desk.js';
import { positionsOf } from './by-hand.js';

/** A pair that enters once and holds: there is a position whatever the other bot does. */
export const HOLDER = { botId: 'holder', accountId: 'holder', instrument: INSTRUMENTS[0] } as const;
const DAY_MS = 86_400_000;

/** Lets it enter, once it has seen that nothing can be planned for a cost that no plan has. */
export async function hold(desk: WatchedDesk): Promise<void> {
  const { botId, accountId } = HOLDER;
  await desk.stack.venue.deposit(desk.stack.wallet.senderOf(accountId), money('1000'), botId);
  const settings = { mode: 'cycle', instrumentA: INSTRUMENTS[0], instrumentB: INSTRUMENTS[1], targetNotional: '1000', costBudgetBps: '50', dailyCostBudget: '5000', holdMs: DAY_MS, sleepMs: 1_000 };
  await desk.command('operator', 'create-bot', { ...BOT, botId, accountId, settings: { ...settings, costBudgetBps: '0.01' } });
  await desk.command('operator', 'start-bot', { botId });
  await desk.until('a signal without a plan', async () => ((await desk.prometheus.instant(`sum(ballast_plans_infeasible_total{bot="${botId}"})`))[0] ?? 0) > 0);
  await desk.command('operator', 'configure-bot', { botId, settings });
  await desk.until('both legs', async () => (await positionsOf(desk, accountId)) === INSTRUMENTS.length);
}

/** What a halt and a resume are about. */
export const WHOLE_PORTFOLIO = { portfolioId: BOT.portfolioId, scope: 'PORTFOLIO', scopeId: BOT.portfolioId } as const;

/** A person has looked: new risk may be taken again. */
export const resume = (desk: WatchedDesk, reason: string): Promise<void> => desk.command('risk', 'resume', { ...WHOLE_PORTFOLIO, reason });

const IDLE = { botId: 'idle', accountId: 'idle', portfolioId: 'aside', profiles: ['legion', 'scaling-capital'] } as const;

/** Protects it from now on; its account is read at once. */
export const protect = (desk: WatchedDesk): Promise<void> =>
  desk.command('collateral', 'configure-protection', { botId: HOLDER.botId, enabled: true, mode: 'smart', triggerDistance: '0.1', safeDistance: '0.15', maxDeposit: '400', cooldownMs: 20_000, exhausted: 'hold' });

/** A bot that is never started, on a ladder, under hard stops and with a treasury: rules are in force for it, and no plan asks them. */
export async function idleBot(desk: WatchedDesk): Promise<() => Promise<void>> {
  const partition = partitionOf(IDLE.portfolioId);
  const settings = { mode: 'cycle', instrumentA: INSTRUMENTS[0], instrumentB: INSTRUMENTS[1], targetNotional: '1000', costBudgetBps: '50', dailyCostBudget: '5000' };
  await desk.stack.venue.deposit(desk.stack.wallet.senderOf(IDLE.accountId), money('500'), IDLE.botId);
  await desk.command('operator', 'create-bot', { ...BOT, ...IDLE, settings }, partition);
  return () => desk.command('operator', 'delete-bot', { botId: IDLE.botId, reason: 'never used' }, partition);
}
