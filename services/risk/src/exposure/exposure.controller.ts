import { Controller, Inject } from '@nestjs/common';
import { causedBy, type CommandContext, EventStreams, Query, type Recorded, Subscribe } from '@ballast/bus';
import { TradeClosed, TradeOpened, TradePlanned, TradeRefused } from '@ballast/events';
import { inForceByName, planHashOf } from '@ballast/policy';
import { RiskFacts } from '../facts/risk-facts.js';
import { Rungs } from '../ladder/rungs.service.js';
import { maintenanceDecider } from '../maintenance/maintenance.decider.js';
import { OfPortfolio } from '../risk.requests.js';
import { RiskSettings } from '../risk.settings.js';
import { RuleWatch } from '../rules/rule-watch.service.js';
import { latchedFor, stopsDecider } from '../stops/stops.decider.js';
import { stateFor, tradingStateDecider } from '../trading-state/trading-state.decider.js';
import { allApprovals } from './approvals.js';
import { exposureDecider } from './exposure.decider.js';
import type { ExposureCommand } from './exposure.types.js';

/** Plans are judged, approvals follow execution's outcome, rounds are counted. */
@Controller()
export class ExposureController {
  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(RiskSettings) private readonly settings: RiskSettings,
    @Inject(RiskFacts) private readonly facts: RiskFacts,
    @Inject(Rungs) private readonly rungs: Rungs,
    @Inject(RuleWatch) watch: RuleWatch,
  ) {
    streams.own(exposureDecider, { onDecided: (_stream, { events }) => watch.count(events) });
  }

  @Subscribe(TradePlanned)
  async onTradePlanned(recorded: Recorded<TradePlanned>): Promise<void> {
    const plan = recorded.event;
    const { partition } = recorded.decision;
    const id = { partition, id: plan.portfolioId };
    const { streams } = this;
    const [{ state: trading }, { state: maintenances }, { state: stops }] = await Promise.all([streams.load(tradingStateDecider, id), streams.load(maintenanceDecider, id), streams.load(stopsDecider, id)]);
    const bot = this.facts.accounts.bot(plan.botId);
    await this.decide(recorded, {
      type: 'AssessPlan',
      plan,
      planHash: planHashOf(plan.planId, plan.legs),
      account: this.facts.account(plan.accountId),
      facts: this.facts.exposureOf(plan.accountId),
      bot,
      residuals: this.facts.residualsOf(plan),
      policy: inForceByName(bot?.profiles ?? [], this.settings.profiles, this.rungs.of(plan.portfolioId)),
      guardFacts: this.facts.guardFacts(plan, maintenances.windows),
      stops: this.facts.stopsSeen(plan),
      latched: latchedFor(stops, plan.portfolioId, plan.botId),
      tradingState: stateFor(trading, plan.portfolioId, plan.botId, plan.legs.map(({ instrument }) => instrument)),
      dayBoundaryMs: this.settings.dayBoundaryMs,
    });
  }

  @Subscribe(TradeOpened)
  onTradeOpened(recorded: Recorded<TradeOpened>): Promise<void> {
    return this.decide(recorded, { type: 'ReleaseApproval', tradeId: recorded.event.tradeId, reason: 'OPENED' });
  }

  @Subscribe(TradeRefused)
  onTradeRefused(recorded: Recorded<TradeRefused>): Promise<void> {
    return this.decide(recorded, { type: 'ReleaseApproval', tradeId: recorded.event.tradeId, reason: 'REFUSED' });
  }

  @Subscribe(TradeClosed)
  onTradeClosed(recorded: Recorded<TradeClosed>): Promise<void> {
    const { portfolioId, tradeId, planVolume, turnover } = recorded.event;
    return this.decide(recorded, { type: 'CountTrade', portfolioId, tradeId, planVolume, turnover, closedAt: recorded.decision.occurredAt, dayBoundaryMs: this.settings.dayBoundaryMs });
  }

  /** The rules of the last plan judged, with their distances, and the day so far. */
  @Query('limits', OfPortfolio)
  async limits({ portfolioId }: OfPortfolio, { partition }: CommandContext): Promise<object> {
    const { state } = await this.streams.load(exposureDecider, { partition, id: portfolioId });
    const { day, dayVolume, dayTurnover, dayTrades, approvals, last } = state;
    return { portfolioId, day, dayVolume, dayTurnover, dayTrades, approvals: allApprovals(approvals), ...(last ? { last } : {}) };
  }

  private async decide(recorded: Recorded<TradePlanned | TradeOpened | TradeRefused | TradeClosed>, command: ExposureCommand): Promise<void> {
    await this.streams.execute(exposureDecider, { partition: recorded.decision.partition, id: recorded.event.portfolioId }, command, causedBy(recorded));
  }
}
