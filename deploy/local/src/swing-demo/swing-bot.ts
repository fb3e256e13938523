import { type Requests, RequestTimeout } from '@ballast/bus';
import { contentId, type Money, money, type Partition, partitionOf } from '@ballast/domain';
import { setTimeout as delay } from 'node:timers/promises';

export const SWING_BOT = { botId: 'swing-1', portfolioId: 'main', accountId: 'swing-1', strategy: 'swing', profiles: ['swing-demo'] } as const;
export const SWING_PARTITION: Partition = partitionOf(SWING_BOT.portfolioId);
/** The portfolio's free collateral, which protection is paid from: an account of no bot. */
export const WALLET = 'wallet-main';
export const INSTRUMENT = 'BTC-PERP';
export const DEPOSIT: Money = money('500');
export const WALLET_DEPOSIT: Money = money('1500');

const HOUR_MS = 3_600_000;
/** The trend of a month of 4 h candles, entered where one comes back to its average; the stop is further away than what the account can lose. */
export const SWING_SETTINGS = { instrument: INSTRUMENT, targetNotional: '4000', costBudgetBps: '30', intervalMs: 4 * HOUR_MS, entry: 'pullback', direction: 'LONG', averagePeriods: 160, slopePeriods: 20, atrPeriods: 14, stopAtr: '12', targetAtr: '6', rounds: 1 };
/** Distances that a fresh position at 20 x and a safety factor of 0.8 can carry: it may be that near to its liquidation (C-9, W-13). */
export const PROTECTION = { enabled: true, mode: 'smart', triggerDistance: '0.025', safeDistance: '0.04', hysteresis: '0.005', restoreMargin: '0.01', maxDeposit: '1000', cooldownMs: 60_000, urgent: { distance: '0.02', cooldownMs: 2_000 }, exhausted: 'hold' };

const RETRY_MS = 200;
const PATIENCE_MS = 30_000;

/** The bot of the demonstration, by the commands of the operator and of collateral. */
export class SwingBot {
  constructor(private readonly requests: Requests) {}

  async create(): Promise<void> {
    await this.command('operator', 'create-bot', { ...SWING_BOT, settings: SWING_SETTINGS });
  }

  /** Asks again until collateral knows the bot and the terms of its instrument: both reach it a little later. */
  async protect(): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.command('collateral', 'configure-protection', { botId: SWING_BOT.botId, ...PROTECTION }, attempt);
      } catch (error) {
        if (performance.now() > until) throw error;
        await delay(RETRY_MS);
      }
    }
  }

  async start(): Promise<void> {
    await this.command('operator', 'start-bot', { botId: SWING_BOT.botId });
  }

  /** No new trade; what is open is closed. */
  async stop(reason: string): Promise<void> {
    await this.command('operator', 'stop-bot', { botId: SWING_BOT.botId, reason });
    await this.command('operator', 'close-all', { botId: SWING_BOT.botId, reason });
  }

  /** The same key is the same command, so one that got no answer is sent again. @throws Error with the refusal */
  private async command(service: string, verb: string, payload: object, attempt = 1): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        const reply = await this.requests.command(service, SWING_PARTITION, verb, payload, contentId('demo-swing', verb, attempt));
        if (reply.ok) return;
        throw new Error(`${service}: ${verb}: ${reply.error} ${JSON.stringify(reply.fields ?? {})}`);
      } catch (error) {
        if (!(error instanceof RequestTimeout) || performance.now() > until) throw error;
        await delay(RETRY_MS);
      }
    }
  }
}
