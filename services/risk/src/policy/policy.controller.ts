import { Controller, Inject } from '@nestjs/common';
import { type Cause, causedBy, type CommandContext, EventStreams, Query, type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { contentId, type Id, type Partition, partitionOf } from '@ballast/domain';
import { BotCreated, type BoundBot, RungEntered } from '@ballast/events';
import { inForceByName, type ListedLimit, listLimits } from '@ballast/policy';
import { OfPortfolio } from '../risk.requests.js';
import { RiskSettings } from '../risk.settings.js';
import { BindingsFold } from './bindings.projection.js';
import { policyDecider } from './policy.decider.js';

/** The policy in force is in the log: with each bot and rung, and where a start knows other profiles than the log does. */
@Controller()
export class PolicyController {
  private readonly bindings = new BindingsFold();

  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(RiskSettings) private readonly settings: RiskSettings,
    @Inject(Runtime) runtime: Runtime,
  ) {
    streams.own(policyDecider);
    runtime.project(this.bindings);
    runtime.onRecovered(() => this.start());
  }

  @Subscribe(BotCreated)
  onBotCreated(recorded: Recorded<BotCreated>): Promise<void> {
    return this.record(recorded.event.portfolioId, recorded.decision.partition, causedBy(recorded));
  }

  @Subscribe(RungEntered)
  onRungEntered(recorded: Recorded<RungEntered>): Promise<void> {
    return this.record(recorded.event.portfolioId, recorded.decision.partition, causedBy(recorded));
  }

  @Query('policy', OfPortfolio)
  async policy({ portfolioId }: OfPortfolio, { partition }: CommandContext): Promise<object> {
    const { state } = await this.streams.load(policyDecider, { partition, id: portfolioId });
    const { contents: _hashes, ...inForce } = state;
    const bots = state.bots.map((bot) => ({ ...bot, limits: this.limitsOf(bot, state.rung) }));
    return { portfolioId, ...inForce, bots };
  }

  /** A profile may have another version or hash than when the log was last written. */
  private async start(): Promise<void> {
    for (const portfolioId of this.bindings.portfolios()) await this.record(portfolioId, partitionOf(portfolioId), { causationId: contentId('policy-at-start', portfolioId), correlationId: portfolioId, lane: portfolioId });
  }

  /** The tightest of what the bot binds (C-1); empty where a profile is not known, and nothing is approved. */
  private limitsOf({ profiles }: BoundBot, rung: string | undefined): readonly ListedLimit[] {
    const policy = inForceByName(profiles.map(({ name }) => name), this.settings.profiles, rung);
    return policy ? listLimits(policy) : [];
  }

  private async record(portfolioId: Id, partition: Partition, cause: Cause): Promise<void> {
    await this.streams.execute(policyDecider, { partition, id: portfolioId }, { type: 'RecordPolicy', portfolioId, bots: this.bindings.bots(portfolioId, this.settings.profiles), rung: this.bindings.rung(portfolioId), contents: this.bindings.contents(portfolioId, this.settings.profiles) }, cause);
  }
}
