import { Controller, Inject } from '@nestjs/common';
import { causedBy, type CommandContext, Command, EventStreams, type MarketMessages, OnMarket, Query, type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { contentId, type TradingState } from '@ballast/domain';
import { HardStopResumed, ReconciliationDifferenceFound } from '@ballast/events';
import { ChangeTradingState, OfPortfolio } from '../risk.requests.js';
import { BY_HARD_STOP } from '../stops/stops-watch.service.js';
import { StopsResume } from '../stops/stops-resume.service.js';
import { ScopesFold } from './scopes.projection.js';
import { hasState, setBy, stateOf, tradingStateDecider } from './trading-state.decider.js';

/** A person named nothing that there is. */
class UnknownScope extends Error {
  override readonly name = 'UnknownScope';
}

/** A person's halt, reduce and resume, and what follows from a reconciliation difference or the resume of a hard stop. */
@Controller()
export class TradingStateController {
  private readonly scopes = new ScopesFold();

  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(StopsResume) private readonly stops: StopsResume,
    @Inject(Runtime) runtime: Runtime,
  ) {
    streams.own(tradingStateDecider);
    runtime.project(this.scopes);
  }

  @OnMarket('instrument')
  onInstrument({ instrument }: MarketMessages['instrument']): void {
    this.scopes.list(instrument);
  }

  @Command('halt', ChangeTradingState)
  halt(request: ChangeTradingState, context: CommandContext): Promise<object> {
    return this.change(request, { type: 'Tighten', state: 'HALTED' }, context);
  }

  @Command('reduce', ChangeTradingState)
  reduce(request: ChangeTradingState, context: CommandContext): Promise<object> {
    return this.change(request, { type: 'Tighten', state: 'REDUCING' }, context);
  }

  /** Of a scope in which a hard stop has tripped: by an approver alone, with a reason, when nothing holds it any more (W-9, C-49). */
  @Command('resume', ChangeTradingState)
  async resume(request: ChangeTradingState, context: CommandContext): Promise<object> {
    await this.stops.resume(request, context);
    return this.change(request, { type: 'Resume', state: 'ACTIVE' }, context);
  }

  @Query('trading-state', OfPortfolio)
  async tradingState({ portfolioId }: OfPortfolio, { partition }: CommandContext): Promise<object> {
    const { state } = await this.streams.load(tradingStateDecider, { partition, id: portfolioId });
    return { portfolioId, state: stateOf(state, 'PORTFOLIO', portfolioId), scopes: state.scopes };
  }

  /** The venue and the log disagree: no new risk until a person has looked and resumed. */
  @Subscribe(ReconciliationDifferenceFound)
  async onReconciliationDifferenceFound(recorded: Recorded<ReconciliationDifferenceFound>): Promise<void> {
    const { portfolioId, accountId, what, subject, expected, found } = recorded.event;
    const reason = `reconciliation of account ${accountId}: ${what} ${subject}: expected ${expected}, found ${found}`.slice(0, 2_000);
    await this.streams.execute(
      tradingStateDecider,
      { partition: recorded.decision.partition, id: portfolioId },
      { type: 'Tighten', portfolioId, scope: 'PORTFOLIO', scopeId: portfolioId, state: 'REDUCING', reason, by: 'policy:reconciliation-difference' },
      causedBy(recorded),
    );
  }

  /** The scope trades again also where this process died between the two; what a person has halted since stays. */
  @Subscribe(HardStopResumed)
  async onHardStopResumed(recorded: Recorded<HardStopResumed>): Promise<void> {
    const { portfolioId, scope, scopeId, reason, by } = recorded.event;
    const id = { partition: recorded.decision.partition, id: portfolioId };
    const { state } = await this.streams.load(tradingStateDecider, id);
    if (setBy(state, scope, scopeId) !== BY_HARD_STOP || (await this.stops.isStopped(portfolioId, scope, scopeId))) return;
    await this.streams.execute(tradingStateDecider, id, { type: 'Resume', portfolioId, scope, scopeId, state: 'ACTIVE', reason, by }, causedBy(recorded));
  }

  /** What was halted can be resumed, even where nothing has its name any more. */
  private async change(request: ChangeTradingState, wanted: { readonly type: 'Tighten' | 'Resume'; readonly state: TradingState }, { key, by, partition }: CommandContext): Promise<object> {
    const { portfolioId, scope, scopeId, reason } = request;
    const id = { partition, id: portfolioId };
    const fault = this.scopes.fault(portfolioId, scope, scopeId);
    const { state: now } = await this.streams.load(tradingStateDecider, id);
    if (fault !== undefined && !(wanted.type === 'Resume' && hasState(now, scope, scopeId))) throw new UnknownScope(fault);
    const { outcome, state } = await this.streams.execute(
      tradingStateDecider,
      id,
      { ...wanted, portfolioId, scope, scopeId, reason: reason ?? 'asked by a person', by },
      { causationId: contentId('command', key), correlationId: portfolioId, lane: portfolioId },
    );
    return { outcome, portfolioId, scope, scopeId, state: stateOf(state, scope, scopeId) };
  }
}
