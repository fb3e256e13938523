import { type Bps, bpsOf, midOf, type Ms, type Side } from '@ballast/domain';
import { type Outcome, Strategy, type StrategyContext, type TradeView, type WantedLeg } from '@ballast/strategy';
import { deviationBps, pairsOf } from './deviation.js';
import { DnPairSettings, faultsBetween } from './dn-pair.settings.js';
import { afterOutcome, costOfDay, mayTryEntry, NO_ROUNDS, type Rounds } from './rounds.js';

type Context = StrategyContext<DnPairSettings, Rounds>;

/** Long A is short B, with the same notional on both legs. */
function legsFor({ instrumentA, instrumentB }: DnPairSettings, sideOfA: Side): readonly WantedLeg[] {
  return [
    { instrument: instrumentA, side: sideOfA },
    { instrument: instrumentB, side: sideOfA === 'BUY' ? 'SELL' : 'BUY' },
  ];
}

function cycleSide({ direction }: DnPairSettings, { completed }: Rounds): Side {
  if (direction === 'ALTERNATE') return completed % 2 === 0 ? 'BUY' : 'SELL';
  return direction === 'LONG_A' ? 'BUY' : 'SELL';
}

function spreadOf(context: Context, instrumentA: string, instrumentB: string): Bps | undefined {
  const { windowMs, warmUpMs } = context.settings;
  const bookA = context.book(instrumentA);
  const bookB = context.book(instrumentB);
  const midA = bookA && midOf(bookA);
  const midB = bookB && midOf(bookB);
  return midA && midB && deviationBps(midA, midB, pairsOf(context.mids(instrumentA, windowMs), context.mids(instrumentB, windowMs)), warmUpMs);
}

/**
 * The delta-neutral pair: the same notional long in one perpetual and short in another. `cycle` trades rounds for volume
 * within a cost budget; `spread` enters when the pair's spread is far from its mean and leaves when it is back.
 */
export class DnPair extends Strategy<DnPairSettings, Rounds> {
  readonly name = 'dn-pair';
  readonly settings = DnPairSettings;
  readonly initial = NO_ROUNDS;

  instruments({ instrumentA, instrumentB }: DnPairSettings): readonly string[] {
    return [instrumentA, instrumentB];
  }

  override historyMs({ mode, windowMs }: DnPairSettings): Ms {
    return mode === 'spread' ? windowMs : 0;
  }

  override faults(settings: DnPairSettings): Readonly<Record<string, string>> {
    return faultsBetween(settings);
  }

  override onOutcome(rounds: Rounds, outcome: Outcome): Rounds {
    return afterOutcome(rounds, outcome);
  }

  onTick(context: Context): void {
    const [trade] = context.trades;
    if (trade) this.watch(context, trade);
    else if (this.isDone(context)) context.finish(`${context.settings.iterations} iterations done`);
    else if (this.mayEnter(context)) this.enter(context);
  }

  private isDone({ settings, state }: Context): boolean {
    return settings.iterations > 0 && state.completed >= settings.iterations;
  }

  private mayEnter(context: Context): boolean {
    const { settings, state, status, statusAt, now } = context;
    return status === 'RUNNING' && mayTryEntry(state, { runningSince: statusAt, ...settings }, now) && this.isWithinDailyBudget(context) && context.booksReady();
  }

  /** Room for one more round at its full cost, or none. */
  private isWithinDailyBudget({ settings: { dailyCostBudget, costBudgetBps, targetNotional }, state, now }: Context): boolean {
    if (!dailyCostBudget) return true;
    const spent = costOfDay(state, now);
    return spent.plus(costBudgetBps ? bpsOf(targetNotional, costBudgetBps) : 0).lte(dailyCostBudget);
  }

  private enter(context: Context): void {
    const { settings, state } = context;
    const { targetNotional, slippageBpsMax } = settings;
    if (settings.mode === 'cycle') {
      const side = cycleSide(settings, state);
      const reason = `cycle ${state.completed + 1}${settings.iterations > 0 ? ` of ${settings.iterations}` : ''}, ${side === 'BUY' ? 'long' : 'short'} ${settings.instrumentA}`;
      context.raise({ purpose: 'ENTER', legs: legsFor(settings, side), targetNotional, slippageBpsMax, ...(settings.costBudgetBps ? { costBudgetBps: settings.costBudgetBps } : {}), reason });
      return;
    }
    const deviation = spreadOf(context, settings.instrumentA, settings.instrumentB);
    if (!deviation || deviation.abs().lt(settings.targetBps)) return;
    const expectedEdgeBps = deviation.abs().minus(settings.exitBps) as Bps;
    const reason = `spread ${deviation.toString()} bps from its mean, target ${settings.targetBps.toString()}, exit ${settings.exitBps.toString()}`;
    context.raise({ purpose: 'ENTER', legs: legsFor(settings, deviation.gt(0) ? 'SELL' : 'BUY'), targetNotional, slippageBpsMax, expectedEdgeBps, reason });
  }

  /** Leaves a trade when it is due; until both legs are filled, execution's own time limits rule. */
  private watch(context: Context, trade: TradeView): void {
    const { settings, now } = context;
    if (trade.phase !== 'BALANCED' || trade.balancedAt === undefined) return;
    const dueAt = trade.balancedAt + (settings.mode === 'cycle' ? settings.holdMs : settings.maxHoldMs);
    const reverted = settings.mode === 'spread' && this.hasReverted(context, trade);
    if (now < dueAt && !reverted) {
      context.wakeAt(dueAt);
      return;
    }
    const reason = reverted ? 'spread is back at its mean' : `held ${now - trade.balancedAt} ms`;
    context.raise({ purpose: 'EXIT', tradeId: trade.tradeId, slippageBpsMax: settings.slippageBpsMax, reason });
  }

  /** By the spread of the legs that are held, whatever the settings name by now. */
  private hasReverted(context: Context, { legs: [a, b] }: TradeView): boolean {
    if (!a || !b || !context.booksReady([a.instrument, b.instrument])) return false;
    const deviation = spreadOf(context, a.instrument, b.instrument);
    if (!deviation) return false;
    const { exitBps } = context.settings;
    return a.side === 'SELL' ? deviation.lte(exitBps) : deviation.gte(exitBps.neg());
  }
}
