import { money, notional, ratio } from '@ballast/domain';
import { MemoryDesk, strategyFolder } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { x18 } from '@ballast/venues';
import { LEG_A, LEG_B } from '../desk/pair-desk.js';
import { SlidingMarket } from '../desk/sliding-market.js';
import { easyLadder, run, ServedDesk } from './served-desk.js';
import { ToldMarket } from './told-market.js';

/** What a person types into the form for a new bot: an account of $500 that is long $1,000 of ETH and short as much of SOL. */
export const NEW_BOT = {
  botId: 'crash-1', portfolioId: 'main', accountId: 'account-1', strategy: 'dn-pair', profiles: 'demo',
  settings: JSON.stringify({ mode: 'cycle', direction: 'LONG_A', instrumentA: LEG_A, instrumentB: LEG_B, targetNotional: '1000', costBudgetBps: '25', dailyCostBudget: '500', holdMs: 80_000_000, sleepMs: 10_000 }),
} as const;
const MARKET_MS = 6 * 3_600_000;
const EQUITY_MS = 5_000;
const FALL_PERMILLE = 10;
const FALL_MS = 2_000;
/** The limits of the profile itself, on every rung. */
const AS_DEMO = { leverageMax: ratio('5'), positionMax: notional('10000'), legNotionalMin: notional('100'), legNotionalMax: notional('1200'), dailyVolumeMax: notional('500000'), dailyTradesMax: 500 };

/** A served desk without a bot, whose market falls and rises as a test says, with the real collateral service and a wallet. */
export class CrashDesk {
  private permille = 1_000;

  private constructor(
    readonly served: ServedDesk,
    private readonly market: SlidingMarket,
  ) {}

  static async open(): Promise<CrashDesk> {
    const strategy = await strategyFolder('dn-pair').load();
    const market = new SlidingMarket(MARKET_MS);
    const desk = await MemoryDesk.start({
      source: new ToldMarket(market), instruments: [LEG_A, LEG_B], risk: { profiles: easyLadder('demo', 0, AS_DEMO) }, collateral: { intervalMs: EQUITY_MS },
      wallets: [{ portfolioId: 'main', accountId: 'wallet-main', deposit: money('1000') }], strategies: { 'dn-pair': () => strategyModule(strategy) }, bots: [],
    });
    await run(desk, 5_000);
    desk.venue.engine.deposit(NEW_BOT.accountId, x18('500'), desk.system.clock.now());
    return new CrashDesk(await ServedDesk.open(desk), market);
  }

  /** ETH goes to so many thousandths of where it began, step by step; resolves when it is there, and `restMs` of market time have passed. */
  async moveTo(permille: number, restMs: number): Promise<void> {
    while (this.permille !== permille) {
      await this.served.between(() => {
        this.permille = permille < this.permille ? Math.max(permille, this.permille - FALL_PERMILLE) : Math.min(permille, this.permille + FALL_PERMILLE);
        this.market.move(this.permille);
        return run(this.served.desk, FALL_MS);
      });
    }
    await this.served.between(() => run(this.served.desk, restMs));
  }

  /** For so long nothing is quoted. */
  async hush(ms: number): Promise<void> {
    await this.served.between(async () => {
      this.market.hush(true);
      await run(this.served.desk, ms);
      this.market.hush(false);
    });
  }
}
