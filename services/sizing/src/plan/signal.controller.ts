import { Controller, Inject } from '@nestjs/common';
import { causedBy, EventStreams, Market, type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { ResidualFold } from '@ballast/balance';
import type { Id } from '@ballast/domain';
import { BotDeleted, BotStopped, SignalRaised } from '@ballast/events';
import { TradeRecordFold } from '@ballast/performance';
import { inForceByName, ladderOf, profileRef } from '@ballast/policy';
import { CapitalFold } from '../account/capital.projection.js';
import { SizingFacts } from '../account/sizing-facts.projection.js';
import { SizingSettings } from '../sizing.settings.js';
import { planDecider } from './plan.decider.js';
import { MissingInputs } from './missing-inputs.js';
import type { AccountState, LadderSeen, LegSeen } from './plan.types.js';
import { traceLines } from './plan-trace.js';

/** Signals to enter become plans; whoever leaves a trade leaves with what is open, so an exit is not sized. */
@Controller()
export class SignalController {
  private readonly facts = new SizingFacts();
  private readonly residuals = new ResidualFold();
  private readonly capital = new CapitalFold();
  private readonly records = new TradeRecordFold();
  private readonly missing: MissingInputs;

  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(Market) private readonly market: Market,
    @Inject(SizingSettings) private readonly settings: SizingSettings,
    @Inject(Runtime) runtime: Runtime,
  ) {
    streams.own(planDecider);
    for (const fold of [this.facts, this.residuals, this.capital, this.records]) runtime.project(fold);
    this.missing = new MissingInputs(settings.concern, settings.metrics);
  }

  @Subscribe(SignalRaised)
  async onSignalRaised(recorded: Recorded<SignalRaised>): Promise<void> {
    const signal = recorded.event;
    if (signal.purpose !== 'ENTER') return;
    const decided = await this.streams.execute(
      planDecider,
      { partition: recorded.decision.partition, id: signal.signalId },
      {
        type: 'PlanTrade',
        signal,
        seen: signal.legs.map(({ instrument }) => this.seen(signal.accountId, instrument)),
        account: this.account(signal.accountId),
        policy: inForceByName(this.facts.profilesOf(signal.botId), this.settings.profiles, this.facts.rungOf(signal.portfolioId)),
        record: this.facts.knows(signal.botId) ? this.records.bot(signal.botId) : undefined,
        ladder: this.ladder(signal),
      },
      causedBy(recorded),
    );
    for (const event of decided.events) {
      this.missing.see(event.botId, event);
      if (event.type !== 'TradePlanned') continue;
      for (const line of traceLines(event)) this.settings.trace(line, { tradeId: event.tradeId, botId: event.botId, decisionId: decided.decisionId });
    }
  }

  @Subscribe(BotStopped, BotDeleted)
  onAtRest({ event: { botId } }: Recorded<BotStopped | BotDeleted>): Promise<void> {
    this.missing.forget(botId);
    return Promise.resolve();
  }

  private account(accountId: Id): AccountState | undefined {
    const known = this.facts.account(accountId);
    return known && { ...known, tradingEquity: this.capital.of(accountId) };
  }

  private ladder({ botId, portfolioId }: SignalRaised): LadderSeen | undefined {
    const bound = ladderOf(this.facts.profilesOf(botId), this.settings.profiles);
    return bound && { ladder: bound.ladder, profile: profileRef(bound.profile), rung: this.facts.rungOf(portfolioId), capital: this.facts.capitalOf(portfolioId) };
  }

  private seen(accountId: Id, instrument: string): LegSeen {
    return {
      book: this.market.latest('book', instrument),
      instrument: this.market.latest('instrument', instrument),
      markPrice: this.market.latest('price', instrument)?.markPrice,
      residual: this.residuals.of(accountId, instrument),
    };
  }
}
