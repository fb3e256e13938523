import { Controller, Inject } from '@nestjs/common';
import { causedBy, EventStreams, Market, type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { ResidualFold } from '@ballast/balance';
import type { Id } from '@ballast/domain';
import { SignalRaised } from '@ballast/events';
import { inForceByName } from '@ballast/policy';
import { SizingFacts } from '../account/sizing-facts.projection.js';
import { SizingSettings } from '../sizing.settings.js';
import { planDecider } from './plan.decider.js';
import type { LegSeen } from './plan.types.js';
import { traceLines } from './plan-trace.js';

/** Signals to enter become plans; whoever leaves a trade leaves with what is open, so an exit is not sized. */
@Controller()
export class SignalController {
  private readonly facts = new SizingFacts();
  private readonly residuals = new ResidualFold();

  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(Market) private readonly market: Market,
    @Inject(SizingSettings) private readonly settings: SizingSettings,
    @Inject(Runtime) runtime: Runtime,
  ) {
    streams.own(planDecider);
    runtime.project(this.facts);
    runtime.project(this.residuals);
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
        account: this.facts.account(signal.accountId),
        policy: inForceByName(this.facts.profilesOf(signal.botId), this.settings.profiles),
      },
      causedBy(recorded),
    );
    for (const event of decided.events) {
      if (event.type !== 'TradePlanned') continue;
      for (const line of traceLines(event)) this.settings.trace(line, { tradeId: event.tradeId, botId: event.botId, decisionId: decided.decisionId });
    }
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
