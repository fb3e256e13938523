import { Decimal, money, type Ms } from '@ballast/domain';
import { type CallWeights, type WeightSample, weightsBetween, weightsIn } from './call-weights.js';
import { type DepositWaits, depositWaits, type OrderWait, orderWaits, type Storm } from './deposit-waits.js';
import { DrivenMarket } from './driven-market.js';
import { eventsOf, type LogStory } from './log.js';
import { type DeskBot, ProcessDesk, senderOf } from './process-desk.js';

const MINUTE_MS: Ms = 60_000;
const ACCOUNTS = 10;
export const STORM_MS: Ms = 60_000;
/** What the venue gives of its budget. */
const PERCENT = 20;
/** After a full minute, when the observations of that minute are over. */
const QUIET_FROM_MS: Ms = 57_000;
/** ETH's distance to liquidation, as a part of its first price, at which the pair's other leg comes into danger first. */
const DANGER_MARGIN = new Decimal('0.056');
/** Market ms per wall ms before and after the storm, which goes by the wall. */
const FAST = 5;
const WALLET = 'wallet-main';
const CALLERS = ['execution', 'collateral', 'market-data'] as const;
const SAMPLE_MS: Ms = 500;
const SETTINGS = { enabled: true, mode: 'increment', increment: '50', triggerDistance: '0.05', safeDistance: '0.12', maxDeposit: '200', cooldownMs: 10_000, exhausted: 'hold' } as const;
const PROTECTED: readonly DeskBot[] = Array.from({ length: ACCOUNTS }, (_, index) => ({ botId: `bot-${index}`, portfolioId: 'main', deposit: money((101 + (12 * index) / ACCOUNTS).toFixed(2)), notional: '170' }));
/** Trades on while the others are being saved. */
const TRADER: DeskBot = { botId: 'trader', portfolioId: 'trading', deposit: money('1000'), notional: '200', settings: { holdMs: 4_000, sleepMs: 1_000 } };

export interface Weathered {
  readonly storm: Storm;
  readonly story: LogStory;
  readonly deposits: DepositWaits;
  /** Of each order, from its durable intent, or from when the venue had room for it, to the venue's word, ms. */
  readonly orders: readonly OrderWait[];
  /** What the venue took of its questions from its first 429 in the storm on, by call and priority. */
  readonly weights: CallWeights;
  /** What must not be, in words: broken rules of the books, transfers that were sent twice, caps that were passed. */
  readonly broken: readonly string[];
  readonly depositedTo: number;
  readonly liquidated: number;
}

const isOver = (log: LogStory, until: Ms): boolean => {
  const over = new Set([...eventsOf(log, 'ProtectionDeposited'), ...eventsOf(log, 'ProtectionWithdrawn'), ...eventsOf(log, 'ProtectionTransferRefused')].map(({ transferId }) => transferId));
  return eventsOf(log, 'ProtectionTransferIntended').every(({ transferId, at }) => at >= until || over.has(transferId));
};

const accountsOf = (story: LogStory, type: 'ProtectionDeposited' | 'PositionLiquidated'): number => new Set(eventsOf(story, type).map(({ accountId }) => accountId)).size;

function brokenIn(story: LogStory): readonly string[] {
  const deposits = eventsOf(story, 'ProtectionDeposited');
  const twice = deposits.map(({ transferId }) => transferId).filter((id, index, all) => all.indexOf(id) !== index);
  const funded = eventsOf(story, 'AccountFunded').flatMap(({ digest, amount, accountId }) => (digest !== undefined && amount.gt(0) ? [`${accountId} ${digest}`] : []));
  const fundedTwice = funded.filter((transfer, index) => funded.indexOf(transfer) !== index);
  const above = deposits.filter(({ deposited }) => deposited.gt(SETTINGS.maxDeposit));
  return [
    ...story.verify.breaches.map((breach) => `breach: ${JSON.stringify(breach)}`),
    ...twice.map((id) => `${id}: deposited twice`),
    ...fundedTwice.map((transfer) => `${transfer}: paid twice`),
    ...above.map(({ botId, deposited }) => `${botId}: found ${deposited} deposited, allowed is ${SETTINGS.maxDeposit}`),
  ];
}

/**
 * Ten protected pairs of one wallet and one that trades on, each service a process, one call budget in Redis, at a venue that answers 429 to all
 * but a fifth of its budget for 60 s while ETH slides by a fifth; the storm goes by the wall clock.
 */
export class ProcessStorm {
  private constructor(private readonly market: DrivenMarket, private readonly desk: ProcessDesk) {}

  /** Every position is open, the ten are protected. */
  static async start(): Promise<ProcessStorm> {
    const market = new DrivenMarket(60 * MINUTE_MS);
    const desk = await ProcessDesk.start({ name: 'storm', market, speed: FAST, wallets: { main: { accountId: WALLET, deposit: money('20000') } }, sharedBudget: true });
    await desk.open([...PROTECTED, TRADER]);
    for (const bot of PROTECTED) await desk.protect(bot, SETTINGS);
    return new ProcessStorm(market, desk);
  }

  /** The storm, and everything that it began to its outcome. */
  async weather(): Promise<Weathered> {
    const { desk, market } = this;
    const top = await this.approach();
    await desk.sim.setSpeed(1);
    const from = await desk.now();
    const until = from + STORM_MS;
    await desk.sim.addFault({ match: { from, until }, fault: { type: 'squeeze', percent: PERCENT } });
    market.slideTo(top.times('0.8'), STORM_MS);
    const samples = await this.sampledUntil(until);
    market.slideTo(top, 10_000);
    const calls = (await desk.sim.calls(from - MINUTE_MS)).filter(({ at }) => at < until);
    const storm: Storm = { from, until, percentAt: (at) => (at >= from && at < until ? PERCENT : 100), calls, wallet: senderOf(WALLET) };
    await desk.sim.setSpeed(FAST);
    const story = await desk.until('the outcome of all that the storm began', (log) => isOver(log, until));
    const limitedAt = calls.find(({ at, taken }) => at >= from && !taken)?.at ?? until;
    return { storm, story, deposits: depositWaits(storm, story), orders: orderWaits(storm, story), weights: weightsBetween(samples, calls, limitedAt, until), broken: brokenIn(story), depositedTo: accountsOf(story, 'ProtectionDeposited'), liquidated: accountsOf(story, 'PositionLiquidated') };
  }

  stop(suite?: Parameters<ProcessDesk['stop']>[0]): Promise<void> {
    return this.desk.stop(suite);
  }

  /** What the venue has taken of all services, twice a second. */
  private async sampledUntil(until: Ms): Promise<readonly WeightSample[]> {
    const samples: WeightSample[] = [];
    for (;;) {
      const pages = await Promise.all(CALLERS.map((service) => this.desk.metrics(service)));
      const at = await this.desk.now();
      samples.push({ at, weights: weightsIn(pages, 'ip') });
      if (at >= until) return samples;
      await this.desk.pass(SAMPLE_MS);
    }
  }

  /** ETH goes to just above where the first account is in danger, and the next minute is nearly full. Returns where it is. */
  private async approach(): Promise<Decimal> {
    const { desk, market } = this;
    const top = Decimal.max(...PROTECTED.map(({ botId }) => desk.liquidationPart(botId, 'ETH-PERP') ?? 0)).plus(DANGER_MARGIN);
    market.slideTo(top, 0);
    const passed = ((await desk.now()) - market.startTime) % MINUTE_MS;
    await desk.pass((MINUTE_MS + QUIET_FROM_MS - passed) % MINUTE_MS);
    return top;
  }
}
