import { type Decimal, midOf, type Ms, opposite, price, type Price, type Side, signOf } from '@ballast/domain';
import { type Outcome, Strategy, type StrategyContext, type TradeView } from '@ballast/strategy';
import { averageOf, averageTrueRange, BASE_MS, type Bar, barsOf, highestOf, lowestOf } from './candles.js';
import { candlesNeeded, faultsOf, SwingSettings } from './swing.settings.js';

/** What a swing bot remembers: a fold of its outcomes and nothing else. */
export interface Swings {
  /** Entries that were traded and are over. */
  readonly ended: number;
  /** When the last entry was asked for, or ended: candles that had closed by then enter nothing. */
  readonly lastAt: Ms;
}

type Context = StrategyContext<SwingSettings, Swings>;
const DECIMALS = 8;

/** Where the average stands against itself some candles ago: the side that the trend allows. */
function trendOf(bars: readonly Bar[], { averagePeriods, slopePeriods }: SwingSettings): Side | undefined {
  const slope = averageOf(bars, averagePeriods).minus(averageOf(bars, averagePeriods, slopePeriods));
  return slope.isZero() ? undefined : slope.gt(0) ? 'BUY' : 'SELL';
}

function isEntry(bars: readonly Bar[], side: Side, { entry, averagePeriods, rangePeriods }: SwingSettings): boolean {
  const last = bars.at(-1);
  const range = bars.slice(-rangePeriods - 1, -1);
  const [high, low] = [highestOf(range), lowestOf(range)];
  if (!last || !high || !low) return false;
  if (entry === 'breakout') return side === 'BUY' ? last.close.gt(high) : last.close.lt(low);
  const average = averageOf(bars, averagePeriods);
  return side === 'BUY' ? last.low.lte(average) && last.close.gt(average) : last.high.gte(average) && last.close.lt(average);
}

const allows = ({ direction }: SwingSettings, side: Side): boolean => direction === 'BOTH' || (direction === 'LONG') === (side === 'BUY');
const at = (value: Decimal): Price => price(value.toDecimalPlaces(DECIMALS).toString());

/**
 * Follows the trend of 1 h, 2 h or 4 h candles with one leg: enters where a candle breaks out of its range, or comes back from the average,
 * on the side of the average's slope; leaves at a stop or a target that execution holds, when the slope turns, or after the longest hold.
 * It looks at complete candles only, and at each of them once.
 */
export class Swing extends Strategy<SwingSettings, Swings> {
  readonly name = 'swing';
  readonly settings = SwingSettings;
  readonly initial: Swings = { ended: 0, lastAt: 0 };
  override readonly historyIntervalMs = BASE_MS;
  override readonly decisionIntervalMs = 1_000;
  /** A candle of hours is no older half a minute later. */
  override readonly signalTimeToLiveMs = 30_000;

  instruments({ instrument }: SwingSettings): readonly string[] {
    return [instrument];
  }

  override historyMs(settings: SwingSettings): Ms {
    return (candlesNeeded(settings) + 1) * settings.intervalMs;
  }

  override faults(settings: SwingSettings): Readonly<Record<string, string>> {
    return faultsOf(settings);
  }

  override onOutcome(swings: Swings, { event, purpose, at: time }: Outcome): Swings {
    switch (event.type) {
      case 'SignalRaised':
        return purpose === 'ENTER' ? { ...swings, lastAt: time } : swings;
      case 'TradeClosed':
        return { ended: swings.ended + 1, lastAt: time };
      case 'SignalWithdrawn':
      case 'TradePlanInfeasible':
      case 'TradeDenied':
      case 'TradeRefused':
      case 'TradeOpened':
      case 'TradeBalanced':
      case 'ExitStarted':
      case 'UnwindStarted':
        return swings;
    }
  }

  onTick(context: Context): void {
    const { settings, state, status } = context;
    const [trade] = context.trades;
    if (trade) this.watch(context, trade);
    else if (settings.rounds > 0 && state.ended >= settings.rounds) context.finish(`${settings.rounds} rounds done`);
    else if (status === 'RUNNING' && context.booksReady()) this.enter(context);
  }

  private enter(context: Context): void {
    const { settings, state, now } = context;
    const { instrument, intervalMs, targetNotional, costBudgetBps, slippageBpsMax, stopAtr, targetAtr, atrPeriods, entry } = settings;
    const closedAt = Math.floor(now / intervalMs) * intervalMs;
    const book = context.book(instrument);
    const mid = book && midOf(book);
    if (!mid || closedAt <= state.lastAt) return;
    const bars = this.bars(context, instrument);
    const side = bars && trendOf(bars, settings);
    if (!bars || !side || !allows(settings, side) || !isEntry(bars, side, settings)) return;
    const range = averageTrueRange(bars, atrPeriods);
    const stop = mid.minus(range.times(stopAtr).times(signOf(side)));
    const target = mid.plus(range.times(targetAtr).times(signOf(side)));
    if (!stop.gt(0) || !target.gt(0)) return;
    const leg = { instrument, side, stopPrice: at(stop), targetPrice: at(target) };
    const reason = `${entry} ${side === 'BUY' ? 'up' : 'down'} with the trend of ${intervalMs / BASE_MS} h candles, average true range ${range.toDecimalPlaces(DECIMALS).toString()}`;
    context.raise({ purpose: 'ENTER', legs: [leg], targetNotional, slippageBpsMax, costBudgetBps, reason });
  }

  /** Stop and target are execution's; a trend that has turned, of the instrument held, and the longest hold are left by signal. */
  private watch(context: Context, trade: TradeView): void {
    const { settings, now } = context;
    if (trade.phase !== 'BALANCED' || trade.balancedAt === undefined) return;
    const dueAt = trade.balancedAt + settings.maxHoldMs;
    const [leg] = trade.legs;
    const bars = leg && this.bars(context, leg.instrument);
    const turned = leg !== undefined && bars !== undefined && trendOf(bars, settings) === opposite(leg.side);
    if (now >= dueAt || turned) context.raise({ purpose: 'EXIT', tradeId: trade.tradeId, slippageBpsMax: settings.slippageBpsMax, reason: turned ? 'the trend has turned' : `held ${now - trade.balancedAt} ms` });
    else context.wakeAt(dueAt);
  }

  /** Enough complete candles without a hole, or none. */
  private bars(context: Context, instrument: string): readonly Bar[] | undefined {
    const { settings, now } = context;
    const needed = candlesNeeded(settings);
    const bars = barsOf(context.candles(instrument, BASE_MS), settings.intervalMs, now, needed);
    return bars.length === needed ? bars : undefined;
  }
}
