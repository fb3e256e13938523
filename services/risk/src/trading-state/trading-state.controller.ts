import { Controller, Inject } from '@nestjs/common';
import { type Cause, causedBy, type CommandContext, Command, EventStreams, type MarketMessages, OnMarket, Query, type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { contentId, type Id, type Partition, type TradingState } from '@ballast/domain';
import { HardStopResumed, type HoldCause, ReconciliationDifferenceFound } from '@ballast/events';
import { ChangeTradingState, OfPortfolio } from '../risk.requests.js';
import { StopsResume } from '../stops/stops-resume.service.js';
import { stopText } from '../stops/stop-text.js';
import { StopResumesFold } from './stop-resumes.projection.js';
import { ScopesFold } from './scopes.projection.js';
import { BY_HARD_STOP, BY_RECONCILIATION, hasState, holdsOf, type Scope, stateOf, tradingStateDecider } from './trading-state.decider.js';

interface ScopeOf {
  readonly partition: Partition;
  readonly portfolioId: Id;
  readonly scope: Scope;
  readonly scopeId: string;
}

/** A person named nothing that there is. */
class UnknownScope extends Error {
  override readonly name = 'UnknownScope';
}

/** A person's halt, reduce and resume, and what follows from a reconciliation difference or the resume of a hard stop. */
@Controller()
export class TradingStateController {
  private readonly scopes = new ScopesFold();
  private readonly stopResumes = new StopResumesFold();

  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(StopsResume) private readonly stops: StopsResume,
    @Inject(Runtime) runtime: Runtime,
  ) {
    streams.own(tradingStateDecider);
    runtime.project(this.scopes);
    runtime.project(this.stopResumes);
  }

  @OnMarket('instrument')
  onInstrument({ instrument }: MarketMessages['instrument']): void {
    this.scopes.list(instrument);
  }

  @Command('halt', ChangeTradingState)
  halt(request: ChangeTradingState, context: CommandContext): Promise<object> {
    return this.change(request, { type: 'Tighten', state: 'HALTED', causes: ['PERSON'] }, context);
  }

  @Command('reduce', ChangeTradingState)
  reduce(request: ChangeTradingState, context: CommandContext): Promise<object> {
    return this.change(request, { type: 'Tighten', state: 'REDUCING', causes: ['PERSON'] }, context);
  }

  /**
   * Of a scope in which a hard stop has tripped: by an approver alone, with a reason, when nothing holds it any more (W-9, C-49); what
   * a person or a reconciliation holds there stays. Of any other scope: whatever holds it. A repeat lifts no more than it did at first.
   */
  @Command('resume', ChangeTradingState)
  async resume(request: ChangeTradingState, context: CommandContext): Promise<object> {
    const { portfolioId, scope, scopeId } = request;
    const cause = { causationId: contentId('command', context.key), correlationId: portfolioId, lane: portfolioId };
    const ofStops = (await this.stops.resume(request, context)) || this.stopResumes.isOf(scope, scopeId, cause.causationId);
    const reply = await this.change(request, { type: 'Resume', state: 'ACTIVE', causes: ofStops ? ['HARD_STOP'] : ['HARD_STOP', 'RECONCILIATION', 'PERSON'] }, context);
    await this.holdLatched({ partition: context.partition, portfolioId, scope, scopeId }, cause);
    const { state } = await this.streams.load(tradingStateDecider, { partition: context.partition, id: portfolioId });
    return { ...reply, state: stateOf(state, scope, scopeId), holds: holdsOf(state, scope, scopeId) };
  }

  @Query('trading-state', OfPortfolio)
  async tradingState({ portfolioId }: OfPortfolio, { partition }: CommandContext): Promise<object> {
    const { state } = await this.streams.load(tradingStateDecider, { partition, id: portfolioId });
    return { portfolioId, state: stateOf(state, 'PORTFOLIO', portfolioId), scopes: state.scopes };
  }

  /** The venue and the log disagree about one account: no new risk in any until a person has looked and resumed. */
  @Subscribe(ReconciliationDifferenceFound)
  async onReconciliationDifferenceFound(recorded: Recorded<ReconciliationDifferenceFound>): Promise<void> {
    const { portfolioId, accountId, what, subject, expected, found } = recorded.event;
    const reason = `reconciliation of account ${accountId}: ${what} ${subject}: expected ${expected}, found ${found}`.slice(0, 2_000);
    await this.streams.execute(
      tradingStateDecider,
      { partition: recorded.decision.partition, id: portfolioId },
      { type: 'Tighten', portfolioId, scope: 'PORTFOLIO', scopeId: portfolioId, state: 'REDUCING', reason, by: BY_RECONCILIATION },
      { ...causedBy(recorded), lane: portfolioId },
    );
  }

  /** The stop holds its scope no longer also where this process died between the two; what others hold stays. */
  @Subscribe(HardStopResumed)
  async onHardStopResumed(recorded: Recorded<HardStopResumed>): Promise<void> {
    const { portfolioId, scope, scopeId, reason, by } = recorded.event;
    const { partition } = recorded.decision;
    const of = { partition, portfolioId, scope, scopeId };
    if ((await this.stops.latched(portfolioId, scope, scopeId)).length > 0) return this.holdLatched(of, causedBy(recorded));
    await this.streams.execute(tradingStateDecider, { partition, id: portfolioId }, { type: 'Resume', portfolioId, scope, scopeId, state: 'ACTIVE', causes: ['HARD_STOP'], reason, by }, causedBy(recorded));
    await this.holdLatched(of, causedBy(recorded));
  }

  /** A stop that tripped while another one was resumed holds its scope: what lifted the older one says nothing about it. */
  private async holdLatched({ partition, portfolioId, scope, scopeId }: ScopeOf, cause: Cause): Promise<void> {
    for (const tripped of await this.stops.latched(portfolioId, scope, scopeId)) {
      await this.streams.execute(tradingStateDecider, { partition, id: portfolioId }, { type: 'Tighten', portfolioId, scope, scopeId, state: tripped.state, reason: stopText(tripped), by: BY_HARD_STOP }, cause);
    }
  }

  /** What was halted can be resumed, even where nothing has its name any more. */
  private async change(request: ChangeTradingState, wanted: { readonly type: 'Tighten' | 'Resume'; readonly state: TradingState; readonly causes: readonly HoldCause[] }, { key, by, partition }: CommandContext): Promise<object> {
    const { portfolioId, scope, scopeId, reason } = request;
    const id = { partition, id: portfolioId };
    const fault = this.scopes.fault(portfolioId, scope, scopeId);
    const { state: now } = await this.streams.load(tradingStateDecider, id);
    if (fault !== undefined && !(wanted.type === 'Resume' && hasState(now, scope, scopeId))) throw new UnknownScope(fault);
    const { outcome, state } = await this.streams.execute(
      tradingStateDecider,
      id,
      { ...wanted, portfolioId, scope, scopeId, reason: reason ?? 'asked by a person', by },
      { causationId: contentId('command', key), correlationId: portfolioId, lane: portfolioId, once: wanted.type === 'Resume' ? true : 'UNLESS_SEALED' },
    );
    return { outcome, portfolioId, scope, scopeId, state: stateOf(state, scope, scopeId) };
  }
}
