import { money, type Ms } from '@ballast/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DrivenMarket } from './desk/driven-market.js';
import { eventsOf, readAtRest } from './desk/log.js';
import { type DeskBot, ProcessDesk } from './desk/process-desk.js';

const HOUR_MS: Ms = 3_600_000;
const BOT: DeskBot = { botId: 'smart', portfolioId: 'main', deposit: money('500'), notional: '1000' };
const PROTECTED = { enabled: true, mode: 'smart', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: '400', cooldownMs: 20_000, exhausted: 'hold' } as const;
const POLL = { timeout: 60_000, interval: 200 };

let market: DrivenMarket;
let desk: ProcessDesk;

const isLocal = async (): Promise<boolean> => /^ballast_venue_call_budget_local\{[^}]*\} 1$/m.test(await desk.metrics('collateral'));

describe('protection over processes that share one call budget in Redis', () => {
  beforeAll(async () => {
    market = new DrivenMarket(HOUR_MS);
    desk = await ProcessDesk.start({ name: 'budget', market, speed: 5, wallets: { main: { accountId: 'wallet-main', deposit: money('2000') } }, sharedBudget: true });
    await desk.open([BOT]);
    await desk.protect(BOT, PROTECTED);
  }, 240_000);
  afterAll(({}, suite) => desk.stop(suite));

  it('deposits from its own part while Redis hangs, never beyond what the venue counts, and shares the budget again once it answers (R82, R86)', async () => {
    await expect.poll(isLocal, POLL).toBe(false);
    const since = await desk.now();
    await desk.stack.kill('redis-server', 'SIGSTOP');
    try {
      market.slideTo('0.53', 0);
      await desk.until('a deposit without Redis', (log) => eventsOf(log, 'ProtectionDeposited').length > 0);
      expect(await isLocal()).toBe(true);
    } finally {
      await desk.stack.kill('redis-server', 'SIGCONT');
    }
    await expect.poll(isLocal, POLL).toBe(false);
    const calls = await desk.sim.calls(since);
    expect([calls.length > 0, calls.filter(({ taken }) => !taken)]).toEqual([true, []]);
    expect((await readAtRest(desk.bus.store, { except: ['cash'] })).verify.breaches.filter(({ rule }) => rule !== 'cash')).toEqual([]);
  }, 240_000);
});
