import { type Ms, type Notional, notional, bps, price, type Price } from '@ballast/domain';
import { type Outcome, Strategy, type StrategyContext } from '@ballast/strategy';
import { LEG_A } from './pair-desk.js';

/** Nothing that a person would set: the test says it in the constructor. */
export class OneLegSettings {}

type Context = StrategyContext<OneLegSettings, number>;

export interface HeldAt {
  readonly stop: Price;
  readonly target: Price;
}

/** Buys one leg, once, with the stop and the target that the test says. */
export class OneLeg extends Strategy<OneLegSettings, number> {
  readonly name = 'one-leg';
  readonly settings = OneLegSettings;
  readonly initial = 0;
  override readonly signalTimeToLiveMs: Ms = 5_000;

  constructor(private readonly held: HeldAt = { stop: price('2600'), target: price('2900') }, private readonly size: Notional = notional('1000')) {
    super();
  }

  instruments(): readonly string[] {
    return [LEG_A];
  }

  override onOutcome(ended: number, { event }: Outcome): number {
    return event.type === 'TradeClosed' || event.type === 'TradeDenied' || event.type === 'TradePlanInfeasible' ? ended + 1 : ended;
  }

  onTick(context: Context): void {
    if (context.state > 0 || context.trades.length > 0 || context.status !== 'RUNNING' || !context.booksReady()) return;
    const leg = { instrument: LEG_A, side: 'BUY' as const, stopPrice: this.held.stop, targetPrice: this.held.target };
    context.raise({ purpose: 'ENTER', legs: [leg], targetNotional: this.size, slippageBpsMax: bps('10'), costBudgetBps: bps('30'), reason: 'the test' });
  }
}
