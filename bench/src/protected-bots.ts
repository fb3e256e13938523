import { type Id, money, type Money, notional, type Price, price, quantity, ratio } from '@ballast/domain';
import type { ProtectionSettings } from '@ballast/events';
import { type Check, defaultSettings, equityFor, liquidationPriceOf, type ModelledPosition, type Protection, protectionDecider, type ProtectionEvent, TriggerIndex, type Watched, watchedOf } from '@ballast/protection';

const INSTRUMENT = 'ETH-PERP';
const ENTRY = price('3000');
const VENUE = { minimum: money('1'), fee: money('0'), step: money('0.000001'), open: true };
const MODEL = { venue: 'hyperliquid', tiers: [{ fromNotional: notional('0'), maxLeverage: ratio('25') }] } as const;
const SETTINGS: ProtectionSettings = { ...defaultSettings(notional('10000')), enabled: true, mode: 'smart', cooldownMs: 1_000 };
const STEP_MS = 1_000;

interface ProtectedBot {
  readonly botId: Id;
  readonly position: ModelledPosition;
  state: Protection;
  equity: Money;
  liquidationPrice: Price;
  watched: Watched | undefined;
}

/** Every fourth bot is short; leverages from 2 to 11, so that each has a liquidation price of its own. */
function botOf(index: number): ProtectedBot {
  const side = index % 4 === 0 ? 'SHORT' : 'LONG';
  const position: ModelledPosition = { model: MODEL, side, quantity: quantity('3') };
  const equity = money((9_000 / (2 + ((index * 7_919) % 90_000) / 10_000)).toFixed(6));
  const botId = `bot-${index}`;
  const configured = { botId, accountId: `acct-${index}`, portfolioId: 'main', settings: SETTINGS, revision: 1 };
  return { botId, position, equity, state: { ...protectionDecider.initial, configured }, liquidationPrice: liquidationPriceOf(position, ENTRY, equity) ?? price('0.01'), watched: undefined };
}

/** What the index answers, of one bot. */
function isBeyond({ side, danger, recovery }: Watched, at: Price): boolean {
  const [low, high] = side === 'LONG' ? [danger, recovery] : [recovery, danger];
  return (low !== undefined && at.lt(low)) || (high !== undefined && at.gt(high));
}

/**
 * Protected positions of one instrument, and the deciders that keep them: a price is judged for the bots it concerns, their transfers are done
 * at once, and the bots wait for their next price. Found by the index, or by looking at every bot.
 */
export class ProtectedBots {
  private readonly bots = new Map<Id, ProtectedBot>();
  private readonly index = new TriggerIndex();
  private now = Date.UTC(2026, 0, 31);
  decisions = 0;
  transfers = 0;

  constructor(count: number) {
    for (let index = 0; index < count; index += 1) {
      const bot = botOf(index);
      this.bots.set(bot.botId, bot);
      this.watch(bot);
    }
  }

  /** Milliseconds that one price cost, with all that it led to. */
  byIndex(at: Price): number {
    const began = performance.now();
    this.now += STEP_MS;
    for (const botId of new Set(this.index.crossedBy(INSTRUMENT, at).map((hit) => hit.botId))) this.judge(this.bots.get(botId), at);
    return performance.now() - began;
  }

  /** The same where every bot's prices are looked at for every price. */
  byScan(at: Price): number {
    const began = performance.now();
    this.now += STEP_MS;
    for (const bot of this.bots.values()) {
      if (bot.watched && isBeyond(bot.watched, at)) this.judge(bot, at);
    }
    return performance.now() - began;
  }

  private judge(bot: ProtectedBot | undefined, at: Price): void {
    if (!bot) return;
    this.decisions += 1;
    const { side, quantity: size } = bot.position;
    const check: Check = {
      type: 'Check', price: at, priceTime: this.now, model: MODEL, lotSize: quantity('0.001'), freeFunds: money('1000000'), venue: VENUE,
      state: { time: this.now, position: { instrument: INSTRUMENT, side, quantity: size, liquidationPrice: bot.liquidationPrice } },
    };
    this.apply(bot, protectionDecider.decide(bot.state, check, { decisionId: `${bot.botId}-${this.now}`, at: this.now }));
    const { transfer } = bot.state;
    if (!transfer) return;
    this.transfers += 1;
    const outcome = { state: 'DONE', amount: transfer.amount, fee: transfer.fee, time: this.now } as const;
    this.apply(bot, protectionDecider.decide(bot.state, { type: 'SettleTransfer', transferId: transfer.transferId, outcome }, { decisionId: `${bot.botId}-${this.now}-settled`, at: this.now }));
    const behind = equityFor(bot.position, at, bot.liquidationPrice);
    bot.equity = (transfer.direction === 'DEPOSIT' ? behind.plus(transfer.amount) : behind.minus(transfer.amount)) as Money;
    bot.liquidationPrice = liquidationPriceOf(bot.position, at, bot.equity) ?? bot.liquidationPrice;
    this.watch(bot);
  }

  private apply(bot: ProtectedBot, events: readonly ProtectionEvent[]): void {
    for (const event of events) bot.state = protectionDecider.evolve(bot.state, event);
  }

  private watch(bot: ProtectedBot): void {
    const { botId, position: { side }, liquidationPrice, state } = bot;
    const watched = watchedOf(SETTINGS, { side, liquidationPrice }, state.deposited);
    bot.watched = watched;
    if (watched) this.index.watch(INSTRUMENT, botId, watched);
  }
}

/** A fall of 4 % and back, in whole cents: the n-th price of `length`. */
export function fallAndBack(step: number, length: number): Price {
  const share = step % length < length / 2 ? (step % length) / (length / 2) : 2 - (step % length) / (length / 2);
  return price((3_000 - 120 * share + ((step * 31) % 17) / 10).toFixed(2));
}
