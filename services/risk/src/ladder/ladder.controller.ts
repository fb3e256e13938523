import { Controller, Inject } from '@nestjs/common';
import { causedBy, Command, type CommandContext, EventStreams, Query, type Recorded, Runtime, Subscribe } from '@ballast/bus';
import { contentId, type Id, partitionOf } from '@ballast/domain';
import { BotCreated, type BoundProfile, EquityObserved, TradeClosed } from '@ballast/events';
import { checklistOf, demotionOf, drawdownNow, evidenceOf, gateOf, judge, type RungRecord, RungRecordFold, standingOf, watchOf } from '@ballast/ladder';
import { type BoundLadder, ladderOf, profileRef } from '@ballast/policy';
import { policyDecider } from '../policy/policy.decider.js';
import { OfPortfolio } from '../risk.requests.js';
import { RiskSettings } from '../risk.settings.js';
import { stopText } from '../stops/stop-text.js';
import { stopsDecider } from '../stops/stops.decider.js';
import { ladderDecider } from './ladder.decider.js';
import { DecidePromotion, RequestPromotion, RollBackRung } from './ladder.requests.js';
import type { Ladder, LadderCommand, LadderEvent, Standing } from './ladder.types.js';
import { placeOf, refusalOf, rungAt } from './refusal.js';

/** Asked for what cannot be as things stand. */
class Refused extends Error {
  override readonly name = 'Refused';
}

type Climbing = Extract<LadderCommand, { readonly type: 'Request' | 'Approve' }>;
type Asked = Extract<LadderCommand, { readonly by: string; readonly reason: string }>;

/** Capital ladders: bound with the first bot, judged on what the log says, climbed with an approver's word, left at once. */
@Controller()
export class LadderController {
  private readonly records = new RungRecordFold();

  constructor(
    @Inject(EventStreams) private readonly streams: EventStreams,
    @Inject(RiskSettings) private readonly settings: RiskSettings,
    @Inject(Runtime) runtime: Runtime,
  ) {
    runtime.project(this.records);
  }

  @Subscribe(BotCreated)
  async onBotCreated(recorded: Recorded<BotCreated>): Promise<void> {
    const { botId, portfolioId, profiles, by } = recorded.event;
    const bound = ladderOf(profiles, this.settings.profiles);
    if (bound) await this.streams.execute(ladderDecider, idOf(portfolioId), { type: 'Bind', portfolioId, botId, by, ...this.step(bound) }, causedBy(recorded));
  }

  /** A round changes every figure. */
  @Subscribe(TradeClosed)
  onTradeClosed(recorded: Recorded<TradeClosed>): Promise<void> {
    return this.judge(recorded, () => true);
  }

  /** An observation changes the drawdown, and ends a watch. */
  @Subscribe(EquityObserved)
  onEquityObserved(recorded: Recorded<EquityObserved>): Promise<void> {
    return this.judge(recorded, (record, { watchUntil }, { ladder: { demotionDrawdown } }) => (watchUntil !== undefined && record.to >= watchUntil) || (demotionDrawdown !== undefined && (drawdownNow(record)?.gte(demotionDrawdown) ?? false)));
  }

  @Command('ladder-request', RequestPromotion)
  request({ portfolioId, stated, reason }: RequestPromotion, context: CommandContext): Promise<object> {
    return this.change(portfolioId, context, async (bound) => ({ type: 'Request', requestId: requestIdOf(context), ...(await this.climb(portfolioId)), stated, by: context.by, reason, ...this.step(bound) }));
  }

  @Command('ladder-approve', DecidePromotion)
  approve({ portfolioId, reason }: DecidePromotion, context: CommandContext): Promise<object> {
    return this.change(portfolioId, context, async (bound) => ({ type: 'Approve', ...(await this.climb(portfolioId)), by: context.by, reason, ...this.step(bound) }));
  }

  @Command('ladder-reject', DecidePromotion)
  reject({ portfolioId, reason }: DecidePromotion, context: CommandContext): Promise<object> {
    return this.change(portfolioId, context, () => ({ type: 'Reject', by: context.by, reason }));
  }

  @Command('ladder-rollback', RollBackRung)
  rollBack({ portfolioId, to, reason }: RollBackRung, context: CommandContext): Promise<object> {
    return this.change(portfolioId, context, (bound) => ({ type: 'RollBack', requestId: requestIdOf(context), evidence: this.evidence(portfolioId), to, by: context.by, reason, ...this.step(bound) }));
  }

  /** Where the portfolio stands, what the next rung asks, and how far it is from it and from falling. */
  @Query('ladder', OfPortfolio)
  async ladder({ portfolioId }: OfPortfolio): Promise<object> {
    const { state } = await this.streams.load(ladderDecider, idOf(portfolioId));
    const { standing, pending, decided } = state;
    if (!standing) return { portfolioId, standing: null };
    const bound = this.demandBound(standing);
    return { portfolioId, standing, ...(pending ? { pending } : {}), ...(decided ? { decided } : {}), ...this.view(bound, standing, await this.recorded(portfolioId)) };
  }

