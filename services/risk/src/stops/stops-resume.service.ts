import type { CommandContext, EventStreams } from '@ballast/bus';
import { type Clock, contentId, credentialOf, type Id, partitionOf, ZERO_MONEY } from '@ballast/domain';
import type { StopScope } from '@ballast/events';
import { resumableFrom, stopsDecider, trippedIn } from './stops.decider.js';
import { stopText } from './stop-text.js';
import type { StopsWatch } from './stops-watch.service.js';
import type { Stops, Tripped } from './stops.types.js';

/** The user whose credential lets a scope trade again after a hard stop (W-9, C-49). */
export const APPROVER = 'approver';

/** A scope is stopped, and this is not how it is resumed. */
export class HardStopHolds extends Error {
  override readonly name = 'HardStopHolds';
}

interface Asked {
  readonly portfolioId: Id;
  readonly scope: string;
  readonly scopeId: string;
  readonly reason?: string;
}

const isStopScope = (scope: string): scope is StopScope => scope === 'PORTFOLIO' || scope === 'BOT';

/** Resumes hard stops, by whoever may. */
export class StopsResume {
  constructor(
    private readonly watch: StopsWatch,
    private readonly streams: EventStreams,
    private readonly clock: Clock,
  ) {}

  /** Stops that are latched in a scope now. */
  async latched(portfolioId: Id, scope: string, scopeId: string): Promise<readonly Tripped[]> {
    return trippedIn(await this.stateOf(portfolioId), scope, scopeId);
  }

  /** False and nothing where no hard stop has tripped in the scope. @throws HardStopHolds naming the stops and what a resume needs. */
  async resume(asked: Asked, { by, key }: CommandContext): Promise<boolean> {
    const { portfolioId, scope, scopeId, reason } = asked;
    if (!isStopScope(scope)) return false;
    const state = await this.stateOf(portfolioId);
    if (trippedIn(state, scope, scopeId).length === 0) return false;
    const refusal = this.refusal(state, asked, by);
    if (refusal !== undefined) throw new HardStopHolds(refusal);
    const figures = this.watch.facts.figures(scope, scopeId, this.clock.now());
    const { equity, result } = figures ?? { equity: ZERO_MONEY, result: ZERO_MONEY };
    const after = await this.streams.execute(stopsDecider, { partition: partitionOf(portfolioId), id: portfolioId }, { type: 'ResumeStops', portfolioId, scope, scopeId, equity, result, reason: reason ?? '', by }, { causationId: contentId('command', key), correlationId: portfolioId, lane: portfolioId, once: true });
    if (trippedIn(after.state, scope, scopeId).length > 0) throw new HardStopHolds(`${scope.toLowerCase()} ${scopeId} is stopped by ${trippedIn(after.state, scope, scopeId).map(stopText).join('; ')}`);
    return true;
  }

  private refusal(state: Stops, { scope, scopeId, reason }: Asked, by: string): string | undefined {
    const stopped = `${scope.toLowerCase()} ${scopeId} is stopped by ${trippedIn(state, scope, scopeId).map(stopText).join('; ')}`;
    if (credentialOf(by) !== APPROVER) return `${stopped}: found the credential of ${by}, allowed is that of ${APPROVER}: \`ballast --as ${APPROVER} resume --reason "…"\``;
    if (reason === undefined || reason.trim() === '') return `${stopped}: reason: found nothing, allowed is why it may trade again: \`ballast --as ${APPROVER} resume --reason "…"\``;
    const from = resumableFrom(state, scope, scopeId);
    return from > this.clock.now() ? `${stopped}: held until ${new Date(from).toISOString()}, now it is ${new Date(this.clock.now()).toISOString()} of market time` : undefined;
  }

  private async stateOf(portfolioId: Id): Promise<Stops> {
    return (await this.streams.load(stopsDecider, { partition: partitionOf(portfolioId), id: portfolioId })).state;
  }
}
