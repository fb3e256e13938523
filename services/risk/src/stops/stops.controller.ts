import { Controller, Inject } from '@nestjs/common';
import { causedBy, type CommandContext, EventStreams, type MarketMessages, OnMarket, Query, type Recorded, Subscribe } from '@ballast/bus';
import { Clock, Decimal, type Id } from '@ballast/domain';
import { AccountFunded, BotCreated, DebtForgiven, EquityObserved, FundingSettled, HardStopResumed, HardStopTripped, PositionClosed, type PositionChange, PositionFlipped, PositionIncreased, PositionLiquidated, PositionOpened, PositionReduced, TradeClosed } from '@ballast/events';
import { OfPortfolio } from '../risk.requests.js';
import { STOP_RULES } from './stop-rules.js';
import { stopsDecider } from './stops.decider.js';
import { StopsWatch } from './stops-watch.service.js';
import type { Stops } from './stops.types.js';

type Of<Event> = Event extends unknown ? Recorded<Event & Parameters<typeof causedBy>[0]['event']> : never;
type Result = Of<PositionChange | FundingSettled>;

/** Whatever changes a result is judged at once. */
@Controller()
export class StopsController {
  constructor(
    @Inject(StopsWatch) private readonly watch: StopsWatch,
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Subscribe(PositionOpened, PositionIncreased, PositionReduced, PositionClosed, PositionFlipped, PositionLiquidated, FundingSettled)
  async onResult(recorded: Result): Promise<void> {
    const portfolioId = this.watch.facts.portfolioOf(recorded.event.accountId);
    if (portfolioId !== undefined) await this.watch.observe(portfolioId, causedBy(recorded));
  }

  @Subscribe(EquityObserved, AccountFunded, DebtForgiven, TradeClosed, BotCreated, HardStopResumed)
  onFact(recorded: Of<EquityObserved | AccountFunded | DebtForgiven | TradeClosed | BotCreated | HardStopResumed>): Promise<void> {
    return this.watch.observe(recorded.event.portfolioId, causedBy(recorded));
  }

  @Subscribe(HardStopTripped)
  onHardStopTripped(recorded: Recorded<HardStopTripped>): Promise<void> {
    return this.watch.enforce(recorded.event, causedBy(recorded));
  }

  @OnMarket('price')
  onPrice({ instrument }: MarketMessages['price']): void {
    this.watch.onPrice(instrument);
  }

  /** Every hard stop in force: how far it is from its limit now, and what a resume needs where it has tripped. */
  @Query('hard-stops', OfPortfolio)
  async hardStops({ portfolioId }: OfPortfolio, { partition }: CommandContext): Promise<object> {
    const { state } = await this.streams.load(stopsDecider, { partition, id: portfolioId });
    const { day, week, tripped } = state;
    return { portfolioId, ...(day ? { day } : {}), ...(week ? { week } : {}), tripped: Object.values(tripped), stops: this.measured(portfolioId, state) };
  }

  private measured(portfolioId: Id, { tripped }: Stops): readonly object[] {
    const now = this.clock.now();
    return this.watch.limitsOf(portfolioId).map(({ stop, scope, scopeId, limit, profile }) => {
      const figures = this.watch.facts.figures(scope, scopeId, now);
      const value = figures && STOP_RULES[stop].measure(figures);
      const latched = Object.values(tripped).some((each) => each.stop === stop && each.scope === scope && each.scopeId === scopeId);
      return { scope, scopeId, stop, profile, unit: STOP_RULES[stop].unit, limit: limit.toString(), latched, ...(value ? { value: value.toString(), distance: new Decimal(limit).minus(value).toString() } : {}) };
    });
  }
}