  private async judge(recorded: Recorded<EquityObserved> | Recorded<TradeClosed>, isDue: (record: RungRecord, standing: Standing, bound: BoundLadder) => boolean): Promise<void> {
    const { portfolioId } = recorded.event;
    const record = this.records.of(portfolioId);
    if (!record) return;
    const { state } = await this.streams.load(ladderDecider, idOf(portfolioId));
    const bound = state.standing && this.boundBy(state.standing);
    if (state.standing && bound && isDue(record, state.standing, bound)) await this.streams.execute(ladderDecider, idOf(portfolioId), { type: 'Judge', evidence: evidenceOf(record), ...this.step(bound) }, causedBy(recorded));
  }

  private view(bound: BoundLadder, standing: Standing, recorded: readonly BoundProfile[]): object {
    const { profile, ladder: policy } = bound;
    const place = placeOf(bound, standing.rung);
    const [rung, next] = [rungAt(bound, place), rungAt(bound, place + 1)];
    const evidence = this.evidence(standing.portfolioId);
    const rungs = policy.rungs.map(({ name, capital, leverageMax, positionMax, legNotionalMax }) => ({ name, capital, leverageMax, positionMax, legNotionalMax }));
    if (!rung || !evidence) return { profile: profileRef(profile), ladder: policy.kind, rungs };
    const criteria = judge(gateOf(rung, policy), evidence);
    const watched = standing.watchUntil === undefined ? [] : watchOf({ rung, policy, profile, executionMsBefore: standing.executionMsBefore }, evidence, true);
    return {
      profile: profileRef(profile), ladder: policy.kind, rungs, evidence, criteria,
      ...(next ? { next: next.name, checklist: checklistOf({ profile, from: rung, to: next, evidence, criteria, stated: [], recorded }) } : {}),
      falls: judge([...demotionOf(policy, evidence), ...standingOf(rung, policy, profile, evidence), ...watched], evidence),
    };
  }

  private evidence(portfolioId: Id): ReturnType<typeof evidenceOf> | undefined {
    const record = this.records.of(portfolioId);
    return record && evidenceOf(record);
  }

  /** Evidence is taken last: a stop that trips while the others are looked up is a violation in it. */
  private async climb(portfolioId: Id): Promise<Pick<Climbing, 'latched' | 'recorded' | 'evidence'>> {
    const { state } = await this.streams.load(stopsDecider, idOf(portfolioId));
    const latched = Object.values(state.tripped).map((stop) => `${stop.scope.toLowerCase()} ${stop.scopeId}: ${stopText(stop)}`);
    const recorded = await this.recorded(portfolioId);
    return { latched, recorded, evidence: this.evidence(portfolioId) };
  }

  private async recorded(portfolioId: Id): Promise<readonly BoundProfile[]> {
    const { state } = await this.streams.load(policyDecider, idOf(portfolioId));
    return state.bots.flatMap(({ profiles }) => profiles);
  }

  private step(bound: BoundLadder): { readonly bound: BoundLadder; readonly dayBoundaryMs: number } {
    return { bound, dayBoundaryMs: this.settings.dayBoundaryMs };
  }

  /** The ladder of the profile that the portfolio's is of, as it is in force now. */
  private boundBy({ profile }: Standing): BoundLadder | undefined {
    return ladderOf([profile.slice(0, profile.lastIndexOf('@'))], this.settings.profiles);
  }

  private demandBound(standing: Standing): BoundLadder {
    const bound = this.boundBy(standing);
    if (!bound) throw new Refused(`profile: found ${standing.profile}, which has no ladder any more, allowed are profiles with one`);
    return bound;
  }

  /** Decides, and says what came of it; a refusal is told to who asked. */
  private async change(portfolioId: Id, { key, partition }: CommandContext, commandOf: (bound: BoundLadder) => Asked | Promise<Asked>): Promise<object> {
    const id = idOf(portfolioId);
    if (id.partition !== partition) throw new Refused(`portfolio ${portfolioId} is in partition ${id.partition}; the command was sent to ${partition}`);
    const { state } = await this.streams.load(ladderDecider, id);
    if (!state.standing) throw new Refused(`portfolio ${portfolioId}: found no ladder, allowed is a portfolio with a bot whose profile has one`);
    const command = await commandOf(this.demandBound(state.standing));
    const refusal = refusalOf(state, command);
    if (refusal !== undefined) throw new Refused(refusal);
    const execution = await this.streams.execute(ladderDecider, id, command, { causationId: contentId('command', key), correlationId: portfolioId, lane: portfolioId, once: true });
    return replyOf(portfolioId, execution.outcome, execution.state, execution.events);
  }
}

const idOf = (portfolioId: Id) => ({ partition: partitionOf(portfolioId), id: portfolioId });
const requestIdOf = ({ key }: CommandContext): Id => contentId('ladder-request', key);

/** What a person is told: the last event of the decision holds all that it was made with. */
function replyOf(portfolioId: Id, outcome: string, { standing, pending, decided }: Ladder, events: readonly LadderEvent[]): object {
  const [first] = events;
  const told = first && 'criteria' in first ? { criteria: first.criteria, ...('checklist' in first ? { checklist: first.checklist } : {}), ...('evidence' in first ? { evidence: first.evidence } : {}) } : {};
  return { outcome, portfolioId, ...(standing ? { rung: standing.rung } : {}), ...(pending ? { pending } : {}), ...(decided ? { decided } : {}), ...(first ? { event: first.type, ...('reason' in first ? { reason: first.reason } : {}) } : {}), ...told };
}
