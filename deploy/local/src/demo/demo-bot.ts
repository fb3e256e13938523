import { type Requests, RequestTimeout } from '@ballast/bus';
import { type Id, type Money, money, type Partition, partitionOf } from '@ballast/domain';
import { setTimeout as delay } from 'node:timers/promises';
import type { DemoConfig } from './config.js';
import type { RunFolder } from './run-folder.js';

/** The pair bot of the demonstration. Its names are the same in every run. */
export const DEMO_BOT = { botId: 'pair-1', portfolioId: 'main', accountId: 'pair-1', strategy: 'dn-pair', profiles: ['demo'] } as const;
export const DEMO_PARTITION: Partition = partitionOf(DEMO_BOT.portfolioId);
export const INSTRUMENTS = ['ETH-PERP', 'SOL-PERP'] as const;

const HOLD_MS = 20_000;
const SLEEP_MS = 10_000;
/** Of one leg's notional, for one round: what two crossings of both spreads and four taker fees cost at worst. */
const COST_BUDGET_BPS = '25';
const DEPOSIT_PER_LEG = '2';
const RETRY_MS = 200;
const PATIENCE_MS = 30_000;

/** Settings of the bot: cycle trades for volume within a stated cost budget; spread looks for an edge. */
export function botSettings({ mode, legNotional }: Pick<DemoConfig, 'mode' | 'legNotional'>): Readonly<Record<string, unknown>> {
  const pair = { mode, instrumentA: INSTRUMENTS[0], instrumentB: INSTRUMENTS[1], targetNotional: legNotional.toString() };
  return mode === 'cycle' ? { ...pair, holdMs: HOLD_MS, sleepMs: SLEEP_MS, costBudgetBps: COST_BUDGET_BPS, dailyCostBudget: legNotional.div(2).toString() } : { ...pair, sleepMs: SLEEP_MS };
}

/** Collateral for both legs at less than the profile's leverage. */
export const depositFor = ({ legNotional }: Pick<DemoConfig, 'legNotional'>): Money => money(legNotional.times(DEPOSIT_PER_LEG).toString());

type BotStatus = 'ABSENT' | 'CREATED' | 'RUNNING' | 'PAUSED' | 'STOPPED' | 'CLOSING';

/** The bot, by the operator's commands. Each is sent with a key of the run, so that a run that goes on repeats none. */
export class DemoBot {
  constructor(
    private readonly requests: Requests,
    private readonly run: Pick<RunFolder, 'keyOf'>,
  ) {}

  async status(): Promise<BotStatus> {
    const { bots } = (await this.patiently(() => this.requests.query('operator', DEMO_PARTITION, 'bots', { botId: DEMO_BOT.botId }))) as { readonly bots: readonly { readonly status: BotStatus }[] };
    return bots[0]?.status ?? 'ABSENT';
  }

  create(settings: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.command('create-bot', { ...DEMO_BOT, settings });
  }

  start(): Promise<unknown> {
    return this.command('start-bot', { botId: DEMO_BOT.botId });
  }

  /** No new round; what is open is closed. */
  async stop(reason: string): Promise<void> {
    await this.command('stop-bot', { botId: DEMO_BOT.botId, reason });
    await this.command('close-all', { botId: DEMO_BOT.botId, reason });
  }

  private command(verb: string, payload: object): Promise<unknown> {
    const key: Id = this.run.keyOf(verb);
    return this.patiently(() => this.requests.command('operator', DEMO_PARTITION, verb, payload, key));
  }

  /** A service that is just being started again answers a little later. @throws Error with the operator's refusal. */
  private async patiently(ask: () => ReturnType<Requests['query']>): Promise<unknown> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        const reply = await ask();
        if (reply.ok) return reply.data;
        throw new Error(`operator: ${reply.error} ${JSON.stringify(reply.fields ?? {})}`);
      } catch (error) {
        if (!(error instanceof RequestTimeout) || performance.now() > until) throw error;
        await delay(RETRY_MS);
      }
    }
  }
}
