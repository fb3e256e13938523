import { Decimal, type Id, money, type Ms, partitionOf } from '@ballast/domain';
import { type DeskOptions, MemoryDesk, strategyFolder } from '@ballast/local';
import { strategyModule } from '@ballast/strategy';
import { budgetedVenue } from '@ballast/venues';
import { DrivenMarket } from './driven-market.js';
import { SharedBudget, VenueLimits } from './limited-venue.js';
import { eventsOf, type LogStory, readLog } from './log.js';
import { type TradeCall, TradeCalls } from './trade-calls.js';

const MINUTE_MS: Ms = 60_000;
const STEP_MS: Ms = 1_000;
const SETTINGS = { enabled: true, mode: 'increment', increment: '50', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: '200', cooldownMs: 10_000, exhausted: 'hold' } as const;
const LEGS = { instrumentA: 'ETH-PERP', instrumentB: 'SOL-PERP', targetNotional: '170', mode: 'cycle', direction: 'LONG_A', costBudgetBps: '50', dailyCostBudget: '500', holdMs: 80_000_000, sleepMs: 5_000 } as const;
/** Trades on while the others are being saved. */
const TRADER = 'trader';
const TRADERS_LEGS = { ...LEGS, targetNotional: '200', holdMs: 4_000, sleepMs: 1_000 } as const;
const ETH_START = new Decimal('2756.9');
/** ETH's distance to liquidation, as a part of its first price, at which the pair's other leg comes into danger first. */
const DANGER_MARGIN = new Decimal('0.056');

interface Parts {
  readonly desk: MemoryDesk;
  readonly market: DrivenMarket;
  readonly limits: VenueLimits;
  readonly budget: SharedBudget;
  readonly trades: TradeCalls;
  readonly lines: readonly string[];
}

/** Many protected pairs of one wallet, and one bot that trades on, behind one shared call budget, at a venue whose limits are kept; in virtual time. */
export class StormDesk {
  private constructor(private readonly parts: Parts, private readonly accounts: number) {}

  /** Every position is open and protected, and the limits are in force. */
  static async start(accounts: number): Promise<StormDesk> {
    const parts = await partsOf(accounts);
    const storm = new StormDesk(parts, accounts);
    for (let tried = 0; tried < 12 && new Set(eventsOf(await storm.log(), 'TradeBalanced').map(({ botId }) => botId)).size <= accounts; tried += 1) await storm.run(5_000);
    for (const botId of idsOf(accounts)) await parts.desk.system.command({ user: 'cli', service: 'collateral', partition: partitionOf('main') }, 'configure-protection', { botId, ...SETTINGS }, `protect-${botId}`);
    parts.limits.inForceFrom = storm.now;
    parts.budget.enforce();
    return storm;
  }

  get now(): Ms {
    return this.parts.desk.system.clock.now();
  }

  get limits(): VenueLimits {
    return this.parts.limits;
  }

  /** Each order, cancel and look-up that the venue answered. */
  get trades(): readonly TradeCall[] {
    return this.parts.trades.done;
  }

  /** What the budget had to say. */
  get lines(): readonly string[] {
    return this.parts.lines;
  }

  /** The price goes to just above where the first account is in danger; then all is quiet until so long after a full minute. Returns where that is. */
  async approach(afterMinuteMs: Ms): Promise<Decimal> {
    const nearest = await Promise.all(idsOf(this.accounts).map(async (botId) => {
      const { positions } = await this.parts.desk.venue.accountState({ accountId: botId, subaccount: botId });
      return positions.find(({ instrument }) => instrument === LEGS.instrumentA)?.liquidationPrice ?? new Decimal(0);
    }));
    const top = Decimal.max(...nearest).div(ETH_START).plus(DANGER_MARGIN);
    this.parts.market.slideTo(top, 0);
    await this.run(afterMinuteMs - ((this.now - this.parts.market.startTime) % MINUTE_MS));
    return top;
  }

  slideTo(part: Decimal, overMs: Ms): void {
    this.parts.market.slideTo(part, overMs);
  }

  run(ms: Ms): Promise<void> {
    return this.parts.desk.system.run(this.now + ms);
  }

  log(): Promise<LogStory> {
    return readLog(this.parts.desk.system.store);
  }

  stop(): Promise<void> {
    return this.parts.desk.stop();
  }
}

const idsOf = (accounts: number): readonly Id[] => Array.from({ length: accounts }, (_, index) => `bot-${index}`);

async function partsOf(accounts: number): Promise<Parts> {
  const market = new DrivenMarket(60 * MINUTE_MS, STEP_MS);
  const strategy = await strategyFolder('dn-pair').load();
  const lines: string[] = [];
  let shared: { readonly limits: VenueLimits; readonly budget: SharedBudget; readonly trades: TradeCalls } | undefined;
  const behind = (caller: 'execution' | 'collateral'): NonNullable<DeskOptions['executionVenue']> => (venue, { clock }) => {
    const limits = shared?.limits ?? new VenueLimits(clock);
    shared ??= { limits, budget: new SharedBudget(clock), trades: new TradeCalls(clock, limits.calls) };
    const { venue: budgeted } = budgetedVenue(shared.limits.behind(venue), { caller, settings: { redisUrl: undefined, replicas: 1, products: 4 }, clock, shared: shared.budget, warn: (line) => lines.push(line) });
    return caller === 'execution' ? shared.trades.before(budgeted) : budgeted;
  };
  const desk = await MemoryDesk.start({
    source: market, instruments: [LEGS.instrumentA, LEGS.instrumentB], strategies: { 'dn-pair': () => strategyModule(strategy) },
    wallets: [{ portfolioId: 'main', accountId: 'wallet-main', deposit: money('20000') }, { portfolioId: 'trading', accountId: 'wallet-trading', deposit: money('1000') }],
    bots: [...idsOf(accounts).map((botId, index) => ({ botId, accountId: botId, portfolioId: 'main', strategy: 'dn-pair', profiles: ['demo'], deposit: money((101 + (12 * index) / accounts).toFixed(2)), settings: LEGS })),
      { botId: TRADER, accountId: TRADER, portfolioId: 'trading', strategy: 'dn-pair', profiles: ['demo'], deposit: money('1000'), settings: TRADERS_LEGS }],
    executionVenue: behind('execution'), collateralVenue: behind('collateral'),
  });
  if (!shared) throw new Error('the desk asked for no venue');
  return { desk, market, ...shared, lines };
}
