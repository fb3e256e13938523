import { type Money, money, type Ms, partitionOf } from '@ballast/domain';
import type { DeskOptions, MemoryDesk } from '@ballast/local';
import { eventsOf, type LogStory, readLog } from './log.js';
import { ACCOUNT, LEG_A, LEG_B, pairDesk } from './pair-desk.js';
import { SlidingMarket } from './sliding-market.js';
import { STILL_START } from './still-market.js';

const MINUTE_MS = 60_000;
export const WALLET = 'wallet-main';
/** A cross account of $500 that is long $1,000 of ETH and short as much of SOL for the whole run. */
const PAIR = { direction: 'LONG_A', targetNotional: '1000', holdMs: 80_000_000, sleepMs: 10_000, instrumentA: LEG_A, instrumentB: LEG_B };
export const SMART = { enabled: true, mode: 'smart', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: '400', cooldownMs: 10_000, exhausted: 'hold' } as const;

/** Such a bot, in an account of its own name. */
export const botOf = (botId: string): DeskOptions['bots'][number] => ({ botId, portfolioId: 'main', accountId: botId, strategy: 'dn-pair', profiles: ['demo'], deposit: money('500'), settings: { mode: 'cycle', costBudgetBps: '25', dailyCostBudget: '500', ...PAIR } });

/** A pair bot whose long leg falls when the test says so, protected from a wallet. */
export class ProtectedPair {
  private permille = 1_000;

  private constructor(readonly desk: MemoryDesk, readonly market: SlidingMarket) {}

  static async start(settings: Readonly<Record<string, unknown>> = SMART, wallet: Money = money('1000'), options: Partial<DeskOptions> = {}): Promise<ProtectedPair> {
    const market = new SlidingMarket(60 * MINUTE_MS);
    const desk = await pairDesk({
      source: market, wallets: [{ portfolioId: 'main', accountId: WALLET, deposit: wallet }],
      bots: [botOf(ACCOUNT)],
      ...options,
    });
    const pair = new ProtectedPair(desk, market);
    for (let at = STILL_START; eventsOf(await pair.log(), 'TradeBalanced').length < (options.bots?.length ?? 1) && at < STILL_START + 5 * MINUTE_MS; at += 5_000) await desk.system.run(at);
    await pair.command('configure-protection', { botId: 'pair-1', ...settings }, 'enable');
    await pair.runFor(5_000);
    return pair;
  }

  /** ETH goes to so many thousandths of where it began, at most `by` of them a step. */
  async moveTo(permille: number, by = 5, stepMs: Ms = 2_000): Promise<void> {
    while (this.permille !== permille) {
      this.permille = permille < this.permille ? Math.max(permille, this.permille - by) : Math.min(permille, this.permille + by);
      this.market.move(this.permille);
      await this.runFor(stepMs);
    }
  }

  async runFor(ms: Ms): Promise<void> {
    await this.desk.system.run(this.desk.system.clock.now() + ms);
  }

  command(verb: string, payload: object, key: string): Promise<unknown> {
    return this.desk.system.command({ user: 'cli', service: 'collateral', partition: partitionOf('main') }, verb, payload, key);
  }

  tellBot(verb: string, payload: object): Promise<unknown> {
    return this.desk.system.command({ user: 'cli', service: 'operator', partition: partitionOf('main') }, verb, payload, verb);
  }

  async walletHolds(): Promise<Money> {
    return (await this.desk.venue.accountState({ accountId: WALLET, subaccount: WALLET })).collateral;
  }

  log(): Promise<LogStory> {
    return readLog(this.desk.system.store);
  }

  /** Types of what protection did, in order, without the beginning of each name. */
  async acts(): Promise<readonly string[]> {
    return (await this.log()).events.map(({ type }) => type).filter((type) => type.startsWith('Protection')).map((type) => type.replace('Protection', ''));
  }
}
