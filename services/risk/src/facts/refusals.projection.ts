import type { Projection, Recorded } from '@ballast/bus';
import type { Id, Ms } from '@ballast/domain';
import { REFUSED_PLANS } from '../exposure/venue-guards.js';
import { countedAt, countedSince, type Moments } from './moments.js';

const MINUTE_MS = 60_000;
/** Plans of each bot that risk refused in the last hour. What the rule that bounds them refused alone does not count, or a bot that tries on would never come free. */
export class RefusalsFold implements Projection<Map<Id, Moments>> {
  readonly name = 'risk-refusals';
  readonly reads = ['TradeDenied'];
  state = new Map<Id, Moments>();

  apply({ event, decision }: Recorded): void {
    if (event.type !== 'TradeDenied') return;
    const counts = event.rules.some(({ rule, result }) => rule !== REFUSED_PLANS && (result === 'REFUSE' || result === 'MISSING_INPUT'));
    if (counts) this.state.set(event.botId, countedAt(this.state.get(event.botId) ?? {}, decision.occurredAt, MINUTE_MS));
  }

  inHour(botId: Id, at: Ms): number {
    return countedSince(this.state.get(botId) ?? {}, at, MINUTE_MS);
  }
}
